"""The strip on which a split is drawn."""

import pytest
from PySide6.QtCore import QPoint, Qt

from app.widgets.split_strip import SplitStrip


@pytest.fixture
def strip(qtbot):
    strip = SplitStrip()
    qtbot.addWidget(strip)
    strip.resize(616, strip.sizeHint().height())
    strip.show_axis((2.0, 16.0, 20.0), 30, str)
    strip.show_split(18, 24, 4)
    strip.show()
    return strip


def _drag(qtbot, strip, start, end, y=12):
    places = [QPoint(round(strip.x_of(border)), y) for border in (start, end)]
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=places[0])
    qtbot.mouseMove(strip, places[1])
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=places[1])


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (18, 15.5, (15, 24, 4)),
        (25, 21.5, (18, 21, 4)),
        (14, 10.5, (18, 24, 8)),
        (29, 26.5, (18, 24, 2)),
        (18, 28.5, (24, 24, 4)),  # not beyond the other border
        (8, 3, (18, 24, 4)),  # there is no border
    ],
)
def test_each_border_of_the_strip_is_dragged(qtbot, strip, start, end, expected):
    told = []
    strip.changed.connect(lambda: told.append(strip.split))
    _drag(qtbot, strip, start, end)
    assert strip.split == expected
    assert bool(told) == (expected != (18, 24, 4))


def test_a_buffer_can_be_drawn_out_of_the_border_of_validation(qtbot, strip):
    strip.show_split(18, 24, 0)
    _drag(qtbot, strip, 18, 14.5, y=24)
    assert strip.split == (18, 24, 4)


def _grey(strip, low, high):
    """Lightness of the columns between two borders, without their edges."""
    image = strip.grab().toImage()
    columns = range(round(strip.x_of(low)) + 4, round(strip.x_of(high)) - 4)
    return [
        [image.pixelColor(x, y).lightness() for y in range(6, 28)]  # the bar
        for x in columns
    ]


def _varied(lines):
    return any(max(line) - min(line) > 15 for line in lines)


def test_the_parts_are_told_apart_without_colour(strip):
    # Short enough that no name is written.
    strip.show_axis((2.0, 16.0, 20.0), 60, str)
    strip.show_split(18, 21, 4)
    training, buffer, validation = (_grey(strip, *p) for p in ((22, 26), (14, 18), (18, 22)))
    assert _varied(buffer)
    assert not _varied(validation)
    assert _varied(zip(*validation, strict=True))  # upright rules
    strip.show_split(40, 44, 0)
    training = _grey(strip, 34, 38)
    assert not _varied(training[:20])


def _marks(strip):
    """The pixels around each labelled place, as lightness."""
    image = strip.grab().toImage()
    marks = []
    for place in strip._places:
        x = round(strip.x_of(place + 0.5))
        marks.append(
            [
                image.pixelColor(x + i, 37 + j).lightness() > 210
                for i in range(-4, 5)
                for j in range(-4, 5)
            ]
        )
    return marks


def test_the_marks_of_labelled_slices_differ_in_shape(strip):
    training, left_out, validation = _marks(strip)
    assert training != left_out != validation != training


def test_an_arrow_spans_the_nearest_pair(strip):
    before = strip.grab().toImage()
    strip.show_nearest((20.0, 2.0))
    after = strip.grab().toImage()
    x, y = round(strip.x_of(10)), 37
    column = range(y - 3, y + 4)
    assert any(before.pixelColor(x, j) != after.pixelColor(x, j) for j in column)
    strip.show_nearest(None)
    assert strip.grab().toImage() == before


def test_it_pales_while_it_cannot_be_used(strip):
    before = strip.grab().toImage()
    strip.setEnabled(False)
    assert strip.grab().toImage() != before
