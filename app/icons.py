"""Icons that come with the program."""

from __future__ import annotations

from importlib import resources

from PySide6.QtGui import QIcon


def icon(name: str) -> QIcon:
    """Return an icon by the name of its file.

    Parameters
    ----------
    name : str
        Without folder and extension.

    Returns
    -------
    QIcon
        Scales to any size.
    """
    return QIcon(str(resources.files("resources") / "icons" / f"{name}.svg"))
