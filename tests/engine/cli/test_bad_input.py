"""Every bad input ends a command with one message, a next step and code 1, and leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.cli.main import main
from engine.errors import WriteError
from tests.bad_input import BUNDLES, FILES, write_bad_file
from tests.bundles import ENCODER, write_bundle
from tests.synthetic import write_segy


def _refused(capsys, words, *arguments):
    assert main([str(argument) for argument in arguments]) == 1
    out, errors = capsys.readouterr()
    assert out == ""
    news = "training linear on "
    message, hint = [line for line in errors.splitlines() if not line.startswith(news)]
    assert message.startswith("outcrop: ")
    assert words in message
    assert hint
    return message


@pytest.fixture
def bundle(tmp_path):
    return write_bundle(tmp_path / "tiny", method="lora").path


@pytest.fixture
def survey(tmp_path):
    write_segy(tmp_path / "in.sgy")
    return tmp_path / "in.sgy"


@pytest.fixture
def pairs(tmp_path):
    """Four pairs of images and masks of two classes."""
    rng = np.random.default_rng(0)
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    for number in range(4):
        label = (rng.random((28, 28)) > 0.5).astype(np.uint8)
        np.save(tmp_path / "images" / f"{number}.npy", label + rng.normal(size=label.shape))
        Image.fromarray(label).save(tmp_path / "masks" / f"{number}.png")
    return ["--images", tmp_path / "images", "--masks", tmp_path / "masks"]


@pytest.fixture
def leaves_nothing(tmp_path):
    """Fail a test after which anything of the output is there."""
    yield
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


@pytest.mark.usefixtures("leaves_nothing")
@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_read(kind, bundle, tmp_path, capsys):
    path = tmp_path / "in.sgy"
    words = write_bad_file(path, kind)
    assert str(path) in _refused(capsys, words, "info", path)
    out = tmp_path / "out.sgy"
    assert str(path) in _refused(capsys, words, "predict", path, "--model", bundle, "--out", out)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX files")
def test_a_file_that_may_not_be_read(tmp_path):
    """Root may read everything, so a child process gives that right up, once all is loaded."""
    path = tmp_path / "in.sgy"
    write_segy(path)
    write_segy(tmp_path / "readable.sgy")
    path.chmod(0)
    tmp_path.chmod(0o755)
    program = (
        "import os, sys\n"
        "from engine.cli.main import main\n"
        "main(['info', sys.argv[2]])\n"
        "os.fchdir(os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECTORY))\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "print('---', flush=True)\n"
        "sys.exit(main(['info', 'in.sgy']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), str(tmp_path / "readable.sgy")],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[3],
    )
    assert done.returncode == 1
    assert done.stdout.endswith("---\n")
    assert done.stderr.startswith("outcrop: in.sgy: no permission to read it\n")
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.usefixtures("leaves_nothing")
@pytest.mark.parametrize("kind", BUNDLES)
def test_a_bundle_that_cannot_be_used(kind, bundle, survey, pairs, tmp_path, capsys):
    harm, words = BUNDLES[kind]
    harm(bundle)
    arguments = ["--model", bundle, "--device", "cpu"]
    _refused(capsys, words, "predict", survey, "--out", tmp_path / "out.sgy", *arguments)
    _refused(capsys, words, "evaluate", *pairs, *arguments)


@pytest.mark.usefixtures("leaves_nothing")
def test_a_bundle_that_is_not_known(survey, pairs, tmp_path, capsys):
    words = "there is no model 'nothing'"
    _refused(capsys, words, "predict", survey, "--model", "nothing", "--out", tmp_path / "out.sgy")
    _refused(capsys, words, "evaluate", *pairs, "--model", "nothing")
    _refused(capsys, words, "models", "describe", "nothing")


def test_an_output_that_is_the_input(survey, bundle, capsys):
    before = survey.read_bytes()
    arguments = ["predict", survey, "--model", bundle, "--overwrite"]
    _refused(capsys, "the output is the input itself", *arguments, "--out", survey)
    assert survey.read_bytes() == before


@pytest.mark.usefixtures("leaves_nothing")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_amplitudes_that_are_not_finite(value, survey, bundle, tmp_path, capsys):
    raw = bytearray(survey.read_bytes())
    raw[3600 + 240 + 8 : 3600 + 240 + 12] = np.array(value, ">f4").tobytes()
    survey.write_bytes(raw)
    arguments = ["--model", bundle, "--out", tmp_path / "out.sgy", "--device", "cpu"]
    _refused(capsys, "1 amplitudes at inline 100 are not finite", "predict", survey, *arguments)


_LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
from engine.cli.main import main
from engine.errors import WriteError
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.usefixtures("leaves_nothing")
@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="file sizes cannot be limited here")
def test_a_disk_that_is_full(survey, bundle, tmp_path):
    arguments = ["predict", survey, "--model", bundle, "--out", tmp_path / "out.sgy"]
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[3],
    )
    message, hint = done.stderr.splitlines()
    assert done.returncode == 1
    assert done.stdout == ""
    assert message.startswith("outcrop: ")
    assert "the disk is full" in message
    assert hint.startswith("Free some space")


def _array(values):
    return lambda folder: np.save(folder / "images" / "2.npy", values)


def _mask(values):
    return lambda folder: Image.fromarray(values).save(folder / "masks" / "2.png")


def _no_label(folder):
    for path in (folder / "masks").iterdir():
        Image.fromarray(np.full((28, 28), 255, np.uint8)).save(path)


PAIRS = {
    "no mask": (lambda folder: (folder / "masks" / "2.png").unlink(), "2.npy", "has no mask in"),
    "no image": (lambda folder: (folder / "images" / "2.npy").unlink(), "2.png", "has no image"),
    "size": (_mask(np.zeros((28, 27), np.uint8)), "2.png", "28 x 28 pixels, but its mask"),
    "values": (_mask(np.full((28, 28), 7, np.uint8)), "2.png", "mask values 7 are no class"),
    "nan": (_array(np.full((28, 28), np.nan)), "2.npy", "NaN, infinite"),
    "no label": (_no_label, "masks", "no pixel is labelled, all are 255"),
    "no array": (
        lambda folder: (folder / "images" / "2.npy").write_bytes(b"something else"),
        "2.npy",
        "not an array",
    ),
    "infinite": (_array(np.full((28, 28), np.inf)), "2.npy", "NaN, infinite"),
}
"""What is wrong -> (how the folder is harmed, the file that is named, words of the message)."""


@pytest.mark.usefixtures("leaves_nothing")
@pytest.mark.parametrize("kind", PAIRS)
def test_images_and_masks_that_cannot_be_used(kind, bundle, pairs, tmp_path, capsys):
    harm, file, words = PAIRS[kind]
    harm(tmp_path)
    train = ["train", "--task", "salt", *pairs, "--out", tmp_path / "out"]
    train += ["--encoder", ENCODER, "--decoder", "linear"]
    for arguments in (train, ["evaluate", "--model", bundle, *pairs]):
        assert file in _refused(capsys, words, *arguments, "--device", "cpu")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system has no /proc")
def test_a_place_that_cannot_be_written_to_is_refused_before_anything_is_computed(
    bundle, tmp_path, capsys
):
    absent = ["--images", tmp_path / "absent", "--masks", tmp_path / "absent"]
    words, network = "/proc cannot be written to", ["--task", "salt", "--encoder", ENCODER]
    evaluate = ["evaluate", "--model", bundle, *absent]
    _refused(capsys, words, *evaluate, "--report", "/proc/report")
    _refused(capsys, words, *evaluate, "--csv", "/proc/scores.csv")
    _refused(
        capsys, words, "compare", *network, *absent, "--networks", "linear", "--out", "/proc/x"
    )


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_scores_are_told_even_if_the_report_cannot_be_written(
    bundle, pairs, tmp_path, capsys, monkeypatch, option
):
    def fail(folder, *_args, **_options):
        raise WriteError(folder, "cannot be written (No space left on device)")

    monkeypatch.setattr("engine.cli.evaluate.write_evaluation_report", fail)
    words = ["evaluate", "--model", bundle, *pairs, "--report", tmp_path / "report", *option]
    assert main([str(word) for word in [*words, "--device", "cpu"]]) == 1
    out, errors = capsys.readouterr()
    assert "iou" in out.lower()
    assert errors.startswith(f"outcrop: {tmp_path / 'report'}: cannot be written (No space left")
