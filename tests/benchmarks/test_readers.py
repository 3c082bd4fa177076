"""Large volumes: from open to the first section, cold sections, and display copies."""

from __future__ import annotations

import os
import shutil
import time

import numpy as np
import pytest

from engine.readers.detect import open_volume
from engine.readers.display.copy_store import CopyStore
from engine.readers.display.copy_writer import make_copy
from tests.benchmarks.sparse_segy import write_sparse_segy

SMALL = os.environ.get("OUTCROP_BENCH_SCALE") == "small"
SHRINK = 250 if SMALL else 1
N_SECTIONS = 5 if SMALL else 40
GB = 1_000_000_000

# Holes come in blocks of 4 kB: longer traces keep the larger file sparse.
FILES = {"10 GB": (10 * GB, 8000, 1.0), "100 GB": (100 * GB, 60_000, 2.0)}


def forget(path):
    """Drop a file from the page cache, so that the next read is cold."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def percentile_ms(seconds, level=95):
    return round(float(np.percentile(seconds, level)) * 1000, 2)


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    """The smaller file, for everything but opening."""
    path = tmp_path_factory.mktemp("sparse") / "10 GB.sgy"
    n_bytes, n_samples, _ = FILES["10 GB"]
    write_sparse_segy(path, n_bytes=n_bytes // SHRINK, n_samples=n_samples)
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
    yield copy, plain_s, copy_s
    store.clear()


@pytest.mark.parametrize("name", FILES)
def test_open(benchmark, tmp_path, name):
    """Open and read the headers of all traces, none of the samples."""
    n_bytes, n_samples, bound_s = FILES[name]
    path = tmp_path / "a.sgy"
    shape = write_sparse_segy(path, n_bytes=n_bytes // SHRINK, n_samples=n_samples)

    def opened():
        volume = open_volume(path)
        assert [axis.size for axis in volume.axes] == list(shape)
        volume.close()

    forget(path)
    began_s = time.perf_counter()
    opened()
    benchmark.extra_info["cold_s"] = round(time.perf_counter() - began_s, 3)
    benchmark.pedantic(opened, rounds=3)
    benchmark.extra_info["bound_s"] = bound_s
    benchmark.extra_info["size_gb"] = round(path.stat().st_size / GB, 2)


@pytest.mark.parametrize(
    ("direction", "bound_ms"), [("inline", 50.0), ("crossline", 200.0), ("twt", 200.0)]
)
def test_cold_section_of_the_file(benchmark, survey, direction, bound_ms):
    volume = open_volume(survey)
    seconds = []
    order = np.random.default_rng(0).permutation(volume.axis_along(direction).size)
    for index in order[: N_SECTIONS if direction != "twt" else N_SECTIONS // 4 + 1].tolist():
        forget(survey)
        began_s = time.perf_counter()
        volume.section(direction, index)
        seconds.append(time.perf_counter() - began_s)
    benchmark.pedantic(volume.section, args=(direction, int(order[0])), rounds=1)
    benchmark.extra_info["cold_p50_ms"] = percentile_ms(seconds, 50)
    benchmark.extra_info["cold_p95_ms"] = percentile_ms(seconds)
    benchmark.extra_info["bound_p95_ms"] = bound_ms
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
