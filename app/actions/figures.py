"""Writing the section on the screen as a figure."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.actions.figure_shades import shades_title, shown_shades
from app.actions.figure_swipe import swipe_title, swiped_mask
from app.actions.files import FileCommands
from app.dialogs.figure_dialog import FigureDialog
from app.dialogs.replacing import ask_to_replace
from app.session_model import SessionModel
from app.views.color_bar import scale_words
from app.views.color_maps import COLOR_MAPS
from app.views.navigator import in_sentence, position_text
from app.views.section_pane import SectionPane
from app.workers.figures import FigureChoice, PictureSource
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.slices import SliceImage
from app.workers.work import Work


class FigureCommands(QObject):
    """Asks how a figure is to look and has it written on the read lane.

    Parameters
    ----------
    files : FileCommands
        Knows the window, and where to write.
    model : SessionModel
        Display and overlay.
    pane : SectionPane
        What is on the screen.
    jobs : JobBridge
        The read lane.
    work : Work
        The jobs.
    """

    failed = Signal(object)
    told = Signal(str)
    """Something for the status bar."""

    def __init__(
        self,
        files: FileCommands,
        model: SessionModel,
        pane: SectionPane,
        jobs: JobBridge,
        work: Work,
    ) -> None:
        window = files.window
        super().__init__(window)
        self._window = window
        self._place_to_write = files.place
        self._model = model
        self._pane = pane
        self._work = work
        self._looking, self._writing = Latest(jobs, self), Latest(jobs, self)
        self._wanted: tuple[PictureSource, FigureChoice] | None = None
        self._looking.arrived.connect(self._on_looked)
        self._writing.arrived.connect(self._on_written)
        for latest in (self._looking, self._writing):
            latest.failed.connect(self.failed)

    def choose(self) -> None:
        """Open the dialog."""
        shown = self._pane.view.shown
        if shown is None or self._pane.visible_part is None:
            return
        source = shown.request.volume.path
        name = f"{source.stem}-{_place(shown).lower().replace(' ', '-')}.png"
        view = self._pane.view
        said = shades_title(self._model.session, view)
        dialog = FigureDialog(
            self._place_to_write.folder / name,
            view.height() / max(view.width(), 1),
            has_classes=self._classes_shown or bool(said),
            has_labels=self._pane.frame.labels.drawn is not None,
            said=said,
            parent=self._window,
        )
        title = self.title
        dialog.chosen.connect(
            lambda choice: self._start(title, choice, (dialog.with_classes, dialog.with_labels))
        )
        dialog.open()

    @property
    def _classes_shown(self) -> bool:
        classes = self._model.session.overlay.kind == "classes"
        return classes and self._pane.view.shown_prediction is not None

    @property
    def title(self) -> str:
        """What stands above a figure of the section on the screen."""
        shown = self._pane.view.shown
        if shown is None:
            return ""
        title = f"{shown.request.volume.path.name}, {in_sentence(_place(shown))}"
        processing = shown.section.processing
        return f"{title}\n{processing}" if processing else title

    def _start(self, title: str, choice: FigureChoice, layers: tuple[bool, bool]) -> None:
        source = self._picture(title, layers, whole=choice.whole)
        if source is not None:
            self._place_to_write.remember(choice.path)
            self._wanted = source, choice
            self._looking.request(lambda _job: choice.path.exists())

    def _picture(
        self, title: str, layers: tuple[bool, bool], *, whole: bool
    ) -> PictureSource | None:
        """Gather what is drawn; `layers` says whether what a model says and labels are."""
        with_classes, with_labels = layers
        view, session = self._pane.view, self._model.session
        part, shown = self._pane.visible_part, self._pane.view.shown
        if part is None or shown is None:
            return None
        if whole:
            part = replace(part, section=shown.section)
        display, overlay = session.shown_display, session.overlay
        prediction = view.shown_prediction if with_classes and self._classes_shown else None
        highest, lowest, polarity = scale_words(display, part.levels)
        look: dict[str, Any] = {
            "title": title + swipe_title(session, view) if with_classes else title,
            "swipe": view.overlay.swipe if with_classes else None,
            "colors": COLOR_MAPS[display.color_map].table(flipped=display.flipped),
            "notes": (highest.replace("\n", ", "), lowest.replace("\n", ", "), polarity),
            "drawing": display.drawing,
            "flipped": display.flipped,
            "swapped": display.swapped,
            "hidden": overlay.hidden,
            "opacity": overlay.opacity,
            "lengths": view.lengths,
            "exaggeration": view.fixed_exaggeration,
            "velocity_m_s": display.velocity_m_s if part.section.rows.name == "twt" else None,
        }
        mask = None
        if prediction is not None:
            look["classes"] = prediction.classes
            mask = swiped_mask(view, part.section, outline=overlay.outline)
        labels = self._pane.frame.labels.drawn if with_labels else None
        if labels is not None and labels.ids.shape != part.section.data.shape:
            labels = None
        shades = shown_shades(session, view, part.section) if with_classes else None
        return PictureSource(part, mask, labels, look, shades)

    def _on_looked(self, exists: bool) -> None:  # noqa: FBT001 - a slot
        if self._wanted is None:
            return
        if exists:
            ask_to_replace(self._window, self._wanted[1].path, self._write)
        else:
            self._write()

    def _write(self) -> None:
        if self._wanted is not None:
            title = self.tr("Draw {0}").format(self._wanted[1].path.name)
            self._writing.request(partial(self._work.write_figure, *self._wanted), title=title)
            self._wanted = None

    def _on_written(self, path: Path) -> None:
        self.told.emit(self.tr("{0} is written.").format(path))


def _place(shown: SliceImage) -> str:
    request = shown.request
    axis = request.volume.axis_along(request.direction)
    return position_text(axis, request.direction, request.index)
