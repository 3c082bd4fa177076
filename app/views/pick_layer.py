"""The picks of the section in one view."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.session_model import SessionModel
from app.views.label_layer import LabelLayer
from app.views.pick_item import DrawnPick
from app.views.section_view import SectionView
from engine.core.labels import POSSIBLE
from engine.session.edits import LabelChange, Pick


class PickLayer(QObject):
    """Draws the session's picks.

    Parameters
    ----------
    model : SessionModel
        Whose picks are shown, and how.
    view : SectionView
        Where.
    layer : LabelLayer
        Tells which section may be labelled.
    """

    def __init__(self, model: SessionModel, view: SectionView, layer: LabelLayer) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self._layer = layer
        self._active = ""
        view.slice_replaced.connect(self.reload)
        model.labels_replaced.connect(self.reload)
        model.labels_changed.connect(self._on_change)
        model.class_changed.connect(self.reload)
        model.label_look_changed.connect(self.reload)
        self.reload()

    @property
    def own(self) -> tuple[Pick, ...]:
        """One's own picks of the section, those last made last."""
        key = self._layer.key
        return tuple(pick for pick in self._all() if pick.key == key)

    def find(self, pick_id: str) -> Pick | None:
        """Return the pick of an id, on whichever section it is."""
        document = self._layer.document
        picks = () if document is None else document.all_picks()
        return next((pick for pick in picks if pick.id == pick_id), None)

    def mark(self, pick_id: str) -> None:
        """Draw one pick as the one that is being made; none if empty."""
        self._active = pick_id
        self.reload()

    def reload(self) -> None:
        """Draw what the document has."""
        look, document = self._model.session.label_look, self._layer.document
        item, shown = self._view.picks, self._view.shown
        if shown is None or document is None or not look.visible:
            item.hide()
            return
        author = self._model.session.author
        classes = document.scheme.classes.classes
        item.lie_on(shown.section)
        item.show_picks(
            [
                DrawnPick(
                    pick.nodes,
                    classes[pick.class_id].color,
                    pick.certainty if pick.author == author else POSSIBLE,
                    active=pick.id == self._active,
                )
                for pick in self._all()
                if pick.class_id not in look.hidden and (pick.author == author or look.others)
            ]
        )
        item.show()

    def _all(self) -> tuple[Pick, ...]:
        document, key = self._layer.document, self._layer.key
        if document is None or key is None:
            return ()
        return document.picks(key.direction, key.index)

    def _on_change(self, change: LabelChange) -> None:
        if change.kind in {"picks", "scheme"}:
            self.reload()
