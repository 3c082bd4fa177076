"""How amplitudes are normalised before a model sees them.

A bundle keeps its pipeline, so that training and prediction treat amplitudes
alike: in float, with one scale for the whole survey, never slice by slice and
never through 8 bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.fingerprint import fingerprint_json
from engine.errors import ModelError

_SCHEMA = 1
_SCOPES = ("survey", "training")
_KNOWN_STEPS = (("standardise",), ("standardise", "zoom"))

LARGEST_ZOOM = 16.0
"""Most that images are enlarged, or made smaller, on their way into the network."""


@dataclass(frozen=True, slots=True)
class Normaliser:
    """``clip((data - offset) / scale)`` with numbers for one survey.

    Parameters
    ----------
    offset, scale : float
        In the survey's amplitudes; `scale` is above zero.
    limit : float
        Normalised values are clipped to +-`limit`.
    """

    offset: float
    scale: float
    limit: float

    def __call__(self, data: NDArray[np.float32]) -> NDArray[np.float32]:
        """Normalise amplitudes.

        Parameters
        ----------
        data : ndarray of float32
            Any shape; NaN where there is no data.

        Returns
        -------
        ndarray of float32
            Same shape, dimensionless, 0 where there was no data.
        """
        scaled = (data - np.float32(self.offset)) * np.float32(1.0 / self.scale)
        np.clip(scaled, -self.limit, self.limit, out=scaled)
        np.nan_to_num(scaled, copy=False, nan=0.0)
        return scaled


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Standardise by the survey's mean and standard deviation, clip, and resample.

    Parameters
    ----------
    scope : {"survey", "training"}
        Whose statistics count: those of the survey or folder at hand, or those
        of the training data, which `fitted` then holds.
    limit : float, default 4.0
        Clip, in standard deviations.
    fitted : AmplitudeStatistics, optional
        Statistics of the training data.
    zoom : tuple of float, default (1.0, 1.0)
        How much larger than the data the model sees rows and columns. A model
        trained on enlarged images knows its subject at that scale only.

    Raises
    ------
    ModelError
        If the scope is unknown, the limit is not above zero, the zoom is not
        between 1/16 and 16, or statistics are wanted from training and missing.
    """

    scope: str = "survey"
    limit: float = 4.0
    fitted: AmplitudeStatistics | None = None
    zoom: tuple[float, float] = (1.0, 1.0)

    def __post_init__(self) -> None:
        if self.scope not in _SCOPES:
            raise ModelError(f"pipeline: scope {self.scope!r} is none of {', '.join(_SCOPES)}")
        if not 0 < self.limit < np.inf:
            raise ModelError(f"pipeline: clip at {self.limit} standard deviations")
        if not all(1 / LARGEST_ZOOM <= factor <= LARGEST_ZOOM for factor in self.zoom):
            raise ModelError(f"pipeline: zoom {self.zoom} is not between 1/16 and 16")
        if self.scope == "training" and self.fitted is None:
            raise ModelError("pipeline: no statistics of the training data")

    def normaliser(self, statistics: AmplitudeStatistics) -> Normaliser:
        """Bind the pipeline to a survey.

        Parameters
        ----------
        statistics : AmplitudeStatistics
            Of the survey or folder at hand; not used with scope ``training``.

        Returns
        -------
        Normaliser
            For amplitudes of that survey. A survey without any variation is
            only centred.
        """
        source = self.fitted if self.scope == "training" and self.fitted else statistics
        return Normaliser(source.mean, source.std or 1.0, self.limit)

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change with anything in the pipeline."""
        return fingerprint_json(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """Return the contents of ``pipeline.json``."""
        steps: list[dict[str, Any]] = [
            {"name": "standardise", "scope": self.scope, "limit": self.limit}
        ]
        if self.zoom != (1.0, 1.0):
            steps.append({"name": "zoom", "factors": list(self.zoom)})
        return {
            "schema": _SCHEMA,
            "steps": steps,
            "fitted": self.fitted.to_json() if self.fitted else None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Pipeline:
        """Build a pipeline from what `to_json` returned.

        Raises
        ------
        ModelError
            If it is of another schema or has steps this version does not know.
        """
        try:
            steps = value["steps"]
            names = tuple(step["name"] for step in steps)
            if value["schema"] != _SCHEMA or names not in _KNOWN_STEPS:
                raise ModelError(
                    "pipeline: made by another version of Outcrop",
                    hint="Update Outcrop, or train the model anew.",
                )
            fitted = value.get("fitted")
            down, across = steps[1]["factors"] if len(steps) > 1 else (1.0, 1.0)
            return cls(
                str(steps[0]["scope"]),
                float(steps[0]["limit"]),
                AmplitudeStatistics.from_json(fitted) if fitted else None,
                (float(down), float(across)),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, ModelError):
                raise
            raise ModelError(f"pipeline: incomplete ({error})") from error
