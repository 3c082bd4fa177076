"""An export segments every section once and leaves nothing behind when it fails."""

from __future__ import annotations

import json
import os
import signal
import threading

import numpy as np
import pytest
import torch

from engine.errors import DataError, JobCancelledError, WriteError
from engine.inference.volume_runner import ExportRequest, export_volume
from engine.jobs.context import ThrottledContext


@pytest.fixture
def request_for(volume, make_predictor, sign_model, array_exporter, tmp_path):
    def make(exporter=None, model=None, **fields):
        predictor = make_predictor(model or sign_model(), tile=28, overlap=7)
        exporter = exporter or array_exporter()
        return ExportRequest(volume, predictor, tmp_path / "out.npy", exporter, **fields)

    return make


@pytest.mark.parametrize("direction", ["inline", "crossline", "twt"])
def test_every_section_is_what_the_predictor_says(direction, request_for, volume):
    request = request_for(direction=direction)
    report = export_volume(request)
    statistics = volume.statistics()
    assert len(request.exporter.sections) == request.axis.size == report.n_sections
    for (along, index), data in request.exporter.sections.items():
        assert along == direction
        expected = request.predictor.classify(volume.section(direction, index), statistics)
        np.testing.assert_array_equal(data, expected.data)


def test_bad_amplitudes_outside_the_chosen_sections_do_not_matter(request_for, volume):
    request = request_for(direction="inline", indices=(0, 2))
    volume.data[1, 4, :3] = np.inf
    report = export_volume(request)
    assert sorted(index for _, index in request.exporter.sections) == [0, 2]
    assert report.n_sections == 2
    assert sum(report.shares.values()) == pytest.approx(1)


def test_probabilities_are_written_for_each_class(request_for, volume):
    request = request_for(probabilities=True)
    report = export_volume(request)
    assert request.exporter.layers.content == "probabilities"
    data = request.exporter.sections["inline", 2]
    assert data.shape == (2, 40, 30)
    assert data.dtype == np.float32
    np.testing.assert_allclose(data.sum(axis=0), 1, atol=1e-5)
    assert report.shares["high"] == pytest.approx(0.5, abs=0.05)


def test_the_report_counts_classes_where_there_are_data(request_for, volume):
    volume.data[:, :10] = np.nan
    report = export_volume(request_for())
    above = volume.data[:, 10:] > volume.statistics().mean
    assert report.shares["high"] == pytest.approx(above.mean())
    assert sum(report.shares.values()) == pytest.approx(1)
    assert report.sections_per_s > 0
    assert report.written.lines == ("same geometry",)


def test_the_report_says_what_made_the_files(request_for):
    request = request_for()
    report = export_volume(request)
    record = json.loads(report.record.read_text())
    assert record["provenance"]["source"] == "in.sgy"
    assert record["provenance"]["pipeline"] == request.predictor.pipeline.fingerprint
    assert record["classes"] == request.predictor.classes.to_json()
    assert record["files"] == [path.name for path in report.written.paths]


def test_the_exporter_gets_its_options(request_for):
    request = request_for(options={"level": 3})
    export_volume(request)
    assert request.exporter.options == {"level": 3}


def test_progress_counts_sections_and_tells_the_rate(request_for):
    seen = []

    class Job:
        def check(self):
            pass

        def report(self, done, total, message=""):
            seen.append((done, total, message))

    export_volume(request_for(), Job())
    work = [entry for entry in seen if "sections/s" in entry[2]]
    assert [entry[:2] for entry in work] == [(k, 5) for k in range(1, 6)]


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_amplitudes_that_are_not_finite_are_refused_before_anything_is_computed(
    value, request_for, volume, sign_model
):
    volume.data[3, 4, 5:8] = value
    model = sign_model()
    request = request_for(model=model)
    with pytest.raises(DataError, match="3 amplitudes at inline 106") as caught:
        export_volume(request)
    assert "--nan-as-no-data" in caught.value.hint
    assert request.exporter.log == ["abort"]
    assert model.sizes == []


def test_amplitudes_that_are_not_finite_can_be_taken_as_missing(request_for, volume):
    volume.data[3, 4, 5:8] = np.inf
    request = request_for(nan_as_no_data=True)
    export_volume(request)
    written = request.exporter.sections["inline", 3]
    assert (written[5:8, 4] == 255).all()
    assert (written == 255).sum() == 3


def test_an_existing_output_is_kept(request_for):
    request = request_for()
    request.out.write_text("mine")
    with pytest.raises(WriteError, match="exists"):
        export_volume(request)
    assert request.exporter.log == ["abort"]
    assert request.out.read_text() == "mine"
    export_volume(request_for(overwrite=True))


def test_cancelling_leaves_nothing(request_for, sign_model):
    job = ThrottledContext(lambda done, total, message: None)
    model = sign_model()
    model.register_forward_hook(lambda *_: job.cancel())
    request = request_for(model=model)
    with pytest.raises(JobCancelledError):
        export_volume(request, job)
    assert request.exporter.log == ["abort"]
    assert torch.get_num_threads() >= len(model.sizes)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX processes")
def test_an_interrupt_leaves_nothing(request_for, sign_model):
    def interrupt(*_):
        hook.remove()
        os.kill(os.getpid(), signal.SIGINT)

    model = sign_model()
    hook = model.register_forward_hook(interrupt)
    request = request_for(model=model)
    # Processes that run tests side by side ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            export_volume(request)
    finally:
        signal.signal(signal.SIGINT, before)
    assert request.exporter.log == ["abort"]


def test_a_full_disk_stops_all_streams(request_for, array_exporter):
    request = request_for(exporter=array_exporter(fail_at=1))
    with pytest.raises(WriteError, match="no space left"):
        export_volume(request)
    assert request.exporter.log == ["abort"]
    assert len(request.exporter.sections) < 5


def test_an_unknown_direction_is_refused_before_anything_is_written(request_for):
    request = request_for(direction="depth")
    with pytest.raises(ValueError, match="depth"):
        export_volume(request)
    assert request.exporter.log == []


def test_sections_are_not_gathered(request_for, volume, sign_model, monkeypatch):
    """At most one section for each stream is between its reading and its writing."""
    alive, most = set(), []
    lock = threading.Lock()
    read = volume.section

    def section(direction, index):
        with lock:
            alive.add(index)
            most.append(len(alive))
        return read(direction, index)

    request = request_for(nan_as_no_data=True)
    write = request.exporter.write

    def written(direction, index, data):
        write(direction, index, data)
        with lock:
            alive.discard(index)

    monkeypatch.setattr(volume, "section", section)
    monkeypatch.setattr(request.exporter, "write", written)
    export_volume(request)
    assert max(most) <= torch.get_num_threads()
