"""A window on a survey, and what its labels are."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.session.edits import LabelKey
from engine.session.label_scheme import LabelScheme


class Desk:
    """The window with what tests of labelling ask for."""

    def __init__(self, qtbot, window):
        self.qtbot = qtbot
        self.window = window
        self.model = window._model
        self.document.adopt_scheme(
            LabelScheme(
                ClassScheme(
                    (
                        SegmentationClass("background", "#888888", background=True),
                        SegmentationClass("salt", "#ff2d2d"),
                        SegmentationClass("channel", "#2d9bff"),
                    )
                )
            )
        )

    @property
    def document(self):
        """The labels, when all steps that are worked out are in it."""
        self.qtbot.waitUntil(lambda: not self.window.steps.desk.busy, timeout=10_000)
        return self.window.session.labels

    @property
    def view(self):
        return self.window.pane.view

    @property
    def box(self):
        return self.window.tool_boxes[0]

    @property
    def key(self):
        session = self.window.session
        opened = session.opened
        return LabelKey(session.author, opened.direction, opened.index)

    @property
    def classes(self):
        """One's own labels of the section, as the document has them."""
        return self.document.plane(self.key)[0]

    @property
    def certainty(self):
        return self.document.plane(self.key)[1]

    @property
    def picks(self):
        return self.document.picks(self.key.direction, self.key.index)

    def use(self, tool, **settings):
        self.model.set_tools(**settings)
        self.model.set_tool(tool)
        self.view.setFocus()

    def assert_drawn(self):
        """What is on the screen is what the document has."""
        item, layer = self.view.labels, self.window.pane.frame.labels
        classes, sure = self.document.plane(self.key)
        expected = layer._colors.codes(classes, sure)
        assert np.array_equal(item.codes, expected)


@pytest.fixture
def desk(qtbot, opened):
    return Desk(qtbot, opened)
