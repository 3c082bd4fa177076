"""Importing the libraries of models on several lanes, beside a window that stays alive."""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib.util
import os
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Final


class ModelImports:
    """Held while torch and what stands on it are imported.

    Packages that import each other, on two threads at once, could find one another
    half made: one lane imports at a time.

    Importing holds the interpreter's lock where it hurts most: while the linker loads
    the 1 GB of torch's libraries, and while the collector looks through every object
    that the import has made. So the libraries are loaded before, without the lock, and
    nothing is collected meanwhile; what was imported stays for ever, and the
    collector need not look at it again.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._collects = False
        # Libraries that count at the end what was not given back would miss it.
        atexit.register(gc.unfreeze)

    @property
    def held(self) -> bool:
        """Whether somebody imports."""
        return self._depth > 0

    def __enter__(self) -> None:
        """Wait for the other lanes, and load torch's libraries if nobody has."""
        self._lock.acquire()
        self._depth += 1
        if self._depth == 1:
            self._collects = gc.isenabled()
            gc.disable()
            if "torch" not in sys.modules:
                _load_libraries()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the next lane import, and collect again if that was done before."""
        self._depth -= 1
        if self._depth == 0:
            gc.freeze()
            if self._collects:
                gc.enable()
        self._lock.release()


MODEL_IMPORTS: Final = ModelImports()
"""The one of the program."""


def _load_libraries() -> None:
    """Have the system's linker load torch's libraries while other threads run Python."""
    if not sys.platform.startswith("linux"):
        return
    found = importlib.util.find_spec("torch")
    if found is None or found.origin is None:
        return
    # What a call through ctypes does, it does without the interpreter's lock; ctypes.CDLL
    # itself holds it.
    load = ctypes.CDLL(None).dlopen
    load.argtypes, load.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    folder = Path(found.origin).parent / "lib"
    for name, scope in (("libtorch_global_deps.so", os.RTLD_GLOBAL), ("libtorch.so", 0)):
        # One that does not load here is reported by the import, which tries again.
        load(os.fsencode(folder / name), os.RTLD_NOW | scope)
