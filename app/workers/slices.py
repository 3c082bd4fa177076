"""Sections turned into 8-bit images, on the read lane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.gradual import GradualSection, GradualVolume
from engine.core.levels import Levels
from engine.core.section import Section
from engine.core.volume import Volume
from engine.jobs.context import JobContext

NO_DATA_LEVEL = 0
ZERO_LEVEL = 128
_SPAN = 127
_BLOCK = 1 << 15

FIRST_PICTURE_S = 0.12
NEXT_PICTURE_S = 0.25
"""Seconds until the first picture of a scattered section, and from each to the next."""


@dataclass(frozen=True, slots=True)
class SliceRequest:
    """What to read and how to quantise it.

    Parameters
    ----------
    volume_number : int
        The session's number for the volume.
    volume : Volume
        Where to read.
    direction : str
        Direction of the section.
    index : int
        Position along it, from 0.
    levels : Levels
        Amplitudes between which colours change.
    section : Section, optional
        The same section, if it was read before.
    unfinished : GradualSection, optional
        The same section, if it is being read bit by bit.
    """

    volume_number: int
    volume: Volume
    direction: str
    index: int
    levels: Levels
    section: Section | None = None
    unfinished: GradualSection | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SliceImage:
    """A section ready to be drawn.

    Parameters
    ----------
    request : SliceRequest
        What it answers.
    section : Section
        The amplitudes, for the readout.
    image : ndarray of uint8, shape (n_rows, n_cols)
        0 where there is no data; else 1 to 255, with 128 in the middle of the levels.
    unfinished : GradualSection, optional
        What is to be read on, while there is only a part.
    has_gaps : bool, default True
        Whether there is no data somewhere.
    """

    request: SliceRequest
    section: Section
    image: NDArray[np.uint8]
    unfinished: GradualSection | None = None
    has_gaps: bool = True


def quantise(data: NDArray[np.float32], levels: Levels) -> NDArray[np.uint8]:
    """Map amplitudes to 8 bits.

    Parameters
    ----------
    data : ndarray of float32
        Any shape; NaN where there is no data.
    levels : Levels
        Amplitudes of the first and the last of 255 colours.

    Returns
    -------
    ndarray of uint8
        Same shape: 1 to 255 from the lowest to the highest, 0 for no data.
    """
    image = np.empty(data.shape, dtype=np.uint8)
    flat, levels_of = data.reshape(-1), image.reshape(-1)
    factor, centre = np.float32(_SPAN / levels.half), np.float32(levels.centre)
    for start in range(0, flat.size, _BLOCK):
        # A few steps over what fits the processor's cache, not many over all of the memory.
        scaled = flat[start : start + _BLOCK] - centre
        scaled *= factor
        np.clip(scaled, -_SPAN, _SPAN, out=scaled)
        # Truncation after adding a half rounds; NaN becomes the level for no data.
        scaled += np.float32(ZERO_LEVEL + 0.5)
        if np.isnan(scaled.min()):
            np.nan_to_num(scaled, copy=False, nan=NO_DATA_LEVEL)
        levels_of[start : start + _BLOCK] = scaled
    return image


def read_slice(request: SliceRequest, job: JobContext) -> SliceImage:
    """Read a section, unless it was read before, or more of it, and quantise it.

    Parameters
    ----------
    request : SliceRequest
        What to read.
    job : JobContext
        Checked between reading and quantising.

    Returns
    -------
    SliceImage
        Ready to be drawn.
    """
    section, unfinished = request.section, request.unfinished
    if section is None:
        seconds = NEXT_PICTURE_S
        if unfinished is None and isinstance(request.volume, GradualVolume):
            seconds = FIRST_PICTURE_S
            unfinished = request.volume.section_gradually(request.direction, request.index)
        if unfinished is None:
            section = request.volume.section(request.direction, request.index)
        else:
            section = unfinished.advance(seconds)
    job.check()
    left = None if unfinished is None or unfinished.done else unfinished
    image = quantise(section.data, request.levels)
    has_gaps = bool(image.min(initial=ZERO_LEVEL) == NO_DATA_LEVEL)
    return SliceImage(request, section, image, left, has_gaps)


class SliceReading:
    """A slice that is read once, though it may be asked for ahead and then in earnest.

    All that ask belong on one lane, where one comes after the other.

    Parameters
    ----------
    request : SliceRequest
        What to read.
    """

    def __init__(self, request: SliceRequest) -> None:
        self.request = request
        self.image: SliceImage | None = None

    def read(self, job: JobContext) -> SliceImage:
        """Return the slice, or its first picture; see `read_slice`."""
        if self.image is not None:
            return self.image
        image = read_slice(self.request, job)
        if image.unfinished is None:
            self.image = image
        return image

    def read_ahead(self, job: JobContext) -> SliceImage | None:
        """Read the slice before it is asked for; None where it would come bit by bit."""
        request = self.request
        if isinstance(request.volume, GradualVolume):
            gradual = request.volume.section_gradually(request.direction, request.index)
            if gradual is not None:
                return None
        return self.read(job)
