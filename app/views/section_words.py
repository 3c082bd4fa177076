"""What one section of the open data is called."""

from __future__ import annotations

from engine.session.session import Session

_WORDS = {"image": "image", "record": "window", "gathers": "gather", "line": "line"}


def section_word(session: Session) -> str:
    """Return what one section is called: ``slice``, or ``image``, ``window`` and so on.

    Parameters
    ----------
    session : Session
        The document.

    Returns
    -------
    str
        As it stands inside a sentence.
    """
    opened = session.opened
    return "slice" if opened is None else _WORDS.get(opened.volume.kind, "slice")
