"""Colours of the window, light and dark."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

SCHEMES = ("system", "light", "dark")


@dataclass(frozen=True, slots=True)
class _Colors:
    window: str
    base: str
    alternate: str
    button: str
    text: str
    disabled: str
    highlight: str
    highlighted: str
    link: str
    mid: str
    edge: str


_LIGHT = _Colors(
    window="#f3f4f6",
    base="#ffffff",
    alternate="#f0f2f4",
    button="#e9ebee",
    text="#1b1f24",
    disabled="#8b939c",
    highlight="#1f6feb",
    highlighted="#ffffff",
    link="#0b5cad",
    mid="#c4cad1",
    edge="#a9b1ba",
)
_DARK = _Colors(
    window="#1f2328",
    base="#2a3037",
    alternate="#2e343b",
    button="#343b43",
    text="#e3e7ec",
    disabled="#747d88",
    highlight="#2f74d0",
    highlighted="#ffffff",
    link="#6cb0ff",
    mid="#4a525c",
    edge="#a2acb7",
)


# Fusion draws the edge of a check box in a shade of the window's colour, which is not seen in
# the dark. These widgets draw nothing else with that colour.
_WITH_INDICATORS = ("QCheckBox", "QRadioButton", "QListWidget", "ClassTable")


def apply_theme(app: QApplication, scheme: str) -> None:
    """Dress the application in Fusion, light or dark.

    Parameters
    ----------
    app : QApplication
        The application.
    scheme : {"system", "light", "dark"}
        ``system`` follows the desktop.
    """
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    hints = app.styleHints()
    hints.setColorScheme(
        {
            "light": Qt.ColorScheme.Light,
            "dark": Qt.ColorScheme.Dark,
        }.get(scheme, Qt.ColorScheme.Unknown)
    )
    # A platform without a theme of its own ignores the hint, so the wish itself decides first.
    dark = scheme == "dark" or (scheme == "system" and hints.colorScheme() is Qt.ColorScheme.Dark)
    colors = _DARK if dark else _LIGHT
    app.setPalette(_palette(colors))
    for kind in _WITH_INDICATORS:
        app.setPalette(_palette(colors, edge=colors.edge), kind)  # type: ignore[arg-type]  # the stub is wrong


def is_dark(palette: QPalette) -> bool:
    """Return whether text is lighter than what it stands on."""
    window = palette.color(QPalette.ColorRole.Window)
    return palette.color(QPalette.ColorRole.WindowText).lightness() > window.lightness()


def _palette(colors: _Colors, *, edge: str = "") -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette(QColor(colors.button), QColor(colors.window))
    for part, color in {
        role.Window: edge or colors.window,
        role.Base: colors.base,
        role.AlternateBase: colors.alternate,
        role.Button: colors.button,
        role.WindowText: colors.text,
        role.Text: colors.text,
        role.ButtonText: colors.text,
        role.ToolTipBase: colors.base,
        role.ToolTipText: colors.text,
        role.PlaceholderText: colors.disabled,
        role.Highlight: colors.highlight,
        role.HighlightedText: colors.highlighted,
        role.Link: colors.link,
        role.Mid: colors.mid,
    }.items():
        palette.setColor(part, QColor(color))
    for part in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, part, QColor(colors.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colors.mid))
    return palette
