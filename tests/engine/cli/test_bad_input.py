"""Every bad input ends a command with one message, a next step and code 1, and leaves nothing."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.cli.main import main
from tests.bundles import write_bundle
from tests.synthetic import write_segy

_TRACE = 240 + 4 * 12


def _cut(path):
    path.write_bytes(path.read_bytes()[:-100])


def _twice_the_same_place(path):
    raw = bytearray(path.read_bytes())
    struct.pack_into(">i", raw, 3600 + 4 * _TRACE + 188, 100)
    path.write_bytes(raw)


_EQUAL = {"trace_fields": {189: ("i", 5), 193: ("i", 5)}, "coordinates": False}

FILES = {
    "text": ({}, lambda path: path.write_bytes(b"text " * 2000), "is not SEG-Y"),
    "empty": ({}, lambda path: path.write_bytes(b""), "is empty"),
    "cut": ({}, _cut, "ends in the middle of trace 12"),
    "traces": ({"revision": 1, "binary_fields": {3213: ("H", 13)}}, None, "promises 13 traces"),
    "samples": ({"binary_fields": {3221: ("H", 60_000)}}, None, "promises traces of 60000 samples"),
    "format": ({"binary_fields": {3225: ("h", 77)}}, None, "unknown sample format code 77"),
    "zero": ({"interval_us": 0}, None, "sample interval 0"),
    "negative": ({"interval_us": -4000}, None, "sample interval -4000"),
    "equal": (_EQUAL, None, "all line numbers"),
    "duplicate": ({}, _twice_the_same_place, "1 duplicate traces"),
    "folder": ({}, lambda path: (path.unlink(), path.mkdir()), "is a folder"),
    "absent": ({}, Path.unlink, "no such file"),
}
"""What is wrong -> (how the file is written, how it is harmed, words of the message)."""


def _refused(capsys, words, *arguments):
    assert main([str(argument) for argument in arguments]) == 1
    out, errors = capsys.readouterr()
    assert out == ""
    message, hint = errors.removesuffix("\n").split("\n")
    assert message.startswith("outcrop: ")
    assert words in message
    assert hint
    return message


@pytest.fixture
def bundle(tmp_path):
    return write_bundle(tmp_path / "tiny").path


@pytest.fixture
def leaves_nothing(tmp_path):
    """Fail a test after which anything of the output is there."""
    yield
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


@pytest.mark.usefixtures("leaves_nothing")
@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_read(kind, bundle, tmp_path, capsys):
    written, harm, words = FILES[kind]
    path = tmp_path / "in.sgy"
    write_segy(path, **written)
    if harm is not None:
        harm(path)
    assert str(path) in _refused(capsys, words, "info", path)
    out = tmp_path / "out.sgy"
    assert str(path) in _refused(capsys, words, "predict", path, "--model", bundle, "--out", out)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX files")
def test_a_file_that_may_not_be_read(tmp_path):
    """Root may read everything, so a child process gives that right up, once all is loaded."""
    path = tmp_path / "in.sgy"
    write_segy(path)
    write_segy(tmp_path / "readable.sgy")
    path.chmod(0)
    tmp_path.chmod(0o755)
    program = (
        "import os, sys\n"
        "from engine.cli.main import main\n"
        "main(['info', sys.argv[2]])\n"
        "os.fchdir(os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECTORY))\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "print('---', flush=True)\n"
        "sys.exit(main(['info', 'in.sgy']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), str(tmp_path / "readable.sgy")],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[3],
    )
    assert done.returncode == 1
    assert done.stdout.endswith("---\n")
    assert done.stderr.startswith("outcrop: in.sgy: no permission to read it\n")
    assert len(done.stderr.splitlines()) == 2


def _tensors(change):
    def harm(bundle):
        path = bundle / "decoder.safetensors"
        state = load_file(path)
        change(state, "classifier.weight")
        save_file(state, path)

    return harm


def _other_hash(bundle):
    values = json.loads((bundle / "model.json").read_text())
    (bundle / "model.json").write_text(json.dumps({**values, "encoder_sha256": "1" * 64}))


def _encoder_elsewhere(bundle):
    values = json.loads((bundle / "model.json").read_text())
    values["model"]["encoder"] = "dinov2-vits14"
    (bundle / "model.json").write_text(json.dumps(values))
    width = 384
    _tensors(lambda s, name: s.update({name: torch.zeros(2, width, 1, 1)}))(bundle)


BUNDLES = {
    "missing": (_tensors(lambda s, name: s.pop(name)), "classifier.weight is missing"),
    "renamed": (
        _tensors(lambda s, name: s.update({f"other.{name}": s.pop(name)})),
        "classifier.weight is missing; other.classifier.weight is there",
    ),
    "shape": (
        _tensors(lambda s, name: s.update({name: torch.zeros(3)})),
        "classifier.weight has shape (3,)",
    ),
    "infinite": (_tensors(lambda s, name: s[name].fill_(torch.inf)), "values that are not finite"),
    "no file": (lambda b: (b / "decoder.safetensors").unlink(), "decoder.safetensors is missing"),
    "no weights": (_encoder_elsewhere, "the weights of dinov2-vits14 are not on this machine"),
    "hash": (_other_hash, "SHA-256 111111111111"),
}
"""What is wrong -> (how the bundle is harmed, words of the message)."""


@pytest.mark.usefixtures("leaves_nothing")
@pytest.mark.parametrize("kind", BUNDLES)
def test_a_bundle_that_cannot_be_used(kind, bundle, tmp_path, capsys):
    harm, words = BUNDLES[kind]
    harm(bundle)
    write_segy(tmp_path / "in.sgy")
    arguments = ["--model", bundle, "--out", tmp_path / "out.sgy", "--device", "cpu"]
    _refused(capsys, words, "predict", tmp_path / "in.sgy", *arguments)
