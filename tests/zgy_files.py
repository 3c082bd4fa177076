"""ZGY files by OpenZGY, where it is installed, and a stand-in for it where it is not."""

from __future__ import annotations

import enum
import io
import sys
import warnings
from contextlib import redirect_stderr
from types import ModuleType

import pytest

from tests.synthetic import SegySpec, ground

SPEC = SegySpec()


class _Unit(enum.Enum):
    unknown = 0
    time = 1
    length = 2


class _Samples(enum.Enum):
    float = 1
    int16 = 2
    int8 = 3


def facts(**changes):
    """What OpenZGY says of the volume, by the names of its interface."""
    rows, cols = SPEC.inlines, SPEC.crosslines
    ends = [(i, c) for c in (cols[0], cols[-1]) for i in (rows[0], rows[-1])]
    told = {
        "size": (len(rows), len(cols), SPEC.n_samples),
        "bricksize": (64, 64, 64),
        "datatype": _Samples.float,
        "zunitdim": _Unit.time,
        "zunitname": "ms",
        "zunitfactor": 0.001,
        "hunitname": "m",
        "zstart": 20.0,
        "zinc": 4.0,
        "annotstart": (float(rows[0]), float(cols[0])),
        "annotinc": (float(rows[1] - rows[0]), float(cols[1] - cols[0])),
        "corners": tuple(ground(*end) for end in ends),
    }
    return told | changes


def write_zgy(path, kind="float"):
    """Write the volume with OpenZGY; skip without it."""
    with warnings.catch_warnings(), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")  # it tells at its first import what else it could read
        api = pytest.importorskip("openzgy.api", reason="pyzgy is not installed")
    told = facts()
    stored = {"datatype": api.SampleDataType[kind], "zunitdim": api.UnitDimension.time}
    if kind != "float":
        stored["datarange"] = (-30_000.0, 30_000.0)
    names = ("size", "zunitname", "zunitfactor", "zstart", "zinc", "annotstart", "annotinc")
    given = {name: told[name] for name in (*names, "corners")}
    of_ground = {
        "hunitdim": api.UnitDimension.length,
        "hunitname": told["hunitname"],
        "hunitfactor": 1.0,
    }
    with api.ZgyWriter(str(path), **given, **stored, **of_ground) as writer:
        writer.write((0, 0, 0), SPEC.values())
        writer.finalize()


def stand_in(monkeypatch, **changes):
    """Put a module in OpenZGY's place that has its interface, and the volume in every file."""

    class ZgyReader:
        def __init__(self, filename):
            self.filename = filename
            for name, value in facts(**changes).items():
                setattr(self, name, value)

        def read(self, start, data):
            stops = [at + n for at, n in zip(start, data.shape, strict=True)]
            data[...] = SPEC.values()[tuple(map(slice, start, stops))]

        def close(self):
            self.filename = None

    package, api = ModuleType("openzgy"), ModuleType("openzgy.api")
    api.ZgyReader = ZgyReader
    monkeypatch.setitem(sys.modules, "openzgy", package)
    monkeypatch.setitem(sys.modules, "openzgy.api", api)
