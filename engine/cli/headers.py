"""``outcrop headers``: what the headers of a SEG-Y file tell, and where its geometry is."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table

from engine.cli.console import WIDE, out, print_json
from engine.cli.geometry_options import add_geometry_options, geometry_options
from engine.core.volume import Volume
from engine.errors import SettingsError
from engine.readers.detect import open_volume
from engine.readers.geometry_file import remember_options, write_geometry_file
from engine.readers.segy.header_fields import TRACE_FIELDS, field_name
from engine.readers.segy.header_report import HeaderReport, inspect_headers
from engine.readers.segy.options import SegyOptions


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a SEG-Y file, also a damaged one")
    parser.add_argument("--json", action="store_true", help="write one JSON object")
    parser.add_argument(
        "--export",
        type=Path,
        metavar="JSON",
        help="open the file, with the options below, and write its geometry for --geometry-file",
    )
    memory = parser.add_mutually_exclusive_group()
    memory.add_argument(
        "--remember", action="store_true", help="open the file this way from now on"
    )
    memory.add_argument(
        "--forget", action="store_true", help="forget the way that was remembered for the file"
    )
    add_geometry_options(parser)


def run(args: argparse.Namespace) -> int:
    """Show the headers of a file on standard output.

    Parameters
    ----------
    args : argparse.Namespace
        As `configure` defines them.

    Returns
    -------
    int
        0.
    """
    report = inspect_headers(args.file)
    if args.forget:
        remember_options(args.file, {})
    if args.export is not None or args.remember:
        _keep(args)
    if args.json:
        print_json(report.to_json())
    else:
        _show(report)
    return 0


def _keep(args: argparse.Namespace) -> None:
    """Write down how the file is opened, once it was opened so."""
    if args.export is not None and args.export.absolute() == args.file.absolute():
        raise SettingsError(
            f"{args.export}: is the data file itself", hint="Name another file for --export."
        )
    volume = open_volume(args.file, **geometry_options(args, args.file))
    try:
        options = _resolved(volume).to_json()
    finally:
        volume.close()
    if args.export is not None:
        write_geometry_file(args.export, options, source=args.file)
    if args.remember:
        remember_options(args.file, options)


def _resolved(volume: Volume) -> SegyOptions:
    options = getattr(volume, "options", None)
    if not isinstance(options, SegyOptions):
        raise SettingsError(f"{volume.path}: is no SEG-Y file", hint="Name a SEG-Y file.")
    return options


def _show(report: HeaderReport) -> None:
    console = out()
    console.width = WIDE  # a cut number would be a wrong one
    console.print(str(report.path), style="bold", markup=False)
    layout = report.layout
    if layout is not None:
        console.print(
            f"SEG-Y revision {report.revision}, {report.byte_order} endian, "
            f"{layout.n_traces} traces of {layout.n_samples} samples, "
            f"{layout.sample_format.name} (code {layout.sample_format.code})",
            markup=False,
        )
    if report.contradictions:
        console.print("\nContradictions", style="bold")
        for sentence in report.contradictions:
            console.print(f"- {sentence}", markup=False)
    _show_geometry(console, report)
    console.print(f"\nText header ({report.encoding})", style="bold", markup=False)
    for lines in (report.text, *report.extended_text):
        for line in lines:
            if line[3:].strip():
                console.print(line, markup=False)
    console.print("\nBinary header (fields that are not zero)", style="bold", markup=False)
    table = _table("byte", "field", "value")
    for field, value in report.binary:
        if value:
            table.add_row(str(field.byte), field.name, f"{value:g}")
    console.print(table)
    _show_traces(console, report)


def _show_geometry(console: Console, report: HeaderReport) -> None:
    if report.lines:
        console.print("\nLine numbers, the best bytes first", style="bold")
        table = _table(
            "iline", "xline", "inlines", "crosslines", "grid", "filled", "taken twice", "fields"
        )
        for candidate in report.lines:
            regularity = candidate.regularity
            first, second = regularity.ranges
            table.add_row(
                str(candidate.iline),
                str(candidate.xline),
                first.text,
                second.text,
                f"{first.size} x {second.size}",
                f"{regularity.fill:.1%}",
                str(regularity.n_duplicates),
                f"{field_name(candidate.iline)}; {field_name(candidate.xline)}",
            )
        console.print(table)
    if report.coordinates:
        console.print("\nCoordinates, the best bytes first", style="bold")
        table = _table("X", "Y", "unit", "from", "to", "off the grid")
        for place in report.coordinates:
            low, high = place.xy.min(axis=0), place.xy.max(axis=0)
            off = "-" if place.misfit_bins is None else f"{place.misfit_bins:.2g} bins"
            ends = (f"{x:.1f}, {y:.1f}" for x, y in (low, high))
            table.add_row(str(place.cdp_x), str(place.cdp_y), place.unit, *ends, off)
        console.print(table)
    if report.gathers:
        console.print("\nGathers (--sort-key)", style="bold")
        table = _table("key", "byte", "gathers", "traces in each")
        for index in report.gathers:
            low, high = int(index.folds.min()), int(index.folds.max())
            folds = str(low) if low == high else f"{low} to {high}"
            places = ", ".join(str(byte) for byte in index.key.bytes_)
            table.add_row(index.key.name, places, str(index.n_gathers), folds)
        console.print(table)


def _show_traces(console: Console, report: HeaderReport) -> None:
    if report.table is None:
        return
    traces = report.table
    title = f"Trace headers (fields that are not zero; range of {traces.n_scanned} traces)"
    console.print(f"\n{title}", style="bold", markup=False)
    shown = (f"trace {number}" for number in traces.numbers)
    table = _table("byte", "field", *shown, "least", "largest")
    for row, field in enumerate(TRACE_FIELDS):
        if traces.minimum[row] or traces.maximum[row]:
            numbers = (*traces.values[row], traces.minimum[row], traces.maximum[row])
            table.add_row(str(field.byte), field.name, *(str(n) for n in numbers))
    console.print(table)


def _table(*heads: str) -> Table:
    table = Table(*heads, box=None, pad_edge=False)
    for column in table.columns:
        column.justify = "left" if column.header in {"field", "fields", "key", "unit"} else "right"
    return table
