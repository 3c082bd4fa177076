"""Instant mode, model views, what looks alike and what to label next, put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal

from app.actions.instant_mode import InstantMode
from app.session_model import SessionModel
from app.tools.similar_select import SIMILAR, SimilarSelectTool
from app.tools.tool_box import ToolBox
from app.views.model_view_loader import ModelViewLoader
from app.views.section_pane import SectionPane
from app.views.slice_request import request_of
from app.views.suggestion_loader import SuggestionLoader
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.slices import SliceImage
from app.workers.work import Work
from engine.session.display_settings import OVERLAY_KINDS
from engine.session.model_info import ModelInfo


class Learning(QObject):
    """What the window does with features of sections.

    Parameters
    ----------
    model : SessionModel
        The session.
    pane : SectionPane
        The sections on the screen.
    boxes : sequence of ToolBox
        One for each section, in their order; they get the tool that selects.
    lane : JobBridge
        The compute lane.
    work : Work
        The jobs.
    """

    failed = Signal(object)
    told = Signal(str)
    carried_on = Signal(object)
    """The folder of an instant model that was kept, to go on training from."""

    def __init__(
        self,
        model: SessionModel,
        pane: SectionPane,
        boxes: Sequence[ToolBox],
        lane: JobBridge,
        work: Work,
    ) -> None:
        super().__init__(pane)
        self._model = model
        self._pane = pane
        self._work = work
        self._kept: Path | None = None
        self._follow: Callable[[ModelInfo], object] = self._carry_on
        self._refresh: Callable[[], object] | None = None
        self.instant = InstantMode(model, lane, work.features, self)
        self.suggestions = SuggestionLoader(model, lane, work.features, self)
        self._views = ModelViewLoader(model, lane, work, self)
        self._asking: SimilarSelectTool | None = None
        self._similar = Latest(lane, self)
        self._similar.arrived.connect(self._on_similar)
        self._similar.failed.connect(self._on_not_similar)
        for frame, box in zip(pane.frames, boxes, strict=True):
            tool = SimilarSelectTool(model, frame.view, frame.labels, self._ask_similar)
            box.add(SIMILAR, tool)
        self._connect()

    def _connect(self) -> None:
        self._pane.slice_shown.connect(self._on_slice)
        self._model.volume_changed.connect(self._similar.cancel)
        self.instant.state_changed.connect(self._pane.set_note)
        self.instant.kept.connect(self._on_kept)
        self.suggestions.changed.connect(self._show_suggestions)
        self.suggestions.told.connect(self.told)
        for part in (self.instant, self.suggestions, self._views):
            part.failed.connect(self.failed)
        # Only then has the list been taken over, with the model chosen before.
        self._model.models_changed.connect(self._choose_kept, Qt.ConnectionType.QueuedConnection)

    def callbacks(self, refresh_models: Callable[[], object]) -> dict[str, Callable[..., object]]:
        """Return what the actions do.

        Parameters
        ----------
        refresh_models : callable
            Has the models listed anew.

        Returns
        -------
        dict of str to callable
            By the keys of the table of actions; switches take their new state.
        """
        self._refresh = refresh_models
        model = self._model
        return {
            "similar": self._use_similar,
            "suggest": model.set_suggesting,
            "go_to_suggested": self.suggestions.go_to_best,
            **{f"view_{kind}": partial(self._view, kind) for kind in OVERLAY_KINDS},
            "swipe": lambda on: model.set_overlay(swipe=on),
            "instant": model.set_instant_on,
            "carry_on": lambda: self.keep_then(self._carry_on),
        }

    def keep_then(self, follow: Callable[[ModelInfo], object]) -> None:
        """Keep the instant model among the others and go on.

        Parameters
        ----------
        follow : callable
            Called with the model that was kept, once it is listed.
        """
        self._follow = follow
        self.instant.keep()

    def _use_similar(self, on: bool) -> None:  # noqa: FBT001 - a slot
        if on:
            self._model.set_tool(SIMILAR)

    def _view(self, kind: str, on: bool) -> None:  # noqa: FBT001 - a slot
        if on:
            self._model.set_overlay(kind=kind)

    def _on_slice(self, shown: SliceImage) -> None:
        self.instant.follow_slice(shown)
        self._views.follow_slice(shown)

    def _ask_similar(self, tool: SimilarSelectTool) -> None:
        frame = next(f for f in self._pane.frames if f.view is tool.parent())
        request = request_of(frame.view.shown, self._model.session)
        if request is None:
            tool.drop_answer()
            self.told.emit(self.tr("Choose a model first: its features tell what is alike."))
            return
        self._asking = tool
        self._similar.request(partial(self._work.features.similar, request, tool.places))

    def _on_similar(self, similarity: NDArray[np.uint8]) -> None:
        if self._asking is not None and self._asking.places[0]:
            self._asking.show_similarity(similarity)

    def _on_not_similar(self, error: BaseException) -> None:
        if self._asking is not None:
            self._asking.drop_answer()
        self.failed.emit(error)

    def _show_suggestions(self) -> None:
        loader = self.suggestions
        self._pane.strip.show_suggestions(loader.suggestions, loader.labelled)

    def _on_kept(self, path: Path) -> None:
        self._kept = path
        if self._refresh is not None:
            self._refresh()

    def _choose_kept(self) -> None:
        """Go on with the model that was kept as soon as it is listed."""
        path = self._kept
        found = next((m for m in self._model.session.models if m.path == path), None)
        if path is None or found is None:
            return
        self._kept = None
        self.told.emit(self.tr("The instant model is kept as {0}.").format(found.name))
        self._follow(found)

    def _carry_on(self, kept: ModelInfo) -> None:
        """Use what was kept, and train on from it."""
        self._model.set_instant_on(False)
        self._model.set_model(kept)
        self.carried_on.emit(kept.path)
