"""Wiggles as they reach the screen."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from app.views.section_view import SectionView
from app.workers.slices import SliceRequest, read_slice
from engine.core.axes import Axis
from engine.core.levels import Levels
from engine.core.section import Plane, Section
from engine.jobs.context import NULL_JOB
from engine.session.display_settings import DisplaySettings
from tests.app.fakes import FakeVolume

INK = "#000000"


class Traces(FakeVolume):
    """Traces that are 100 in the upper half and -100 in the lower; the third is missing."""

    def __init__(self, n_traces=5, step=1.0):
        super().__init__()
        self.n_traces, self.step = n_traces, step

    def section(self, direction, index):
        data = np.full((50, self.n_traces), 100.0, np.float32)
        data[25:] = -100
        data[:, 2] = np.nan
        first = 1.0 if self.step > 0 else float(self.n_traces)
        cols = Axis("crossline", "1", first, self.step, self.n_traces)
        return Section(data, self.axes[2], cols, Plane("inline", 0, 100.0))


def show(qtbot, volume, direction="inline", **display):
    view = SectionView()
    qtbot.addWidget(view)
    view.resize(700, 600)
    view.set_display(DisplaySettings(**display))
    view.show()
    view.show_slice(
        read_slice(SliceRequest(1, volume, direction, 0, Levels.symmetric(100.0)), NULL_JOB)
    )
    QApplication.processEvents()
    return view


def color(view, crossline, twt):
    image = view.grab().toImage()
    point = view.mapFromScene(view.view_box.mapViewToScene(QPointF(crossline, twt)))
    ratio = image.devicePixelRatio()
    return image.pixelColor(round(point.x() * ratio), round(point.y() * ratio)).name()


@pytest.mark.parametrize("step", [1.0, -1.0])
def test_peaks_are_filled_to_the_right_of_their_trace_and_troughs_are_not(qtbot, step):
    view = show(qtbot, Traces(step=step), drawing="wiggles")
    trace = 2 if step > 0 else 4
    assert color(view, trace + 0.5, 50) == INK
    assert color(view, trace - 0.5, 150) == "#ffffff"


def test_a_reversed_display_fills_troughs(qtbot):
    view = show(qtbot, Traces(), drawing="wiggles", flipped=True)
    assert color(view, 2.5, 150) == INK
    assert color(view, 1.6, 50) == "#ffffff"


def test_where_there_is_no_data_there_is_no_curve(qtbot):
    view = show(qtbot, Traces(), drawing="wiggles")
    colors = {color(view, 3.4, twt) for twt in (30, 60, 120, 150)}
    assert colors <= {"#8d939b", "#6c727a", INK}
    assert color(view, 2.9, 150) in {"#8d939b", "#6c727a"}


def test_over_density_the_colours_show_through(qtbot):
    both = show(qtbot, Traces(), drawing="both")
    density = show(qtbot, Traces())
    assert color(both, 1.6, 170) not in {"#ffffff", INK}
    assert color(both, 4.7, 170) == color(density, 4.7, 170)


def test_traces_too_close_to_tell_apart_are_left_out(qtbot):
    view = show(qtbot, Traces(2000), drawing="wiggles")
    width = view.view_box.width()
    assert width / (2000 / view._wiggles.stride) >= 7
    view.view_box.setXRange(1000, 1020, padding=0)
    view.grab()
    assert view._wiggles.stride == 1


def test_slices_from_above_stay_in_colours(qtbot):
    view = show(qtbot, FakeVolume(), "twt", drawing="wiggles")
    assert not view._wiggles.isVisible()


def test_flipping_exchanges_the_colours(qtbot):
    plain, flipped = show(qtbot, Traces()), show(qtbot, Traces(), flipped=True)
    assert color(plain, 1, 50) == color(flipped, 1, 150)
    assert color(plain, 1, 150) == color(flipped, 1, 50)
