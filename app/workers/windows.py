"""Windows of large images turned into 8-bit pictures, on the read lane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.workers.slices import quantise
from engine.core.image import Image
from engine.core.image_window import ImageWindow
from engine.core.levels import Levels
from engine.core.section import Section
from engine.jobs.context import JobContext


@dataclass(frozen=True, slots=True)
class WindowRequest:
    """What to read of an image and how to quantise it.

    Parameters
    ----------
    image : Image
        Where to read.
    window : ImageWindow
        Which part.
    levels : Levels
        Values between which colours change.
    section : Section, optional
        The same window, if it was read before.
    """

    image: Image
    window: ImageWindow
    levels: Levels
    section: Section | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WindowImage:
    """A window ready to be drawn.

    Parameters
    ----------
    request : WindowRequest
        What it answers.
    section : Section
        The values, for the readout.
    image : ndarray of uint8, shape (n_rows, n_cols)
        As `SliceImage.image`.
    """

    request: WindowRequest
    section: Section
    image: NDArray[np.uint8]


def read_window(request: WindowRequest, job: JobContext) -> WindowImage:
    """Read a window, unless it was read before, and quantise it.

    Parameters
    ----------
    request : WindowRequest
        What to read.
    job : JobContext
        Checked before reading and before quantising.

    Returns
    -------
    WindowImage
        Ready to be drawn.

    Raises
    ------
    ReadError
        If the file is damaged there.
    """
    job.check()
    section, window = request.section, request.window
    if section is None:
        section = request.image.window(window.rows, window.cols, window.step)
    job.check()
    return WindowImage(request, section, quantise(section.data, request.levels))
