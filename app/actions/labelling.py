"""What the Label menu does beyond the mouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from uuid import uuid4

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions.label_table import CERTAINTIES, N_CLASS_KEYS, TOOLS
from app.session_model import SessionModel
from app.tools.tool_box import ToolBox
from app.views.navigator import in_sentence, position_text
from app.views.section_pane import SectionPane
from app.workers.interpolating import BetweenRequest, Interpolated, interpolate_slices
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from engine.core.labels import PROBABLE, UNLABELLED
from engine.core.painting import Stamp, polyline
from engine.core.predicted_labels import predicted_labels
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
    jobs : JobBridge
        The lane on which slices are interpolated.
    """

    failed = Signal(object)
    told = Signal(str)
    """Something for the status bar."""

    def __init__(
        self,
        window: QWidget,
        model: SessionModel,
        pane: SectionPane,
        boxes: Sequence[ToolBox],
        jobs: JobBridge,
    ) -> None:
        super().__init__(window)
        self._model = model
        self._pane = pane
        self._boxes = dict(zip(pane.frames, boxes, strict=True))
        self._between = Latest(jobs, self)
        self._between.arrived.connect(self._on_interpolated)
        self._between.failed.connect(self.failed)
        model.labels_replaced.connect(self._between.cancel)

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
        ends = tuple(document.plane(replace(place, index=index))[0] for index in gap)
        request = BetweenRequest(place, gap, (ends[0], ends[1]))
        self._between.request(
            partial(interpolate_slices, request), title=self.tr("Interpolate labels")
        )

    def _on_interpolated(self, result: Interpolated) -> None:
        document, request = self._model.session.labels, result.request
        if document is None:
            return
        certainty = min(self._model.session.certainty, PROBABLE)
        with document.group(self.tr("Interpolate")):
            for index, item in result.slices:
                key = replace(request.place, index=index)
                rows, cols = (
                    slice(first, first + n)
                    for first, n in zip((item.row, item.col), item.classes.shape, strict=True)
                )
                classes, sure = document.window(key, rows, cols)
                new = np.where(classes == UNLABELLED, item.classes, classes)
                fresh = np.full_like(sure, certainty)
                sure = np.where(classes == UNLABELLED, fresh, sure)
                document.paint(key, item.row, item.col, new, sure, title=self.tr("Interpolate"))
        first, last = (self._name(request.place.direction, n) for n in request.gap)
        text = self.tr("{0} slices between {1} and {2} are labelled as probable.")
        self.told.emit(text.format(len(result.slices), in_sentence(first), in_sentence(last)))

    def copy_to_next(self) -> None:
        """Copy one's labels and picks to the next slice, where it has none, and go there."""
        place, (document, opened) = self._place(), self._opened()
        if place is None or document is None or opened is None:
            return
        there = replace(place, index=place.index + 1)
        if there.index >= opened.axis.size:
            self.told.emit(self.tr("This is the last slice."))
            return
        with document.group(self.tr("Copy to next slice")):
            classes, sure = document.plane(place)
            present, present_sure = document.plane(there)
            free = present == UNLABELLED
            new = np.where(free, classes, present)
            document.paint(there, 0, 0, new, np.where(free, sure, present_sure), title="")
            if not any(pick.key == there for pick in document.picks(there.direction, there.index)):
                for pick in document.picks(place.direction, place.index):
                    if pick.key == place:
                        document.add_pick(replace(pick, id=uuid4().hex, index=there.index))
        self._model.set_index(there.index)

    def accept_visible(self) -> None:
        """Label what is on the screen and unlabelled with what the model says."""
        frame, part = self._pane.frame, self._pane.visible_part
        prediction, document = frame.prediction, self._model.session.labels
        layer = frame.labels
        if part is None or document is None or layer.classes is None:
            return
        if prediction is None or prediction.mask.shape != layer.shape:
            self.told.emit(self.tr("There is no prediction of this slice: Shift+L makes one."))
            return
        here = (part.rows, part.cols)
        labels = predicted_labels(
            prediction.mask[here], prediction.classes, document.scheme.classes
        )
        wanted = (layer.classes[here] == UNLABELLED) & (labels != UNLABELLED)
        layer.begin(self.tr("Accept prediction"))
        layer.paint(
            Stamp(part.rows.start, part.cols.start, wanted), labels, self._model.session.certainty
        )
        layer.end()

    def threshold_visible(self) -> None:
        """Label amplitudes between two on the screen."""
        self._boxes[self._pane.frame].threshold.apply_to_visible()

    def paint_picks(self) -> None:
        """Label the samples along one's sticks and polylines of the slice."""
        frame, session = self._pane.frame, self._model.session
        layer, radius = frame.labels, session.tools.line_width / 2
        picks = frame.picks.own
        if layer.shape is None or not picks:
            self.told.emit(self.tr("There are no picks of yours on this slice."))
            return
        layer.begin(self.tr("Paint picks"))
        for pick in picks:
            stamp = polyline(pick.nodes, (radius, radius), layer.shape)
            layer.paint(stamp, pick.class_id, pick.certainty)
        layer.end()

    def clear_slice(self) -> None:
        """Erase one's labels and picks of the slice."""
        place, document = self._place(), self._model.session.labels
        if place is None or document is None:
            return
        with document.group(self.tr("Clear slice")):
            blank = np.full(document.shape(place.direction, place.index), UNLABELLED, np.uint8)
            document.paint(place, 0, 0, blank, title="")
            for pick in document.picks(place.direction, place.index):
                if pick.key == place:
                    document.remove_pick(pick.id)

    def _use_tool(self, name: str, on: bool) -> None:  # noqa: FBT001 - a slot
        if on:
            self._model.set_tool(name)
        elif self._model.session.tool == name:
            self._model.set_tool("")

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
