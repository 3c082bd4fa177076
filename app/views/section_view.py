"""One section, drawn on survey axes, with its overlay and a crosshair."""

from __future__ import annotations

from collections.abc import Mapping

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from app.theme import is_dark
from app.views.area_items import NoDataItem, VeilItem
from app.views.axis_items import SurveyAxis
from app.views.bend_item import BendItem
from app.views.color_maps import COLOR_MAPS, paper_table
from app.views.crosshair import Crosshair
from app.views.detail_item import DetailItem
from app.views.label_item import LabelItem
from app.views.mouse_tool import MouseTool, ToolMouse
from app.views.overlay_item import OverlayContent, OverlayItem
from app.views.pick_item import PickItem
from app.views.placing import grid_axes, sample_at, section_rect, visible_part
from app.views.proportions import kept_exaggeration, section_lengths
from app.views.view_box import SectionViewBox
from app.views.wiggle_item import WiggleItem
from app.widgets.plot_colors import dress_plot
from app.workers.analysis import VisiblePart
from app.workers.slices import SliceImage
from engine.core.axes import Axis
from engine.core.section import Section
from engine.session.display_settings import DisplaySettings, OverlaySettings
from engine.session.predictions import Prediction


class SectionView(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Draws what it is given; knows neither files nor models.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    pointer_moved = Signal(object)
    """A `Pointer`, or None when the mouse leaves the section."""
    scale_changed = Signal()
    """`exaggeration` may be another."""
    slice_replaced = Signal()
    """Another slice, or none, is shown."""
    focused = Signal()
    """The user turned to this view."""
    place_chosen = Signal(object)
    """A place was clicked twice: numbers by the names of both axes."""
    escaped = Signal()
    """The user wants to leave the tool."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._box = SectionViewBox()
        self._left, self._top = SurveyAxis("left"), SurveyAxis("top")
        super().__init__(
            parent, viewBox=self._box, axisItems={"left": self._left, "top": self._top}
        )
        self.setAccessibleName(self.tr("Section"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hideAxis("bottom")
        self.showAxis("top")
        self.hideButtons()
        # The lowest number of the left axis reaches below its end.
        self.plotItem.layout.setContentsMargins(1, 1, 1, self.fontMetrics().height() // 2 + 1)
        self._shown: SliceImage | None = None
        self._mouse: QPointF | None = None
        self._axes_shown: tuple[Axis, Axis] | None = None
        self._no_data = NoDataItem()
        self._image = pg.ImageItem(axisOrder="row-major")
        self.detail = DetailItem()
        self._wiggles = WiggleItem()
        self.overlay, self.bends = OverlayItem(), BendItem()
        self.labels, self.picks, self._veil = LabelItem(), PickItem(), VeilItem()
        drawn = (self._no_data, self._image, self.detail, self._wiggles, self.overlay)
        self._areas = (*drawn, self.labels, self.picks, self.bends, self._veil)
        for depth, item in enumerate(self._areas):
            item.setZValue(depth)
            item.hide()
            self._box.addItem(item, ignoreBounds=True)
        self._box.addItem(self.overlay.line, ignoreBounds=True)
        self._cross = Crosshair(self._box, len(self._areas))
        self.mouse = ToolMouse(self, self._box, self._section)
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.mouse.used_at.connect(self._on_mouse_moved)
        self._box.sigRangeChanged.connect(lambda *_: self.scale_changed.emit())
        self._box.sigResized.connect(lambda *_: self.scale_changed.emit())
        self._display = DisplaySettings()
        self.set_display(self._display)
        self._dress()

    @property
    def shown(self) -> SliceImage | None:
        """The slice on the screen."""
        return self._shown

    @property
    def shown_prediction(self) -> Prediction | None:
        """The prediction drawn over it, whether visible or not."""
        return self.overlay.content.prediction

    @property
    def visible_part(self) -> VisiblePart | None:
        """The samples inside the view; None if there are none."""
        finer = self.detail.shown
        return visible_part(self._shown, None if finer is None else finer.section, self._box.seen)

    @property
    def stale(self) -> bool:
        """Whether the slice is marked as out of date."""
        return bool(self._veil.isVisible())

    @property
    def view_box(self) -> SectionViewBox:
        """The box that zooms and pans."""
        return self._box

    def show_slice(self, shown: SliceImage) -> None:
        """Draw a slice; the view stays where it is if the axes are the same."""
        is_another = self._shown is None or self._shown.section is not shown.section
        self._shown = shown
        section = shown.section
        self._image.setImage(shown.image, autoLevels=False, levels=(0, 255))
        if (section.rows, section.cols) != self._axes_shown:
            self._place(section)
        self._wiggles.show_section(section, shown.request.levels.limit)
        self.bends.show_bends(shown)
        self._no_data.setVisible(shown.has_gaps)
        self._image.show()
        self._draw_amplitudes()
        self.set_stale(stale=False)
        if is_another:
            self.slice_replaced.emit()
        if self._mouse is not None:
            self._on_mouse_moved(self._mouse)

    def clear_slice(self) -> None:
        """Draw nothing."""
        self._shown = self._axes_shown = None
        self.detail.forget()
        self.show_content(OverlayContent())
        for item in self._areas:
            item.hide()
        self._cross.hide()
        self.slice_replaced.emit()

    def set_stale(self, *, stale: bool) -> None:
        """Fade the slice while another one is awaited."""
        self._veil.setVisible(stale)

    def set_display(self, display: DisplaySettings) -> None:
        """Draw the amplitudes in another way; slices from above are always colours."""
        self._display = display
        self._box.set_swapped(swapped=display.swapped)
        self._name_axes()
        self._fix_proportions()
        self._wiggles.set_style(flipped=display.flipped, over_colors=display.drawing == "both")
        self._draw_amplitudes()

    @property
    def exaggeration(self) -> float | None:
        """Vertical exaggeration on the screen; None where an axis is no length."""
        lengths = self.lengths
        width, height = self._box.viewPixelSize()
        if lengths is None or not (width and height):
            return None
        return float(lengths[0] * width / (lengths[1] * height))

    @property
    def lengths(self) -> tuple[float, float] | None:
        """Metres in a unit to the right and in one downwards, if both axes are lengths."""
        return section_lengths(self._shown, self._display)

    @property
    def fixed_exaggeration(self) -> float:
        """Vertical exaggeration that is kept; 0 where the section fills the view."""
        return kept_exaggeration(self._shown, self._display)

    def _fix_proportions(self) -> None:
        lengths, wanted = self.lengths, self.fixed_exaggeration
        ratio = None if lengths is None or not wanted else lengths[0] / (lengths[1] * wanted)
        self._box.set_ratio(ratio)
        self.scale_changed.emit()

    def _draw_amplitudes(self) -> None:
        display, shown = self._display, self._shown
        vertical = shown is not None and shown.section.rows.is_samples
        drawing = display.drawing if vertical else "density"
        colors = COLOR_MAPS[display.color_map].table(flipped=display.flipped)
        table = paper_table() if drawing == "wiggles" else colors
        for picture in (self._image, self.detail):
            picture.setLookupTable(table, update=picture.image is not None)
        self._wiggles.setVisible(drawing != "density")

    def show_content(self, content: OverlayContent) -> None:
        """Draw what models say over the slice, or take it away."""
        self.overlay.set_content(content, self._axes_of(content))

    def set_overlay(self, settings: OverlaySettings) -> None:
        """Draw it in another way."""
        self.overlay.set_settings(settings)

    def cover_overlay(self, *, covered: bool) -> None:
        """Take what models say away while something else has to be seen."""
        self.overlay.set_covered(covered=covered)

    def show_place(self, place: Mapping[str, float]) -> None:
        """Draw the crosshair at a place given by names of axes; none hides it."""
        if self._shown is not None:
            section = self._shown.section
            self._cross.show_at(place.get(section.cols.name), place.get(section.rows.name))

    def set_tool(self, tool: MouseTool | None) -> None:
        """Give the left button to a tool, or to none."""
        self.mouse.set_tool(tool)
        self._cross.hide()
        self._set_panning(panning=False)

    def fit(self) -> None:
        """Show the whole section."""
        self._box.fit()

    def _place(self, section: Section) -> None:
        keep_zoom = self._axes_shown is not None and (
            (section.rows.name, section.cols.name)
            == (self._axes_shown[0].name, self._axes_shown[1].name)
        )
        self._axes_shown = (section.rows, section.cols)
        rect = section_rect(section)
        self._image.setRect(rect)
        self._no_data.set_rect(rect)
        self._wiggles.set_rect(rect)
        self._veil.set_rect(rect)
        self._name_axes()
        self._box.set_home(rect)
        # Times and depths grow downwards; line numbers of a slice grow upwards, as on a map.
        self._box.invertY(section.rows.points_down)
        self._fix_proportions()
        if not keep_zoom:
            self._box.fit()

    def _axes_of(self, content: OverlayContent) -> tuple[Axis, Axis] | None:
        """Return the rows and columns of what a model says: of a window, if it saw no more."""
        shown, said = self._shown, content.prediction
        if shown is None:
            return None
        if said is not None and said.window is not None:
            return said.window.axes(*grid_axes(shown))
        return shown.section.rows, shown.section.cols

    def _section(self) -> Section | None:
        return None if self._shown is None else self._shown.section

    def _name_axes(self) -> None:
        if self._axes_shown is not None:
            down, across = self._axes_shown[:: -1 if self._box.swapped else 1]
            self._left.set_axis(down)
            self._top.set_axis(across)

    def _on_mouse_moved(self, position: QPointF) -> None:
        self._mouse = position
        shown = self._shown
        if shown is None or not self._box.sceneBoundingRect().contains(position):
            self._leave()
            return
        point = self._box.mapSceneToView(position)
        sample = sample_at(self.detail.section_at(point) or shown.section, point)
        if sample is None:
            self._leave()
            return
        if self.mouse.tool is None or not self.mouse.tool.hides_crosshair:
            self._cross.show_at(point.x(), point.y())
        self.pointer_moved.emit(sample)

    def _leave(self) -> None:
        self._cross.hide()
        self.pointer_moved.emit(None)

    def _dress(self) -> None:
        line = QColor("#8b939c") if not is_dark(self.palette()) else QColor("#747d88")
        dress_plot(self, (self._left, self._top), line)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_cross"):
            self._dress()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the crosshair away."""
        super().leaveEvent(event)
        self._mouse = None
        self._leave()

    def mousePressEvent(self, ev: QMouseEvent) -> None:
        """Keep the press: what no item wants is not for the widgets behind either."""
        super().mousePressEvent(ev)
        ev.accept()

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        """Keep the release, as the press."""
        super().mouseReleaseEvent(ev)
        ev.accept()

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Pan while Space is held; leave the tool with Escape."""
        if ev.key() == Qt.Key.Key_Space:
            self._set_panning(panning=True)
            ev.accept()
            return
        if ev.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        super().keyPressEvent(ev)

    def keyReleaseEvent(self, ev: QKeyEvent) -> None:
        """Stop panning."""
        if ev.key() == Qt.Key.Key_Space and not ev.isAutoRepeat():
            self._set_panning(panning=False)
        super().keyReleaseEvent(ev)

    def focusInEvent(self, event: QEvent) -> None:
        """Tell that the user turned here."""
        super().focusInEvent(event)
        self.focused.emit()

    def mouseDoubleClickEvent(self, ev: QMouseEvent) -> None:
        """Choose the place, for the sections of other directions."""
        super().mouseDoubleClickEvent(ev)
        section = self._section()
        if section is None or ev.button() != Qt.MouseButton.LeftButton:
            return
        point = self._box.mapSceneToView(self.mapToScene(ev.position().toPoint()))
        if sample_at(section, point) is not None:
            self.place_chosen.emit({section.cols.name: point.x(), section.rows.name: point.y()})

    def focusOutEvent(self, event: QEvent) -> None:
        """Stop panning: the key's release goes elsewhere."""
        self._set_panning(panning=False)
        super().focusOutEvent(event)

    def _set_panning(self, *, panning: bool) -> None:
        self._box.panning = panning
        tool = self.mouse.tool
        idle = Qt.CursorShape.ArrowCursor if tool is None else tool.cursor
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if panning else idle)
