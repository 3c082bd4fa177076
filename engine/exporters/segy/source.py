"""What a volume must offer to be exported as SEG-Y."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis


class SegyLayout(Protocol):
    """Where everything lies in the source file."""

    @property
    def byte_order(self) -> str:
        """Big ``>`` or little ``<`` endian."""

    @property
    def n_samples(self) -> int:
        """Samples of a trace."""

    @property
    def n_traces(self) -> int:
        """Traces of the file."""

    @property
    def first_trace(self) -> int:
        """Bytes before the first trace."""

    @property
    def trace_header_bytes(self) -> int:
        """Size of a trace header with its extensions."""

    @property
    def trace_bytes(self) -> int:
        """Size of a trace with its header."""

    @property
    def end_of_traces(self) -> int:
        """Bytes up to the end of the last trace."""

    @property
    def size_bytes(self) -> int:
        """Size of the file."""


@runtime_checkable
class SegySource(Protocol):
    """An opened SEG-Y file, as the SEG-Y reader returns it."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def kind(self) -> str:
        """``volume`` or ``line``."""

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Trace axes, then the axis of the samples."""

    @property
    def directions(self) -> tuple[str, ...]:
        """Directions of sections."""

    @property
    def layout(self) -> SegyLayout:
        """Where everything lies in the file."""

    @property
    def traces(self) -> NDArray[np.int64]:
        """Trace number of each place, shaped like the trace axes; -1 for none."""

    def silent(self, traces: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which traces hold no data."""

    def reopen(self, path: Path) -> SegySource:
        """Open another file with the geometry of this one."""

    def close(self) -> None:
        """Give up the file."""
