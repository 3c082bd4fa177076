import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

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


class Counting(QHBoxLayout):
    """A row that counts how often it is laid out."""

    n_laid_out = 0

    def setGeometry(self, room):
        self.n_laid_out += 1
        super().setGeometry(room)


@pytest.mark.parametrize(("n_characters", "n_laid_out"), [(20, 0), (0, 1)])
def test_a_text_with_room_of_its_own_only_repaints(qtbot, n_characters, n_laid_out):
    bar = QWidget()
    qtbot.addWidget(bar)
    row, label = Counting(bar), ElidedLabel(n_characters)
    row.addWidget(label)
    row.addWidget(ElidedLabel(5))
    bar.show()
    label.setText("Inline 100")
    qtbot.waitUntil(lambda: row.n_laid_out > 0 and pixels(label).min() != 255, timeout=3000)
    QApplication.processEvents()
    row.n_laid_out, before = 0, pixels(label)
    label.setText("Inline 102, far away")
    QApplication.processEvents()
    QApplication.processEvents()
    assert row.n_laid_out == n_laid_out
    after = pixels(label)
    assert before.shape != after.shape or (before != after).any()
    assert label.toolTip() == label.accessibleName() == label.text() == "Inline 102, far away"


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
