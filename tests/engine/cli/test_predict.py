"""``outcrop predict`` writes a volume of classes, or one clear message."""

from __future__ import annotations

import json
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import segyio

from engine.cli.main import main
from engine.readers.detect import open_volume
from tests.bundles import write_bundle
from tests.rasters import write_raster
from tests.records import write_prodml
from tests.synthetic import write_segy

N_SAMPLES = 30


@pytest.fixture
def survey(tmp_path):
    path = tmp_path / "in.sgy"
    write_segy(
        path,
        n_samples=N_SAMPLES,
        crosslines=tuple(range(7, 27)),
        missing=frozenset({(1, 3)}),
        dead=frozenset({(0, 5)}),
    )
    return path


@pytest.fixture
def model(tmp_path):
    return write_bundle(tmp_path / "tiny").path


@pytest.fixture
def predict(survey, model, tmp_path, capsys):
    def run(*options, out=tmp_path / "out.sgy", source=survey, bundle=model):
        arguments = ["predict", source, "--model", bundle, "--out", out, "--device", "cpu"]
        code = main([str(argument) for argument in (*arguments, *options)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def _left_behind(folder):
    names = {path.name for path in folder.iterdir()}
    return {name for name in names if "out" in name}


@pytest.mark.parametrize("direction", ["inline", "crossline", "twt"])
def test_classes_are_written_with_the_geometry_of_the_source(direction, predict, tmp_path):
    code, text, errors = predict("--direction", direction)
    assert (code, errors) == (0, "")
    with segyio.open(tmp_path / "out.sgy", ignore_geometry=True) as file:
        samples = file.trace.raw[:]
        inlines = file.attributes(189)[:]
    assert samples.shape == (3 * 20 - 1, N_SAMPLES)
    assert set(inlines) == {100, 102, 104}
    dead = (samples == -1).all(axis=1)
    assert dead.sum() == 1
    assert set(np.unique(samples[~dead])) <= {0, 1}
    assert "Wrote" in text
    assert "equal byte for byte" in text
    assert re.search(r"a second on cpu", text)
    assert re.search(r"rock [\d.]+%, fault [\d.]+%", text)
    assert "tiny on outcrop-vit-tiny14" in text


@pytest.mark.parametrize(
    ("direction", "lines", "told", "chosen"),
    [
        ("inline", "102:", "2 of 3 inline sections", np.s_[1:]),
        ("crossline", "8:20:4", "4 of 20 crossline sections", np.s_[:, 1:14:4]),
    ],
)
def test_only_chosen_lines_are_segmented_and_the_others_hold_no_data(
    predict, tmp_path, direction, lines, told, chosen
):
    assert predict("--direction", direction, out=tmp_path / "all.npy")[0] == 0
    code, text, _ = predict("--direction", direction, "--lines", lines, out=tmp_path / "out.npy")
    assert code == 0
    assert told in text
    every, some = (np.load(tmp_path / f"{name}.npy") for name in ("all", "out"))
    expected = np.full_like(every, 255)
    expected[chosen] = every[chosen]
    np.testing.assert_array_equal(some, expected)
    records = [json.loads((tmp_path / f"{name}.npy.json").read_text()) for name in ("all", "out")]
    assert records[0]["lines"] is None
    assert records[1]["lines"][:2] == ([102, 104] if direction == "inline" else [8, 12])


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("99:", "inline 99 lies outside the volume"),
        ("101:101", "inline 101 to 101 holds no line"),
        ("all", "'all' selects no lines"),
        ("", "'' selects no lines"),
    ],
)
def test_lines_that_the_volume_does_not_have_are_refused(predict, tmp_path, lines, words):
    code, _, errors = predict("--lines", lines)
    assert code == 1
    assert words in errors
    assert not _left_behind(tmp_path)


def test_probabilities_go_to_one_file_for_each_class(predict, tmp_path):
    code, text, _ = predict("--probabilities")
    assert code == 0
    rock, fault = (open_volume(tmp_path / f"out.{name}.sgy") for name in ("rock", "fault"))
    total = rock.section("inline", 2).data + fault.section("inline", 2).data
    np.testing.assert_allclose(total, 1, atol=1e-5)
    rock.close()
    fault.close()
    assert text.count("Wrote") == 3  # and the record


def test_the_same_file_comes_out_again(predict, tmp_path):
    predict()
    first = (tmp_path / "out.sgy").read_bytes()
    assert predict("--overwrite")[0] == 0
    assert (tmp_path / "out.sgy").read_bytes() == first


def test_an_existing_output_is_kept(predict, tmp_path):
    (tmp_path / "out.sgy").write_text("mine")
    code, _, errors = predict()
    assert code == 1
    assert "exists" in errors
    assert "--overwrite" in errors
    assert (tmp_path / "out.sgy").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("out.fault.sgy", ["--probabilities"]),
        ("out.sgy.json", ["--probabilities"]),
        ("out.sgy.json", []),
    ],
)
def test_nothing_of_an_export_replaces_what_is_there(name, options, predict, tmp_path):
    (tmp_path / name).write_text("mine")
    code, _, errors = predict(*options)
    assert code == 1
    assert f"{name}: exists" in errors
    assert "--overwrite" in errors
    assert (tmp_path / name).read_text() == "mine"
    assert _left_behind(tmp_path) == {name}


@pytest.mark.parametrize("name", ["out.sgy", "out.sgy.json"])
def test_a_folder_in_the_place_of_an_output_is_told(name, predict, tmp_path):
    (tmp_path / name).mkdir()
    code, _, errors = predict("--overwrite")
    assert code == 1
    assert f"{name}: is a folder" in errors
    assert _left_behind(tmp_path) == {name}


@pytest.mark.parametrize("options", [(), ("--overwrite",)])
def test_the_input_is_never_the_output(options, predict, survey, tmp_path):
    before = survey.read_bytes()
    link = tmp_path / "link.sgy"
    link.symlink_to(survey)
    second = tmp_path / "second.sgy"
    second.hardlink_to(survey)
    for out in (survey, link, second, survey.parent / "." / survey.name):
        code, _, errors = predict(*options, out=out)
        assert code == 1
        assert "the input itself" in errors
    assert survey.read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"bundle": "no-such-model"}, "no model 'no-such-model'"),
        ({"source": "missing.sgy"}, "no such file"),
        ({"out": "no/such/folder/out.sgy"}, "folder does not exist"),
        ({"out": "out.xyz"}, "no exporter for '.xyz'"),
        ({"out": "out"}, "cannot write out: no exporter for names without extension"),
        ({"out": "."}, ".: is a folder"),
    ],
)
def test_wrong_names_are_told(changes, message, predict, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, text, errors = predict(**changes)
    assert code == 1
    assert text == ""
    assert message in errors
    assert "Traceback" not in errors
    assert _left_behind(tmp_path) == set()


def test_an_unknown_direction_is_told(predict):
    code, _, errors = predict("--direction", "depth")
    assert code == 1
    assert "inline, crossline, twt" in errors


def test_a_device_that_is_not_there_is_told(predict, tmp_path):
    code, _, errors = predict("--device", "tpu")
    assert code == 1
    assert "'tpu' is not known" in errors
    assert _left_behind(tmp_path) == set()


def test_amplitudes_that_are_not_finite_are_refused_unless_taken_as_missing(predict, tmp_path):
    source = tmp_path / "broken.sgy"
    write_segy(source, n_samples=N_SAMPLES, crosslines=tuple(range(7, 27)))
    with segyio.open(source, "r+", ignore_geometry=True) as file:
        trace = file.trace[45]
        trace[3:6] = np.inf
        trace[9] = np.nan
        file.trace[45] = trace
    code, _, errors = predict(source=source)
    assert code == 1
    assert "4 amplitudes at inline 104 are not finite" in errors
    assert "--nan-as-no-data" in errors
    assert _left_behind(tmp_path) == set()
    assert predict("--nan-as-no-data", source=source)[0] == 0
    with segyio.open(tmp_path / "out.sgy", ignore_geometry=True) as file:
        assert (file.trace[45] == -1).sum() == 4


def test_a_bundle_without_its_encoder_is_told(predict, model, tmp_path, monkeypatch):
    monkeypatch.setenv("OUTCROP_CACHE", str(tmp_path / "empty"))
    code, _, errors = predict()
    assert code == 1
    assert "outcrop-vit-tiny14" in errors
    assert _left_behind(tmp_path) == set()


_PREDICT = """
import resource, signal, sys
limit = int(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from engine.cli.main import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="file sizes cannot be limited here")
def test_a_full_disk_is_told_and_leaves_nothing(survey, model, tmp_path):
    assert resource.RLIMIT_FSIZE is not None
    arguments = ["predict", survey, "--model", model, "--out", tmp_path / "out.sgy"]
    done = subprocess.run(
        [sys.executable, "-c", _PREDICT, "8000", *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1, done.stderr
    assert "out.sgy" in done.stderr
    assert "Traceback" not in done.stderr
    assert _left_behind(tmp_path) == set()


@pytest.mark.parametrize(
    ("bundle", "there", "message"),
    [
        ("no-such-model", "", "no-such-model"),
        ("tiny", "out.sgy", "out.sgy: exists"),
        ("tiny", "out.sgy.json", "out.sgy.json: exists"),
    ],
)
def test_arguments_are_checked_before_torch_is_loaded(
    bundle, there, message, survey, model, tmp_path, monkeypatch
):
    monkeypatch.setenv("OUTCROP_MODELS", str(model.parent))
    if there:
        (tmp_path / there).touch()
    assert message in _refused_without_torch(survey, bundle, tmp_path / "out.sgy")


def test_a_model_that_is_not_there_is_told_of_an_image_and_a_record_as_soon(tmp_path):
    write_raster(tmp_path / "a.tif")
    write_prodml(tmp_path / "a.h5", np.zeros((300, 40), dtype=np.float32))
    for name, out in (("a.tif", "out.tif"), ("a.h5", "out.csv")):
        errors = _refused_without_torch(tmp_path / name, "no-such-model", tmp_path / out)
        assert "there is no model 'no-such-model'" in errors


def _refused_without_torch(source, model, out):
    """Run the command in a process of its own, and return what it complains of."""
    code = (
        "import sys; from engine.cli.main import main; "
        "code = main(sys.argv[1:]); "
        "sys.exit(10 * ('torch' in sys.modules) + code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "predict", source, "--model", model, "--out", out],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).resolve().parents[3],
    )
    assert done.returncode == 1, done.stderr
    return done.stderr


def test_an_output_without_a_name_is_wrong_usage(survey, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["predict", str(survey), "--out", ""])
    assert caught.value.code == 2
    assert "the name of the output is empty" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no /proc here")
def test_a_folder_that_is_no_disk_is_refused_by_the_system(survey, model, capsys):
    assert main(["predict", str(survey), "--model", str(model), "--out", "/proc/x.sgy"]) == 1
    text = capsys.readouterr().err
    assert "/proc/x.sgy" in text
    assert "0 free" not in text
    assert "defect" not in text


def test_a_model_for_other_data_is_used_and_said_to_be_so(survey, tmp_path, capsys):
    craters = write_bundle(tmp_path / "craters", task="crater").path
    assert (
        main(["predict", str(survey), "--model", str(craters), "--out", str(tmp_path / "o.sgy")])
        == 0
    )
    assert "craters is for lunar images; this is a volume" in capsys.readouterr().err
