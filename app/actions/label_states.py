"""What the Label menu shows of the session."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction

from app.actions.label_table import CERTAINTIES, N_CLASS_KEYS, TOOLS
from engine.session.session import Session


def label_switches(session: Session) -> tuple[tuple[str, bool], ...]:
    """Return which switches of the Label menu are on.

    Parameters
    ----------
    session : Session
        The document.

    Returns
    -------
    tuple of (str, bool)
        Keys of actions, with their state.
    """
    look = session.label_look
    return (
        *((spec.key, session.tool == spec.key) for spec in TOOLS),
        (CERTAINTIES[session.certainty - 1], True),
        ("show_labels", look.visible),
        ("show_others", look.others),
        ("show_disagreement", look.disagreement),
    )


def name_classes(actions: Mapping[str, QAction], session: Session) -> None:
    """Let the actions that choose a class tell its name; those without a class hide."""
    labels = session.labels
    names = () if labels is None else labels.scheme.names
    for number in range(N_CLASS_KEYS):
        action = actions[f"class_{number}"]
        action.setVisible(number < len(names))
        if number < len(names):
            action.setText(names[number].replace("&", "&&"))
