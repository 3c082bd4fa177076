"""``outcrop info`` on good and bad files."""

from __future__ import annotations

import json

import pytest
from rasterio.transform import from_origin

from engine.cli.info_amplitudes import amplitude_lines
from engine.cli.main import main
from tests.bundles import write_bundle
from tests.rasters import LONGLAT, write_raster
from tests.records import samples, write_array, write_prodml
from tests.synthetic import write_segy


def _json(capsys, *arguments):
    assert main(["info", "--json", *map(str, arguments)]) == 0
    return json.loads(capsys.readouterr().out)


def test_json_has_axes_samples_and_geometry(tmp_path, capsys):
    write_segy(tmp_path / "a.sgy", code=1, delay_ms=100, missing=frozenset({(1, 1)}))
    facts = _json(capsys, tmp_path / "a.sgy")
    assert facts["kind"] == "volume"
    assert facts["format"] == "segy"
    assert facts["shape"] == [3, 4, 12]
    assert facts["axes"][0] == {
        "name": "inline",
        "unit": "1",
        "first": 100.0,
        "last": 104.0,
        "step": 2.0,
        "size": 3,
    }
    assert facts["axes"][2]["unit"] == "ms"
    assert facts["axes"][2]["last"] == 144.0
    assert facts["samples"]["code"] == 1
    assert facts["geometry"]["iline"] == 189
    assert facts["geometry"]["fill"] == pytest.approx(11 / 12, abs=1e-6)
    assert facts["amplitudes"]["maximum"] <= 30_000
    assert facts["text"][0] == "C 1 SYNTHETIC"


def test_json_of_a_file_with_bad_numbers_is_still_json(tmp_path, capsys):
    write_segy(tmp_path / "a.sgy")
    raw = bytearray((tmp_path / "a.sgy").read_bytes())
    for trace in range(12):
        start = 3600 + trace * 288 + 240
        raw[start : start + 48] = b"\x7f\xc0\0\0" * 12
    (tmp_path / "a.sgy").write_bytes(raw)
    facts = _json(capsys, tmp_path / "a.sgy")
    assert facts["amplitudes"]["n"] == 0
    assert facts["amplitudes"]["n_bad"] == 144


@pytest.mark.parametrize(
    ("name", "kind", "shape"),
    [
        ("parihaka_crop", "volume", [150, 220, 400]),
        ("f3", "volume", [23, 18, 75]),
        ("small", "volume", [5, 5, 50]),
        ("volve10r12-full-twt-arb", "line", [225, 850]),
        ("volve10r12-full-z-il10117sub", "line", [202, 1125]),
    ],
)
def test_real_files_are_described(shared_data, capsys, name, kind, shape):
    facts = _json(capsys, shared_data / "segy" / f"{name}.sgy")
    assert (facts["kind"], facts["shape"]) == (kind, shape)
    assert len(facts["axes"]) == len(shape)


def test_people_read_where_the_line_numbers_are(tmp_path, capsys):
    write_segy(tmp_path / "a.sgy", iline=9, xline=21, missing=frozenset({(1, 1)}))
    assert main(["info", str(tmp_path / "a.sgy")]) == 0
    text = capsys.readouterr().out
    assert "Line numbers found at bytes 9/21; 91.7% of the grid has traces" in text
    assert "4-byte IEEE float (code 5), big endian" in text
    assert "C 1 SYNTHETIC" in text


def test_bytes_can_be_named(tmp_path, capsys):
    write_segy(tmp_path / "a.sgy", iline=41, xline=61)
    facts = _json(capsys, tmp_path / "a.sgy", "--iline", 41, "--xline", 61)
    assert facts["geometry"]["source"] == "given"
    assert _json(capsys, tmp_path / "a.sgy", "--geometry", "line")["kind"] == "line"


def test_interval_and_domain_can_be_named(tmp_path, capsys):
    write_segy(tmp_path / "a.sgy", interval_us=0)
    facts = _json(capsys, tmp_path / "a.sgy", "--interval", "2.5", "--domain", "depth")
    assert facts["axes"][2]["name"] == "depth"
    assert facts["axes"][2]["step"] == 2.5


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        ({"interval_us": 0}, "sample interval 0", "--interval"),
        ({"binary_fields": {3225: ("h", 77)}}, "unknown sample format code 77", "convert"),
        (
            {
                "trace_fields": {189: ("i", 1), 193: ("i", 1)},
                "coordinates": False,
            },
            "all line numbers",
            "--iline and --xline",
        ),
    ],
)
def test_bad_files_end_with_a_message_and_code_1(tmp_path, capsys, changes, message, hint):
    write_segy(tmp_path / "a.sgy", **changes)
    assert main(["info", str(tmp_path / "a.sgy")]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert message in output.err
    assert hint in output.err
    assert "Traceback" not in output.err


def test_debug_adds_the_traceback(tmp_path, capsys):
    write_segy(tmp_path / "a.sgy", interval_us=0)
    assert main(["info", "--debug", str(tmp_path / "a.sgy")]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["a.sgy", "--iline", "x"], ["a.sgy", "--geometry", "q"]])
def test_wrong_usage_ends_with_code_2(arguments):
    with pytest.raises(SystemExit) as caught:
        main(["info", *arguments])
    assert caught.value.code == 2


def test_an_exported_file_is_told_from_amplitudes(tmp_path, capsys):
    bundle = write_bundle(tmp_path / "tiny", method="lora")
    write_segy(tmp_path / "in.sgy")
    words = ["predict", tmp_path / "in.sgy", "--model", bundle.path, "--out", tmp_path / "out.sgy"]
    assert main([*map(str, words), "--device", "cpu"]) == 0
    capsys.readouterr()
    assert _json(capsys, tmp_path / "in.sgy")["result"] is None
    names = ", ".join(f"{number} {name}" for number, name in enumerate(bundle.classes.names))
    told = _json(capsys, tmp_path / "out.sgy")["result"]
    assert told.endswith(f"not amplitudes: {names}; -1 no data")
    assert main(["info", str(tmp_path / "out.sgy")]) == 0
    printed = capsys.readouterr().out
    assert told in printed
    assert "Values: " in printed
    assert "Amplitudes: " not in printed


@pytest.mark.parametrize(
    ("sample", "result", "words"),
    [
        ((0.0, 0.0, 0, 0), "classes", "Values: 0 in every trace that was looked at"),
        ((2.0, 2.0, 9, 0), "classes", "2 only (sample of 9, traces of zeros left out)"),
        ((1.0, 3.0, 9, 0), "classes", "Values: 1 to 3 (sample of 9, traces of zeros left out)"),
        ((0.0, 0.0, 0, 0), None, "every trace that was looked at is zero, or marked dead"),
        ((0.0, 0.0, 0, 7), None, "none of the 7 samples that were looked at is a finite number"),
        ((-3.0, 3.0, 9, 2), None, "Amplitudes: -3 to 3, 99% within 3 (sample of 9)"),
    ],
)
def test_the_range_of_a_sample_is_told_in_a_sentence_that_holds(sample, result, words):
    keys = ("minimum", "maximum", "n", "n_bad")
    amplitudes = {**dict(zip(keys, sample, strict=True)), "clip": {"99": 3.0}}
    lines = amplitude_lines({"amplitudes": amplitudes, "result": result, "traces": {}})
    assert words in lines[0]
    assert ("not finite" in lines[-1]) == (sample[2:] == (9, 2))


def test_a_file_with_zeros_alone_has_no_range(tmp_path, capsys):
    write_segy(tmp_path / "a.sgy", dead=frozenset((r, c) for r in range(3) for c in range(4)))
    assert main(["info", str(tmp_path / "a.sgy")]) == 0
    printed = capsys.readouterr().out
    assert "every trace that was looked at is zero, or marked dead" in printed
    assert "sample of 0" not in printed


def test_a_record_says_what_was_measured_when_and_where(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TZ", "America/Denver")
    write_prodml(tmp_path / "a.h5", samples(5000, 7), rate_hz=1000.0)
    assert main(["info", str(tmp_path / "a.h5"), "--overlap", "0.5"]) == 0
    text = capsys.readouterr().out
    for part in (
        "DAS record, PRODML 2.1",
        "2023-03-22 12:00:00.000  2023-03-22 12:00:04.999",
        "Samples: int16, strain rate in nm/m/s",
        "Channels: 7, 2 m apart; gauge length 10 m",
        "Time: 2023-03-22T12:00:00.000000000Z to 2023-03-22T12:00:04.999000000Z; 4.999 s, 1000",
        "Windows: 4 of 2000 samples, overlapping by 1000",
        "Pulse width: 50 ns",
    ):
        assert part in text
    facts = _json(capsys, tmp_path / "a.h5", "--window-s", "0.5")
    assert facts["kind"] == "record"
    assert facts["shape"] == [7, 5000]
    assert facts["windows"] == {"count": 10, "samples": 500, "overlap_samples": 0}


def test_a_plain_array_is_a_record_once_its_sampling_rate_is_given(tmp_path, capsys):
    write_array(tmp_path / "a.h5", samples(300, 7))
    assert _json(capsys, tmp_path / "a.h5")["kind"] == "array"
    given = ["--dataset", "group/values", "--sampling-rate", "50", "--start", "2023-03-22T12:00"]
    facts = _json(capsys, tmp_path / "a.h5", *given, "--channel-spacing", "4")
    assert facts["time"]["end"] == "2023-03-22T12:00:05.980000000Z"
    assert facts["geometry"]["channel_spacing"] == 4


def test_a_folder_of_records_is_described_as_one(tmp_path, capsys):
    write_prodml(tmp_path / "a.h5")
    write_prodml(tmp_path / "b.h5", start="2023-03-22T12:00:01")
    facts = _json(capsys, tmp_path)
    assert facts["shape"] == [7, 160]
    assert facts["notes"] == ["Gaps without data: 0.4 s from 2023-03-22T12:00:00.600000000Z."]


def test_longitudes_west_of_the_meridian_have_the_letter_that_fits(tmp_path, capsys):
    place = from_origin(-26.6, 2.1, 0.001, 0.001)
    write_raster(tmp_path / "a.tif", crs=LONGLAT, affine=place)
    assert main(["info", str(tmp_path / "a.tif")]) == 0
    assert "Upper left: 2.100000° N, 26.600000° W" in capsys.readouterr().out
    assert main(["info", str(tmp_path / "a.tif"), "--longitudes", "360"]) == 0
    assert "Upper left: 2.100000° N, 333.400000° E" in capsys.readouterr().out


def test_an_image_is_told_with_place_and_size(tmp_path, capsys):
    write_raster(tmp_path / "a.cub", driver="ISIS3")
    assert main(["info", str(tmp_path / "a.cub"), "--longitudes", "360"]) == 0
    text = capsys.readouterr().out
    assert "Image, ISIS3 cube" in text
    assert "northing" in text
    assert "Samples: uint8, band 1 of 1" in text
    assert "Pixels at the centre: 4.97" in text
    assert "Centre: 81.7" in text
    assert "° S, 36.9" in text
    facts = _json(capsys, tmp_path / "a.cub")
    assert facts["kind"] == "image"
    assert facts["georeference"]["radii_m"] == [1_737_400.0, 1_737_400.0]


@pytest.mark.parametrize("folder", ["crater/images", "lunar_nac", "salt/images"])
def test_real_images_are_told(folder, shared_data, capsys):
    for path in sorted((shared_data / folder).glob("*.png"))[:5]:
        facts = _json(capsys, path)
        assert facts["driver"] == "PNG"
        assert facts["georeference"] is None


@pytest.mark.parametrize("option", [("--axes", "inline,crossline,twt"), ("--dataset", "data")])
def test_options_of_arrays_are_refused_for_a_file_with_axes_of_its_own(tmp_path, capsys, option):
    write_segy(tmp_path / "a.sgy")
    assert main(["info", str(tmp_path / "a.sgy"), *option]) == 1
    message, hint = capsys.readouterr().err.splitlines()
    assert f"a.sgy: {option[0]} is for arrays; this file carries its own axes (SEG-Y)" in message
    assert hint.startswith(f"Leave {option[0]} out; --iline, --xline")
