"""A small synthetic 3-D survey, written as SEG-Y, to try Outcrop on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import segyio
from numpy.typing import NDArray

from engine.errors import SettingsError, WriteError
from engine.synthetic.faults import Fault, Faulted, displace
from engine.synthetic.fields import ricker_spectrum, smooth_field
from engine.synthetic.strata import draw_reflectivity

Array = NDArray[np.float32]

FIRST_INLINE, FIRST_CROSSLINE = 1001, 2001
"""Line numbers of the first trace; both steps are 1."""

INTERVAL_MS = 4
"""Sample interval."""

_LARGEST = 60_000_000  # samples; about 2 GB of work space
_BIN_M = 25.0
_ORIGIN_M = (430_000.0, 6_780_000.0)
_AZIMUTH_DEG = 30.0
_COORDINATE_SCALAR = -10  # coordinates are stored in decimetres
_AMPLITUDE = 1000.0
_MARGIN = 16


def write_demo_survey(
    path: Path, *, seed: int, shape: tuple[int, int, int] = (80, 160, 200)
) -> Path:
    """Write a survey with layers, folds, an unconformity and faults through all lines.

    The file is revision 1, IEEE floats, inline-sorted, with line numbers at
    bytes 189 and 193 and CDP coordinates at 181 and 185. It appears under its
    name only when it is complete.

    Parameters
    ----------
    path : pathlib.Path
        The file; replaced if it exists.
    seed : int
        The same seed gives the same file.
    shape : tuple of int
        ``(n_inlines, n_crosslines, n_samples)``, each at least 16.

    Returns
    -------
    pathlib.Path
        `path`.

    Raises
    ------
    SettingsError
        If `shape` is too small or too large.
    WriteError
        If the file cannot be written.
    """
    if min(shape) < 16 or np.prod(shape, dtype=np.int64) > _LARGEST or shape[2] > 32_000:
        raise SettingsError(
            f"a synthetic survey of {shape[0]} x {shape[1]} x {shape[2]} samples is not possible",
            hint=f"Ask for at least 16 each way and at most {_LARGEST} samples in all.",
        )
    amplitudes, _ = synthetic_survey(seed, shape)
    part = path.with_name(f"{path.name}.part")
    try:
        _write(part, amplitudes)
        _mark_revision(part)
        part.replace(path)
    except (OSError, RuntimeError) as error:
        part.unlink(missing_ok=True)
        raise WriteError(
            path, f"cannot be written ({error})", hint="Choose another folder or free some space."
        ) from error
    return path


def synthetic_survey(seed: int, shape: tuple[int, int, int]) -> tuple[Array, NDArray[np.bool_]]:
    """Generate the amplitudes of a survey and the traces of its faults.

    Parameters
    ----------
    seed : int
        The same seed gives the same survey.
    shape : tuple of int
        ``(n_inlines, n_crosslines, n_samples)``.

    Returns
    -------
    amplitudes : ndarray of float32, shape `shape`
        Without unit, standard deviation 1000.
    faults : ndarray of bool, shape `shape`
        True within a pixel and a half of a fault.
    """
    rng = np.random.default_rng(seed)
    n_inlines, n_crosslines, n_samples = shape
    depth = n_samples + 2 * _MARGIN
    y = np.arange(n_inlines, dtype=np.float32)[:, None, None]
    x = np.arange(n_crosslines, dtype=np.float32)[None, :, None]
    z = np.broadcast_to(np.arange(depth, dtype=np.float32), (n_inlines, n_crosslines, depth))
    faults = _draw_faults(rng, (n_inlines, n_crosslines, depth))
    faulted = displace(faults, x, y, z, width=3.0, least_throw=1.0)
    reflectivity = _fill(rng, faulted)
    wavelet = ricker_spectrum(depth, 1 / 7.5)
    signal = _convolve(reflectivity, wavelet)
    noise = rng.standard_normal(signal.shape, dtype=np.float32)
    noise = _convolve(noise, wavelet)
    signal += np.float32(0.15 * signal.std() / noise.std()) * noise
    signal *= np.float32(_AMPLITUDE / signal.std())
    inside = slice(_MARGIN, depth - _MARGIN)
    return np.ascontiguousarray(signal[..., inside]), faulted.trace[..., inside].copy()


def _draw_faults(rng: np.random.Generator, shape: tuple[int, int, int]) -> list[Fault]:
    """Spread five faults over the crosslines, most of them leaning the same way."""
    n_inlines, n_crosslines, depth = shape
    places = (np.arange(5) + 0.6 + rng.uniform(-0.2, 0.2, 5)) / 5 * n_crosslines
    return [
        Fault(
            x=float(place),
            y=rng.uniform(0.3, 0.7) * n_inlines,
            z=rng.uniform(0.45, 0.7) * depth,
            dip=rng.uniform(64, 80),
            leans_right=bool(index % 3),
            throw=rng.uniform(6, 14),
            half_height=rng.uniform(0.35, 0.6) * depth,
            half_length=rng.uniform(0.7, 1.6) * n_inlines,
            reach=rng.uniform(60, 200),
            strike=rng.uniform(-0.25, 0.25),
            waviness=rng.uniform(0, 2),
            damage=0.3,
        )
        for index, place in enumerate(places)
    ]


def _fill(rng: np.random.Generator, faulted: Faulted) -> Array:
    """Lay two sequences, divided by a tilted unconformity, along folded beds."""
    n_inlines, n_crosslines, depth = faulted.z.shape
    lengths = (max(n_inlines // 2, 8), max(n_crosslines // 3, 8))
    fold = (smooth_field(rng, (n_inlines, n_crosslines), lengths) * np.float32(7.0))[..., None]
    tilt = (np.arange(n_crosslines, dtype=np.float32) * np.float32(rng.uniform(-0.15, 0.15)))[
        None, :, None
    ]
    old = draw_reflectivity(rng, -100.0, depth + 100.0, thickness=4.0)
    young = draw_reflectivity(rng, -100.0, depth + 100.0, thickness=3.0)
    growth = np.float32(1 / depth)
    older = old.at(faulted.z - fold * (np.float32(0.5) + growth * faulted.z) - 2 * tilt)
    younger = young.at(faulted.z - np.float32(0.4) * fold + tilt)
    above = faulted.z < np.float32(0.35 * depth) + np.float32(0.5) * fold
    filled: Array = np.where(above, younger, older) * faulted.intact
    return filled


def _convolve(traces: Array, wavelet: NDArray[np.complex64]) -> Array:
    spectrum = np.fft.rfft(traces, axis=-1) * wavelet
    return np.fft.irfft(spectrum, n=traces.shape[-1], axis=-1).astype(np.float32)


def _write(path: Path, amplitudes: Array) -> None:
    n_inlines, n_crosslines, n_samples = amplitudes.shape
    spec = segyio.spec()
    spec.format = int(segyio.SegySampleFormat.IEEE_FLOAT_4_BYTE)
    spec.sorting = int(segyio.TraceSortingFormat.INLINE_SORTING)
    spec.samples = np.arange(n_samples) * float(INTERVAL_MS)
    spec.ilines = FIRST_INLINE + np.arange(n_inlines)
    spec.xlines = FIRST_CROSSLINE + np.arange(n_crosslines)
    with segyio.create(str(path), spec) as file:
        file.text[0] = segyio.tools.create_text_header(_TEXT)
        file.bin.update(
            {
                segyio.BinField.Interval: INTERVAL_MS * 1000,
                segyio.BinField.TraceFlag: 1,
                segyio.BinField.MeasurementSystem: 1,
            }
        )
        for i, inline in enumerate(spec.ilines):
            for j, crossline in enumerate(spec.xlines):
                number = i * n_crosslines + j
                file.header[number] = _trace_header(
                    number, (int(inline), int(crossline)), n_samples
                )
            file.trace[i * n_crosslines : (i + 1) * n_crosslines] = amplitudes[i]


def _mark_revision(path: Path) -> None:
    """Set revision 1.0; the width of segyio's field for it changed between releases."""
    with path.open("r+b") as file:
        file.seek(3500)
        file.write(b"\x01\x00")


def _trace_header(number: int, line: tuple[int, int], n_samples: int) -> dict[int, int]:
    inline, crossline = line[0] - FIRST_INLINE, line[1] - FIRST_CROSSLINE
    azimuth = np.deg2rad(_AZIMUTH_DEG)
    easting = inline * np.sin(azimuth) + crossline * np.cos(azimuth)
    northing = inline * np.cos(azimuth) - crossline * np.sin(azimuth)
    place = (_ORIGIN_M[0] + _BIN_M * easting, _ORIGIN_M[1] + _BIN_M * northing)
    x, y = (round(-_COORDINATE_SCALAR * value) for value in place)
    field = segyio.TraceField
    return {
        field.TRACE_SEQUENCE_LINE: number + 1,
        field.TRACE_SEQUENCE_FILE: number + 1,
        field.CDP: number + 1,
        field.TraceIdentificationCode: 1,
        field.SourceGroupScalar: _COORDINATE_SCALAR,
        field.CoordinateUnits: 1,
        field.TRACE_SAMPLE_COUNT: n_samples,
        field.TRACE_SAMPLE_INTERVAL: INTERVAL_MS * 1000,
        field.CDP_X: x,
        field.CDP_Y: y,
        field.INLINE_3D: line[0],
        field.CROSSLINE_3D: line[1],
    }


_TEXT = {
    1: "SYNTHETIC 3-D SURVEY MADE BY OUTCROP, NOT RECORDED IN THE FIELD",
    2: "POST-STACK TIME, SAMPLES IN MS, 4 MS INTERVAL, IEEE FLOATS",
    3: "INLINE NUMBER: BYTES 189-192   CROSSLINE NUMBER: BYTES 193-196",
    4: "CDP X: BYTES 181-184   CDP Y: BYTES 185-188   SCALAR: BYTES 71-72",
    5: "LAYERS, FOLDS, ONE UNCONFORMITY AND FIVE FAULTS; RICKER WAVELET, NOISE",
    39: "SEG Y REV1",
    40: "END TEXTUAL HEADER",
}
