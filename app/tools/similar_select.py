"""Select what looks like the places that are clicked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from app.session_model import SessionModel
from app.tools.label_tool import LabelTool, fillable
from app.tools.similar_bar import SimilarBar
from app.views.label_layer import LabelLayer
from app.views.mouse_tool import ToolPointer
from app.views.placing import section_rect
from app.views.section_view import SectionView
from app.views.section_words import section_word
from engine.core.painting import Stamp

SIMILAR = "similar"
"""Name of the tool in the session."""
FIRST_THRESHOLD = 150
"""Of 255: a cosine of 0.59, until something is compared."""
FIRST_SHARE = 0.05
"""Of the slice; what is selected at first, until the threshold is moved."""
_OVER_LABELS = 6.5
_FAINT, _STRONG = 45, 190
"""Opacity, of 255, of what is just below the threshold and of what is above."""

Places = tuple[tuple[int, int], ...]


class SimilarSelectTool(LabelTool):
    """A click shows what is alike; Shift+click adds a place, Ctrl+click takes one away.

    The slider says how alike; Enter paints it with the active class.

    Parameters
    ----------
    model : SessionModel
        Tells class and certainty.
    view : SectionView
        Where it works.
    layer : LabelLayer
        The labels of that view.
    ask : callable
        Takes the tool, and has its `places` compared with all of the slice; the
        answer is for `show_similarity`.
    """

    title = "Similar"

    def __init__(
        self,
        model: SessionModel,
        view: SectionView,
        layer: LabelLayer,
        ask: Callable[[SimilarSelectTool], None],
    ) -> None:
        super().__init__(model, view, layer)
        self._ask = ask
        self._like: Places = ()
        self._unlike: Places = ()
        self._similarity: NDArray[np.uint8] | None = None
        self._in_use = False
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setZValue(_OVER_LABELS)
        self._image.hide()
        self._marks = pg.ScatterPlotItem(size=15, pen=pg.mkPen("#14181c", width=1))
        self._marks.setZValue(_OVER_LABELS)
        self._marks.hide()
        for item in (self._image, self._marks):
            view.view_box.addItem(item, ignoreBounds=True)
        self.bar = SimilarBar(FIRST_THRESHOLD, view)
        self.bar.threshold_changed.connect(self._draw)
        self.bar.paint_clicked.connect(self.paint)
        self._enter = [
            QShortcut(
                QKeySequence(key), view, self.paint, context=Qt.ShortcutContext.WidgetShortcut
            )
            for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ]
        model.class_changed.connect(self._draw)
        self._clear()

    @property
    def places(self) -> tuple[Places, Places]:
        """Rows and columns that are to be alike, and that are not."""
        return self._like, self._unlike

    @property
    def similarity(self) -> NDArray[np.uint8] | None:
        """What is shown, 255 for alike; None while nothing is."""
        return self._similarity

    def taken(self) -> None:
        """Say at once what to do."""
        self._in_use = True
        self._clear()

    def released(self, at: ToolPointer) -> None:
        """Take a place and have it compared."""
        section = self._section
        if section is None:
            return
        place = (
            min(max(round(at.row), 0), section.rows.size - 1),
            min(max(round(at.col), 0), section.cols.size - 1),
        )
        if at.ctrl and self._like:
            self._unlike = (*self._unlike, place)
        elif at.shift and self._like:
            self._like = (*self._like, place)
        else:
            self._like, self._unlike = (place,), ()
        self._mark()
        self.bar.show_waiting()
        self._ask(self)

    def show_similarity(self, similarity: NDArray[np.uint8]) -> None:
        """Show an answer.

        Parameters
        ----------
        similarity : ndarray of uint8, shape (n_rows, n_cols)
            As `engine.inference.similarity.similarity` gives it.
        """
        section = self._section
        if section is None or similarity.shape != section.data.shape:
            return
        self._similarity = similarity
        self.bar.propose(max(int(np.quantile(similarity, 1 - FIRST_SHARE)), 1))
        self._image.setImage(similarity, autoLevels=False, levels=(0, 255))
        self._image.setRect(section_rect(section))
        self._image.show()
        self._view.cover_overlay(covered=True)
        for shortcut in self._enter:
            shortcut.setEnabled(True)
        self._draw()

    def paint(self) -> None:
        """Paint what is selected with the active class, as one step of undo."""
        similarity, threshold = self._similarity, self.bar.threshold
        fills_labelled = self._model.session.tools.fills_labelled
        if similarity is None:
            return

        def find(classes: NDArray[np.uint8]) -> Stamp | None:
            inside = similarity >= threshold
            free = fillable(classes, fills_labelled=fills_labelled)
            return Stamp.trimmed(0, 0, inside if free is None else inside & free)

        self._paint_found(find, self._model.session.class_id)
        self._clear()

    def escaped(self) -> bool:
        """Drop the selection."""
        busy = bool(self._like)
        self._clear()
        return busy

    def interrupted(self) -> None:
        """Drop the selection: it belongs to another slice."""
        self._clear()

    def left(self) -> None:
        """Drop the selection, and take the bar away."""
        self._in_use = False
        self._clear()

    def drop_answer(self) -> None:
        """Drop the places: they could not be compared."""
        self._clear()

    def _selected(self) -> NDArray[np.bool_] | None:
        if self._similarity is None:
            return None
        inside = self._similarity >= self.bar.threshold
        classes = self._layer.classes
        if classes is None:
            return inside
        free = fillable(classes, fills_labelled=self._model.session.tools.fills_labelled)
        return inside if free is None else inside & free

    def _draw(self) -> None:
        inside = self._selected()
        if inside is None:
            return
        color = self._color(self._model.session.class_id)
        table = np.zeros((256, 4), dtype=np.uint8)
        table[:, :3] = tuple(bytes.fromhex(color[1:]))
        threshold = self.bar.threshold
        # What nearly belongs to it glows faintly, so that one sees which way to move.
        table[:threshold, 3] = np.linspace(0, _FAINT, threshold)
        table[threshold:, 3] = _STRONG
        self._image.setLookupTable(table)
        self.bar.show_share(float(inside.mean()), section_word(self._model.session))

    def _mark(self) -> None:
        section = self._section
        if section is None:
            return
        spots = [
            {
                "pos": (section.cols.value(col), section.rows.value(row)),
                "symbol": symbol,
                "brush": pg.mkBrush(color),
            }
            for places, symbol, color in (
                (self._like, "+", "#ffffff"),
                (self._unlike, "x", "#ff4d6d"),
            )
            for row, col in places
        ]
        self._marks.setData(spots)
        self._marks.show()

    def _clear(self) -> None:
        self._like = self._unlike = ()
        self._similarity = None
        self._image.hide()
        self._marks.hide()
        if self._in_use:
            self.bar.show_hint()
        else:
            self.bar.hide()
        self._view.cover_overlay(covered=False)
        for shortcut in self._enter:
            shortcut.setEnabled(False)
