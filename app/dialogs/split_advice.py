"""A split of labelled slices in words: its size, its distances, its classes, and what to mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.survey import Survey
from engine.data.class_cover import missing_classes
from engine.data.positions import positions_along
from engine.data.sample_places import SamplePlaces
from engine.data.slice_ranges import SliceRanges, nearest_training
from engine.data.split_proposal import CLOSE, place_for_distance

_FEW = 5
"""Labelled slices that all weights of an encoder learn by heart."""
_MOST_CLASSES = 3
_MOST_PLACES = 4


def place_text(axis: Axis, place: float) -> str:
    """Name a slice as its survey does, such as ``inline 1250``."""
    unit = "" if axis.unit in {"1", "px"} else f" {axis.unit}"
    return f"{axis.name} {axis.value(place):g}{unit}"


def one_name(axis: Axis) -> str:
    """Say what a labelled piece is called: a slice, or a part of a single section."""
    return "part" if axis.unit == "px" else "slice"


@dataclass(frozen=True, slots=True, eq=False)
class SplitAdvice:
    """Says what a split is like.

    Parameters
    ----------
    samples : SamplePlaces
        What is labelled.
    class_names : sequence of str
        Names of the classes in the order of their ids.
    survey : Survey or None
        Tells distances in metres.
    proposed : SliceRanges or None
        The split that is proposed.
    """

    samples: SamplePlaces
    class_names: Sequence[str]
    survey: Survey | None
    proposed: SliceRanges | None

    def parts(self, ranges: SliceRanges) -> tuple[list[float], list[float], list[float]]:
        """Return the places for training, for validation, and those left out."""
        places = self.samples.places
        training, validation = ([places[i] for i in part] for part in ranges.parts(places))
        return training, validation, sorted({*places} - {*training, *validation})

    def nearest_pair(self, ranges: SliceRanges) -> tuple[float, float]:
        """Find the validation slice that is nearest to training, and the training slice."""
        training, validation, _ = self.parts(ranges)
        pairs = ((held, one) for held in validation for one in training)
        return min(pairs, key=lambda pair: abs(pair[0] - pair[1]))

    def counts(self, ranges: SliceRanges) -> str:
        """Say how many slices each part has, with the marks of the picture."""
        one = one_name(self.samples.axis)
        training, validation, left_out = (len(part) for part in self.parts(ranges))
        text = f"● {_counted(training, f'training {one}')}   "
        text += f"◆ {_counted(validation, f'validation {one}')}"
        return text + (f"   × {left_out} left out" if left_out else "")

    def few(self, ranges: SliceRanges) -> str:
        """Say what training all weights on few slices comes to; empty where they are enough."""
        n_training, one = len(self.parts(ranges)[0]), one_name(self.samples.axis)
        if n_training >= _FEW:
            return ""
        return (
            f"All weights soon know {_counted(n_training, f'training {one}')} by heart. The epoch "
            "that is best on validation is kept; stop when validation no longer rises. More "
            f"{one}s help more than more epochs."
        )

    def leak(self, ranges: SliceRanges) -> str:
        """Say how far validation is from training, and what would widen a gap too narrow."""
        gaps, one = self._gaps(ranges), one_name(self.samples.axis)
        who = f"the validation {one} lies" if len(gaps) == 1 else f"the validation {one}s lie"
        text = f"{who} {self._distance(*sorted({min(gaps), max(gaps)}))} "
        text += f"from the nearest training {one}"
        if one == "slice" and min(gaps) < CLOSE:
            why = "Neighbouring slices look nearly the same"
        elif one == "part" and min(gaps) <= 0:
            text, why = "a validation part touches a training part", "Both show the same structures"
        else:
            return f"Leak meter: {text}."
        way = self._way_to_distance(min(gaps))
        return f"⚠ Leak meter: {text}. {why}, so the scores will flatter. {way}"

    def one_class(self, ranges: SliceRanges) -> str:
        """Name the only class of the training slices; empty if there are more."""
        training = self._counts(ranges)["training"]
        return self.class_names[int(training.argmax())] if (training > 0).sum() == 1 else ""

    def classes(self, ranges: SliceRanges) -> tuple[str, ...]:
        """Say which classes a part lacks, and what to do; a sentence or two each."""
        lacking = missing_classes(self._counts(ranges))
        unlabelled = [k for k in lacking if not self.samples.class_pixels[:, k].any()]
        lines = [self._unlabelled(unlabelled)] if unlabelled else []
        labelled = [k for k in lacking if k not in unlabelled]
        lines += [self._lacking(k, lacking[k]) for k in labelled[:_MOST_CLASSES]]
        more = ", ".join(f"“{self.class_names[k]}”" for k in labelled[_MOST_CLASSES:])
        return (*lines, f"Missing from a part, too: {more}.") if more else tuple(lines)

    def too_few(self) -> str:
        """Say that more must be labelled before there is a split."""
        one, axis = one_name(self.samples.axis), self.samples.axis
        text = f"One {one} is labelled. Label at least one more: one to train on, one to validate."
        place = place_for_distance(self.samples)
        if axis.unit == "px" or place is None:
            return text
        return f"{text} A good one is {place_text(axis, place)}, far from the first."

    def _gaps(self, ranges: SliceRanges) -> list[float]:
        """Return how far each validation slice is from training; parts, between their edges."""
        training, validation, _ = self.parts(ranges)
        extent = self.samples.extent
        covered = 0 if extent == 1 else extent
        gaps = nearest_training(training, validation).values()
        return [max(0.0, gap - covered) for gap in gaps]

    def _counts(self, ranges: SliceRanges) -> dict[str, NDArray[np.int64]]:
        training, validation = ranges.parts(self.samples.places)
        pixels = self.samples.class_pixels
        return {
            "training": pixels[training].sum(axis=0),
            "validation": pixels[validation].sum(axis=0),
        }

    def _unlabelled(self, classes: Sequence[int]) -> str:
        names = ", ".join(f"“{self.class_names[k]}”" for k in classes)
        has, it = ("has", "it") if len(classes) == 1 else ("have", "them")
        one = one_name(self.samples.axis)
        return (
            f"{names} {has} no labels. Label {it} on two {one}s or more, "
            f"or the model cannot learn {it}."
        )

    def _lacking(self, k: int, parts: Sequence[str]) -> str:
        """Say what to do for a class that is labelled somewhere."""
        axis = self.samples.axis
        name, one = f"“{self.class_names[k]}”", one_name(axis)
        held = [
            place
            for place, n in zip(self.samples.places, self.samples.class_pixels[:, k], strict=True)
            if n
        ]
        where = ", ".join(place_text(axis, place) for place in held[:_MOST_PLACES])
        where += f" and {len(held) - _MOST_PLACES} more" if len(held) > _MOST_PLACES else ""
        untrained = "training" in parts
        effect = "the model cannot learn it" if untrained else "its score would mean nothing"
        if len(held) == 1:
            return f"{name} is labelled only on {where}. Label it on one more {one}, or {effect}."
        if untrained:
            return (
                f"No training {one} shows {name}. Leave one of {where} for training, or {effect}."
            )
        return (
            f"No validation {one} shows {name}. Choose validation {one}s with one of {where}, "
            f"or label it on a validation {one}, or {effect}."
        )

    def _way_to_distance(self, nearest: float) -> str:
        axis = self.samples.axis
        if self.proposed is not None and min(self._gaps(self.proposed)) > nearest:
            return "Widen the buffer, or press Suggest."
        if axis.unit == "px":
            return f"For more distance, label more {axis.name}s."
        place = place_for_distance(self.samples)
        if place is None:
            return "This axis is too short for more distance."
        return f"For more distance, label {place_text(axis, place)} or a slice near it."

    def _distance(self, least: float, most: float | None = None) -> str:
        """Return one distance, or the range of several, in slices and in metres."""
        axis = self.samples.axis
        several = [least] if most is None else [least, most]
        words = " to ".join(f"{gap:g}" for gap in several)
        unit = f"{axis.name}s" if axis.unit == "px" else "slices"
        unit = unit.removesuffix("s") if several == [1] else unit
        if axis.size < 2:
            return f"{words} {unit}"
        metres = positions_along(axis, (0, 1), self.survey).metres
        if metres is None:
            return f"{words} {unit}"
        each = abs(metres[1] - metres[0])
        return f"{words} {unit} ({' to '.join(f'{each * gap:.0f}' for gap in several)} m)"


def _counted(n: int, what: str) -> str:
    return f"{n} {what}{'s' * (n != 1)}"
