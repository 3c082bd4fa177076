"""ZGY files open as volumes where OpenZGY is installed, and say how to get it where not."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from engine.core.axes import Axis
from engine.errors import ReadError, SettingsError
from engine.readers.detect import open_volume
from tests.synthetic import ground
from tests.zgy_files import SPEC, stand_in, write_zgy


@pytest.fixture
def named(tmp_path):
    """A file that has the signature and nothing else."""
    path = tmp_path / "a.zgy"
    path.write_bytes(b"VBS\0" + bytes(100))
    return path


def _check(volume, precision):
    assert volume.kind == "volume"
    assert volume.axes == (
        Axis("inline", "1", 100.0, 2.0, 3),
        Axis("crossline", "1", 7.0, 1.0, 4),
        Axis("twt", "ms", 20.0, 4.0, 12),
    )
    cube = SPEC.values()
    for direction, index, plane in (
        ("inline", 1, cube[1].T),
        ("crossline", 3, cube[:, 3].T),
        ("twt", 5, cube[:, :, 5]),
    ):
        found = volume.section(direction, index).data
        np.testing.assert_allclose(found, plane, atol=precision, rtol=0)
    assert volume.survey.xy(102, 9) == pytest.approx(ground(102, 9))
    assert volume.describe()["title"] == "ZGY"
    volume.close()
    with pytest.raises(ValueError, match="closed"):
        volume.section("inline", 0)


@pytest.mark.parametrize(("kind", "precision"), [("float", 0.0), ("int16", 1.0), ("int8", 240.0)])
def test_what_openzgy_writes_is_read_back(tmp_path, kind, precision):
    write_zgy(tmp_path / "a.zgy", kind)
    _check(open_volume(tmp_path / "a.zgy"), precision)


def test_a_volume_has_its_lines_samples_and_coordinates(named, monkeypatch):
    stand_in(monkeypatch)
    _check(open_volume(named), 0.0)


@pytest.mark.parametrize(
    ("domain", "unit", "factor", "axis"),
    [
        ("time", "", 0.001, ("twt", "ms")),
        ("time", "s", 1.0, ("twt", "s")),
        ("length", "ft", 0.3048, ("depth", "ft")),
        ("length", "", 1.0, ("depth", "m")),
        ("unknown", "", 1.0, ("twt", "ms")),
    ],
)
def test_samples_have_the_domain_that_the_file_tells(
    named, monkeypatch, domain, unit, factor, axis
):
    stand_in(monkeypatch)
    dimension = type(sys.modules["openzgy.api"].ZgyReader("").zunitdim)[domain]
    stand_in(monkeypatch, zunitdim=dimension, zunitname=unit, zunitfactor=factor)
    volume = open_volume(named)
    assert (volume.axes[2].name, volume.axes[2].unit) == axis
    assert bool(volume.describe()["notes"]) == (domain == "unknown")
    volume.close()


def test_lines_without_numbers_are_counted_and_corners_may_be_missing(named, monkeypatch):
    stand_in(monkeypatch, annotinc=(0.0, 0.0), corners=((0.0, 0.0),) * 4)
    volume = open_volume(named)
    assert volume.axes[0] == Axis("inline", "1", 0.0, 1.0, 3)
    assert volume.survey is None
    volume.close()


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((10**6, 10**6, 10**6), "GiB"),
        ((2000, 2000, 2000), "promises"),
        ((0, 4, 12), "has no samples"),
    ],
)
def test_sizes_are_checked_before_anything_is_allocated(named, monkeypatch, size, words):
    stand_in(monkeypatch, size=size)
    with pytest.raises(ReadError, match=words):
        open_volume(named)


def test_without_the_package_the_message_tells_how_to_get_it(named, monkeypatch):
    monkeypatch.setitem(sys.modules, "openzgy", None)
    monkeypatch.delitem(sys.modules, "openzgy.api", raising=False)
    with pytest.raises(ReadError, match="pyzgy, which is not installed") as caught:
        open_volume(named)
    assert "pip install pyzgy" in caught.value.hint


def test_a_damaged_file_is_refused_whatever_the_package_raises(named, monkeypatch):
    stand_in(monkeypatch)

    class CorruptedError(Exception):
        __module__ = "openzgy.exception"

    for error, words in (
        (CorruptedError("no bricks"), "damaged ZGY file: no bricks"),
        (ValueError("no bricks"), "damaged ZGY file: no bricks"),
        (CorruptedError("Compression algorithm not recognized."), "compressed with ZFP"),
    ):

        def refuse(_self, _filename, error=error):
            raise error

        monkeypatch.setattr(sys.modules["openzgy.api"].ZgyReader, "__init__", refuse)
        with pytest.raises(ReadError, match=words) as caught:
            open_volume(named)
        assert caught.value.hint


def test_options_are_refused(named):
    with pytest.raises(SettingsError, match="no option --iline"):
        open_volume(named, iline=189)
