"""Amplitudes of the traces of one file, with what holds no data marked."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.readers.segy.file_layout import FileLayout
from engine.readers.segy.trace_samples import TraceSamples

_SAMPLED = 200_000
_LONGEST_RUN = 2048
_BLOCK = 4096


class LiveTraces:
    """Decodes stored samples; safe from any thread.

    Parameters
    ----------
    layout : FileLayout
        Where samples lie in the file.
    dead : ndarray of bool, shape (n_traces,)
        Traces that hold no data by their trace identification code.

    Notes
    -----
    NumPy copies and converts without the interpreter lock, so that reading on a
    worker thread does not hold up the window.
    """

    def __init__(self, layout: FileLayout, dead: NDArray[np.bool_]) -> None:
        self._layout = layout
        self._dead = dead
        self._statistics: AmplitudeStatistics | None = None
        self._lock = threading.Lock()
        self._samples: TraceSamples | None = TraceSamples(layout)

    def gather(self, traces: NDArray[np.int64]) -> tuple[NDArray[np.float32], int]:
        """Read whole traces.

        Parameters
        ----------
        traces : ndarray of int64, shape (n,)
            Trace numbers from 0; -1 for none.

        Returns
        -------
        data : ndarray of float32, shape (n_samples, n)
            NaN where there is no trace, a dead one, or a sample that is not finite.
        n_bad : int
            Samples of live traces that are not finite.

        Raises
        ------
        ValueError
            If the file was given up.
        """
        samples = self._open()
        present = traces >= 0
        live = traces[present]
        data = self._layout.sample_format.decode(samples.traces(live))
        n_bad = self._mark(data, self._dead[live])
        if live.size < traces.size:
            found, data = data, np.full((traces.size, data.shape[1]), np.nan, dtype=np.float32)
            data[present] = found
        return np.ascontiguousarray(data.T), n_bad

    def points(self, traces: NDArray[np.int64], index: int) -> NDArray[np.float32]:
        """Read one sample of some traces, which lie anywhere.

        Parameters
        ----------
        traces : ndarray of int64, shape (n,)
            Trace numbers from 0; -1 for none.
        index : int
            Sample number from 0.

        Returns
        -------
        ndarray of float32, shape (n,)
            NaN as in `gather`.

        Raises
        ------
        ValueError
            If the file was given up.
        """
        samples = self._open()
        values = np.full(traces.size, np.nan, dtype=np.float32)
        present = traces >= 0
        live = traces[present]
        found = self._layout.sample_format.decode(samples.points(live, index))
        self._mark(found, self._dead[live])
        values[present] = found
        return values

    def slice(
        self, index: int, start: int = 0, stop: int | None = None
    ) -> tuple[NDArray[np.float32], int]:
        """Read one sample of all traces, or of those from `start` up to `stop`.

        Parameters
        ----------
        index : int
            Sample number from 0.
        start, stop : int, optional
            Trace numbers from 0, the last not included; all when left out.

        Returns
        -------
        values : ndarray of float32, shape (n_traces,)
            In the order of the file; NaN as in `gather`.
        n_bad : int
            Samples of live traces that are not finite.

        Raises
        ------
        ValueError
            If the file was given up.
        """
        values = self._layout.sample_format.decode(self._open().slice(index)[start:stop])
        return values, self._mark(values, self._dead[start:stop])

    def statistics(self) -> AmplitudeStatistics:
        """Measure about 200 000 samples of evenly spread traces; kept after the first call.

        Returns
        -------
        AmplitudeStatistics
            Of live traces; traces of zeros only are padding and left out.
        """
        with self._lock:
            if self._statistics is None:
                self._statistics = self._measure(self._open())
            return self._statistics

    def silent(self, traces: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which traces hold no data.

        Parameters
        ----------
        traces : ndarray of int64, shape (n,)
            Trace numbers from 0.

        Returns
        -------
        ndarray of bool, shape (n,)
            True for traces that are marked dead or hold only zeros.
        """
        samples = self._open()
        silent = self._dead[traces]
        for start in range(0, traces.size, _BLOCK):
            block = samples.traces(traces[start : start + _BLOCK])
            silent[start : start + _BLOCK] |= ~block.any(axis=1)
        return silent

    def close(self) -> None:
        """Give up the file; reads under way on other threads still finish."""
        self._samples = None

    def _open(self) -> TraceSamples:
        samples = self._samples
        if samples is None:
            raise ValueError(f"{self._layout.path}: the volume is closed")
        return samples

    def _mark(self, data: NDArray[np.float32], dead: NDArray[np.bool_]) -> int:
        """Set dead traces and samples that are not finite to NaN; count the latter."""
        n_bad = 0
        if self._layout.sample_format.may_be_not_finite:
            bad = ~np.isfinite(data)
            if bad.any():
                n_bad = int(np.count_nonzero(bad[~dead]))
                data[bad] = np.nan
        if dead.any():
            data[dead] = np.nan
        return n_bad

    def _measure(self, samples: TraceSamples) -> AmplitudeStatistics:
        n_traces, n_samples = self._layout.n_traces, self._layout.n_samples
        every = -(-n_samples // _LONGEST_RUN)
        count = min(n_traces, max(_SAMPLED * every // n_samples, 1))
        # Jitter keeps the picks from always meeting the same crosslines.
        jitter = np.random.default_rng(0).random(count)
        picks = ((np.arange(count) + jitter) * (n_traces / count)).astype(np.int64)
        data = self._layout.sample_format.decode(samples.traces(picks)[:, ::every])
        live = ~self._dead[picks] & data.any(axis=1)
        return AmplitudeStatistics.from_samples(data[live])
