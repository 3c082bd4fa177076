"""The allocator keeps large blocks where glibc allows it."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from engine.models import allocator

_COUNT_FAULTS = """
import resource, sys
from engine.models.allocator import keep_large_blocks
if sys.argv[1] == "keep":
    assert keep_large_blocks()
import numpy as np
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
np.ones(40 << 20, np.uint8)
before = faults()
for _ in range(5):
    np.ones(40 << 20, np.uint8)
print(faults() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has these settings")
def test_large_blocks_are_not_faulted_in_again():
    keep, leave = (
        int(
            subprocess.run(
                [sys.executable, "-c", _COUNT_FAULTS, mode],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
        for mode in ("keep", "leave")
    )
    assert keep < leave / 10


def test_other_systems_are_left_alone(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not allocator.keep_large_blocks()


def test_other_c_libraries_are_left_alone(monkeypatch):
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    assert not allocator.keep_large_blocks()
