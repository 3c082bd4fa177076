"""Every outcome of a command has its exit code and its message."""

from __future__ import annotations

import argparse
import sys
import types

import pytest

from engine.cli import commands
from engine.cli.main import main
from engine.errors import EngineError, ReadError


@pytest.fixture
def command(monkeypatch):
    """Register a command ``try`` that does what the test says."""

    def register(work, loading=None):
        module = types.ModuleType("tests_try_command")

        def configure(parser):
            if loading is not None:
                raise loading
            parser.add_argument("--number", type=int, default=1)

        module.configure = configure
        module.run = work
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setitem(commands.COMMANDS, "try", (module.__name__, "try something"))

    return register


def _raising(error):
    def run(args):
        raise error

    return run


def test_a_command_gets_its_arguments_and_gives_its_code(command):
    seen = []

    def run(args: argparse.Namespace):
        seen.append(args.number)
        return 7

    command(run)
    assert main(["try", "--number", "3"]) == 7
    assert seen == [3]


def test_an_engine_error_is_a_message_and_a_hint(command, capsys):
    command(_raising(EngineError("the [red] cup is empty", hint="Fill it [again].")))
    assert main(["try"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "outcrop: the [red] cup is empty\nFill it [again].\n"


def test_a_file_error_names_the_file(command, capsys):
    command(_raising(ReadError("a.sgy", "is empty", hint="Copy it again.")))
    assert main(["try"]) == 1
    assert capsys.readouterr().err == "outcrop: a.sgy: is empty\nCopy it again.\n"


def test_an_operating_system_error_names_the_file(command, capsys):
    command(_raising(PermissionError(13, "Permission denied", "b.sgy")))
    assert main(["try"]) == 1
    message, hint = capsys.readouterr().err.splitlines()
    assert message == "outcrop: b.sgy: Permission denied"
    assert "permissions" in hint


def test_lack_of_memory_is_told(command, capsys):
    command(_raising(MemoryError()))
    assert main(["try"]) == 1
    message, hint = capsys.readouterr().err.splitlines()
    assert message == "outcrop: not enough memory"
    assert hint


def test_a_defect_is_told_without_a_traceback(command, capsys):
    command(_raising(KeyError("cup")))
    assert main(["try"]) == 1
    err = capsys.readouterr().err
    assert "KeyError" in err
    assert "--debug" in err
    assert "Traceback" not in err


def test_debug_adds_the_traceback(command, capsys):
    command(_raising(EngineError("the cup is empty")))
    assert main(["try", "--debug"]) == 1
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "outcrop: the cup is empty" in err


def test_an_interrupt_ends_with_130(command, capsys):
    command(_raising(KeyboardInterrupt()))
    assert main(["try"]) == 130
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["no-such-command"], [], ["try", "--number", "x"], ["try", "--unknown"]]
)
def test_wrong_usage_ends_with_2(arguments, command, capsys):
    command(lambda args: 0)
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: outcrop" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "usage"),
    [
        (["predict", "a.sgy", "--out", "b.sgy", "--colour", "red"], "usage: outcrop predict "),
        (["models", "list", "--colour", "red"], "usage: outcrop models list "),
    ],
)
def test_an_unknown_option_shows_the_usage_of_the_command_it_was_given_to(arguments, usage, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith(usage)
    assert "unrecognized arguments: --colour red" in told


def test_the_version_is_printed(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("outcrop ")


def test_help_lists_all_commands_without_importing_them(capsys, monkeypatch):
    monkeypatch.setitem(commands.COMMANDS, "broken", ("no.such.module", "cannot be imported"))
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert all(name in text for name in commands.COMMANDS)


def test_an_interrupt_while_the_command_is_loaded_ends_with_130(command, capsys):
    command(lambda _args: 0, loading=KeyboardInterrupt())
    assert main(["try"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_an_error_while_the_command_is_loaded_is_told(command, capsys):
    command(lambda _args: 0, loading=EngineError("the plugin is odd", hint="Remove it."))
    assert main(["try"]) == 1
    assert capsys.readouterr().err == "outcrop: the plugin is odd\nRemove it.\n"
    assert main(["try", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err
