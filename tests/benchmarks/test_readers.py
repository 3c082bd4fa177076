"""Large volumes: from open to the first section, cold sections, and display copies."""

from __future__ import annotations

import os
import shutil
import time

import numpy as np
import pytest

from app.workers.slices import FIRST_PICTURE_S, NEXT_PICTURE_S
from engine.readers.detect import open_at_once, open_volume
from engine.readers.display.copy_store import CopyStore
from engine.readers.display.copy_writer import make_copy
from engine.readers.segy.confirmation import confirm
from tests.benchmarks.large_segy import square, write_full_segy, write_hollow_segy

SMALL = os.environ.get("OUTCROP_BENCH_SCALE") == "small"
SHRINK = 250 if SMALL else 1
N_SECTIONS = 5 if SMALL else 40
GB = 1_000_000_000

FILES = {"10 GB": (10 * GB, 1.0), "100 GB": (100 * GB, 2.0)}
FULL_BYTES = int(float(os.environ.get("OUTCROP_BENCH_GB", "10")) * GB) // SHRINK
"""Of the file whose sections are read; a copy of it and its display copy take as much again."""
N_SAMPLES = 1000


def forget(path):
    """Drop a file from the page cache, so that the next read is cold."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def percentile_ms(seconds, level=95):
    return round(float(np.percentile(seconds, level)) * 1000, 2)


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    """A file full of samples, for everything but opening."""
    path = tmp_path_factory.mktemp("full") / "full.sgy"
    write_full_segy(path, n_bytes=FULL_BYTES, n_samples=N_SAMPLES)
    yield path
    path.unlink()


@pytest.fixture(scope="module")
def copied(survey, tmp_path_factory):
    """The file's display copy, with the seconds that it and a plain copy took."""
    store = CopyStore(tmp_path_factory.mktemp("cache"), limit_bytes=100 * GB)
    plain = survey.with_suffix(".copy")
    if shutil.disk_usage(survey.parent).free < 2 * survey.stat().st_size:
        pytest.skip("the disk has no room for a plain copy and the display copy")
    forget(survey)
    began_s = time.perf_counter()
    with survey.open("rb") as source, plain.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 22)
    plain_s = time.perf_counter() - began_s
    plain.unlink()
    volume = open_volume(survey)
    forget(survey)
    began_s = time.perf_counter()
    copy = make_copy(volume, store)
    copy_s = time.perf_counter() - began_s
    volume.close()
    # The disk writes on for a while, which is no reading of ours.
    os.sync()
    yield copy, plain_s, copy_s
    store.clear()


@pytest.mark.parametrize("name", FILES)
def test_open(benchmark, tmp_path, name):
    """Open a file as the window does, with all that it shows of it at once but a section."""
    n_bytes, bound_s = FILES[name]
    path = tmp_path / "a.sgy"
    write_hollow_segy(path, n_bytes=n_bytes, n_samples=N_SAMPLES)
    n_lines = square(n_bytes, N_SAMPLES)

    def opened():
        volume = open_at_once(path)
        assert [axis.size for axis in volume.axes] == [n_lines, n_lines, N_SAMPLES]
        volume.statistics()
        volume.describe()
        volume.close()

    seconds = []
    for _ in range(5):
        forget(path)
        began_s = time.perf_counter()
        opened()
        seconds.append(time.perf_counter() - began_s)
    benchmark.extra_info["cold_s"] = [round(s, 3) for s in seconds]
    benchmark.pedantic(opened, rounds=3)
    benchmark.extra_info["bound_s"] = bound_s
    benchmark.extra_info["size_gb"] = round(path.stat().st_size / GB, 2)
    benchmark.extra_info["n_traces"] = n_lines * n_lines


def test_open_a_full_file(benchmark, survey):
    """Seconds by some headers, by all of them, and to confirm in the background."""

    def cold(open_file):
        forget(survey)
        began_s = time.perf_counter()
        opened = open_file(survey)
        return round(time.perf_counter() - began_s, 3), opened

    benchmark.extra_info["by_some_headers_cold_s"], volume = cold(open_at_once)
    benchmark.extra_info["by_all_headers_cold_s"] = cold(open_volume)[0]
    benchmark.extra_info["confirmed_cold_s"] = cold(lambda _path: confirm(volume))[0]
    benchmark.extra_info["size_gb"] = round(survey.stat().st_size / GB, 2)
    benchmark.pedantic(open_at_once, args=(survey,), rounds=3)


@pytest.mark.parametrize(
    ("direction", "bound_ms"), [("inline", 50.0), ("crossline", 200.0), ("twt", 200.0)]
)
def test_cold_section_of_the_file(benchmark, survey, direction, bound_ms):
    """Milliseconds until a first picture, and until all of it is there."""
    volume = open_at_once(survey)
    first, whole = [], []
    order = np.random.default_rng(0).permutation(volume.axis_along(direction).size)
    for index in order[: N_SECTIONS if direction != "twt" else N_SECTIONS // 4 + 1].tolist():
        # Pages that are mapped would stay in memory.
        volume.close()
        volume = open_at_once(survey)
        forget(survey)
        began_s = time.perf_counter()
        reading = volume.section_gradually(direction, index)
        if reading is None:
            volume.section(direction, index)
        else:
            reading.advance(FIRST_PICTURE_S)
        first.append(time.perf_counter() - began_s)
        while reading is not None and not reading.done:
            reading.advance(NEXT_PICTURE_S)
        whole.append(time.perf_counter() - began_s)
    benchmark.pedantic(volume.section, args=(direction, int(order[0])), rounds=1)
    benchmark.extra_info["first_p50_ms"] = percentile_ms(first, 50)
    benchmark.extra_info["first_p95_ms"] = percentile_ms(first)
    benchmark.extra_info["bound_p95_ms"] = bound_ms
    benchmark.extra_info["whole_p50_ms"] = percentile_ms(whole, 50)
    benchmark.extra_info["whole_p95_ms"] = percentile_ms(whole)
    volume.close()


def test_conversion_to_a_display_copy(benchmark, copied):
    """Seconds of a plain copy over those of the display copy."""
    copy, plain_s, copy_s = copied
    benchmark.extra_info["plain_copy_s"] = round(plain_s, 3)
    benchmark.extra_info["display_copy_s"] = round(copy_s, 3)
    benchmark.extra_info["rate_of_plain_copy"] = round(plain_s / copy_s, 3)
    benchmark.extra_info["bound_rate"] = 0.3
    benchmark.extra_info["copy_gb"] = round(copy.record.n_bytes / GB, 3)
    benchmark.pedantic(copy.levels, args=("inline", 0), rounds=1)


@pytest.mark.parametrize("direction", ["inline", "crossline", "twt"])
def test_cold_section_of_the_display_copy(benchmark, copied, direction):
    copy = copied[0]
    seconds = []
    size = copy.record.shape(direction)[0]
    for index in np.random.default_rng(0).permutation(size)[:N_SECTIONS].tolist():
        forget(copy.folder / copy.record.file_name(direction))
        began_s = time.perf_counter()
        copy.levels(direction, index)
        seconds.append(time.perf_counter() - began_s)
    benchmark.pedantic(copy.levels, args=(direction, 0), rounds=1)
    benchmark.extra_info["cold_p50_ms"] = percentile_ms(seconds, 50)
    benchmark.extra_info["cold_p95_ms"] = percentile_ms(seconds)
    benchmark.extra_info["bound_p95_ms"] = 16.0
