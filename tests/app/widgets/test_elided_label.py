import numpy as np
from PySide6.QtGui import QImage

from app.widgets.elided_label import ElidedLabel


def pixels(label):
    image = label.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width()].copy()


def test_the_text_keeps_within_the_margins_which_alone_are_repainted(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setContentsMargins(10, 6, 10, 6)
    label.setText("fitting jpgy in 1.07 s")
    label.resize(label.sizeHint())
    blank = ElidedLabel()
    qtbot.addWidget(blank)
    blank.resize(label.size())
    drawn = pixels(label) != pixels(blank)
    assert drawn.any()
    inside = np.zeros_like(drawn)
    inside[6:-6, 10:-10] = True
    assert not drawn[~inside].any()


def test_it_asks_for_room_for_all_of_its_text(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("fitted in 1.07 s")
    bare = label.sizeHint()
    label.setContentsMargins(10, 2, 10, 2)
    assert (label.sizeHint().width(), label.sizeHint().height()) == (
        bare.width() + 20,
        bare.height() + 4,
    )


def test_the_shorter_text_stands_in_where_there_is_no_room(qtbot):
    label, short, long = ElidedLabel(), ElidedLabel(), ElidedLabel()
    for each in (label, short, long):
        qtbot.addWidget(each)
    label.set_texts("vertical exaggeration 1.5", "VE 1.5")
    short.setText("VE 1.5")
    long.setText("vertical exaggeration 1.5")
    for expected in (short, long):
        size = expected.sizeHint()
        label.resize(size)
        expected.resize(size)
        assert np.array_equal(pixels(label), pixels(expected))
    assert label.minimumSizeHint().width() >= short.sizeHint().width()
    assert label.toolTip() == "vertical exaggeration 1.5"
    label.setText("proportions 2")
    assert label.minimumSizeHint().width() < short.sizeHint().width()
