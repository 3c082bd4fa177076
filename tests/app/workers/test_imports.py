"""Importing torch beside a window."""

import gc
import importlib
import subprocess
import sys
import threading

import pytest

from app.workers.imports import ModelImports

_IMPORT = """
import sys, threading, time
from app.workers.imports import MODEL_IMPORTS
loaded = []
def note():
    with open("/proc/self/maps") as maps:
        loaded.append("libtorch_cpu" in maps.read())
with MODEL_IMPORTS:
    note()
    import torch
print(loaded[0], torch.ones(2).sum().item())
"""


@pytest.mark.parametrize("collects", [True, False])
def test_nothing_is_collected_meanwhile_and_all_is_as_before_afterwards(collects):
    (gc.enable if collects else gc.disable)()
    imports = ModelImports()
    with imports:
        assert not gc.isenabled()
        assert imports.held
        with imports:
            pass
        assert not gc.isenabled()
    assert gc.isenabled() == collects
    assert not imports.held
    gc.unfreeze()


def test_a_failed_import_lets_the_next_lane_in():
    gc.enable()
    imports = ModelImports()
    with pytest.raises(ModuleNotFoundError), imports:
        importlib.import_module("there_is_no_such_package")
    entered = threading.Event()

    def enter():
        with imports:
            entered.set()

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join(5)
    assert entered.is_set()
    assert gc.isenabled()
    gc.unfreeze()


def test_torch_is_loaded_by_the_linker_before_it_is_imported():
    words = [sys.executable, "-c", _IMPORT]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    before = "True" if sys.platform.startswith("linux") else "False"
    assert ended.stdout.split() == [before, "2.0"], ended.stderr
