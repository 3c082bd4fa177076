"""Vertical exaggeration: fixed, kept and told."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QSpinBox

from app.widgets.elided_label import ElidedLabel
from engine.session.display_settings import DisplaySettings
from tests.app.fakes import FakeLine, FakeVolume, slice_of
from tests.app.views.test_section_view import wheel


def pixels(view, across, down):
    """Return how many pixels so many units take to the right and downwards."""
    start = view.view_box.mapViewToScene(QPointF(310, 20))
    end = view.view_box.mapViewToScene(QPointF(310 + across, 20 + down))
    return end.x() - start.x(), end.y() - start.y()


@pytest.mark.parametrize("times", [1.0, 5.0])
def test_a_metre_downwards_is_so_many_times_a_metre_to_the_right(view, times):
    view.set_display(DisplaySettings(exaggeration=times, velocity_m_s=2000.0))
    # A crossline is 25 m wide; at 2000 m/s, 25 ms of two-way time are 25 m.
    right, down = pixels(view, 1, 25)
    assert down == pytest.approx(times * right, rel=1e-6)
    assert view.exaggeration == pytest.approx(times)


@pytest.mark.parametrize("modifier", ["NoModifier", "ShiftModifier", "ControlModifier"])
def test_zooming_and_resizing_keep_fixed_proportions(view, modifier):
    view.set_display(DisplaySettings(exaggeration=2.0))
    before = view.view_box.viewRange()
    wheel(view, 3, getattr(Qt.KeyboardModifier, modifier))
    assert view.view_box.viewRange() != before
    assert view.exaggeration == pytest.approx(2.0)
    view.resize(500, 700)
    QApplication.processEvents()
    view.fit()
    assert view.exaggeration == pytest.approx(2.0)
    (left, right), (top, bottom) = view.view_box.viewRange()
    assert left <= 299.5
    assert right >= 339.5
    assert top <= -2
    assert bottom >= 198


def test_free_again_the_section_fills_the_view(view):
    before = view.view_box.viewRange()
    view.set_display(DisplaySettings(exaggeration=1.0))
    view.set_display(DisplaySettings())
    for now, then in zip(view.view_box.viewRange(), before, strict=True):
        assert now == pytest.approx(then)
    wheel(view, 2, Qt.KeyboardModifier.ShiftModifier)
    assert view.exaggeration is not None


def test_seen_from_above_metres_are_metres_both_ways(view):
    view.set_display(DisplaySettings(exaggeration=10.0))
    view.show_slice(slice_of(FakeVolume(), "twt", 4))
    assert view.exaggeration == pytest.approx(1.0)


def test_a_line_without_known_spacing_is_never_distorted_to_a_guess(view):
    view.set_display(DisplaySettings(exaggeration=2.0))
    view.show_slice(slice_of(FakeLine(), "line", 0))
    assert view.exaggeration is None
    (left, right), _ = view.view_box.viewRange()
    assert (left, right) == pytest.approx((0.5, 60.5))


def test_panel_and_menu_set_it_and_the_title_tells(opened):
    actions = opened._actions.actions
    label = opened.findChild(ElidedLabel, "scale")
    assert "vertical exaggeration" in label.text()
    actions["true_scale"].trigger()
    assert label.text() == "vertical exaggeration 1 at 2000 m/s"
    boxes = {box.accessibleName(): box for box in opened.findChildren(QComboBox)}
    box = boxes["Proportions"]
    assert box.currentData() == 1.0
    box.setCurrentIndex(box.findData(5.0))
    velocity = next(
        box for box in opened.findChildren(QSpinBox) if box.accessibleName() == "Velocity"
    )
    velocity.setValue(3000)
    assert label.text() == "vertical exaggeration 5 at 3000 m/s"
    assert not actions["true_scale"].isChecked()
