"""Only one process has a place at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine.core.place_lock import PlaceTakenError, place_lock

_HOLD = """
import sys
from pathlib import Path
from engine.core.place_lock import place_lock
with place_lock(Path(sys.argv[1]), taken="is in use", hint="Wait."):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock on ``model``."""
    words = [sys.executable, "-c", _HOLD, str(tmp_path / "model")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, cwd=Path(__file__).parents[3], **pipes) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def held(place):
    return place_lock(place, taken="is in use", hint="Wait.")


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_another_process_is_kept_out_until_it_ends(holder, tmp_path):
    with pytest.raises(PlaceTakenError, match="model: is in use") as caught:
        held(tmp_path / "model").__enter__()
    assert caught.value.hint == "Wait."
    with held(tmp_path / "other"):
        pass
    holder.communicate()
    assert not _names(tmp_path)
    with held(tmp_path / "model"):
        pass


def test_a_killed_process_holds_nothing(holder, tmp_path):
    holder.kill()
    holder.wait()
    with held(tmp_path / "model"):
        assert _names(tmp_path) == [".model.lock"]
    assert not _names(tmp_path)


def test_folders_made_for_the_lock_go_unless_something_is_in_them(tmp_path):
    with held(tmp_path / "a" / "b" / "model"):
        (tmp_path / "a" / "mine").write_text("")
    assert _names(tmp_path / "a") == ["mine"]


def test_the_same_process_does_not_get_a_place_twice(tmp_path):
    with held(tmp_path / "model"), pytest.raises(PlaceTakenError):
        held(tmp_path / "model").__enter__()
