"""The program from outside: exit codes, what is imported, how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import segyio

from app.main import main
from tests.bundles import write_bundle

ROOT = Path(__file__).resolve().parents[2]

_START = """
import json, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.composition import compose
app = QApplication([])
window = compose(app)
window.show()
def report():
    names = ("torch", "timm", "peft", "torchvision")
    print(json.dumps([name for name in names if name in sys.modules]))
    window.close()
QTimer.singleShot(1500, report)
app.exec()
"""


def run(*arguments, **environment):
    variables = os.environ | environment
    return subprocess.run(
        [sys.executable, *arguments],
        env={name: value for name, value in variables.items() if value},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def survey(tmp_path):
    path = tmp_path / "small.sgy"
    data = np.random.default_rng(1).normal(size=(4, 5, 20)).astype(np.float32)
    segyio.tools.from_array3D(str(path), data, iline=189, xline=193, dt=4000)
    return path


def test_the_window_shows_and_lists_models_without_torch():
    result = run("-c", _START)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.strip().splitlines()[-1]) == []


def test_commands_do_not_load_qt():
    code = (
        "import sys\nfrom app.main import main\n"
        "code = main(['info', 'no-such-file.sgy'])\n"
        "sys.exit(9 if 'PySide6' in sys.modules else code)"
    )
    result = run("-c", code)
    assert result.returncode == 1
    assert "no-such-file.sgy" in result.stderr


def test_a_closed_window_ends_at_once_and_is_not_taken_down(survey, tmp_path):
    code = (
        "import atexit, sys\nfrom app.main import run\n"
        "atexit.register(print, 'taken down')\n"
        f"sys.argv[1:] = [{str(survey)!r}, '--screenshot', {str(tmp_path / 'a.png')!r}]\n"
        "run()"
    )
    result = run("-c", code, QT_QPA_PLATFORM="offscreen")
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "a.png").is_file()
    assert "taken down" not in result.stdout


def test_an_interrupt_while_a_command_is_loaded_ends_with_130(monkeypatch, capsys):
    def interrupt(_argv):
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.cli.main.main", interrupt)
    assert main(["info", "a.sgy"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_without_a_display_there_is_a_message():
    result = run("-m", "app", QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    assert result.returncode == 1
    assert "no display" in result.stderr
    assert "Traceback" not in result.stderr


def test_wrong_usage_ends_with_two(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--nonsense"])
    assert caught.value.code == 2
    assert "--nonsense" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "hint"),
    [("pedict", "Did you mean predict?"), ("zzz", "outcrop --help lists the commands.")],
)
def test_a_word_that_is_no_command_and_no_file_is_refused(capsys, word, hint):
    assert main([word, "in.sgy"]) == 2
    assert capsys.readouterr().err == f"outcrop: there is no command or file {word!r}\n{hint}\n"


@pytest.mark.parametrize("number", ["nan", "inf", "ten"])
def test_a_number_that_is_none_is_wrong_usage(capsys, number):
    with pytest.raises(SystemExit) as caught:
        main(["a.sgy", "--number", number])
    assert caught.value.code == 2
    assert f"{number!r} is not a number of a section" in capsys.readouterr().err


def test_help_names_the_commands_and_the_options_of_the_window(capsys):
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for part in ("predict", "weights", "--demo", "--screenshot"):
        assert part in text


def test_a_screenshot_is_taken_without_a_display(tmp_path, survey):
    png = tmp_path / "window.png"
    result = run("-m", "app", str(survey), "--screenshot", str(png), QT_QPA_PLATFORM="", DISPLAY="")
    assert result.returncode == 0, result.stderr
    assert png.read_bytes().startswith(b"\x89PNG")


def test_a_screenshot_of_what_cannot_be_opened_fails_with_a_message(tmp_path):
    png = tmp_path / "window.png"
    result = run("-m", "app", str(tmp_path / "none.sgy"), "--screenshot", str(png))
    assert result.returncode == 1
    assert "there is no such file" in result.stderr
    assert not png.exists()


def test_an_unknown_model_is_named(tmp_path, survey):
    png = tmp_path / "window.png"
    result = run(
        "-m", "app", str(survey), "--model", "nonesuch", "--segment", "--screenshot", str(png)
    )
    assert result.returncode == 1
    assert "nonesuch" in result.stderr


def test_a_screenshot_shows_the_classes_of_a_model(tmp_path, survey):
    (tmp_path / "models").mkdir()
    write_bundle(tmp_path / "models" / "tiny")
    png = tmp_path / "window.png"
    arguments = ("-m", "app", str(survey), "--model", str(tmp_path / "models" / "tiny"))
    result = run(*arguments, "--segment", "--screenshot", str(png))
    assert result.returncode == 0, result.stderr
    assert png.read_bytes().startswith(b"\x89PNG")


def test_the_demo_without_a_display_leaves_a_volume_and_a_picture(tmp_path):
    result = subprocess.run(
        [sys.executable, "-m", "app", "demo"],
        env={
            name: value
            for name, value in (os.environ | {"PYTHONPATH": str(ROOT)}).items()
            if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    with segyio.open(tmp_path / "outcrop-demo" / "faults.sgy") as file:
        assert file.tracecount > 0
    picture = tmp_path / "outcrop-demo" / "window.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert str(picture) in result.stdout
    assert "Wrote" in result.stdout


def test_a_file_opens_as_a_geometry_file_says(survey, tmp_path):
    geometry = tmp_path / "g.json"
    made = run(
        "-m", "app", "headers", str(survey), "--sort-key", "inline", "--export", str(geometry)
    )
    assert made.returncode == 0, made.stderr
    picture = tmp_path / "window.png"
    shown = (
        "--geometry-file",
        str(geometry),
        "--direction",
        "inline",
        "--screenshot",
        str(picture),
    )
    result = run("-m", "app", str(survey), *shown)
    assert result.returncode == 0, result.stderr
    assert picture.stat().st_size > 0
    result = run("-m", "app", str(survey), "--geometry-file", str(survey), "--screenshot", "x.png")
    assert result.returncode == 1
    assert "is not JSON" in result.stderr
