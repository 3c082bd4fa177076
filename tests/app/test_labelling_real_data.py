"""Labelling real sections in the real window, with the mouse."""

from __future__ import annotations

import numpy as np
import pytest

from app.composition import compose
from app.workers.work import Work
from engine.core.labels import UNLABELLED
from engine.core.painting import brush_radii, polyline
from engine.session.edits import LabelKey
from tests.app.mouse import click, double_click, stroke

FILES = {
    "seismic": "segy/parihaka_crop.sgy",
    "record": "das/deformation_rate_event_1.hdf5",
    "image": "crater",
}


class NoModels(Work):
    """Lists no models, so that nothing else runs."""

    def list_models(self, *_):
        return ()


@pytest.fixture(params=FILES)
def real(request, qtbot, qapp, shared_data):
    path = shared_data / FILES[request.param]
    if path.is_dir():
        path = next((p for p in sorted(path.rglob("*.png")) if "mask" not in str(p)), path)
    if not path.is_file():
        pytest.skip(f"no {path.name}")
    window = compose(qapp, NoModels())
    qtbot.addWidget(window)
    window.resize(1200, 800)
    window.show()
    window.files.open_path(path)
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=60000)
    yield window
    window.close()


def at(view, across, down):
    n_rows, n_cols = view.shown.section.data.shape
    return across * n_cols, down * n_rows


def test_strokes_fills_and_sticks_on_real_sections(qtbot, real):
    view, model, document = real.pane.view, real._model, real.session.labels
    opened = real.session.opened
    key = LabelKey(real.session.author, opened.direction, opened.index)
    shape = view.shown.section.data.shape
    model.set_tools(brush=20.0)
    model.set_tool("brush")
    places = [at(view, 0.2, 0.3), at(view, 0.3, 0.35), at(view, 0.4, 0.3)]
    stroke(qtbot, view, places)
    section = view.shown.section
    width, height = view.view_box.viewPixelSize()
    px = abs(section.cols.step) / width, abs(section.rows.step) / height
    stamp = polyline(places, brush_radii(20.0, *px), shape)
    expected = np.zeros(shape, dtype=bool)
    expected[stamp.rows, stamp.cols] = stamp.inside
    # The mouse stands on whole pixels, which may hold several samples.
    painted = document.plane(key)[0] == 1
    assert np.count_nonzero(painted != expected) <= 0.15 * expected.sum()
    model.set_tool("fill")
    click(qtbot, view, *at(view, 0.5, 0.7))
    row, col = (round(v) for v in reversed(at(view, 0.5, 0.7)))
    near = (slice(row - 2, row + 3), slice(col - 2, col + 3))
    qtbot.waitUntil(lambda: 1 in document.plane(key)[0][near], timeout=30_000)
    model.set_tool("pick")
    click(qtbot, view, *at(view, 0.7, 0.5))
    double_click(qtbot, view, *at(view, 0.75, 0.8))
    (pick,) = document.picks(opened.direction, opened.index)
    assert pick.nodes[1] == pytest.approx(at(view, 0.75, 0.8), abs=max(shape) / 400)
    while document.undo_text:
        document.undo()
    assert (document.plane(key)[0] == UNLABELLED).all()
    assert not document.all_picks()
    assert (view.labels.codes == 255).all()
