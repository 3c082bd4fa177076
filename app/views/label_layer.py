"""The labels of the section in one view, drawn as they are painted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from app.session_model import SessionModel
from app.views.label_colors import DISAGREEMENT, LabelColors
from app.views.section_view import SectionView
from app.views.touched_tiles import TouchedTiles
from engine.core.arbitrary_line import ARBITRARY
from engine.core.drawn_labels import DrawnLabels
from engine.core.labels import POSSIBLE, UNLABELLED
from engine.core.painting import Stamp, painted
from engine.session.edits import LabelChange, LabelKey
from engine.session.labels import LabelDocument
from engine.session.sparse_plane import BLOCK

Samples = NDArray[np.uint8]


class LabelLayer(QObject):
    """Shows the session's labels and takes strokes.

    A stroke is drawn at once and goes into the document when it ends, as one step
    of undo.

    Parameters
    ----------
    model : SessionModel
        Whose labels are shown, and how.
    view : SectionView
        Where.
    """

    def __init__(self, model: SessionModel, view: SectionView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self._key: LabelKey | None = None
        self._shape: tuple[int, int] | None = None
        self._kept: tuple[Samples, Samples] | None = None
        self._others: Samples | None = None
        self._differ: NDArray[np.bool_] | None = None
        self._colors: LabelColors | None = None
        self._title = ""
        self._touched = TouchedTiles()
        self._ending = False
        view.slice_replaced.connect(self.reload)
        model.labels_replaced.connect(self._on_replaced)
        model.labels_changed.connect(self._on_change)
        model.class_changed.connect(self._on_author)
        model.label_look_changed.connect(self._on_look)
        self.reload()

    @property
    def key(self) -> LabelKey | None:
        """Whose labels of which section are painted; None where nothing can be labelled."""
        return self._key

    @property
    def document(self) -> LabelDocument | None:
        """Where the labels go."""
        return self._model.session.labels

    @property
    def shape(self) -> tuple[int, int] | None:
        """Rows and columns of the section."""
        return self._shape

    @property
    def classes(self) -> Samples | None:
        """One's own class ids, what is being painted included; not to be changed."""
        return None if self._own is None else self._own[0]

    @property
    def _own(self) -> tuple[Samples, Samples] | None:
        """Classes and certainty by oneself: copied when first asked for, not at each scroll."""
        document, key = self.document, self._key
        if self._kept is None and document is not None and key is not None:
            self._kept = document.plane(key)
        return self._kept

    def labels_at(self, row: int, col: int) -> tuple[tuple[str, int, int], ...]:
        """Return who has labelled a sample as what, as far as it is drawn.

        Parameters
        ----------
        row, col : int
            The sample.

        Returns
        -------
        tuple of (str, int, int)
            Author, class id or `LEFT_OUT`, and certainty; one's own label first.
        """
        document, key, own = self.document, self._key, self._own
        look = self._model.session.label_look
        if document is None or key is None or own is None or not look.visible:
            return ()
        found = [(key.author, int(own[0][row, col]), int(own[1][row, col]))]
        if look.others or look.disagreement:
            for author in document.authors_at(key.direction, key.index):
                other, here = (
                    replace(key, author=author),
                    (slice(row, row + 1), slice(col, col + 1)),
                )
                if other != key:
                    classes, sure = document.window(other, *here)
                    found.append((author, int(classes[0, 0]), int(sure[0, 0])))
        return tuple(item for item in found if item[1] != UNLABELLED)

    @property
    def drawn(self) -> DrawnLabels | None:
        """A copy of what is drawn; None if nothing is."""
        document, own, look = self.document, self._own, self._model.session.label_look
        if document is None or own is None or not look.visible:
            return None
        ids, certainty = self._with_others(slice(None), slice(None))
        if (ids == UNLABELLED).all():
            return None
        classes = document.scheme.classes
        return DrawnLabels(classes, ids.copy(), certainty.copy(), look.hidden, look.opacity)

    @property
    def painting(self) -> bool:
        """Whether a stroke is under way that is not in the document yet."""
        return not self._touched.empty

    def begin(self, title: str) -> None:
        """Begin a stroke, named in the menu for undo."""
        self.end()
        self._model.can_label()  # tells why what follows is not painted
        self._title = title

    def paint(self, stamp: Stamp | None, labels: Samples | int, certainty: int) -> None:
        """Paint samples at once.

        Parameters
        ----------
        stamp : Stamp or None
            Which samples of the section; None is nothing.
        labels : int or ndarray of uint8 like ``stamp.inside``
            Class id, `LEFT_OUT` or `UNLABELLED`, for all or for each.
        certainty : int
            Of what is labelled.
        """
        document = self.document
        if stamp is None or self._own is None or document is None or document.read_only:
            return
        here = (stamp.rows, stamp.cols)
        classes, sure = self._own
        classes[here], sure[here] = painted(
            (classes[here], sure[here]),
            stamp.inside,
            labels,
            certainty,
            locked=document.scheme.locked,
        )
        self._touched.add(stamp)
        self._draw(*here)

    def end(self) -> None:
        """Put the stroke into the document."""
        rectangles = self._touched.take()
        if not rectangles:
            return
        document, key, own = self.document, self._key, self._own
        if document is None or key is None or own is None:
            return
        self._ending = True  # the document tells of what is drawn already
        try:
            with document.group(self._title):
                for rows, cols in rectangles:
                    classes, sure = (values[rows, cols].copy() for values in own)
                    document.paint(key, rows.start, cols.start, classes, sure, title=self._title)
        finally:
            self._ending = False

    def drop(self) -> None:
        """Take the stroke back."""
        for rows, cols in self._touched.take():
            self._read(rows, cols)

    def reload(self) -> None:
        """Show the labels of the section that is now on the screen; a stroke ends."""
        self.end()
        shown, document = self._view.shown, self.document
        opened = self._model.session.opened
        self._key = self._shape = self._kept = self._others = self._differ = None
        if shown is not None and document is not None and opened is not None:
            request, shape = shown.request, shown.section.data.shape
            # A line that is moved is another section: what lay on it would lie elsewhere.
            fits = request.volume_number == opened.number and request.direction != ARBITRARY
            if fits and document.shape(request.direction, request.index) == shape:
                author = self._model.session.author
                self._key = LabelKey(author, request.direction, request.index)
                self._shape = shape
        self._show()

    def _show(self) -> None:
        """Read and draw everything anew."""
        item, document = self._view.labels, self.document
        shape = self._shape
        if self._key is None or document is None or shape is None or self._view.shown is None:
            item.hide()
            return
        self._colors = LabelColors(document.scheme.classes)
        self._kept = None
        self._read_others()
        item.lie_on(self._view.shown.section)
        item.set_table(self._colors.table(self._model.session.label_look))
        item.clear(shape)
        if self._others is not None or self._differ is not None:
            self._draw(slice(0, shape[0]), slice(0, shape[1]))
        else:
            for row, col in document.blocks(self._key):
                first, left = row * BLOCK, col * BLOCK
                self._draw(
                    slice(first, min(first + BLOCK, shape[0])),
                    slice(left, min(left + BLOCK, shape[1])),
                )
        item.setVisible(self._model.session.label_look.visible)

    def _read_others(self) -> None:
        """Read what other interpreters say, as far as it is wanted."""
        document, key, look = self.document, self._key, self._model.session.label_look
        self._others = self._differ = None
        if document is None or key is None:
            return
        place = (key.direction, key.index)
        others = [
            replace(key, author=author)
            for author in document.authors_at(*place)
            if author != key.author
        ]
        if others and look.others:
            self._others = np.full(document.shape(*place), UNLABELLED, dtype=np.uint8)
            for other in others:
                theirs, _ = document.plane(other)
                self._others = np.where(self._others == UNLABELLED, theirs, self._others)
        if others and look.disagreement:
            self._differ = document.disagreement(*place)

    def _codes(self, rows: slice, cols: slice) -> Samples:
        """Return the indices of a rectangle."""
        if self._colors is None or self._own is None:
            return np.empty((0, 0), dtype=np.uint8)
        classes, sure = self._with_others(rows, cols)
        codes = self._colors.codes(classes, sure, rows.start, cols.start)
        if self._differ is not None:
            codes[self._differ[rows, cols]] = DISAGREEMENT
        return codes

    def _with_others(self, rows: slice, cols: slice) -> tuple[Samples, Samples]:
        """Return classes and certainties of a rectangle, those of others where one has none."""
        if self._own is None:
            return (np.empty((0, 0), dtype=np.uint8),) * 2
        classes, sure = (values[rows, cols] for values in self._own)
        if self._others is not None:
            mine = classes != UNLABELLED
            classes = np.where(mine, classes, self._others[rows, cols])
            sure = np.where(mine, sure, np.uint8(POSSIBLE))
        return classes, sure

    def _draw(self, rows: slice, cols: slice) -> None:
        self._view.labels.patch(rows.start, cols.start, self._codes(rows, cols))

    def _read(self, rows: slice, cols: slice) -> None:
        """Take a rectangle from the document again."""
        document = self.document
        if self._own is None or self._key is None or document is None:
            return
        self._own[0][rows, cols], self._own[1][rows, cols] = document.window(self._key, rows, cols)
        self._draw(rows, cols)

    def _on_change(self, change: LabelChange) -> None:
        if change.kind == "scheme":
            self._show()
        elif change.kind == "samples" and change.key is not None and self._key is not None:
            here = (change.key.direction, change.key.index)
            if here != (self._key.direction, self._key.index):
                return
            look = self._model.session.label_look
            if look.others or look.disagreement or change.rows is None or change.cols is None:
                self._show()
            elif change.key == self._key and not self._ending:
                self._read(change.rows, change.cols)

    def _on_replaced(self) -> None:
        self._touched.take()
        self.reload()

    def _on_author(self) -> None:
        if self._key is not None and self._key.author != self._model.session.author:
            self.reload()

    def _on_look(self) -> None:
        self.end()
        self._show()
