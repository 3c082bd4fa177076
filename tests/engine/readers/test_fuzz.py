"""Thousands of harmed files: an error with a next step or a volume, soon, in little memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harmed_files import SAMPLES

_ROOT = Path(__file__).parents[3]
_LONGEST_S = 280


@pytest.mark.slow
@pytest.mark.parametrize("reader", SAMPLES)
def test_harmed_files_are_read_or_refused(reader, tmp_path):
    """Each reader has a process of its own, because a library may crash in one."""
    command = [sys.executable, "-m", "tests.harmed_files", reader, str(tmp_path)]
    if (data := os.environ.get("OUTCROP_TEST_DATA")) and Path(data).is_dir():
        command.append(data)
    done = subprocess.run(
        command, cwd=_ROOT, capture_output=True, text=True, timeout=_LONGEST_S, check=False
    )
    at = done.stderr[-4000:]
    assert done.returncode == 0, f"status {done.returncode}\n{done.stdout[-6000:]}\nlast:\n{at}"
