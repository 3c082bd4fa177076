"""The labels of the session as Qt sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE
from engine.session.drafts import LabelStep, Work
from engine.session.edits import LabelChange
from engine.session.label_scheme import LabelScheme
from engine.session.labelling import LabelLook, ToolSettings
from engine.session.labels import LabelDocument
from engine.session.session import Session


class SessionLabels(QObject):
    """The part of `SessionModel` that changes labels, and what one labels with.

    Parameters
    ----------
    session : Session
        The document.
    parent : QObject or None
        The usual Qt owner.
    """

    labels_changed = Signal(object)
    """What changed in the labels, a `LabelChange`."""
    history_changed = Signal()
    """Something else can be undone or redone."""
    labels_replaced = Signal()
    """Another document of labels, or none, is open."""
    class_changed = Signal()
    """Another class, certainty or author is to be labelled with."""
    label_look_changed = Signal()
    """Labels are to be drawn in another way."""
    tool_settings_changed = Signal()
    """The tools are to do something else."""
    tool_changed = Signal()
    """Another tool, or none, has the left mouse button."""

    labelling_refused = Signal()
    """Labels were to be changed in a project that is open for reading only."""
    step_wanted = Signal(object)
    """A `LabelStep` that is to be worked out beside the GUI thread."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._stop_listening: Callable[[], None] | None = None

    @property
    def session(self) -> Session:
        """The document, for reading."""
        return self._session

    def set_labels(self, labels: LabelDocument | None) -> None:
        """Label in another document from now on."""
        if self._stop_listening is not None:
            self._stop_listening()
        self._session.labels = labels
        self._stop_listening = labels.subscribe(self._on_labels) if labels is not None else None
        self.set_class(self._session.class_id)
        self.labels_replaced.emit()
        self.history_changed.emit()

    def label_later(
        self, title: str, work: Work, done: Callable[[Any], object] | None = None
    ) -> None:
        """Have a step of labelling done that may take a while; see `LabelStep`."""
        labels = self._session.labels
        if labels is not None and self.can_label():
            self.step_wanted.emit(LabelStep(labels, title, work, done))

    def can_label(self) -> bool:
        """Return whether labels can be changed; if they may only be read, that is told."""
        labels = self._session.labels
        if labels is not None and labels.read_only:
            self.labelling_refused.emit()
            return False
        return labels is not None

    def set_class(self, class_id: int) -> None:
        """Label with another class; an id that is none becomes the nearest."""
        labels = self._session.labels
        last = len(labels.scheme) - 1 if labels is not None else class_id
        self._label_with(class_id=min(max(class_id, 0), last))

    def set_certainty(self, certainty: int) -> None:
        """Label with another certainty, from `POSSIBLE` to `CERTAIN`."""
        self._label_with(certainty=min(max(certainty, POSSIBLE), CERTAIN))

    def set_author(self, author: str) -> None:
        """Label in another name."""
        self._label_with(author=author)

    def set_label_look(self, **changes: Any) -> None:
        """Change fields of `LabelLook`."""
        look: LabelLook = replace(self._session.label_look, **changes)
        if look != self._session.label_look:
            self._session.label_look = look
            self.label_look_changed.emit()

    def set_tools(self, **changes: Any) -> None:
        """Change fields of `ToolSettings`."""
        tools: ToolSettings = replace(self._session.tools, **changes)
        if tools != self._session.tools:
            self._session.tools = tools
            self.tool_settings_changed.emit()

    def set_tool(self, tool: str) -> None:
        """Give the left mouse button to a tool; to none when empty."""
        if tool != self._session.tool:
            self._session.tool = tool
            self.tool_changed.emit()

    def _label_with(self, **values: Any) -> None:
        session = self._session
        changed = {name: v for name, v in values.items() if getattr(session, name) != v}
        for name, value in changed.items():
            setattr(session, name, value)
        if changed:
            self.class_changed.emit()

    def _on_labels(self, change: LabelChange) -> None:
        if change.kind == "scheme":
            self.set_class(self._session.class_id)
        self.labels_changed.emit(change)
        if change.kind == "history":
            self.history_changed.emit()

    def _suit_scheme(self) -> None:
        """Until something is labelled, label with the classes of the model."""
        labels, model = self._session.labels, self._session.model
        if labels is None or not labels.pristine or model is None or model.classes is None:
            return
        if len(model.classes) <= LEFT_OUT:
            labels.adopt_scheme(LabelScheme(model.classes))
