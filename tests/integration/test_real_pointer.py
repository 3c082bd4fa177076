"""Labelling with a real pointer and keyboard on an X server."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.session.journal import read_journal
from tests.synthetic import SegySpec, write_segy

ROOT = Path(__file__).parents[2]
SIZE = (1280, 860)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("Xvfb") and shutil.which("xdotool")),
        reason="needs Xvfb and xdotool (Debian packages xvfb, xdotool, libxcb-cursor0)",
    ),
]


@pytest.fixture
def display():
    """A screen that nobody sees."""
    reading, writing = os.pipe()
    screen = f"{SIZE[0]}x{SIZE[1]}x24"
    words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", screen, "-nolisten", "tcp"]
    with subprocess.Popen(words, pass_fds=(writing,), stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as told:
            yield f":{int(told.readline())}"
        server.terminate()


@pytest.fixture
def window(display, tmp_path):
    """The program on that screen, with a survey; gives what runs xdotool there."""
    spec = SegySpec(inlines=tuple(range(100, 130, 2)), crosslines=tuple(range(120)), n_samples=128)
    write_segy(tmp_path / "north.sgy", spec)
    environment = os.environ | {
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "PYTHONPATH": str(ROOT),
    }

    def xdotool(*words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    words = [sys.executable, "-m", "app", str(tmp_path / "north.sgy")]
    with subprocess.Popen(words, cwd=ROOT, env=environment) as program:
        found = _await(lambda: xdotool("search", "--onlyvisible", "--name", "north.sgy"), 60)
        number = found.split()[0]
        xdotool("windowmove", number, "0", "0")
        xdotool("windowsize", number, *map(str, SIZE))
        xdotool("windowfocus", "--sync", number)
        time.sleep(2)
        yield xdotool
        program.kill()


def _await(told, seconds):
    end = time.monotonic() + seconds
    while not (answer := told()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.2)
    return answer


def _stroke(xdotool, *places):
    first, *others = [(str(int(x * SIZE[0])), str(int(y * SIZE[1]))) for x, y in places]
    xdotool("mousemove", *first)
    xdotool("mousedown", "1")
    for place in others:
        xdotool("mousemove", *place)
        time.sleep(0.05)
    xdotool("mouseup", "1")


def _titles():
    folders = list((Path(os.environ["OUTCROP_DATA"]) / "projects").glob("*.outcrop/journal"))
    if not folders:
        return []
    records = read_journal(folders[0]).records
    return [(record.action, record.title) for record in records if record.action != "begin"]


@pytest.mark.timeout(180)
def test_strokes_of_a_real_pointer_are_in_the_journal_and_undone_by_a_key(window):
    xdotool = window
    xdotool("mousemove", str(SIZE[0] // 2), str(SIZE[1] // 2))
    xdotool("key", "b")
    xdotool("key", "1")
    _stroke(xdotool, (0.35, 0.4), (0.45, 0.45), (0.55, 0.4))
    _await(lambda: _titles() == [("edit", "Brush")], 10)
    xdotool("key", "e")
    _stroke(xdotool, (0.40, 0.35), (0.40, 0.5))
    _await(lambda: [title for _, title in _titles()] == ["Brush", "Eraser"], 10)
    xdotool("key", "ctrl+z")
    _await(lambda: [action for action, _ in _titles()] == ["edit", "edit", "undo"], 10)
    xdotool("key", "ctrl+shift+z")
    _await(lambda: [action for action, _ in _titles()][-1] == "redo", 10)
