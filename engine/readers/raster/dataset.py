"""One image file behind GDAL: opened with care, read by one thread at a time."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import Interleaving, Resampling
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from engine.errors import ReadError
from engine.readers.raster.label import LABELLED, check_label

MOST_PIXELS = 1 << 36
"""69 billion: a mosaic of the whole Moon at 16 m has 23 billion."""

MOST_SEQUENTIAL_PIXELS = 1 << 30
"""Of formats that are decoded from the first row on: PNG, JPEG, JPEG 2000."""

LARGEST_BLOCK_BYTES = 1 << 28
"""A block is decoded as a whole, however few of its pixels are asked for."""

_SEQUENTIAL = ("PNG", "JPEG", "JP2OpenJPEG")
_END_MARKS = {"PNG": b"IEND\xaeB`\x82", "JPEG": b"\xff\xd9", "JP2OpenJPEG": b"\xff\xd9"}
_TAIL = 1 << 16
_COPY = "Copy or download the file again."

_OPTIONS = {
    "GDAL_CACHEMAX": 256 * 2**20,
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_MAX_RETRY": 0,
    "GDAL_NUM_THREADS": 1,
    # Its short cut for whole images reads missing rows as zeros, without an error.
    "GDAL_PNG_WHOLE_IMAGE_OPTIM": "NO",
}


class RasterDataset:
    """An open file.

    Parameters
    ----------
    path : pathlib.Path
        The file, or its label.
    driver : str
        The only GDAL driver that may open it.

    Raises
    ------
    ReadError
        If GDAL does not open it, or it refers to files outside its folder, or is
        larger than `MOST_PIXELS`, or ends too early.

    Notes
    -----
    A GDAL dataset must not be used by two threads at once; reads wait for each
    other. GDAL releases the interpreter lock while it reads.
    """

    def __init__(self, path: Path, driver: str) -> None:
        self.path = path
        self._lock = threading.Lock()
        if driver in LABELLED:
            check_label(path)
        try:
            with warnings.catch_warnings(), rasterio.Env(**_OPTIONS):
                warnings.simplefilter("ignore", NotGeoreferencedWarning)
                self.source: Any = rasterio.open(path, driver=driver, sharing=False)
        except (RasterioError, ValueError, OverflowError) as error:
            raise ReadError(
                path, f"cannot be read ({_reason(error)})", hint=_hint(driver)
            ) from error
        try:
            self._check(driver)
        except BaseException:
            self.close()
            raise

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return int(self.source.height), int(self.source.width)

    def read(
        self,
        bands: Sequence[int],
        window: tuple[int, int, int, int],
        shape: tuple[int, int],
        *,
        average: bool = False,
    ) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Read a window, at full resolution or coarser.

        Parameters
        ----------
        bands : sequence of int
            From 1.
        window : tuple of int
            First row, first column, rows, columns; inside the image.
        shape : tuple of int
            Rows and columns of the result.
        average : bool, default False
            Average pixels where the result is coarser, instead of picking some.

        Returns
        -------
        samples : ndarray, shape (n_bands, *shape)
            As stored.
        missing : ndarray of bool, shape `shape`
            Where the first band has no data by its no-data value, mask or alpha.

        Raises
        ------
        ReadError
            If the file is damaged there.
        ValueError
            If the file is closed.
        """
        top, left, rows, cols = window
        part = Window(left, top, cols, rows)
        method = Resampling.average if average else Resampling.nearest
        with self._lock:
            if self.source.closed:
                raise ValueError(f"{self.path}: the image is closed")
            try:
                with rasterio.Env(**_OPTIONS):
                    samples = self.source.read(
                        list(bands), window=part, out_shape=(len(bands), *shape), resampling=method
                    )
                    missing = self._missing(bands[0], part, shape)
            except (RasterioError, ValueError) as error:
                raise ReadError(
                    self.path,
                    f"rows {top} to {top + rows - 1} cannot be read ({_reason(error)})",
                    hint=_COPY,
                ) from error
        return samples, missing

    def close(self) -> None:
        """Close the file; a read under way finishes first."""
        with self._lock:
            self.source.close()

    def _missing(self, band: int, part: Window, shape: tuple[int, int]) -> NDArray[np.bool_]:
        flags = {flag.name for flag in self.source.mask_flag_enums[band - 1]}
        if "all_valid" in flags:
            return np.zeros(shape, dtype=np.bool_)
        mask = self.source.read_masks(
            band, window=part, out_shape=shape, resampling=Resampling.nearest
        )
        missing: NDArray[np.bool_] = mask == 0
        return missing

    def _check(self, driver: str) -> None:
        self._check_files()
        self._check_size(driver)
        self._check_end(driver)

    def _check_files(self) -> None:
        folder = self.path.resolve().parent
        for name in self.source.files:
            if not Path(name).resolve().is_relative_to(folder):
                raise ReadError(
                    self.path,
                    f"its data are said to lie outside its folder, in {name}",
                    hint="Bring label and data into one folder, and let the label name them so.",
                )

    def _check_size(self, driver: str) -> None:
        rows, cols = self.shape
        limit = MOST_SEQUENTIAL_PIXELS if driver in _SEQUENTIAL else MOST_PIXELS
        if rows < 1 or cols < 1 or self.source.count < 1:
            raise ReadError(self.path, "holds no image", hint="Name a file with an image in it.")
        if rows * cols > limit:
            raise ReadError(
                self.path,
                f"{rows} x {cols} pixels are more than {limit}",
                hint="Convert it to GeoTIFF, or cut it into parts, with gdal_translate.",
            )
        kind = self.source.dtypes[0]
        height, width = self.source.block_shapes[0]
        mixed = self.source.interleaving is Interleaving.pixel
        n_bands = self.source.count if mixed else 1
        size = int(height) * int(width) * np.dtype(_numpy_type(self.path, kind)).itemsize * n_bands
        if size > LARGEST_BLOCK_BYTES:
            raise ReadError(
                self.path,
                f"blocks of {height} x {width} pixels: {size} bytes are decoded for each of them",
                hint="Rewrite it in tiles: gdal_translate -of COG IN OUT.tif",
            )

    def _check_end(self, driver: str) -> None:
        """Find a file that was cut off, which GDAL opens and reads as zeros in part."""
        mark = _END_MARKS.get(driver)
        if mark is None:
            rows, cols = self.shape
            self.read([1], (rows - 1, cols - 1, 1, 1), (1, 1))
            return
        with self.path.open("rb") as file:
            file.seek(max(0, self.path.stat().st_size - _TAIL))
            if mark not in file.read():
                raise ReadError(self.path, "ends too early", hint=_COPY)


def _numpy_type(path: Path, kind: str) -> str:
    if kind.startswith("complex"):
        raise ReadError(
            path, "holds complex samples", hint="Save their amplitude: a band of real numbers."
        )
    return kind


def _reason(error: BaseException) -> str:
    """Return GDAL's words, the innermost ones, in a line and without the path."""
    while error.__cause__ is not None:
        error = error.__cause__
    return " ".join(str(error).split()) or type(error).__name__


def _hint(driver: str) -> str:
    if driver in {"PDS", "PDS4", "ISIS3"}:
        return "Check that the data lie beside the label, under the name that it gives them."
    return _COPY
