"""What is said while nothing is open."""

from PySide6.QtWidgets import QCommandLinkButton, QLabel

from app.panels.welcome import Welcome


def test_every_kind_of_data_that_can_be_opened_is_named(qtbot):
    welcome = Welcome()
    qtbot.addWidget(welcome)
    opening = next(b for b in welcome.findChildren(QCommandLinkButton) if b.text() == "Open…")
    said = " ".join(label.text() for label in welcome.findChildren(QLabel))
    for kind in ("DAS record", "image"):
        assert kind in said
        assert kind in opening.description()
    assert "SEG-Y" in said
