"""Labels have an outline of the same width at every zoom; predictions have none."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform, qRgba

from app.views.label_colors import LEFT_OUT_CODES, NOTHING
from app.views.label_outline import LabelOutline

RED = qRgba(200, 0, 0, 128)
LIGHT = QColor(238, 178, 178).rgba()
SIZE = 60


def drawn(codes, scale=3.0, down=True, part=None, table=None, transform=None):
    """Draw the outline of codes on a clear image of 60 x 60; returns colours, row by row."""
    outline = LabelOutline()
    outline.set_table(table or [RED] * 254 + [0, 0])
    image = QImage(SIZE, SIZE, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    n_rows = codes.shape[0]
    flip = QTransform(scale, 0, 0, scale if down else -scale, scale / 2, scale / 2)
    if not down:
        flip = QTransform(scale, 0, 0, -scale, scale / 2, scale * (n_rows - 0.5))
    painter.setWorldTransform(transform or flip)
    outline.paint(painter, QRectF(*(part or (0, 0, SIZE, SIZE))), codes)
    painter.end()
    return np.array([[image.pixel(x, y) for x in range(SIZE)] for y in range(SIZE)])


@pytest.fixture
def block():
    """A block of 8 x 10 samples in 20 x 20."""
    codes = np.full((20, 20), NOTHING, dtype=np.uint8)
    codes[6:14, 5:15] = 0
    return codes


def test_a_dark_line_and_a_light_one_lie_inside_of_the_label(block, qapp):
    line = drawn(block)[30]
    dark = line[15]
    assert QColor.fromRgb(int(dark)).lightness() < 30
    assert list(line[14:19]) == [0, dark, LIGHT, LIGHT, 0]
    assert list(line[41:46]) == [0, LIGHT, LIGHT, dark, 0]


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.5, 7.0])
def test_it_is_as_wide_at_every_zoom(block, qapp, scale):
    shown = drawn(block[2:, 2:], scale)
    middle = shown[round(7.5 * scale)]
    first = int(np.flatnonzero(middle)[0])
    assert np.count_nonzero(middle[first : first + 4]) == 3
    assert first == pytest.approx(3 * scale, abs=1)


def test_a_view_upside_down_has_it_where_the_label_is(qapp):
    codes = np.full((20, 20), NOTHING, dtype=np.uint8)
    codes[:4, 5:15] = 0
    assert drawn(codes)[:14].any()
    assert not drawn(codes)[14:].any()
    assert not drawn(codes, down=False)[:44].any()
    assert drawn(codes, down=False)[44:].any()


def test_with_swapped_axes_it_is_the_same_turned(qapp):
    codes = np.full((20, 20), NOTHING, dtype=np.uint8)
    codes[2:6, 5:15] = 0
    codes[10:19, 8:11] = 1
    turned = QTransform(0, 3, 3, 0, 1.5, 1.5)
    assert np.array_equal(drawn(codes, transform=turned), drawn(codes).T)
    part = (20, 5, 30, 25)
    whole, some = drawn(codes, transform=turned), drawn(codes, transform=turned, part=part)
    assert np.array_equal(some[5:30, 20:50], whole[5:30, 20:50])
    assert LabelOutline.reach(turned) == LabelOutline.reach(QTransform(3, 0, 0, 3, 1.5, 1.5)) < 3


def test_the_edge_of_the_data_is_no_border(qapp):
    codes = np.zeros((20, 20), dtype=np.uint8)
    assert not drawn(codes).any()


def test_a_part_is_drawn_as_in_the_whole(block, qapp):
    whole, part = drawn(block), drawn(block, part=(13, 17, 8, 9))
    assert np.array_equal(part[17:26, 13:21], whole[17:26, 13:21])
    part[17:26, 13:21] = 0
    assert not part.any()


def test_stripes_of_left_out_and_hidden_classes_have_no_borders(qapp):
    codes = np.full((20, 20), NOTHING, dtype=np.uint8)
    codes[4:16, 4:16] = np.where(np.add.outer(np.arange(12), np.arange(12)) % 2, *LEFT_OUT_CODES)
    assert not drawn(codes)[21:39, 21:39].any()
    assert drawn(codes).any()
    codes[codes != NOTHING] = 7
    assert not drawn(codes, table=[RED] * 7 + [0] * 249).any()


def test_between_classes_both_have_one(qapp):
    codes = np.zeros((20, 20), dtype=np.uint8)
    codes[:, 10:] = 1
    blue = qRgba(0, 0, 200, 128)
    line = drawn(codes, table=[RED, blue] + [RED] * 252 + [0, 0])[30]
    assert np.count_nonzero(line) == 6
    assert line[29] == line[30]
    assert line[28] == LIGHT
    assert QColor.fromRgb(int(line[31])).blue() == 238
