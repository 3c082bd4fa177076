"""Tables and masks of events."""

from __future__ import annotations

import csv
import io
import json

import h5py
import numpy as np
import pytest

from engine.core.axes import Axis
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.events import DetectedEvent
from engine.errors import SettingsError, WriteError
from engine.exporters.events.mask import MaskWriter
from engine.exporters.events.table import COLUMNS, EventTable, write_text

CLASSES = ClassScheme(
    (SegmentationClass("Noise", "#000000", background=True), SegmentationClass("P, S", "#ff0000"))
)
EVENT = DetectedEvent(1, 10, 30, 2, 6, 20, 4, -3.25, 0.75, 0.9, 60)
UTC = Axis("utc", "s", 1679486400.0, 0.01, 100)
DISTANCE = Axis("distance", "m", 100.0, 2.5, 20)


def test_times_are_utc_and_places_in_channels_and_metres():
    (row,) = EventTable([EVENT], UTC, DISTANCE, CLASSES).rows()
    assert row == {
        "id": 1,
        "class": "P, S",
        "first_channel": 2,
        "last_channel": 6,
        "first_distance": 105.0,
        "last_distance": 115.0,
        "start": "2023-03-22T12:00:00.100000Z",
        "end": "2023-03-22T12:00:00.300000Z",
        "duration_s": 0.2,
        "peak_time": "2023-03-22T12:00:00.200000Z",
        "peak_channel": 4,
        "peak_distance": 110.0,
        "peak_amplitude": -3.25,
        "mean_confidence": 0.75,
        "max_confidence": 0.9,
        "samples": 60,
    }


def test_without_date_or_distance_there_are_seconds_and_channel_numbers():
    channels = Axis("channel", "1", 1000.0, 1.0, 20)
    table = EventTable([EVENT], Axis("time", "s", 0.0, 0.01, 100), channels, CLASSES)
    (row,) = table.rows()
    assert (row["start"], row["first_channel"], row["first_distance"]) == (0.1, 1002, None)
    value = json.loads(table.json_text({"content": "events"}))
    assert value["times"] == "seconds from the record's start"
    assert value["distance_unit"] is None


def test_csv_is_read_back_by_the_standard_library():
    table = EventTable([EVENT, EVENT], UTC, DISTANCE, CLASSES)
    rows = list(csv.DictReader(io.StringIO(table.csv_text())))
    assert tuple(rows[0]) == COLUMNS
    assert [row["id"] for row in rows] == ["1", "2"]
    assert rows[0]["class"] == "P, S"
    assert EventTable([], UTC, DISTANCE, CLASSES).csv_text() == ",".join(COLUMNS) + "\r\n"


def test_an_hdf5_mask_carries_its_axes(tmp_path):
    writer = MaskWriter(tmp_path / "m.h5", UTC, DISTANCE, CLASSES)
    rows = np.arange(2000, dtype=np.uint8).reshape(100, 20)
    writer.write(rows[:60])
    writer.write(rows[60:])
    writer.commit()
    writer.abort()
    with h5py.File(tmp_path / "m.h5") as file:
        np.testing.assert_array_equal(file["classes"], rows)
        assert file["classes"].attrs["classes"].tolist() == ["Noise", "P, S"]
        np.testing.assert_allclose(file["classes"].dims[0][0], UTC.values())
        np.testing.assert_allclose(file["classes"].dims[1][0], DISTANCE.values())
    assert [path.name for path in tmp_path.iterdir()] == ["m.h5"]


@pytest.mark.parametrize("name", ["m.h5", "m.npy"])
def test_a_mask_that_is_given_up_leaves_nothing(tmp_path, name):
    writer = MaskWriter(tmp_path / name, UTC, DISTANCE, CLASSES)
    writer.write(np.zeros((10, 20), np.uint8))
    writer.abort()
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_is_told(tmp_path):
    with pytest.raises(SettingsError, match=r"m\.txt"):
        MaskWriter(tmp_path / "m.txt", UTC, DISTANCE, CLASSES)
    for name in ("m.npy", "m.h5"):
        with pytest.raises(WriteError, match="cannot be written"):
            MaskWriter(tmp_path / "gone" / name, UTC, DISTANCE, CLASSES)
    with pytest.raises(WriteError, match="cannot be written"):
        write_text(tmp_path / "gone" / "a.csv", "")
