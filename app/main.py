"""The program: commands go to the command line, everything else opens the window."""

from __future__ import annotations

import argparse
import difflib
import logging
import math
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from engine.cli.commands import COMMANDS

_HELP = frozenset({"-h", "--help"})

_WRONG_USAGE, _INTERRUPTED = 2, 130

_DEMO_WINDOW = ["--demo", "--segment"]

_NO_QT = (
    "outcrop: the window's libraries do not load ({error})\n"
    "On Debian or Ubuntu: apt install libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1\n"
)
_NO_DISPLAY = (
    "outcrop: there is no display for the window\n"
    "Start it on a desktop, or use a command: outcrop --help lists them.\n"
)


def run() -> NoReturn:
    """Run the program as the process that it was started for."""
    code = main()
    if "PySide6.QtWidgets" in sys.modules:
        # All that was finished is on the disk. Taking Qt and torch down would last seconds, and
        # a job deep in a library must not touch an interpreter that is being torn down.
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; those of the process when left out.

    Returns
    -------
    int
        The exit code: 0 done, 1 failed with a message, 130 interrupted; wrong
        usage ends the process with 2.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _dispatch(arguments)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return _INTERRUPTED


def _dispatch(arguments: list[str]) -> int:
    """Run what the first argument asks for."""
    if arguments and arguments[0] in _HELP:
        return _print_help()
    if arguments == ["demo"]:
        return _run_demo()
    if arguments and (arguments[0] in COMMANDS or arguments[0] == "--version"):
        from engine.cli.main import main as run_command

        return run_command(arguments)
    if word := _unknown_word(arguments):
        return _refuse_word(word)
    return _open_window(arguments)


def _run_demo() -> int:
    """Show the demo in the window, or without a display leave its results in files."""
    if not _display_is_missing():
        return _open_window(_DEMO_WINDOW)
    from engine.cli.demo import OUT_FOLDER
    from engine.cli.main import main as run_command

    code = run_command(["demo"])
    if code:
        return code
    picture = Path(OUT_FOLDER) / "window.png"
    code = _open_window([*_DEMO_WINDOW, "--screenshot", str(picture)])
    if code == 0:
        sys.stdout.write(f"Picture of the window: {picture.resolve()}\n")
    return code


def _open_window(arguments: list[str]) -> int:
    args = _parser().parse_args(arguments)
    if _display_is_missing():
        if args.screenshot is None:
            sys.stderr.write(_NO_DISPLAY)
            return 1
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return _run_window(args)


def _parser() -> argparse.ArgumentParser:
    from engine.session.display_settings import COLOR_MAP_KEYS

    parser = argparse.ArgumentParser(
        prog="outcrop",
        description="Open the window.",
    )
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="file, or folder of DAS files"
    )
    parser.add_argument(
        "--geometry-file",
        type=Path,
        metavar="JSON",
        help="open the file as 'outcrop headers FILE --export' wrote down",
    )
    parser.add_argument("--demo", action="store_true", help="open the demo survey")
    parser.add_argument("--direction", default="", help="inline, crossline, twt, depth or window")
    parser.add_argument(
        "--number", type=_number, metavar="N", help="line number, time or depth of the section"
    )
    parser.add_argument(
        "--color-map",
        default="",
        choices=COLOR_MAP_KEYS,
        metavar="NAME",
        help=", ".join(COLOR_MAP_KEYS),
    )
    parser.add_argument("--model", default="", help="name or folder of a model bundle")
    parser.add_argument("--segment", action="store_true", help="segment the first slice")
    parser.add_argument(
        "--screenshot",
        type=Path,
        metavar="PNG",
        help="save the window when everything is shown, and end",
    )
    parser.add_argument("--debug", action="store_true", help="log everything")
    return parser


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of a section")
    return number


def _unknown_word(arguments: list[str]) -> str:
    """Return the first argument if it can be neither a command nor a file."""
    word = arguments[0] if arguments else ""
    looks_like_file = word.startswith("-") or Path(word).suffix or Path(word).name != word
    return "" if looks_like_file or Path(word).exists() else word


def _refuse_word(word: str) -> int:
    near = difflib.get_close_matches(word, COMMANDS, n=1)
    hint = f"Did you mean {near[0]}?" if near else "outcrop --help lists the commands."
    sys.stderr.write(f"outcrop: there is no command or file {word!r}\n{hint}\n")
    return _WRONG_USAGE


def _print_help() -> int:
    """Describe the commands, then the window."""
    from engine.cli.main import build_parser

    build_parser(None).print_help()
    sys.stdout.write("\n")
    _parser().print_help()
    return 0


def _display_is_missing() -> bool:
    """Find out before Qt does, which would abort the process."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _run_window(args: argparse.Namespace) -> int:
    try:
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        sys.stderr.write(_NO_QT.format(error=error))
        return 1

    from app.actions.start_up import StartOptions
    from app.composition import compose
    from app.error_presenter import route_qt_messages
    from app.workers.collecting import GuiCollector
    from engine.errors import ReadError
    from engine.readers.geometry_file import read_geometry_file

    try:
        geometry = read_geometry_file(args.geometry_file) if args.geometry_file else {}
    except ReadError as error:
        sys.stderr.write(f"outcrop: {error}\n{error.hint}\n")
        return 1
    logging.basicConfig(level=logging.DEBUG if args.debug else logging.WARNING)
    route_qt_messages()
    app = QApplication(["outcrop"])
    options = StartOptions(
        files=tuple(args.files),
        demo=args.demo,
        reader_options=geometry,
        direction=args.direction,
        number=args.number,
        color_map=args.color_map,
        model=args.model,
        segment=args.segment,
        screenshot=args.screenshot,
    )
    window = compose(app, options=options)
    sys.excepthook = window.presenter.excepthook
    threading.excepthook = window.presenter.thread_excepthook

    def end(error: Exception | None) -> None:
        if error is not None:
            sys.stderr.write(f"outcrop: {error}\n{getattr(error, 'hint', '')}".rstrip() + "\n")
        window.close()
        app.exit(0 if error is None else 1)

    window.start_up.ended.connect(end)
    window.show()
    collector = GuiCollector()
    code = app.exec()
    collector.timer.stop()
    return code
