"""Hashes of files."""

from __future__ import annotations

import hashlib

from engine.core import fingerprint
from engine.core.fingerprint import sha256_known


def test_a_file_is_hashed_again_only_when_it_changed(tmp_path, monkeypatch):
    reads = []
    whole = fingerprint.sha256_file
    monkeypatch.setattr(fingerprint, "sha256_file", lambda path: reads.append(path) or whole(path))
    path = tmp_path / "file"
    path.write_bytes(b"one")
    assert sha256_known(path) == sha256_known(path) == hashlib.sha256(b"one").hexdigest()
    assert len(reads) == 1
    path.write_bytes(b"three")
    assert sha256_known(path) == hashlib.sha256(b"three").hexdigest()
    new = tmp_path / "new"
    new.write_bytes(b"seven")
    new.replace(path)
    assert sha256_known(path) == hashlib.sha256(b"seven").hexdigest()
