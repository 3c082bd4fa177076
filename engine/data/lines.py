"""Which sections of a volume to take."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.core.axes import Axis
from engine.errors import DataError, SettingsError

_NUMBER = r"(-?[0-9]+(?:\.[0-9]+)?)"
_TEXT = re.compile(rf"{_NUMBER}?:{_NUMBER}?(?::{_NUMBER})?")


@dataclass(frozen=True, slots=True)
class LineSelection:
    """Sections by line number, time or depth; both ends belong to it.

    Parameters
    ----------
    first, last : float, optional
        Numbers of the ends; those of the volume when left out.
    step : float, optional
        Distance between sections, above 0; that of the volume when left out.

    Raises
    ------
    SettingsError
        If the step is not above 0 or the ends are swapped.
    """

    first: float | None = None
    last: float | None = None
    step: float | None = None

    def __post_init__(self) -> None:
        if self.step is not None and not self.step > 0:
            raise SettingsError(
                f"lines every {self.step:g}: not above 0", hint="Give a step such as 2."
            )
        if self.first is not None and self.last is not None and self.last < self.first:
            raise SettingsError(
                f"lines from {self.first:g} to {self.last:g} run backwards", hint="Swap the ends."
            )

    @classmethod
    def parse(cls, text: str) -> LineSelection:
        """Read ``FIRST:LAST:STEP``; each may be missing, as in ``1100:`` or ``::2``.

        Parameters
        ----------
        text : str
            From the command line.

        Returns
        -------
        LineSelection
            The selection.

        Raises
        ------
        SettingsError
            If it cannot be read.
        """
        match = _TEXT.fullmatch(text)
        if match is None:
            raise SettingsError(
                f"{text!r} selects no lines", hint="Write FIRST:LAST:STEP, such as 1100:1398:2."
            )
        return cls(*(float(part) if part else None for part in match.groups()))

    def indices(self, axis: Axis) -> tuple[int, ...]:
        """Find the selected positions of an axis.

        Parameters
        ----------
        axis : Axis
            The axis along which the sections are stacked; may run downwards.

        Returns
        -------
        tuple of int
            Ascending indices from 0.

        Raises
        ------
        DataError
            If the selection reaches outside the axis, holds no line, or its
            step is no multiple of the axis' step.
        """
        low, high = sorted((axis.first, axis.last))
        first = low if self.first is None else self.first
        last = high if self.last is None else self.last
        hint = f"The volume has {axis.name} {low:g} to {high:g} every {abs(axis.step):g}."
        if first < low or last > high or first > last:
            ends = (self.first, self.last)
            outside = [f"{n:g}" for n in ends if n is not None and not low <= n <= high]
            verb = "lie" if len(outside) > 1 else "lies"
            raise DataError(
                f"{axis.name} {' and '.join(outside)} {verb} outside the volume", hint=hint
            )
        stride = 1.0 if self.step is None else self.step / abs(axis.step)
        if stride < 1 or abs(stride - round(stride)) > 1e-6:
            raise DataError(f"{axis.name} every {self.step:g} does not fit the volume", hint=hint)
        # The first position that is not before the wanted one.
        start = -(-(round((first - low) / abs(axis.step), 6)) // 1)
        end = round((last - low) / abs(axis.step), 6)
        counted = range(int(start), int(end // 1) + 1, round(stride))
        if not counted:
            raise DataError(f"{axis.name} {first:g} to {last:g} holds no line", hint=hint)
        if axis.step > 0:
            return tuple(counted)
        return tuple(sorted(axis.size - 1 - index for index in counted))
