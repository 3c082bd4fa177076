"""Fixtures for all tests."""

from __future__ import annotations

import gc
import importlib
import itertools
import os
import threading
import time
from pathlib import Path

import pytest
from hypothesis import settings

# How long one example takes says nothing on a busy machine.
settings.register_profile("outcrop", deadline=None)
settings.load_profile("outcrop")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_WITH_QT = itertools.count(1)
_COLLECT_EACH = 10
_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real data, for tests only; named by OUTCROP_TEST_DATA or beside the checkout."""
    folder = Path(os.environ.get("OUTCROP_TEST_DATA", _SHARED))
    if not folder.is_dir():
        pytest.skip("no folder of real data (OUTCROP_TEST_DATA)")
    return folder


@pytest.fixture(autouse=True)
def private_folders(tmp_path_factory, monkeypatch):
    """Keep the user's own weights, models and settings out of the tests."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("OUTCROP_CACHE", str(home / "cache"))
    monkeypatch.setenv("OUTCROP_DATA", str(home / "data"))
    monkeypatch.setenv("OUTCROP_CONFIG", str(home / "config"))
    monkeypatch.delenv("OUTCROP_MODELS", raising=False)


@pytest.fixture(autouse=True)
def collect_between_windows(request):
    """Collect cyclic garbage between tests with Qt, as the program does between events."""
    if "qapp" not in request.fixturenames:
        yield
        return
    gc.disable()
    yield
    if next(_WITH_QT) % _COLLECT_EACH == 0:
        gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def no_leftover_lanes():
    """Fail a test that leaves one of its lanes running."""
    before = set(threading.enumerate())
    yield
    deadline_s = time.monotonic() + 2.0
    while time.monotonic() < deadline_s:
        left = [
            t for t in threading.enumerate() if t not in before and t.name.startswith("outcrop-")
        ]
        if not left:
            return
        time.sleep(0.01)
    pytest.fail(f"threads left running: {[t.name for t in left]}")


@pytest.fixture
def one_thread():
    """Keep tiny tensors off torch's thread pool, where they wait for each other."""
    # Not at the top: the window is tested without torch.
    torch = importlib.import_module("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
