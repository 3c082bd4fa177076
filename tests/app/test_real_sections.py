"""Every way of drawing, on recorded sections."""

import numpy as np
import pytest
from PIL import Image

from app.composition import compose
from app.workers.figures import FigureChoice
from app.workers.work import Work


class ReadingWork(Work):
    """Opens real files; knows no models."""

    def list_models(self, folders, job):
        return ()


@pytest.fixture(
    params=[
        "parihaka_crop.sgy",
        "f3.sgy",
        "small.sgy",
        "volve10r12-full-twt-arb.sgy",
        "volve10r12-full-z-il10117sub.sgy",
    ]
)
def real(qtbot, qapp, shared_data, request):
    window = compose(qapp, ReadingWork())
    qtbot.addWidget(window)
    window.show()
    window.files.open_path(shared_data / "segy" / request.param)
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=10000)
    yield window
    window.close()


def test_each_drawing_differs_and_a_reversed_one_too(real):
    pictures = []
    for drawing in ("density", "wiggles", "both"):
        for flipped in (False, True):
            real._model.set_display(drawing=drawing, flipped=flipped)
            pictures.append(real.pane.view.grab().toImage())
    for index, picture in enumerate(pictures):
        assert all(picture != other for other in pictures[index + 1 :])


def test_all_directions_stand_side_by_side_at_true_proportions(qtbot, real):
    opened = real.session.opened
    real._model.set_views(3)
    real._model.set_display(exaggeration=1.0)
    n_views = len(opened.volume.directions)
    views = real.pane.views[:n_views]
    qtbot.waitUntil(lambda: all(view.shown is not None for view in views), timeout=10000)
    assert {view.shown.request.direction for view in views} == set(opened.volume.directions)
    for view in views:
        times = view.exaggeration
        assert times is None or times == pytest.approx(1.0)


def test_the_section_becomes_a_figure(qtbot, real, tmp_path):
    real._model.set_display(drawing="both")
    path = tmp_path / "figure.png"
    told = []
    real.figures.told.connect(told.append)
    real.figures._start("title", FigureChoice(path, 120, 100, 100, whole=True), (False, False))
    qtbot.waitUntil(lambda: bool(told), timeout=30000)
    with Image.open(path) as image:
        assert np.asarray(image.convert("L")).std() > 20
