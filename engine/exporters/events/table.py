"""Tables of events, as CSV and plain JSON."""

from __future__ import annotations

import csv
import io
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.core.axes import Axis
from engine.core.class_scheme import ClassScheme
from engine.core.events import DetectedEvent
from engine.core.utc import utc_text
from engine.errors import WriteError
from engine.exporters.base import record_path

SUFFIXES = (".csv", ".json")
EVENTS = "events"
"""What an export of such a table is said to hold."""
LEAST_SAMPLES = 16
"""Smaller areas are left out unless the user says otherwise."""
COLUMNS = (
    "id",
    "class",
    "first_channel",
    "last_channel",
    "first_distance",
    "last_distance",
    "start",
    "end",
    "duration_s",
    "peak_time",
    "peak_channel",
    "peak_distance",
    "peak_amplitude",
    "mean_confidence",
    "max_confidence",
    "samples",
)
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class EventTable:
    """Events with the axes that give them times and places.

    Parameters
    ----------
    events : sequence of DetectedEvent
        In order of time.
    time, channels : Axis
        Axes of the record.
    classes : ClassScheme
        Names of the classes.
    """

    events: Sequence[DetectedEvent]
    time: Axis
    channels: Axis
    classes: ClassScheme

    def rows(self) -> list[dict[str, Any]]:
        """Return one mapping of `COLUMNS` for each event.

        Returns
        -------
        list of dict
            Channels are numbers of the axis where it numbers channels, else they
            count from 0; distances are None there. Times are ISO 8601 in UTC, or
            seconds from the start where no date is known.
        """
        return [self._row(number, event) for number, event in enumerate(self.events, start=1)]

    def _row(self, number: int, event: DetectedEvent) -> dict[str, Any]:
        duration_s = (event.last_row - event.first_row) * self.time.step
        values = (
            number,
            self.classes.names[event.class_id],
            self._channel(event.first_col),
            self._channel(event.last_col),
            self._distance(event.first_col),
            self._distance(event.last_col),
            self._moment(event.first_row),
            self._moment(event.last_row),
            round(duration_s, _DECIMALS),
            self._moment(event.peak_row),
            self._channel(event.peak_col),
            self._distance(event.peak_col),
            float(f"{event.peak_amplitude:.7g}"),
            round(event.mean_confidence, 4),
            round(event.max_confidence, 4),
            event.n_samples,
        )
        return dict(zip(COLUMNS, values, strict=True))

    def _channel(self, col: int) -> int:
        return round(self.channels.value(col)) if self.channels.name == "channel" else col

    def _distance(self, col: int) -> float | None:
        if self.channels.name == "channel":
            return None
        return round(self.channels.value(col), 3)

    def _moment(self, row: int) -> str | float:
        value = self.time.value(row)
        if self.time.name == "utc":
            return utc_text(value, _DECIMALS).replace(" ", "T") + "Z"
        return round(value, _DECIMALS)

    def csv_text(self) -> str:
        """Return the table as RFC 4180 text with a header line."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, COLUMNS)
        writer.writeheader()
        writer.writerows(self.rows())
        return text.getvalue()

    def json_text(self, about: Mapping[str, Any]) -> str:
        """Return the table as a JSON object.

        Parameters
        ----------
        about : mapping
            What else to say: files, model, record.

        Returns
        -------
        str
            ``about``'s members, ``axes``, ``units`` and ``events``.
        """
        known = self.time.name == "utc"
        value = {
            **about,
            "axes": [self.time.to_json(), self.channels.to_json()],
            "times": "ISO 8601, UTC" if known else "seconds from the record's start",
            "distance_unit": None if self.channels.name == "channel" else self.channels.unit,
            "events": self.rows(),
        }
        return json.dumps(value, indent=2, allow_nan=False) + "\n"


def output_paths(out: Path, mask: Path | None = None) -> tuple[Path, ...]:
    """Return the files that an export of events makes: a table, its JSON, the mask."""
    tables = dict.fromkeys((out, record_path(out)))
    return (*tables, mask) if mask is not None else tuple(tables)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all.

    Parameters
    ----------
    path : pathlib.Path
        The target; replaced if it is there.
    text : str
        Written as UTF-8, line ends as they are.

    Raises
    ------
    WriteError
        If the disk is full or fails.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise WriteError(
            path,
            f"cannot be written ({error.strerror or error})",
            hint="Free some space, or choose another folder.",
        ) from error
