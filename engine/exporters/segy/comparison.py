"""Compares a written file with its source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.errors import ReadError
from engine.exporters.segy.source import SegyLayout, SegySource
from engine.exporters.segy.trace_file import FORMAT_OFFSET

_BLOCK_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class GeometryComparison:
    """What an output has in common with its source.

    Parameters
    ----------
    name : str
        The output's name.
    differences : tuple of str
        What differs and must not; empty when all is well.
    lines : tuple of str
        The facts that were checked, for people.
    """

    name: str
    differences: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def compare(source: SegySource, path: Path, *, name: str = "") -> GeometryComparison:
    """Reopen an output and compare its headers and geometry with the source's.

    Parameters
    ----------
    source : SegySource
        The volume that was segmented.
    path : pathlib.Path
        The output.
    name : str, optional
        Name to use in the lines; the file's own when left out.

    Returns
    -------
    GeometryComparison
        With every difference found.
    """
    name = name or path.name
    try:
        output = source.reopen(path)
    except ReadError as error:
        return GeometryComparison(name, (f"cannot be reopened: {error}",), ())
    try:
        differences = [
            f"axis {ours.name} is {_span(ours)}, the source's is {_span(theirs)}"
            for ours, theirs in zip(output.axes, source.axes, strict=False)
            if ours != theirs
        ]
        if not np.array_equal(output.traces, source.traces):
            differences.append("traces lie at other places")
        differences += _headers(source, output)
    finally:
        output.close()
    spans = ", ".join(_span(axis) for axis in source.axes)
    lines = (
        f"{name}: axes as in {source.path.name}: {spans}",
        f"{name}: text header, binary header (but for the sample format) and "
        f"{source.layout.n_traces} trace headers equal byte for byte",
    )
    return GeometryComparison(name, tuple(differences), () if differences else lines)


def _span(axis: Axis) -> str:
    unit = "" if axis.unit == "1" else f" {axis.unit}"
    return f"{axis.name} {axis.first:g} to {axis.last:g}{unit} ({axis.size})"


def _headers(source: SegySource, output: SegySource) -> list[str]:
    ours, theirs = output.layout, source.layout
    if ours.n_traces != theirs.n_traces:
        return [f"{ours.n_traces} traces, the source has {theirs.n_traces}"]
    with source.path.open("rb") as old, output.path.open("rb") as new:
        heads = bytearray(old.read(theirs.first_trace)), bytearray(new.read(ours.first_trace))
        for head in heads:
            head[FORMAT_OFFSET : FORMAT_OFFSET + 2] = b"\0\0"
        if heads[0] != heads[1]:
            return ["text or binary header differs"]
        per_block = max(_BLOCK_BYTES // max(ours.trace_bytes, theirs.trace_bytes), 1)
        for start in range(0, theirs.n_traces, per_block):
            n_traces = min(per_block, theirs.n_traces - start)
            blocks = [
                _trace_headers(file.read(n_traces * layout.trace_bytes), layout)
                for file, layout in ((old, theirs), (new, ours))
            ]
            unequal = np.flatnonzero((blocks[0] != blocks[1]).any(axis=1))
            if unequal.size:
                return [f"header of trace {start + int(unequal[0]) + 1} differs"]
    return []


def _trace_headers(block: bytes, layout: SegyLayout) -> NDArray[np.uint8]:
    traces = np.frombuffer(block, dtype=np.uint8).reshape(-1, layout.trace_bytes)
    return traces[:, : layout.trace_header_bytes]
