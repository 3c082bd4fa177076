"""Opens harmed files in a process of its own, which a crash or a hang ends.

``python -m tests.harmed_files READER FOLDER [REAL_DATA]`` opens some hundred harmed copies of
each sample of a reader, as a user would. Its last line says which case it is at; a failure is
written with its traceback, and the status is 1 then.
"""

from __future__ import annotations

import faulthandler
import importlib.util
import resource
import shutil
import sys
import traceback
import warnings
from functools import partial
from pathlib import Path

import h5py
import numpy as np
import zarr

from engine.errors import EngineError
from engine.readers.detect import open_at_once, open_volume
from engine.readers.segy import presumption
from engine.readers.segy.confirmation import confirm
from engine.readers.segy.grid_preview import preview_grid
from engine.readers.segy.header_report import inspect_headers
from engine.readers.segy.volume import SegyVolume
from tests import mdio_files, netcdf_files, records, zgy_files
from tests.harms import HARMS
from tests.synthetic import write_segy

SLOWEST_S = 5.0
MOST_BYTES = 1_000_000_000
LEAST_CASES = 700
_MOST_FAILURES = 5

_SEGY_HEADS = ((3200, 3600), (3600, 3840), (3840, 6000))


def _look(volume):
    """Do what the window does at once, and look at the ends of each direction."""
    try:
        volume.describe()
        volume.statistics()
        for direction in volume.directions:
            for index in {0, volume.axis_along(direction).size - 1}:
                volume.section(direction, index)
    finally:
        volume.close()


def _open(path, **options):
    _look(open_volume(path, **options))


def _open_and_confirm(path):
    volume = open_at_once(path)
    if isinstance(volume, SegyVolume):
        confirm(volume)
    _look(volume)


def _inspect(path):
    inspect_headers(path)
    preview_grid(path, {"iline": 9, "xline": 21})


def _segy_samples(folder, real):
    ways = (
        _open,
        _open_and_confirm,
        _inspect,
        partial(_open, sort_key="cdp"),
        partial(_open, geometry="line"),
    )
    write_segy(folder / "plain.sgy")
    write_segy(folder / "missing.sgy", missing=frozenset({(1, 2)}), sorting="crossline", code=1)
    write_segy(
        folder / "revision-2.sgy", revision=2, order="<", extended=("a", "b"), gap_bytes=64, code=3
    )
    files = [folder / name for name in ("plain.sgy", "missing.sgy", "revision-2.sgy")]
    files += _real(real, "segy", ("small.sgy", "f3.sgy"))
    for file in files:
        yield file, file.suffix, ways, _SEGY_HEADS


def _array_samples(folder, _real_data):
    values = np.random.default_rng(0).normal(size=(6, 7, 8)).astype(np.float32)
    np.save(folder / "cube.npy", values)
    np.save(folder / "plane.npy", np.asfortranarray(values[0].astype(np.int16)))
    with h5py.File(folder / "plain.h5", "w") as file:
        file["values"] = values
    with h5py.File(folder / "chunked.h5", "w") as file:
        file.create_dataset("a/values", data=values, chunks=(3, 4, 8), compression="gzip")
    for name in ("cube.npy", "plane.npy"):
        yield folder / name, ".npy", (_open,), ((0, 128),)
    for name in ("plain.h5", "chunked.h5"):
        heads = ((0, 800), (800, 3000))
        yield folder / name, ".h5", (partial(_open, reader="array"),), heads
    for form in (2, 3):
        store = folder / f"version-{form}.zarr"
        array = zarr.create_array(
            store, shape=values.shape, chunks=(3, 4, 8), dtype="f4", zarr_format=form
        )
        array[:] = values
        meta = store / (".zarray" if form == 2 else "zarr.json")
        chunk = next(p for p in sorted(store.rglob("*")) if p.is_file() and p.name != meta.name)
        yield meta, "", (_open_folder,), ((0, 2000),)
        yield chunk, "", (_open_folder,), ((0, 30),)


def _open_folder(path):
    """Open the store in which a file was harmed."""
    store = next(p for p in path.parents if p.suffix == ".zarr")
    _open(store)


def _das_samples(folder, real):
    for name in ("prodml", "febus", "terra15", "optodas", "silixa", "sintela"):
        path = folder / (f"{name}.raw" if name == "sintela" else f"{name}.h5")
        getattr(records, f"write_{name}")(path)
        heads = ((0, 600),) if name == "sintela" else ((0, 800), (800, 6000))
        yield path, path.suffix, (_open,), heads
    for path in _real(real, "das", ("h5_simple_1.h5", "small_channel_patch.sgy")):
        heads = _SEGY_HEADS if path.suffix == ".sgy" else ((0, 3000),)
        yield path, path.suffix, (_open,), heads


def _netcdf_samples(folder, _real_data):
    netcdf_files.write_volume(folder / "volume.nc")
    netcdf_files.write_classic_volume(folder / "classic.nc")
    netcdf_files.write_record(folder / "record.nc")
    netcdf_files.write_classic_record(folder / "classic-record.nc")
    dimensions, variables = netcdf_files.volume_contents()
    netcdf_files.write_netcdf4(
        folder / "chunked.nc", dimensions, variables, chunks=True, compression="gzip"
    )
    for name in ("volume.nc", "record.nc", "chunked.nc"):
        yield folder / name, ".nc", (_open,), ((0, 800), (800, 6000))
    for name in ("classic.nc", "classic-record.nc"):
        yield folder / name, ".nc", (_open,), ((0, 800),)


def _zgy_samples(folder, _real_data):
    if importlib.util.find_spec("openzgy") is None:
        return  # an optional package
    for kind in ("float", "int8"):
        path = folder / f"{kind}.zgy"
        zgy_files.write_zgy(path, kind)
        yield path, ".zgy", (_open,), ((0, 600), (600, 4000))


def _mdio_samples(folder, _real_data):
    mdio_files.write_version_0(folder / "0.zarr")
    mdio_files.write_version_1(folder / "1.zarr")
    for name in (
        *("0.zarr/.zattrs", "0.zarr/data/chunked_012/.zarray"),
        *("0.zarr/metadata/chunked_012_trace_headers/.zarray", "0.zarr/metadata/live_mask/0.0"),
        *("1.zarr/zarr.json", "1.zarr/amplitude/zarr.json", "1.zarr/inline/zarr.json"),
        *("1.zarr/cdp_x/zarr.json", "1.zarr/cdp_x/c/0/0"),
    ):
        yield folder / name, "", (_open_folder,), ((0, 2000),)


def _real(folder, kind, names):
    return [] if folder is None else [folder / kind / name for name in names]


SAMPLES = {
    "segy": _segy_samples,
    "array": _array_samples,
    "das": _das_samples,
    "netcdf": _netcdf_samples,
    "mdio": _mdio_samples,
    "zgy": _zgy_samples,
}


def _try(path, way, where):
    """Open one harmed file; return whether that went as it should."""
    faulthandler.dump_traceback_later(SLOWEST_S, exit=True)
    try:
        way(path)
    except EngineError as error:
        if error.hint:
            return True
        sys.stdout.write(f"{where}: no hint: {error}\n")
    except Exception:  # noqa: BLE001 - whatever a user would meet as a traceback
        sys.stdout.write(f"{where}:\n{traceback.format_exc()}\n")
    else:
        return True
    finally:
        faulthandler.cancel_dump_traceback_later()
    return False


def _harm_all(samples, folder, rng):
    """Yield what was opened and whether it went well."""
    per_sample = -(-LEAST_CASES // len(samples))
    for source, suffix, ways, heads in samples:
        raw = source.read_bytes()
        # A file of a store is harmed in its place.
        target = source if not suffix else folder / f"harmed{suffix}"
        for number in range(per_sample):
            harm = HARMS[number % len(HARMS)]
            target.write_bytes(harm(raw, rng, heads))
            for way in ways:
                where = f"{source.name} {number} {harm.__name__} {getattr(way, 'keywords', '')}"
                sys.stderr.write(f"{where}\n")
                yield _try(target, way, where)
        target.write_bytes(raw)


def main(reader, folder, real=None):
    """Open all harmed files of a reader; return the status of the process."""
    faulthandler.enable()
    warnings.simplefilter("error")
    warnings.simplefilter("ignore", PendingDeprecationWarning)
    presumption.AT_ONCE_BYTES = 0
    work = Path(folder)
    samples = list(SAMPLES[reader](work, None if real is None else Path(real)))
    if not samples:
        sys.stdout.write("the package that reads them is not installed\n")
        return 0
    for source, suffix, ways, _ in samples:
        if suffix:
            # Whatever is loaded at first use takes its time here.
            shutil.copy(source, work / f"whole{suffix}")
            for way in ways:
                _try_whole(work / f"whole{suffix}", way)
    before = _peak_bytes()
    n_cases = n_failures = 0
    for well in _harm_all(samples, work, np.random.default_rng(11)):
        n_cases += 1
        n_failures += not well
        if n_failures == _MOST_FAILURES:
            break
    grown = _peak_bytes() - before
    sys.stdout.write(f"{n_cases} cases, {n_failures} failures, {grown / 1e6:.0f} MB more memory\n")
    return int(n_failures > 0 or grown > MOST_BYTES or n_cases < LEAST_CASES)


def _try_whole(path, way):
    try:
        way(path)
    except EngineError:
        return  # not every way is for every sample


def _peak_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
