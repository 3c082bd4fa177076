"""Actions on one section, called what it is called in the open data."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction

from app.actions.spec import ActionSpec
from app.actions.table import ACTIONS
from app.views.section_words import section_word
from engine.session.session import Session

_KEYS = frozenset({"segment", "live", "clear_slice", "paint_picks", "instant"})
_WORD = "slice"
_OF_SECTION = tuple(spec for spec in ACTIONS if spec.key in _KEYS)


def name_sections(actions: Mapping[str, QAction], session: Session) -> None:
    """Let actions say image, window or gather where the table says slice.

    Parameters
    ----------
    actions : mapping of str to QAction
        By their keys.
    session : Session
        Says what is open.
    """
    word = section_word(session)
    for spec in _OF_SECTION:
        _name(actions[spec.key], spec, word)


def _name(action: QAction, spec: ActionSpec, word: str) -> None:
    action.setText(action.tr(spec.text).replace(_WORD, word))
    tip = action.tr(spec.tip).replace(_WORD, word)
    action.setStatusTip(tip)
    action.setToolTip(tip)
