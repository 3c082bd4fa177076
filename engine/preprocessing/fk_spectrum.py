"""Spectra over frequency and wavenumber: which way waves run, and how fast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.section import Section

FLOOR_DB = -120.0
"""Levels are not told below this; silence would be minus infinity."""
_SECONDS = {"s": 1.0, "ms": 1e-3}
_LEAST = 4


@dataclass(frozen=True, slots=True, eq=False)
class FkSpectrum:
    """How strong each frequency and wavenumber is.

    Parameters
    ----------
    frequency : Axis
        From 0 up, in hertz; ``1/m`` and the like over depths.
    wavenumber : Axis
        Ascending, in ``1/m``; positive for waves that run towards larger columns.
    amplitude : ndarray of float32, shape (frequency.size, wavenumber.size)
        A plane wave of amplitude 1 has 1.
    """

    frequency: Axis
    wavenumber: Axis
    amplitude: NDArray[np.float32]

    @property
    def decibels(self) -> NDArray[np.float32]:
        """Levels relative to the strongest place, same shape; not below -120."""
        strongest = float(self.amplitude.max()) or 1.0
        share = np.maximum(self.amplitude / np.float32(strongest), 10 ** (FLOOR_DB / 20))
        return np.asarray(20 * np.log10(share), dtype=np.float32)

    def velocity(self, row: float, col: float) -> float | None:
        """Return the apparent velocity at a place, in metres per second with sign.

        Parameters
        ----------
        row, col : float
            Indices, which may lie between two positions.

        Returns
        -------
        float or None
            None where the rows are no frequencies or the wavenumber is zero.
        """
        wavenumber = self.wavenumber.value(col)
        if self.frequency.unit != "Hz" or wavenumber == 0:
            return None
        return self.frequency.value(row) / wavenumber


def fk_spectrum(section: Section, metres_across: float) -> FkSpectrum | None:
    """Measure the amplitude at each frequency and wavenumber.

    A wave that runs towards larger columns at velocity ``v`` lies at ``k = f / v``,
    one that runs back at negative wavenumbers.

    Parameters
    ----------
    section : Section
        Shape ``(n_samples, n_traces)``, times or depths downwards. Each trace loses
        its mean; samples without data count as zero; both ends of both axes are
        tapered (Hann).
    metres_across : float
        Metres in one unit of the columns, above zero.

    Returns
    -------
    FkSpectrum or None
        None if there are fewer than four samples or traces, or no data.
    """
    data = section.data.astype(np.float32)
    live = np.isfinite(data)
    n_rows, n_cols = data.shape
    if min(n_rows, n_cols) < _LEAST or not live.any():
        return None
    counts = np.maximum(live.sum(axis=0), 1)
    data = np.where(live, data, np.float32(0))
    data = np.where(live, data - data.sum(axis=0, dtype=np.float64) / counts, 0.0)
    down, across = (np.hanning(n + 1)[:-1] for n in (n_rows, n_cols))
    data = (data * np.outer(down, across)).astype(np.float32)
    # Frequencies of either sign tell directions apart: exp(i(2 pi f t - 2 pi k x)).
    forward = np.fft.rfft(data, axis=0)
    both = np.fft.fftshift(np.fft.ifft(forward, axis=1), axes=1) * n_cols
    amplitude = np.asarray(2 * np.abs(both) / (down.sum() * across.sum()), dtype=np.float32)
    step_m = section.cols.step * metres_across
    if step_m < 0:
        amplitude = np.roll(amplitude[:, ::-1], 1 - n_cols % 2, axis=1)
    step = 1.0 / (n_cols * abs(step_m))
    unit = section.rows.unit
    spacing = abs(section.rows.step) * _SECONDS.get(unit, 1.0)
    frequency = Axis(
        "frequency" if unit in _SECONDS else "vertical wavenumber",
        "Hz" if unit in _SECONDS else f"1/{unit}",
        0.0,
        1.0 / (n_rows * spacing),
        len(amplitude),
    )
    return FkSpectrum(
        frequency, Axis("wavenumber", "1/m", -(n_cols // 2) * step, step, n_cols), amplitude
    )


def why_no_fk(rows: Axis, cols: Axis, metres_across: float | None) -> str:
    """Return why a section has no such spectrum; empty if it has.

    Parameters
    ----------
    rows, cols : Axis
        Its axes.
    metres_across : float or None
        Metres in one unit of the columns, if they are lengths.

    Returns
    -------
    str
        A sentence for people.
    """
    if not rows.is_samples:
        return f"Rows are {rows.label}, neither times nor depths."
    if metres_across is None:
        what = f"{cols.name} numbers" if cols.unit == "1" else cols.label
        return f"Columns are {what}, not lengths in metres."
    return ""
