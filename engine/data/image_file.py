"""Single images and masks from PNG, TIFF, NumPy and headerless raw files.

Images become float32 without passing through 8 bits; masks keep the integers
that are in the file.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from engine.errors import ReadError

_MAX_PIXELS = 1 << 27
"""512 MiB of float32; larger images belong into a volume, not into a folder."""

# Rec. 601, for colour pictures of data that have one channel.
_LUMINANCE = np.array([0.299, 0.587, 0.114], dtype=np.float32)

_SHOWN = {"1", "L", "LA", "I", "I;16", "I;16L", "I;16B", "F", "RGB", "RGBA"}
"""Pillow's modes whose samples are what the picture shows."""

_NPY = b"\x93NUMPY"
"""What such a file begins with; NumPy takes anything else for a pickle."""

_CONVERT = "Copy the file again, or save it as PNG, TIFF or .npy."
_PLANE = "Save one array of rows by columns with numpy.save."
_NUMBERS = "Save real numbers, such as float32."
_IDS = "Save whole numbers: class ids, and 255 for not labelled."


@dataclass(frozen=True, slots=True)
class RawLayout:
    """Shape of headerless ``.dat`` files: images float32, masks int8, row by row.

    Parameters
    ----------
    rows, cols : int
        Samples downwards and across.
    """

    rows: int
    cols: int


def read_image(path: Path, raw: RawLayout | None = None) -> NDArray[np.float32]:
    """Read one image as amplitudes.

    Parameters
    ----------
    path : pathlib.Path
        PNG, TIFF (also float), JPEG, BMP, ``.npy`` or ``.dat``.
    raw : RawLayout, optional
        Shape of ``.dat`` files.

    Returns
    -------
    ndarray of float32, shape (rows, cols)
        All finite. Colour pictures become luminance, those with a palette too;
        transparency is dropped.

    Raises
    ------
    ReadError
        If the file is damaged, has another shape or kind of samples, or holds
        NaN or infinite samples.
    """
    samples = _read(path, raw, np.dtype("<f4"), _seen_picture)
    if samples.dtype.kind not in "buif":
        raise ReadError(path, f"samples of type {samples.dtype} are no amplitudes", hint=_NUMBERS)
    if samples.ndim == 3:
        samples = samples[..., :3].astype(np.float32) @ _LUMINANCE
    with np.errstate(over="ignore"):
        data = np.ascontiguousarray(samples, dtype=np.float32)
    bad = data.size - int(np.count_nonzero(np.isfinite(data)))
    if bad:
        raise ReadError(
            path,
            f"{bad} of {data.size} samples are NaN, infinite or too large for 32 bits",
            hint="Replace them, or leave the image and its mask out.",
        )
    return data


def read_mask(path: Path, raw: RawLayout | None = None) -> NDArray[np.int64]:
    """Read one mask as the integers in the file.

    Parameters
    ----------
    path : pathlib.Path
        PNG (grey or with a palette, whose indices are the values), TIFF, BMP,
        ``.npy`` or ``.dat``.
    raw : RawLayout, optional
        Shape of ``.dat`` files.

    Returns
    -------
    ndarray of int64, shape (rows, cols)
        The -1 of a raw file of 8 bits is 255, the same byte.

    Raises
    ------
    ReadError
        If the file is damaged, has another shape, or holds no integers.
    """
    samples = _read(path, raw, np.dtype("i1"), np.asarray)
    if samples.ndim == 3:
        if (samples[..., :3] != samples[..., :1]).any():
            raise ReadError(
                path, "a colour picture, not class ids", hint="Save one channel of class ids."
            )
        samples = samples[..., 0]
    if samples.dtype.kind == "f":
        if not np.array_equal(samples, np.rint(samples)):
            raise ReadError(path, "a mask with values that are no integers", hint=_IDS)
    elif samples.dtype.kind not in "bui":
        raise ReadError(path, f"samples of type {samples.dtype} are no class ids", hint=_IDS)
    labels = np.ascontiguousarray(samples, dtype=np.int64)
    if path.suffix.lower() == ".dat":
        labels[labels == -1] = 255
    return labels


def _seen_picture(picture: Image.Image) -> NDArray[Any]:
    """Take what a picture shows: colours of a palette or of inks, not their numbers."""
    return np.asarray(picture if picture.mode in _SHOWN else picture.convert("RGB"))


def _read(
    path: Path,
    raw: RawLayout | None,
    raw_type: np.dtype[Any],
    samples_of: Callable[[Image.Image], NDArray[Any]],
) -> NDArray[Any]:
    """Read samples as they are, shape (rows, cols) or (rows, cols, channels)."""
    suffix = path.suffix.lower()
    try:
        if suffix == ".dat":
            samples = _read_raw(path, raw, raw_type)
        elif suffix == ".npy":
            samples = _read_npy(path)
        else:
            samples = _read_picture(path, samples_of)
    except ReadError:
        raise
    except UnidentifiedImageError as error:
        raise ReadError(path, "not a picture in any known format", hint=_CONVERT) from error
    except (OSError, ValueError, EOFError, SyntaxError, Image.DecompressionBombError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise ReadError(path, f"cannot be read ({reason})", hint=_CONVERT) from error
    if 0 in samples.shape:
        raise ReadError(path, f"has no samples, shape {samples.shape}", hint=_CONVERT)
    return samples


def _read_raw(path: Path, raw: RawLayout | None, kind: np.dtype[Any]) -> NDArray[Any]:
    if raw is None:
        raise ReadError(
            path,
            "a raw file does not say how many rows and columns it has",
            hint="Give them with --raw-size ROWSxCOLS.",
        )
    expected = raw.rows * raw.cols * kind.itemsize
    size = path.stat().st_size
    if size != expected:
        raise ReadError(
            path,
            f"{size} bytes; {raw.rows} x {raw.cols} samples of {kind.itemsize} bytes "
            f"are {expected}",
            hint="Give the rows and columns with --raw-size ROWSxCOLS.",
        )
    return np.fromfile(path, dtype=kind).reshape(raw.rows, raw.cols)


def _read_npy(path: Path) -> NDArray[Any]:
    # The map is checked against the file's length before anything is allocated.
    with path.open("rb") as file:
        known = file.read(len(_NPY)) == _NPY or zipfile.is_zipfile(file)
    if not known:
        raise ReadError(path, "not an array as numpy.save writes it", hint=_PLANE)
    mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    if not isinstance(mapped, np.ndarray):
        raise ReadError(path, "an archive, not one array", hint=_PLANE)
    squeezed = mapped[..., 0] if mapped.ndim == 3 and mapped.shape[-1] == 1 else mapped
    if squeezed.ndim != 2:
        raise ReadError(path, f"an array of shape {mapped.shape}, not rows by columns", hint=_PLANE)
    _check_pixels(path, *squeezed.shape)
    return np.array(squeezed)


def _read_picture(path: Path, samples_of: Callable[[Image.Image], NDArray[Any]]) -> NDArray[Any]:
    with Image.open(path) as picture:
        _check_pixels(path, picture.height, picture.width)
        pages = getattr(picture, "n_frames", 1)
        if pages != 1:
            raise ReadError(path, f"{pages} pages, not one", hint="Save each page as a file.")
        samples = samples_of(picture)
    if samples.ndim == 3 and samples.shape[-1] == 2:
        samples = samples[..., 0]
    return samples


def _check_pixels(path: Path, rows: int, cols: int) -> None:
    if rows * cols > _MAX_PIXELS:
        raise ReadError(
            path,
            f"{rows} x {cols} pixels are more than {_MAX_PIXELS}",
            hint="Cut the picture into parts.",
        )
