"""Events of a whole record do not depend on how it is cut into windows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from engine.errors import JobCancelledError, ShapeError
from engine.exporters.events.mask import MaskWriter
from engine.inference.event_finder import EventFinder
from engine.inference.record_runner import find_events
from engine.inference.window_blending import WindowBlender
from engine.readers.das.reader import DasReader
from tests.records import write_prodml


def _found(mask, confidence, data, cuts):
    finder = EventFinder(frozenset({0, 255}))
    for start, stop in zip((0, *cuts), (*cuts, len(mask)), strict=True):
        finder.add(mask[start:stop], confidence[start:stop], data[start:stop])
    return finder.events()


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    cuts=st.lists(st.integers(1, 39), unique=True, max_size=6).map(sorted),
    density=st.floats(0.05, 0.9),
)
def test_areas_are_those_of_the_whole_mask_however_it_is_cut(seed, cuts, density):
    rng = np.random.default_rng(seed)
    mask = np.where(rng.random((40, 23)) < density, rng.integers(1, 3, (40, 23)), 0)
    mask = mask.astype(np.uint8)
    mask[rng.random((40, 23)) < 0.05] = 255
    confidence = rng.random((40, 23)).astype(np.float32)
    data = rng.normal(size=(40, 23)).astype(np.float32)
    events = _found(mask, confidence, data, cuts)
    expected = 0
    for class_id in (1, 2):
        labels, count = ndimage.label(mask == class_id, np.ones((3, 3)))
        expected += count
        own = [e for e in events if e.class_id == class_id]
        spans = {
            (rows.start, rows.stop - 1, cols.start, cols.stop - 1, int((labels == n).sum()))
            for n, (rows, cols) in enumerate(ndimage.find_objects(labels), start=1)
        }
        assert {
            (e.first_row, e.last_row, e.first_col, e.last_col, e.n_samples) for e in own
        } == spans
        for event in own:
            inside = labels == labels[event.peak_row, event.peak_col]
            assert abs(event.peak_amplitude) == np.abs(data[inside]).max()
            assert event.mean_confidence == pytest.approx(confidence[inside].mean(), rel=1e-5)
            assert event.max_confidence == confidence[inside].max()
    assert len(events) == expected


def test_stripes_of_other_widths_are_refused():
    finder = EventFinder(frozenset({0}))
    stripe = np.zeros((2, 3), np.uint8)
    finder.add(stripe, stripe.astype(np.float32), stripe.astype(np.float32))
    wide = np.zeros((2, 4), np.float32)
    with pytest.raises(ShapeError):
        finder.add(wide.astype(np.uint8), wide, wide)


@settings(max_examples=60)
@given(
    length=st.integers(2, 30),
    step=st.integers(1, 30),
    n_rows=st.integers(30, 90),
    seed=st.integers(0, 99),
)
def test_blending_windows_that_agree_gives_back_what_they_say(length, step, n_rows, seed):
    step = min(step, length)
    truth = np.random.default_rng(seed).random((2, n_rows, 3)).astype(np.float32)
    starts = [*range(0, n_rows - length, step), n_rows - length]
    blender = WindowBlender(length - step)
    parts = []
    for start, following in zip(starts, [*starts[1:], n_rows], strict=True):
        blender.add(start, truth[:, start : start + length])
        parts.append(blender.take(following))
    np.testing.assert_allclose(np.concatenate(parts, axis=1), truth, rtol=1e-5)


def test_blending_crosses_over_from_one_window_to_the_next():
    blender = WindowBlender(3)
    blender.add(0, np.zeros((1, 5, 1), np.float32))
    first = blender.take(2)
    blender.add(2, np.ones((1, 5, 1), np.float32))
    rest = blender.take(7)
    assert first.ravel().tolist() == [0, 0]
    np.testing.assert_allclose(rest.ravel(), [0.25, 0.5, 0.75, 1, 1])


def _record(tmp_path, **options):
    """A quiet record with two blocks far above the mean, one across a window's end."""
    data = np.full((300, 40), -2, dtype=np.float32)
    data += np.random.default_rng(0).normal(0, 0.1, data.shape).astype(np.float32)
    data[90:121, 5:16] += 40
    data[200:221, 30:36] += 40
    data[110, 9] = 60
    data[:, 25] = np.nan
    write_prodml(tmp_path / "a.h5", data)
    return DasReader().open(tmp_path / "a.h5", **options)


@pytest.mark.parametrize("options", [{}, {"samples": 100}, {"samples": 100, "overlap": 0.5}])
def test_events_have_their_place_time_peak_and_confidence(
    tmp_path, sign_model, make_predictor, options
):
    record = _record(tmp_path, **options)
    predictor = make_predictor(sign_model())
    background = type(predictor.classes.classes[0])("low", "#000000", background=True)
    predictor.classes = type(predictor.classes)((background, predictor.classes.classes[1]))
    mask = MaskWriter(tmp_path / "mask.npy", record.axes[1], record.axes[0], predictor.classes)
    report = find_events(record, predictor, least_samples=50, mask=mask)
    mask.commit()
    one, other = report.events
    assert (one.first_row, one.last_row, one.first_col, one.last_col) == (90, 120, 5, 15)
    assert (one.peak_row, one.peak_col, one.peak_amplitude) == (110, 9, 60)
    assert (other.first_row, other.last_row, other.first_col, other.last_col) == (200, 220, 30, 35)
    assert 0.5 < one.mean_confidence <= one.max_confidence <= 1
    written = np.load(tmp_path / "mask.npy")
    expected = np.zeros((300, 40), np.uint8)
    expected[90:121, 5:16] = expected[200:221, 30:36] = 1
    expected[:, 25] = 255
    np.testing.assert_array_equal(written, expected)
    assert report.n_windows == record.windows.axis.size


class _Stop:
    def check(self):
        raise JobCancelledError

    def report(self, done, total, message=""):
        pass


def test_a_search_can_be_stopped(tmp_path, sign_model, make_predictor):
    with pytest.raises(JobCancelledError):
        find_events(_record(tmp_path), make_predictor(sign_model()), job=_Stop())
