"""Keeps the keyboard with the section while the mouse is in a panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider, QWidget


def focus_by_tab_only(panel: QWidget) -> None:
    """Let buttons, sliders and combo boxes take the focus by Tab, not by a click.

    After a click in a panel the arrow keys still move through the slices.

    Parameters
    ----------
    panel : QWidget
        Whose controls are meant; text and number fields are left alone.
    """
    for kind in (QAbstractButton, QComboBox, QSlider):
        for control in panel.findChildren(kind):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
