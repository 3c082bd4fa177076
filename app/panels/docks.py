"""All panels in their docks round the section."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QWidget

from app.panels.das_processing_panel import DasProcessingPanel
from app.panels.data_panel import DataPanel
from app.panels.display_panel import DisplayPanel
from app.panels.dock_widths import DockWidths
from app.panels.fk_panel import FkPanel
from app.panels.histogram_panel import HistogramPanel
from app.panels.jobs_panel import JobsPanel
from app.panels.label_panel import LabelPanel
from app.panels.map_panel import MapPanel
from app.panels.model_panel import ModelPanel
from app.panels.spectrum_panel import SpectrumPanel
from app.panels.training_panel import TrainingPanel
from app.session_model import SessionModel
from app.views.section_pane import SectionPane
from app.widgets.column_scroll import ColumnScroll
from app.widgets.focus import focus_by_tab_only
from app.workers.lanes import Lanes
from engine.session.labelling import LABEL_TOOLS

_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
_BELOW = Qt.DockWidgetArea.BottomDockWidgetArea
_WIDTHS = (290, 310)
_LEFT_HEIGHTS = [260, 120, 420]
"""Of data, jobs and map while a line is drawn on it."""


class Docks(QObject):
    """Makes the panels and puts them round the window.

    Parameters
    ----------
    window : QMainWindow
        Gets the docks.
    model : SessionModel
        The session.
    pane : SectionPane
        The section on the screen.
    lanes : Lanes
        Their jobs are listed; the read lane measures what is on the screen.

    Attributes
    ----------
    model_panel : ModelPanel
        The one that is told of predictions.
    label_panel : LabelPanel
        The one that gets the actions of the Label menu.
    training_panel : TrainingPanel
        The one that shows trainings.
    widths : DockWidths
        How wide the panels at the sides are.
    """

    def __init__(
        self, window: QMainWindow, model: SessionModel, pane: SectionPane, lanes: Lanes
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self.model_panel = ModelPanel(model)
        self.label_panel = LabelPanel(model)
        self.training_panel = TrainingPanel()
        display = DisplayPanel(model)
        for panel in (display, self.model_panel, pane):
            focus_by_tab_only(panel)
        # Refitting after each stroke is mostly done at once, and so are fills.
        jobs = JobsPanel(lanes.every, brief=(lanes.label, lanes.compute))
        self._left = [
            self._add("data", self.tr("Data"), DataPanel(model), _LEFT),
            self._add("jobs", self.tr("Jobs"), jobs, _LEFT),
        ]
        self._right = [
            self._add("display", self.tr("Display"), display, _RIGHT),
            self._add("model", self.tr("Model"), ColumnScroll(self.model_panel), _RIGHT),
            self._add("labels", self.tr("Labels"), ColumnScroll(self.label_panel), _RIGHT),
        ]
        processing = DasProcessingPanel(model, lanes.read)
        focus_by_tab_only(processing)
        spectrum, histogram = SpectrumPanel(pane, lanes.read), HistogramPanel(pane, lanes.read)
        self._map = self._add("map", self.tr("Map"), MapPanel(model), _LEFT)
        chain = ColumnScroll(processing)
        self._processing = self._add("processing", self.tr("Processing"), chain, _LEFT)
        self._hidden = [
            self._add("spectrum", self.tr("Amplitude spectrum"), spectrum, _BELOW),
            self._add("fk", self.tr("f-k spectrum"), FkPanel(pane, lanes.read), _BELOW),
            self._add("histogram", self.tr("Histogram"), histogram, _BELOW),
            self._map,
            self._processing,
        ]
        self._training = self._add("training", self.tr("Training"), self.training_panel, _BELOW)
        self._hidden.append(self._training)
        self._arrange()
        self.widths = DockWidths(window, _WIDTHS)
        model.views_changed.connect(self.widths.apply_soon)
        model.tool_changed.connect(self._on_tool)
        self._processing.toggleViewAction().triggered.connect(self._on_processing)

    def show_map(self) -> None:
        """Show the map, if it is hidden, and give it the keyboard."""
        dock = self._map
        if not dock.isVisible():
            dock.show()
            # The window gives a dock its first place when it comes back to its events.
            QTimer.singleShot(0, self, self._make_room_for_map)
        dock.raise_()
        dock.widget().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _make_room_for_map(self) -> None:
        docks = [*self._left, self._map]
        self._window.resizeDocks(docks, _LEFT_HEIGHTS, Qt.Orientation.Vertical)

    def _on_processing(self, shown: bool) -> None:  # noqa: FBT001 - a slot
        if shown:
            left, right = self.widths.wanted
            wanted = self._processing.sizeHint().width()
            self.widths.set_wanted((max(left, wanted), right))
            QTimer.singleShot(0, self, self._make_room_for_processing)

    def _make_room_for_processing(self) -> None:
        """Show all steps at once, as far as the window is high enough."""
        dock, data = self._processing, self._left[0]
        # What is done to the record takes a second line as soon as it is more than a step.
        wanted = dock.sizeHint().height() + dock.fontMetrics().lineSpacing()
        missing = max(wanted - dock.height(), 0)
        docks = [d for d in (*self._left, self._map, dock) if d.isVisible()]
        taken = {dock: missing, data: -missing}
        heights = [d.height() + taken.get(d, 0) for d in docks]
        self._window.resizeDocks(docks, heights, Qt.Orientation.Vertical)

    def show_training(self) -> None:
        """Bring the panel of trainings forward."""
        if self._training.isHidden():
            self._training.show()
            # Only once it is laid out its height can be set.
            QTimer.singleShot(0, self, self._lower_training)
        self._training.raise_()

    def _lower_training(self) -> None:
        height = self.training_panel.sizeHint().height()
        self._window.resizeDocks([self._training], [height], Qt.Orientation.Vertical)

    def add_to_menu(self, menu: QMenu) -> None:
        """Let a menu show and hide each panel."""
        for dock in (*self._left, *self._right, *self._hidden):
            menu.addAction(dock.toggleViewAction())

    def _add(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(widget)
        self._window.addDockWidget(area, dock)
        return dock

    def _arrange(self) -> None:
        window = self._window
        window.setCorner(Qt.Corner.BottomLeftCorner, _LEFT)
        window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
        for dock in self._hidden:
            dock.hide()
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        window.resizeDocks([self._left[0], self._right[0]], list(_WIDTHS), across)
        window.resizeDocks(self._left, [500, 220], down)
        window.resizeDocks(self._right[:2], [150, 620], down)
        window.tabifyDockWidget(self._right[1], self._right[2])
        self._right[1].raise_()

    def _on_tool(self) -> None:
        """Bring forward what the tool can do."""
        if self._model.session.tool in LABEL_TOOLS:
            self._right[2].raise_()
