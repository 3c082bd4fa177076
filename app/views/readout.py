"""What lies under the pointer, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.views.axis_text import value_text
from app.views.color_bar import amplitude_text
from engine.core.axes import Axis
from engine.core.class_scheme import IGNORE, ClassScheme
from engine.core.degrees import degrees_text
from engine.core.georeference import Georeference
from engine.core.image import Image
from engine.core.labels import POSSIBLE, PROBABLE
from engine.core.lined_volume import numbers_at
from engine.core.section import Section
from engine.core.survey import Survey
from engine.core.volume import Volume
from engine.session.predictions import Prediction

_DIGITS = 5
_CERTAINTIES = {PROBABLE: "probable", POSSIBLE: "possible"}


@dataclass(frozen=True, slots=True)
class Readout:
    """The pointer's place and what is there.

    Parameters
    ----------
    place : str
        Line numbers, and time or depth.
    coordinates : str
        CDP X and Y, or latitude and longitude; empty when not known.
    amplitude : str
        The sample's value, or ``no data``.
    label : str
        Class and probability; empty without a prediction.
    drawn : str
        What interpreters say; empty where nothing is labelled.
    """

    place: str
    coordinates: str
    amplitude: str
    label: str
    drawn: str = ""


def read_out(
    section: Section,
    row: int,
    col: int,
    *,
    volume: Volume,
    prediction: Prediction | None,
    drawn: str = "",
) -> Readout:
    """Describe one sample.

    Parameters
    ----------
    section : Section
        The section shown.
    row, col : int
        The sample.
    volume : Volume
        Where the section was read; for the names of its axes and coordinates.
    prediction : Prediction or None
        Of the same section, or of a part of the image.
    drawn : str, default ""
        What interpreters say; see `drawn_words`.

    Returns
    -------
    Readout
        Ready to be shown.
    """
    numbers = numbers_at(volume, section, row, col)
    known = {axis.name for axis in volume.axes}
    words = [_words(axis, numbers[axis.name]) for axis in volume.axes if axis.name in numbers]
    if section.cols.name == "distance" and "distance" not in known:
        words.append(f"Distance {section.cols.value(col):.1f} {section.cols.unit}")
    elif section.cols.name not in known:
        words.append(_words(section.cols, section.cols.value(col)))
    value = float(section.data[row, col])
    amplitude = "no data" if math.isnan(value) else amplitude_text(value).replace("-", "−")
    if section.rounded and not math.isnan(value):
        amplitude = f"≈ {amplitude}"
    if section.plane is not None and section.plane.label:
        words.insert(0, section.plane.label)
    coordinates = _coordinates(volume.survey, numbers)
    if isinstance(volume, Image) and volume.georeference is not None:
        coordinates = _geographic(volume, volume.georeference, section, row, col)
    if prediction is not None and prediction.window is not None:
        down, across = volume.axes
        rows, cols = prediction.places((down, across), section)
        row, col = int(rows[row]), int(cols[col])
    label = _label(prediction, row, col)
    return Readout("   ".join(words), coordinates, amplitude, label, drawn)


def drawn_words(labels: Sequence[tuple[str, int, int]], classes: ClassScheme) -> str:
    """Put the labels of one sample into words.

    Parameters
    ----------
    labels : sequence of (str, int, int)
        Author, class id or `LEFT_OUT`, and certainty.
    classes : ClassScheme
        The classes one labels with.

    Returns
    -------
    str
        ``salt``, ``salt (probable)``, or ``Ann: salt, Ben: left out`` where several
        have labelled; empty if nobody has.
    """
    words = []
    for author, class_id, certainty in labels:
        known = class_id < len(classes)
        name = classes.names[class_id] if known else "left out"
        if known and certainty in _CERTAINTIES:
            name = f"{name} ({_CERTAINTIES[certainty]})"
        words.append(f"{author}: {name}" if len(labels) > 1 else name)
    return ", ".join(words)


def _words(axis: Axis, value: float) -> str:
    return f"{axis.label.split(' (')[0]} {value_text(axis, value)}"


def _coordinates(survey: Survey | None, numbers: dict[str, float]) -> str:
    if survey is None or not {"inline", "crossline"} <= set(numbers):
        return ""
    x, y = survey.xy(numbers["inline"], numbers["crossline"])
    return f"X {x:.1f}   Y {y:.1f} {survey.unit}"


def _geographic(
    image: Image, georeference: Georeference, section: Section, row: int, col: int
) -> str:
    """Return planetocentric latitude and longitude of a sample."""
    places = ((section.rows.value(row), image.axes[0]), (section.cols.value(col), image.axes[1]))
    pixels = [(value - axis.first) / axis.step for value, axis in places]
    longitude, latitude = georeference.geographic(*pixels, longitudes=image.longitudes)
    if not math.isfinite(float(latitude)):
        return ""
    return "   ".join(degrees_text(float(longitude), float(latitude), _DIGITS))


def _label(prediction: Prediction | None, row: int, col: int) -> str:
    if prediction is None or min(row, col) < 0:
        return ""
    class_id = int(prediction.mask[row, col])
    if class_id == IGNORE or class_id >= len(prediction.classes):
        return ""
    share = int(prediction.shares[class_id, row, col]) / 255
    return f"{prediction.classes.names[class_id]} ({share:.0%})"
