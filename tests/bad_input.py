"""Files and bundles that are refused: how they are harmed, and words of the message."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from tests.synthetic import write_segy

_TRACE = 240 + 4 * 12
_ADAPTER = "base_model.model.blocks.0.attn.proj.lora_A.weight"


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
    "duplicate": ({}, _twice_the_same_place, "1 duplicate trace"),
    "folder": ({}, lambda path: (path.unlink(), path.mkdir()), "is a folder"),
    "pipe": ({}, lambda path: (path.unlink(), os.mkfifo(path)), "is a device or a pipe"),
    "absent": ({}, Path.unlink, "no such file"),
}
"""What is wrong -> (how the file is written, how it is harmed, words of the message)."""
if not hasattr(os, "mkfifo"):
    del FILES["pipe"]


def write_bad_file(path: Path, kind: str) -> str:
    """Write a file of one of `FILES`; the words of the message it is refused with."""
    written, harm, words = FILES[kind]
    write_segy(path, **written)
    if harm is not None:
        harm(path)
    return words


def _tensors(change, file="decoder.safetensors", name="classifier.weight"):
    def harm(bundle):
        path = bundle / file
        state = load_file(path)
        change(state, name)
        save_file(state, path)

    return harm


def _adapters(change):
    return _tensors(change, "adapter_model.safetensors", _ADAPTER)


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
    "adapter missing": (_adapters(lambda s, name: s.pop(name)), f"{_ADAPTER} is missing"),
    "adapter renamed": (
        _adapters(lambda s, name: s.update({f"other.{name}": s.pop(name)})),
        f"{_ADAPTER} is missing; other.{_ADAPTER} is there",
    ),
    "adapter shape": (
        _adapters(lambda s, name: s.update({name: torch.zeros(3)})),
        f"{_ADAPTER} has shape (3,)",
    ),
    "no file": (lambda b: (b / "decoder.safetensors").unlink(), "decoder.safetensors is missing"),
    "no weights": (_encoder_elsewhere, "the weights of dinov2-vits14 are not on this machine"),
    "hash": (_other_hash, "SHA-256 111111111111"),
}
"""What is wrong -> (how the bundle is harmed, words of the message)."""
