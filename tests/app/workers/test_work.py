"""The real jobs, on a small file and a small random bundle."""

import json
from dataclasses import replace

import numpy as np
import pytest
import rasterio
import segyio

from app.workers.analysis import VisiblePart, measure_histogram, measure_spectrum
from app.workers.exporting import ExportChoice
from app.workers.figures import PictureSource
from app.workers.segmenting import SegmentRequest
from app.workers.work import Work
from engine.core.levels import Levels
from engine.core.prediction_options import PredictionOptions
from engine.errors import DataError, JobCancelledError, ReadError, WriteError
from engine.inference.prediction import load_predictor
from engine.jobs.context import NULL_JOB, ThrottledContext
from engine.preprocessing.histogram import histogram
from engine.preprocessing.spectrum import mean_spectrum
from engine.session.predictions import PredictionKey
from tests.bundles import write_bundle
from tests.rasters import write_raster
from tests.records import samples, write_prodml


@pytest.fixture
def survey(tmp_path):
    path = tmp_path / "small.sgy"
    data = np.random.default_rng(1).normal(size=(3, 30, 40)).astype(np.float32)
    segyio.tools.from_array3D(str(path), data, iline=189, xline=193, dt=4000)
    return path


@pytest.fixture
def work(tmp_path):
    (tmp_path / "models").mkdir()
    write_bundle(tmp_path / "models" / "tiny")
    return Work(tmp_path / "models")


@pytest.fixture
def model(work):
    return next(m for m in work.list_models((), NULL_JOB) if m.name == "tiny")


def key_of(model, index=0):
    return PredictionKey(1, "inline", index, model.identity, model.pipeline)


def test_a_bundle_is_listed_with_classes_and_origin(model):
    assert model.available
    assert len(model.classes) == 2
    assert "not DINOv2" in dict(model.facts)["Encoder"]
    assert model.pipeline


def test_a_damaged_bundle_is_listed_with_the_reason(tmp_path, work, model):
    (model.path / "decoder.safetensors").unlink()
    changed = next(m for m in work.list_models((), NULL_JOB) if m.path == model.path)
    assert changed.identity != model.identity or not changed.available


def test_identity_changes_when_a_file_of_the_bundle_is_replaced(work, model):
    card = model.path / "README.md"
    card.write_text(card.read_text() + "more\n")
    again = next(m for m in work.list_models((), NULL_JOB) if m.path == model.path)
    assert again.identity != model.identity


def test_a_section_is_segmented_as_by_the_predictor_itself(work, model, survey):
    opened = work.open_file(survey, {}, NULL_JOB)
    section = opened.volume.section("inline", 1)
    request = SegmentRequest(key_of(model, 1), model, "cpu", section, opened.statistics, survey)
    prediction = work.segment(request, NULL_JOB)
    probabilities = load_predictor(model.path, "cpu").predict(section, opened.statistics)
    assert np.array_equal(prediction.mask, probabilities.data.argmax(axis=0))
    highest = probabilities.data.max(axis=0) * 255
    assert np.abs(prediction.shares.max(axis=0) - highest).max() <= 0.51
    assert prediction.key == request.key
    assert prediction.device == "cpu"
    opened.volume.close()


def test_a_model_sees_exact_amplitudes_where_the_screen_shows_rounded_ones(work, model, survey):
    opened = work.open_file(survey, {}, NULL_JOB)
    exact = opened.volume.section("inline", 1)
    opened.volume.attach(work.copies.make(survey, {}, 10**9, NULL_JOB))
    shown = opened.volume.section("inline", 1)
    assert shown.rounded
    assert not np.array_equal(shown.data, exact.data)
    key, statistics = key_of(model, 1), opened.statistics
    request = SegmentRequest(key, model, "cpu", shown, statistics, survey, opened.volume)
    prediction = work.segment(request, NULL_JOB)
    expected = load_predictor(model.path, "cpu").predict(exact, statistics)
    assert np.array_equal(prediction.mask, expected.data.argmax(axis=0))
    highest = expected.data.max(axis=0) * 255
    assert np.abs(prediction.shares.max(axis=0) - highest).max() <= 0.51
    opened.volume.close()


def test_what_is_measured_and_drawn_is_exact_where_the_screen_shows_rounded_ones(work, survey):
    opened = work.open_file(survey, {}, NULL_JOB)
    exact = opened.volume.section("inline", 1)
    opened.volume.attach(work.copies.make(survey, {}, 10**9, NULL_JOB))
    shown = opened.volume.section("inline", 1)
    rows, cols = (slice(0, axis.size) for axis in (shown.rows, shown.cols))
    levels = Levels.automatic(opened.statistics, 99.0)
    part = VisiblePart(shown, rows, cols, levels, opened.volume)
    spectrum = measure_spectrum(part, NULL_JOB)
    assert np.array_equal(spectrum.decibels, mean_spectrum(exact.data, exact.rows).decibels)
    counts = measure_histogram(part, NULL_JOB).counts
    assert np.array_equal(counts, histogram(exact.data, levels).counts)
    drawn = PictureSource(part, None, None, {}).fields(whole=True)["section"]
    assert np.array_equal(drawn.data, exact.data)
    opened.volume.close()


def test_going_back_to_a_model_loads_nothing(tmp_path, work, model, monkeypatch):
    write_bundle(tmp_path / "models" / "adapted", method="lora")
    adapted = next(m for m in work.list_models((), NULL_JOB) if m.name == "adapted")
    work.prepare(model, "cpu", NULL_JOB)
    loads = []
    monkeypatch.setattr(
        "engine.inference.predictor_cache.load_predictor",
        lambda path, device: loads.append(path.name) or load_predictor(path, device),
    )
    for chosen in (adapted, model, adapted, model):
        work.prepare(chosen, "cpu", NULL_JOB)
    assert loads == ["adapted"]
    (adapted.path / "README.md").write_text("trained anew")
    again = next(m for m in work.list_models((), NULL_JOB) if m.name == "adapted")
    work.prepare(again, "cpu", NULL_JOB)
    assert loads == ["adapted", "adapted"]


def test_an_export_compares_with_its_source(tmp_path, work, model, survey):
    out = tmp_path / "out.sgy"
    choice = ExportChoice(survey, {}, model, "cpu", "inline", "classes", out)
    exported = work.export(choice, NULL_JOB)
    assert exported.paths == (out,)
    assert exported.lines
    with segyio.open(out) as written, segyio.open(survey) as source:
        assert list(written.ilines) == list(source.ilines)
        assert set(np.unique(written.trace.raw[:])) <= {0.0, 1.0}
    with pytest.raises(WriteError):
        work.export(choice, NULL_JOB)


def test_probabilities_go_to_one_file_for_each_class(tmp_path, work, model, survey):
    choice = ExportChoice(survey, {}, model, "cpu", "inline", "probabilities", tmp_path / "out.sgy")
    exported = work.export(choice, NULL_JOB)
    assert len(exported.paths) == 2
    assert all(path.exists() for path in exported.paths)


def test_the_events_of_a_record_are_written_as_a_table(tmp_path, work, model):
    write_prodml(tmp_path / "a.h5", samples(300, 40))
    choice = ExportChoice(
        tmp_path / "a.h5", {}, model, "cpu", "window", "events", tmp_path / "out.csv"
    )
    exported = work.export(choice, NULL_JOB)
    assert exported.paths == (tmp_path / "out.csv", tmp_path / "out.csv.json")
    assert not exported.is_compared
    assert (tmp_path / "out.csv").read_text().startswith("id,class,first_channel")
    with pytest.raises(WriteError, match="exists"):
        work.export(choice, NULL_JOB)


def test_the_mask_of_an_image_is_written_on_its_grid(tmp_path, work, model):
    write_raster(tmp_path / "a.tif")
    choice = ExportChoice(
        tmp_path / "a.tif", {}, model, "cpu", "image", "craters", tmp_path / "out.tif"
    )
    exported = work.export(choice, NULL_JOB)
    assert exported.paths == (tmp_path / "out.tif",)
    with rasterio.open(tmp_path / "a.tif") as source, rasterio.open(exported.paths[0]) as mask:
        assert (mask.shape, mask.transform) == (source.shape, source.transform)
        assert set(np.unique(mask.read(1))) <= {0, 1, 255}
    with pytest.raises(WriteError, match="exists"):
        work.export(choice, NULL_JOB)


def test_a_cancelled_export_leaves_nothing(tmp_path, work, model, survey):
    job = ThrottledContext(lambda *_: None)
    job.cancel()
    choice = ExportChoice(survey, {}, model, "cpu", "inline", "classes", tmp_path / "out.sgy")
    before = set(tmp_path.iterdir())
    with pytest.raises(JobCancelledError):
        work.export(choice, job)
    assert set(tmp_path.iterdir()) == before


def test_the_demo_survey_is_made_once(work, monkeypatch):
    first = work.demo_survey(NULL_JOB)
    changed = first.stat().st_mtime_ns
    assert work.demo_survey(NULL_JOB) == first
    assert first.stat().st_mtime_ns == changed
    opened = work.open_file(first, {}, NULL_JOB)
    assert opened.volume.kind == "volume"
    opened.volume.close()


def test_opening_what_is_not_there_says_so(work, tmp_path):
    with pytest.raises(ReadError, match="no such file"):
        work.open_file(tmp_path / "none.sgy", {}, NULL_JOB)


def test_results_are_not_segmented_and_are_told_as_such(work, model, survey):
    record = {"files": ["small.sgy"], "content": "classes", "classes": [{"name": "Rock"}]}
    survey.with_name(f"{survey.name}.json").write_text(json.dumps(record))
    opened = work.open_file(survey, {}, NULL_JOB)
    section = opened.volume.section("inline", 0)
    request = SegmentRequest(key_of(model), model, "cpu", section, opened.statistics, survey)
    with pytest.raises(DataError, match="not amplitudes"):
        work.segment(request, NULL_JOB)
    assert "classes, not amplitudes: 0 Rock" in opened.description["notes"][0]
    opened.volume.close()


def test_folders_of_own_models_are_listed_first_after_the_named_one(tmp_path):
    (tmp_path / "mine").mkdir()
    write_bundle(tmp_path / "mine" / "salt-north")
    folders = (tmp_path / "gone", tmp_path / "mine")
    assert Work().list_models(folders, NULL_JOB)[0].path == tmp_path / "mine" / "salt-north"


def test_a_section_is_averaged_and_its_small_regions_filled_when_chosen(work, model, survey):
    opened = work.open_file(survey, {}, NULL_JOB)
    section = opened.volume.section("inline", 1)
    options = PredictionOptions(mirror=True, smallest_region=9)
    key = replace(key_of(model, 1), options=options)
    request = SegmentRequest(key, model, "cpu", section, opened.statistics, survey)
    prediction = work.segment(request, NULL_JOB)
    predictor = load_predictor(model.path, "cpu").with_options(options)
    probabilities = predictor.predict(section, opened.statistics)
    assert np.array_equal(prediction.mask, predictor.classify(section, opened.statistics).data)
    highest = probabilities.data.max(axis=0) * 255
    assert np.abs(prediction.shares.max(axis=0) - highest).max() <= 0.51
    plain = work.segment(replace(request, key=key_of(model, 1)), NULL_JOB)
    assert not np.array_equal(plain.mask, prediction.mask)
    opened.volume.close()
