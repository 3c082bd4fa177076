"""What is done beyond a model's plain answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import SettingsError

MOST_SAMPLES = 1_000_000
"""The largest `PredictionOptions.smallest_region`."""


@dataclass(frozen=True, slots=True)
class PredictionOptions:
    """How the classes of a section are made better than the model's plain answer.

    Parameters
    ----------
    mirror : bool, default False
        Average the probabilities of the section and of its left-right mirror image,
        for twice the time. Rows are never reversed: sections have an upper end, and
        records a beginning.
    smallest_region : int, default 0
        Regions of fewer samples take the class that surrounds them; see
        `engine.core.small_regions.fill_small_regions`. At most a million; up to 1
        all stay.

    Raises
    ------
    SettingsError
        If the size is outside its range.
    """

    mirror: bool = False
    smallest_region: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.smallest_region <= MOST_SAMPLES:
            raise SettingsError(
                f"smallest region: {self.smallest_region} samples are not between 0 and "
                f"{MOST_SAMPLES}",
                hint="Choose 0 to keep every region, or a few hundred samples.",
            )

    @property
    def text(self) -> str:
        """What is done, in words; empty when nothing is."""
        parts = ["averaged with the mirror image"] * self.mirror
        if self.smallest_region > 1:
            parts.append(f"regions below {self.smallest_region} samples filled")
        return ", ".join(parts)

    def check_content(self, *, probabilities: bool) -> None:
        """Refuse to fill regions where no classes are written.

        Parameters
        ----------
        probabilities : bool
            Whether probabilities are written instead of classes.

        Raises
        ------
        SettingsError
            If small regions are to be filled in probabilities.
        """
        if probabilities and self.smallest_region > 1:
            raise SettingsError(
                "probabilities have no regions to fill",
                hint="Write classes, or leave the smallest region (--smallest-region) out.",
            )

    def to_json(self) -> dict[str, Any]:
        """Return all fields under their names."""
        return asdict(self)


PLAIN = PredictionOptions()
"""The model's plain answer."""
