"""``outcrop predict`` on a DAS record writes a table of events."""

from __future__ import annotations

import csv
import json

import h5py
import numpy as np
import pytest

from engine.cli.main import main
from tests.bundles import write_bundle
from tests.records import START, samples, write_prodml
from tests.synthetic import write_segy


@pytest.fixture
def predict(tmp_path, capsys):
    def run(source, *options, out=tmp_path / "events.csv", model=None):
        bundle = model or write_bundle(tmp_path / "tiny").path
        arguments = ["predict", source, "--model", bundle, "--out", out, "--device", "cpu"]
        code = main([str(argument) for argument in (*arguments, *options)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def known_event(n_rows: int = 672, n_channels: int = 224) -> tuple[np.ndarray, np.ndarray]:
    """Return white noise with one wave train, and where it can be seen.

    It passes channel 110 at row 300 and the others 0.8 rows a channel later.
    """
    channels, rows = np.arange(n_channels), np.arange(n_rows)[:, None]
    since = rows - 300 - 0.8 * np.abs(channels - 110)
    envelope = np.exp(-((since / 14) ** 2) - ((channels - 110) / 35) ** 4)
    noise = np.random.default_rng(0).normal(0, 0.5, (n_rows, n_channels))
    data = noise + 3 * envelope * np.cos(2 * np.pi * since / 11)
    return data.astype(np.float32), envelope > 0.15


def test_a_known_event_is_found_where_and_when_it_is(predict, tmp_path, one_thread):
    data, visible = known_event()
    write_prodml(tmp_path / "a.h5", data, rate_hz=500.0, spacing_m=4.0)
    # The windows' ends, at rows 300 and 562, cut the event.
    code, text, errors = predict(
        tmp_path / "a.h5", "--samples", "300", "--mask", tmp_path / "mask.h5", model="das-starter"
    )
    assert code == 0, errors
    assert "Events: 1 Event" in text
    (event,) = csv.DictReader((tmp_path / "events.csv").read_text().splitlines())
    (top, left), (bottom, right) = (f(np.argwhere(visible), axis=0) for f in (np.min, np.max))
    assert int(event["first_channel"]) == pytest.approx(left, abs=20)
    assert int(event["last_channel"]) == pytest.approx(right, abs=20)
    for key, row in (("start", top), ("end", bottom)):
        since_ns = np.datetime64(event[key].rstrip("Z"), "ns") - np.datetime64(START, "ns")
        assert since_ns.astype(int) * 1e-9 * 500 == pytest.approx(row, abs=20)
    assert float(event["first_distance"]) == 4 * (5 + int(event["first_channel"]))
    assert abs(float(event["peak_amplitude"])) == pytest.approx(
        np.abs(data[visible]).max(), rel=1e-5
    )
    assert 0.8 < float(event["mean_confidence"]) <= float(event["max_confidence"]) <= 1
    with h5py.File(tmp_path / "mask.h5") as file:
        found = file["classes"][()] == 1
    assert (found & visible).sum() / (found | visible).sum() > 0.6


def test_the_json_beside_the_table_says_what_made_it(predict, tmp_path):
    write_prodml(tmp_path / "a.h5", samples(300, 40))
    assert predict(tmp_path / "a.h5")[0] == 0
    value = json.loads((tmp_path / "events.csv.json").read_text())
    assert value["content"] == "events"
    assert value["files"] == ["events.csv", "events.csv.json"]
    assert value["provenance"]["source"] == "a.h5"
    assert [axis["name"] for axis in value["axes"]] == ["utc", "distance"]
    assert isinstance(value["events"], list)


def test_json_alone_can_be_asked_for(predict, tmp_path):
    write_prodml(tmp_path / "a.h5", samples(300, 40))
    assert predict(tmp_path / "a.h5", out=tmp_path / "only.json")[0] == 0
    assert not (tmp_path / "only.csv").exists()
    assert "events" in json.loads((tmp_path / "only.json").read_text())


def test_a_folder_with_a_gap_is_searched_as_one(predict, tmp_path):
    (tmp_path / "record").mkdir()
    write_prodml(tmp_path / "record/a.h5", samples(300, 40))
    write_prodml(tmp_path / "record/b.h5", samples(300, 40), start="2023-03-22T12:00:04")
    assert predict(tmp_path / "record", "--mask", tmp_path / "mask.npy")[0] == 0
    mask = np.load(tmp_path / "mask.npy")
    assert mask.shape == (700, 40)
    assert (mask[300:400] == 255).all()
    assert (mask[:300] != 255).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--probabilities",), "--probabilities and --sample-format are for volumes"),
        (("--lines", "1:2"), "--lines is for volumes"),
        (("--least-samples", "0"), "--least-samples 0 is below one"),
        (("--mask", "mask.txt"), "cannot write a mask as mask.txt"),
    ],
)
def test_options_that_do_not_fit_are_refused(predict, tmp_path, options, words):
    write_prodml(tmp_path / "a.h5", samples(300, 40))
    code, _, errors = predict(tmp_path / "a.h5", *options)
    assert code == 1
    assert words in errors
    assert not (tmp_path / "events.csv").exists()


def test_a_volume_has_no_events_and_a_record_no_seismic_file(predict, tmp_path):
    write_segy(tmp_path / "a.sgy")
    assert ".csv or .json for the events of a DAS record" in predict(tmp_path / "a.sgy")[2]
    write_prodml(tmp_path / "a.h5", samples(300, 40))
    errors = predict(tmp_path / "a.h5", out=tmp_path / "out.sgy")[2]
    assert "a DAS record is not written as .sgy" in errors


@pytest.mark.parametrize("name", ["events.csv", "events.csv.json", "mask.npy"])
def test_an_existing_output_stays_unless_it_may_go(predict, tmp_path, name):
    write_prodml(tmp_path / "a.h5", samples(300, 40))
    (tmp_path / name).write_text("precious")
    options = ("--mask", tmp_path / "mask.npy")
    assert f"{name}: exists" in predict(tmp_path / "a.h5", *options)[2]
    assert (tmp_path / name).read_text() == "precious"
    assert predict(tmp_path / "a.h5", *options, "--overwrite")[0] == 0


def test_processing_before_the_model_is_done_and_recorded(predict, tmp_path, one_thread):
    data, _ = known_event()
    hum = 6 * np.sin(2 * np.pi * 50 * np.arange(len(data)) / 500.0)[:, None]
    write_prodml(tmp_path / "a.h5", (data + hum).astype(np.float32), rate_hz=500.0, spacing_m=4.0)
    code, text, errors = predict(
        tmp_path / "a.h5", "--common-mode", "--band-pass", "10", "0", model="das-starter"
    )
    assert code == 0, errors
    assert "Events: 1 Event" in text
    assert "Processed before: common mode removed, band-pass above 10 Hz" in text
    made = json.loads((tmp_path / "events.csv.json").read_text())["provenance"]
    assert made["processing"] == [
        {"name": "common_mode"},
        {"name": "band", "low_hz": 10.0, "high_hz": None},
    ]
    code, text, _ = predict(tmp_path / "a.h5", "--overwrite", model="das-starter")
    assert "Processed" not in text
    made = json.loads((tmp_path / "events.csv.json").read_text())["provenance"]
    assert made["processing"] == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--band-pass", "0", "0"), "open on both sides"),
        (("--band-pass", "400", "20"), "band 400 Hz to 20 Hz at 100 samples"),
        (("--agc", "-1"), "gain_s -1 is not zero or above"),
        (("--agc", "600"), "gain window of 600 s is longer than the record of 0.6 s"),
        (("--agc", "0.001"), "gain window of 0.001 s is shorter than two samples"),
        (("--velocity", "900", "300"), "apparent velocities 900 to 300"),
        (("--difference", "3"), "difference over 3 channels of 7"),
    ],
)
def test_processing_that_does_not_fit_is_refused_before_samples_or_model_are_read(
    predict, tmp_path, options, words, monkeypatch
):
    write_prodml(tmp_path / "a.h5")

    def fail(*_arguments):
        raise AssertionError("read too early")

    monkeypatch.setattr("engine.readers.das.record.DasRecord.stretch", fail)
    monkeypatch.setattr("engine.cli.predict_record.BundleStore.find", fail)
    code, _, errors = predict(tmp_path / "a.h5", *options)
    assert code == 1
    assert words in errors
    assert not (tmp_path / "events.csv").exists()


def test_processing_of_what_is_no_record_is_refused(predict, tmp_path):
    write_segy(tmp_path / "a.sgy")
    code, _, errors = predict(tmp_path / "a.sgy", "--common-mode", out=tmp_path / "out.sgy")
    assert code == 1
    assert "processing is for DAS records" in errors
