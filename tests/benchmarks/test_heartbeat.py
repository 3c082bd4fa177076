"""The event loop of the window while slices, windows of a record and parts of an image are read."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio

from app.composition import compose
from app.workers.work import Work
from tests.benchmarks.heartbeat import measure
from tests.rasters import write_raster
from tests.records import write_prodml

N_MOVES = 120
IMAGE_SIDE = 8192


class NoModels(Work):
    """Lists no models, so that nothing else runs."""

    def list_models(self, folders, job):
        return ()


@pytest.fixture
def open_window(qapp, qtbot):
    """Open a file in a window of usual size."""
    windows = []

    def open_(path):
        window = compose(qapp, NoModels())
        windows.append(window)
        window.resize(1400, 900)
        window.show()
        window.files.open_path(path)
        qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=60_000)
        return window

    yield open_
    for window in windows:
        window.close()


@pytest.mark.parametrize("direction", ["inline", "crossline", "twt"])
def test_heartbeat_while_slices_scroll(benchmark, open_window, write_survey, tmp_path, direction):
    path = tmp_path / "survey.sgy"
    write_survey(path, 150, (400, 220))
    window = open_window(path)
    model = window._model
    model.set_direction(direction)
    size = window.session.opened.axis.size
    moves = [lambda n=n: model.set_index(n % size) for n in range(N_MOVES)]
    measure(benchmark, moves)


def test_heartbeat_while_a_record_scrolls(benchmark, open_window, tmp_path):
    path = tmp_path / "record.h5"
    write_prodml(path, data=np.random.default_rng(0).normal(size=(60_000, 256)).astype(np.float32))
    window = open_window(path)
    model = window._model
    size = window.session.opened.axis.size
    measure(benchmark, [lambda n=n: model.set_index(n % size) for n in range(N_MOVES)])


def test_heartbeat_while_a_large_image_is_zoomed_and_panned(benchmark, open_window, tmp_path):
    path = tmp_path / "image.tif"
    side = np.arange(IMAGE_SIDE, dtype=np.uint16)
    write_raster(path, (side[:, None] ^ side) & 0xFF, tiled=True)
    with rasterio.open(path, "r+") as file:
        file.build_overviews([2, 4], rasterio.enums.Resampling.average)
    window = open_window(path)
    box = window.pane.view.view_box
    zooms = [lambda: box.scaleBy((0.93, 0.93)) for _ in range(N_MOVES // 3)]
    pans = [
        lambda n=n: box.translateBy(x=box.viewRect().width() * (0.05 if n % 40 < 20 else -0.05))
        for n in range(N_MOVES - len(zooms))
    ]
    measure(benchmark, [*zooms, *pans])
    assert window.pane.view.detail.shown is not None
