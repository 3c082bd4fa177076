"""``outcrop info``: describe a data file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from engine.cli.console import WIDE, out, print_json
from engine.cli.info_amplitudes import amplitude_lines
from engine.cli.info_image import image_lines
from engine.cli.info_record import record_lines
from engine.cli.reader_options import add_reader_options, reader_options
from engine.core.utc import decimals_of, utc_text
from engine.core.volume import Volume
from engine.exporters.record import describe_record, read_record
from engine.readers.detect import open_volume

_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_KIB = 1000.0
_KINDS = {
    "volume": "3-D volume",
    "line": "2-D line",
    "record": "DAS record",
    "image": "Image",
    "gathers": "Pre-stack gathers",
    "array": "Array",
}
_OWN_LINES = {"record": record_lines, "image": image_lines}
"""Kinds that are described in other words than traces are."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the file to describe")
    parser.add_argument("--json", action="store_true", help="write one JSON object")
    add_reader_options(parser)


def run(args: argparse.Namespace) -> int:
    """Describe a file on standard output.

    Parameters
    ----------
    args : argparse.Namespace
        As `configure` defines them.

    Returns
    -------
    int
        0.
    """
    volume = open_volume(args.file, **reader_options(args, args.file))
    try:
        description = describe(volume)
    finally:
        volume.close()
    if args.json:
        print_json(description)
    else:
        _show(description)
    return 0


def describe(volume: Volume) -> dict[str, Any]:
    """Gather what is known of a volume.

    Parameters
    ----------
    volume : Volume
        An open volume; a sample of its amplitudes is read.

    Returns
    -------
    dict
        JSON values: ``kind``, ``format``, ``path``, ``shape``, ``axes``,
        ``result``, and what the reader adds. ``result`` is None, or a line on what
        the numbers of an exported file are.
    """
    record = read_record(volume.path)
    return {
        "kind": volume.kind,
        "path": str(volume.path),
        "shape": [axis.size for axis in volume.axes],
        "axes": [
            {
                "name": axis.name,
                "unit": axis.unit,
                "first": axis.first,
                "last": axis.last,
                "step": axis.step,
                "size": axis.size,
            }
            for axis in volume.axes
        ],
        "result": None if record is None else describe_record(record),
        **volume.describe(),
    }


def _show(facts: dict[str, Any]) -> None:
    console = out()
    console.width = WIDE
    kind = _KINDS.get(facts["kind"], facts["kind"])
    title = escape(str(facts.get("title", facts["format"])))
    console.print(f"[bold]{escape(facts['path'])}[/bold]")
    console.print(f"{kind}, {title}, {_size(facts.get('size_bytes', 0))}")
    if facts["result"]:
        console.print(facts["result"], style="bold", markup=False)
    table = Table("axis", "unit", "first", "last", "step", "size", box=None, pad_edge=False)
    for column in table.columns[2:]:
        column.justify = "right"
    for axis in facts["axes"]:
        numbers = _axis_numbers(axis)
        unit = "" if axis["unit"] == "1" else axis["unit"]
        table.add_row(axis["name"], unit, *numbers)
    console.print(table)
    for line in _lines(facts):
        console.print(line, markup=False)
    text = [line for line in facts.get("text", []) if line[3:].strip()]
    if text:
        console.print("\n[bold]Text header[/bold]")
        console.print("\n".join(text), markup=False)


def _axis_numbers(axis: dict[str, Any]) -> list[str]:
    """Return first, last, step and size; dates for seconds since 1970."""
    step = axis["step"]
    ends = [f"{axis[key]:g}" for key in ("first", "last")]
    if axis["name"] == "utc":
        ends = [utc_text(axis[key], decimals_of(step)) for key in ("first", "last")]
    return [*ends, f"{step:g}", f"{axis['size']}"]


def _lines(facts: dict[str, Any]) -> list[str]:
    lines = _OWN_LINES.get(facts["kind"], _trace_lines)(facts)
    return [*lines, *amplitude_lines(facts), *facts.get("notes", [])]


def _trace_lines(facts: dict[str, Any]) -> list[str]:
    lines = []
    if samples := facts.get("samples"):
        code = f" (code {samples['code']})" if "code" in samples else ""
        measured = " in ".join(s for s in (samples.get("quantity"), samples.get("unit")) if s)
        what = f", {measured}" if measured else ""
        lines.append(f"Samples: {samples['name']}{code}, {samples['byte_order']} endian{what}")
    if array := facts.get("array"):
        lines += _array_lines(array)
    if geometry := facts.get("geometry"):
        lines += _geometry_lines(geometry, facts.get("traces", {}), result=bool(facts["result"]))
    if coordinates := facts.get("coordinates"):
        (x0, x1), (y0, y1) = coordinates["x"], coordinates["y"]
        lines.append(
            f"Coordinates: X {x0:.1f} to {x1:.1f}, Y {y0:.1f} to {y1:.1f} {coordinates['unit']} "
            f"(bytes {coordinates['bytes'][0]}/{coordinates['bytes'][1]})"
        )
    elif survey := facts.get("survey"):
        lines.append(_survey_line(survey, facts["axes"]))
    return lines


def _survey_line(survey: dict[str, Any], axes: list[dict[str, Any]]) -> str:
    """Return the ranges of the coordinates of a volume's corners."""
    numbers = {axis["name"]: (axis["first"], axis["last"]) for axis in axes}
    ranges = []
    for k, name in enumerate("XY"):
        found = [
            survey["origin"][k] + i * survey["per_inline"][k] + c * survey["per_crossline"][k]
            for i in numbers["inline"]
            for c in numbers["crossline"]
        ]
        ranges.append(f"{name} {min(found):.1f} to {max(found):.1f}")
    return f"Coordinates: {', '.join(ranges)} {survey['unit']}"


def _geometry_lines(geometry: dict[str, Any], traces: dict[str, Any], *, result: bool) -> list[str]:
    iline, xline = geometry["iline"], geometry["xline"]
    if gathers := geometry["gathers"]:
        return _gather_lines(gathers)
    if iline is not None:
        where = f"Line numbers found at bytes {iline}/{xline}"
    elif xline is not None:
        where = f"Trace numbers found at byte {xline}"
    else:
        where = "Traces are numbered as they come"
    if geometry["source"] == "given":
        where = where.replace("found", "taken as given")
    sorting = geometry["sorting"]
    order = f"; sorted by {sorting}" if sorting in {"inline", "crossline"} else ""
    share = f"{geometry['fill']:.1%}"
    if geometry["fill"] < 1 and share == "100.0%":
        share = "more than 99.9%"
    lines = [f"{where}; {share} of the grid has traces{order}"]
    others = ", ".join(f"{a['iline']}/{a['xline']}" for a in geometry["alternatives"])
    if others:
        lines.append(f"Other bytes that make a grid: {others} (--iline, --xline)")
    if traces:
        # A trace of zeros is one of the first class where the numbers are classes.
        dead = "" if result else f", {traces['dead']} dead"
        lines.append(f"Traces: {traces['count']}, {traces['missing']} places without{dead}")
    return lines


def _array_lines(array: dict[str, Any]) -> list[str]:
    shape, chunks = (
        array[key] and " x ".join(str(n) for n in array[key]) for key in ("shape", "chunks")
    )
    name = f"{array['name']}, " if array["name"] else ""
    blocks = f", in blocks of {chunks}" if chunks else ""
    return [f"Array: {name}{shape} as stored{blocks}"]


def _gather_lines(gathers: dict[str, Any]) -> list[str]:
    places = ", ".join(str(byte) for byte in gathers["bytes"])
    key = gathers["key"]
    where = key if key.startswith("byte") else f"{key} (byte {places})"
    first, last = (", ".join(str(n) for n in gathers[end]) for end in ("first", "last"))
    low, high = gathers["fold"]
    lines = [
        f"Gathered by {where}: {gathers['count']} gathers, "
        f"{first} to {last}, of {low if low == high else f'{low} to {high}'} traces"
    ]
    if not gathers["even"]:
        lines.append("Their numbers are not evenly spaced: sections are counted from 1")
    return lines


def _size(n_bytes: float) -> str:
    for unit in _UNITS[:-1]:
        if n_bytes < _KIB:
            return f"{n_bytes:.3g} {unit}"
        n_bytes /= _KIB
    return f"{n_bytes:.3g} {_UNITS[-1]}"
