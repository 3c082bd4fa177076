"""What the Label menu does beyond the mouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions.label_table import CERTAINTIES, N_CLASS_KEYS, TOOLS
from app.session_model import SessionModel
from app.tools.tool_box import ToolBox
from app.views.navigator import in_sentence, position_text
from app.views.section_pane import SectionPane
from app.views.section_words import section_word
from app.workers.interpolating import BetweenRequest, Interpolated, interpolate_slices
from app.workers.slice_steps import (
    Acceptance,
    accept_prediction,
    clear_slice,
    copy_slice,
    label_rest,
    paint_picks,
)
from engine.core.labels import PROBABLE
from engine.session.edits import LabelKey
from engine.session.labelled_slices import gap_at, labelled_indices, next_labelled
from engine.session.labelling import next_brush
from engine.session.labels import LabelDocument
from engine.session.open_volume import OpenVolume


class LabelCommands(QObject):
    """Works on the labels of the active section and of those beside it.

    Parameters
    ----------
    window : QWidget
        The usual Qt owner.
    model : SessionModel
        The session.
    pane : SectionPane
        What is on the screen.
    boxes : sequence of ToolBox
        The tools of each section, in the order of the pane.
    """

    told = Signal(str)
    """Something for the status bar."""

    def __init__(
        self,
        window: QWidget,
        model: SessionModel,
        pane: SectionPane,
        boxes: Sequence[ToolBox],
    ) -> None:
        super().__init__(window)
        self._model = model
        self._pane = pane
        self._boxes = dict(zip(pane.frames, boxes, strict=True))

    def callbacks(self) -> dict[str, Callable[..., object]]:
        """Return what each action of the Label menu does, by its key."""
        model = self._model
        return {
            **{spec.key: partial(self._use_tool, spec.key) for spec in TOOLS},
            **{f"class_{n}": partial(model.set_class, n) for n in range(N_CLASS_KEYS)},
            **{
                name: partial(self._set_certainty, sure) for sure, name in enumerate(CERTAINTIES, 1)
            },
            "larger_brush": partial(self._resize, 1),
            "smaller_brush": partial(self._resize, -1),
            "interpolate": self.interpolate,
            "copy_to_next": self.copy_to_next,
            "accept_visible": self.accept_visible,
            "label_rest": self.label_rest,
            "threshold_visible": self.threshold_visible,
            "paint_picks": self.paint_picks,
            "clear_slice": self.clear_slice,
            "next_labelled": partial(self._go_to_labelled, 1),
            "previous_labelled": partial(self._go_to_labelled, -1),
            "show_labels": lambda on: model.set_label_look(visible=on),
            "show_others": lambda on: model.set_label_look(others=on),
            "show_disagreement": lambda on: model.set_label_look(disagreement=on),
        }

    def interpolate(self) -> None:
        """Label the slices between the nearest two that are labelled."""
        place, document = self._place(), self._model.session.labels
        if place is None or document is None:
            return
        keys = document.keys()
        painted = tuple(k.index for k in keys if replace(k, index=place.index) == place)
        gap = gap_at(painted, place.index)
        if gap is None:
            self.told.emit(
                self.tr("Label two slices with others between them, then interpolate there.")
            )
            return
        title = self.tr("Interpolate")
        request = BetweenRequest(place, gap, min(self._model.session.certainty, PROBABLE))
        first, last = (in_sentence(self._name(place.direction, index)) for index in gap)
        between = self.tr("{0} slices between {1} and {2}")
        self._model.label_later(
            self.tr("Interpolate labels"),
            partial(interpolate_slices, request, title),
            lambda found: self.told.emit(
                f"{between.format(found.n_slices, first, last)} {self._as_certain(found)}"
            ),
        )

    def _as_certain(self, found: Interpolated) -> str:
        """Say how certain labels are that were interpolated."""
        if not found.certainties:
            return self.tr("were labelled before.")
        words = [CERTAINTIES[sure - 1] for sure in sorted(found.certainties, reverse=True)]
        return self.tr("are labelled as {0}.").format(self.tr(" and ").join(words))

    def copy_to_next(self) -> None:
        """Copy one's labels and picks to the next slice, where it has none, and go there."""
        place, (document, opened) = self._place(), self._opened()
        if place is None or document is None or opened is None:
            return
        there = replace(place, index=place.index + 1)
        if there.index >= opened.axis.size:
            self.told.emit(self.tr("This is the last slice."))
            return

        def go_there(_: object) -> None:
            if self._place() == place:
                self._model.set_index(there.index)

        title = self.tr("Copy to next slice")
        self._model.label_later(title, partial(copy_slice, place, there, title), go_there)

    def accept_visible(self) -> None:
        """Label what is on the screen and unlabelled with what the model says."""
        frame, part = self._pane.frame, self._pane.visible_part
        prediction, document = frame.prediction, self._model.session.labels
        layer, sure = frame.labels, self._model.session.certainty
        if part is None or document is None or layer.classes is None:
            return
        if prediction is None or prediction.mask.shape != layer.shape:
            told = self.tr("There is no prediction of this {0}: Shift+L makes one.")
            self.told.emit(told.format(section_word(self._model.session)))
            return
        title, key = self.tr("Accept prediction"), layer.key
        if key is not None:
            accept = Acceptance(
                key, (part.rows, part.cols), prediction.mask, prediction.classes, sure
            )
            self._model.label_later(title, partial(accept_prediction, accept, title))

    def label_rest(self) -> None:
        """Label all of the slice that nobody has labelled.

        As background, if a class is, else with the chosen class.
        """
        place, (document, _), session = self._place(), self._opened(), self._model.session
        if place is None or document is None:
            return
        classes = document.scheme.classes.classes
        background = (n for n, item in enumerate(classes) if item.background)
        class_id = next(background, session.class_id)
        name = classes[class_id].name
        title = self.tr("Label the rest as {0}").format(name)
        told = self.tr("Samples labelled as {0}: {1}.")
        self._model.label_later(
            title,
            partial(label_rest, place, class_id, session.certainty, title),
            lambda n: self.told.emit(told.format(name, f"{n:,}")),
        )

    def threshold_visible(self) -> None:
        """Label amplitudes between two on the screen."""
        self._boxes[self._pane.frame].threshold.apply_to_visible()

    def paint_picks(self) -> None:
        """Label the samples along one's sticks and polylines of the slice."""
        frame, session = self._pane.frame, self._model.session
        key, picks, radius = frame.labels.key, frame.picks.own, session.tools.line_width / 2
        if key is None or not picks:
            told = self.tr("There are no picks of yours on this {0}.")
            self.told.emit(told.format(section_word(session)))
            return
        title = self.tr("Paint picks")
        self._model.label_later(title, partial(paint_picks, key, tuple(picks), radius, title))

    def clear_slice(self) -> None:
        """Erase one's labels and picks of the slice."""
        place, document = self._place(), self._model.session.labels
        if place is not None and document is not None:
            title = self.tr("Clear slice")
            self._model.label_later(title, partial(clear_slice, place, title))

    def _use_tool(self, name: str, on: bool) -> None:  # noqa: FBT001 - a slot
        if on:
            self._model.set_tool(name)

    def _set_certainty(self, certainty: int, on: bool) -> None:  # noqa: FBT001 - a slot
        if on:
            self._model.set_certainty(certainty)

    def _resize(self, n_steps: int) -> None:
        self._model.set_tools(brush=next_brush(self._model.session.tools.brush, n_steps))

    def _go_to_labelled(self, n_steps: int) -> None:
        document, opened = self._opened()
        if document is None or opened is None:
            return
        indices = labelled_indices(document, opened.direction)
        index = next_labelled(indices, opened.index, n_steps)
        if index is None:
            self.told.emit(self.tr("No further slice is labelled on that side."))
        else:
            self._model.set_index(index)

    def _opened(self) -> tuple[LabelDocument | None, OpenVolume | None]:
        return self._model.session.labels, self._model.session.opened

    def _place(self) -> LabelKey | None:
        """Return whose labels of which section the active view shows."""
        layer = self._pane.frame.labels
        layer.end()
        return layer.key

    def _name(self, direction: str, index: int) -> str:
        opened = self._model.session.opened
        if opened is None:
            return ""
        return position_text(opened.volume.axis_along(direction), direction, index)
