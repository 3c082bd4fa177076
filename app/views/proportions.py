"""True lengths of a section on the screen."""

from __future__ import annotations

from app.workers.slices import SliceImage
from engine.core.image import Image
from engine.core.scale import metres_per_degree, metres_per_unit
from engine.session.display_settings import DisplaySettings


def section_lengths(
    shown: SliceImage | None, display: DisplaySettings
) -> tuple[float, float] | None:
    """Return the metres in a unit to the right and in one downwards, if both are lengths.

    Degrees of an image are as long as they are at its middle latitude.
    """
    if shown is None:
        return None
    volume, section = shown.request.volume, shown.section
    if volume.kind == "image" and isinstance(volume, Image) and volume.georeference is not None:
        radius = volume.georeference.axes_m[0]
        degrees = metres_per_degree(section.rows, section.cols, radius)
        if degrees is not None:
            return degrees
    survey = volume.survey
    across, down = (
        metres_per_unit(axis, survey, display.velocity_m_s) for axis in (section.cols, section.rows)
    )
    return None if across is None or down is None else (across, down)


def kept_exaggeration(shown: SliceImage | None, display: DisplaySettings) -> float:
    """Return the vertical exaggeration that is kept; 0 where the section fills the view."""
    if shown is None or shown.section.rows.is_samples:
        return display.exaggeration
    # Nothing is deep when seen from above; an image is never distorted.
    return 1.0 if display.exaggeration or shown.request.volume.kind == "image" else 0.0
