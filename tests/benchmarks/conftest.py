"""Benchmarks run only when they are named: ``make bench`` or ``pytest tests/benchmarks``.

Machines are shared and noisy: what counts are ratios of two times taken in
turns, in `extra_info`. OUTCROP_BENCH_SCALE=small makes them short.
"""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass

import numpy as np
import pytest
import segyio


def pytest_ignore_collect(collection_path, config):
    """Leave the benchmarks out of a run that does not name them."""
    named = any("benchmarks" in str(argument) for argument in config.args)
    return None if named else True


@dataclass(frozen=True)
class Scale:
    """How much work the benchmarks do."""

    rounds: int
    sections: int
    section_shape: tuple[int, int]
    tile: int
    encoder: str


@pytest.fixture(scope="session")
def scale():
    """Return the sizes to measure at."""
    if os.environ.get("OUTCROP_BENCH_SCALE") == "small":
        return Scale(2, 2, (112, 140), 112, "outcrop-vit-tiny14")
    return Scale(5, 12, (600, 750), 518, "dinov2-vits14")


@pytest.fixture(scope="session")
def write_survey():
    """Return a function that writes a survey of a number of inlines as SEG-Y."""

    def write(path, n_inlines, section_shape):
        n_samples, n_crosslines = section_shape
        rng = np.random.default_rng(0)
        data = rng.normal(0, 1000, (n_inlines, n_crosslines, n_samples)).astype(np.float32)
        segyio.tools.from_array3D(str(path), data, dt=4000)
        return path

    return write


class Alternately:
    """Times a reference before each round of what is benchmarked, and compares medians."""

    def __init__(self, benchmark, rounds):
        self._benchmark = benchmark
        self._rounds = rounds

    def compare(self, candidate, reference, *, reference_name, ratio_name):
        """Return median(reference) / median(candidate): above one, the candidate is faster.

        The same of the processor's time, which other programs disturb less, is noted too.
        """
        reference_s, reference_cpu_s, candidate_cpu_s = [], [], []

        def measure_reference():
            began_s, began_cpu_s = time.perf_counter(), time.process_time()
            reference()
            reference_s.append(time.perf_counter() - began_s)
            reference_cpu_s.append(time.process_time() - began_cpu_s)

        def measure_candidate():
            began_cpu_s = time.process_time()
            candidate()
            candidate_cpu_s.append(time.process_time() - began_cpu_s)

        candidate()
        reference()
        self._benchmark.pedantic(measure_candidate, setup=measure_reference, rounds=self._rounds)
        median_s = statistics.median(reference_s)
        ratio = median_s / self._benchmark.stats.stats.median
        cpu_ratio = statistics.median(reference_cpu_s) / statistics.median(candidate_cpu_s)
        self.note(
            **{
                f"{reference_name}_s": round(median_s, 4),
                ratio_name: round(ratio, 4),
                f"{ratio_name}_cpu": round(cpu_ratio, 4),
            }
        )
        return ratio

    def note(self, **figures):
        """Put further figures beside the times."""
        self._benchmark.extra_info |= figures


@pytest.fixture
def alternately(benchmark, scale):
    """Return what compares two callables in turns."""
    return Alternately(benchmark, scale.rounds)
