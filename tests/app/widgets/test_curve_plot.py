import numpy as np
import pytest

from app.widgets.curve_plot import CurvePlot


@pytest.mark.parametrize(("last", "width"), [(2, 60), (2, 400), (24, 60), (3000, 200)])
def test_steps_and_epochs_have_no_fractions_below_them(qtbot, last, width):
    plot = CurvePlot(counted=True)
    qtbot.addWidget(plot)
    plot.show_curve(np.arange(1.0, last + 1), np.ones(last), 0)
    (marked,) = plot.getAxis("bottom").tickValues(1, last, width)
    _, places = marked
    assert len(places) >= 1
    assert all(float(place).is_integer() for place in places)
    assert len(places) <= width / 20
