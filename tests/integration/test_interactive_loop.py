"""Label, fine-tune, predict, undo and be killed: everything is there afterwards."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.composition import compose
from tests.integration.afternoon import ANOTHER, SLICES, labelled
from tests.synthetic import SegySpec, write_segy

ROOT = Path(__file__).parents[2]


def _kill_an_afternoon(survey, folder):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    words = [sys.executable, "-m", "tests.integration.afternoon", str(survey), str(folder)]
    ended = subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def _check_all_is_there(qtbot, qapp, survey, said):
    window = compose(qapp)
    qtbot.addWidget(window)
    window.show()
    window.files.open_path(survey)
    qtbot.waitUntil(lambda: window.session.labels is not None, timeout=60_000)
    qtbot.waitUntil(lambda: window.session.labels.undo_text != "", timeout=60_000)
    labels = window.session.labels
    assert labelled(window) == said["labelled"]
    assert (labels.undo_text, labels.redo_text) == (said["undo"], said["redo"])
    assert labels.redo() is not None
    assert labelled(window)[str(ANOTHER)][1] == said["painted"]
    n_strokes = 0
    while labels.undo() is not None:
        n_strokes += 1
    assert n_strokes == 2 * len(SLICES) + 1
    qtbot.waitUntil(
        lambda: said["model"] in {m.name for m in window.session.models}, timeout=60_000
    )
    window.close()


def _check_words(said):
    assert all(min(said["labelled"][str(index)]) > 0 for index in SLICES)
    assert said["labelled"][str(ANOTHER)] == [0, 0]
    assert said["painted"] > 0
    assert (said["undo"], said["redo"]) == ("Brush", "Brush")


@pytest.mark.timeout(300)
def test_a_killed_afternoon_is_all_there_the_next_morning(qtbot, qapp, tmp_path):
    spec = SegySpec(inlines=tuple(range(100, 130, 2)), crosslines=tuple(range(120)), n_samples=128)
    write_segy(tmp_path / "north.sgy", spec)
    said = _kill_an_afternoon(tmp_path / "north.sgy", tmp_path)
    _check_words(said)
    _check_all_is_there(qtbot, qapp, tmp_path / "north.sgy", said)


@pytest.mark.timeout(300)
def test_the_same_on_recorded_data(qtbot, qapp, shared_data, tmp_path):
    survey = shared_data / "segy" / "parihaka_crop.sgy"
    said = _kill_an_afternoon(survey, tmp_path)
    _check_words(said)
    assert said["model"] == "parihaka_crop-faults"
    _check_all_is_there(qtbot, qapp, survey, said)
