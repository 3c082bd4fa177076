"""Fingerprints and provenance."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from engine.core.fingerprint import fingerprint_json, sha256_file
from engine.core.provenance import Provenance, program_version
from engine.errors import JobCancelledError


def test_a_file_has_its_sha256(tmp_path):
    content = bytes(range(256)) * 40_000
    (tmp_path / "a").write_bytes(content)
    assert sha256_file(tmp_path / "a") == hashlib.sha256(content).hexdigest()


def test_hashing_can_be_stopped(tmp_path):
    (tmp_path / "a").write_bytes(b"content")

    def stop():
        raise JobCancelledError

    with pytest.raises(JobCancelledError):
        sha256_file(tmp_path / "a", check=stop)


def test_a_fingerprint_follows_the_value_not_the_order_of_keys():
    first = fingerprint_json({"a": 1, "b": [2, 3]})
    assert len(first) == 16
    assert fingerprint_json({"b": [2, 3], "a": 1}) == first
    assert fingerprint_json({"b": [3, 2], "a": 1}) != first


def test_provenance_adds_version_and_time():
    record = Provenance("in.sgy", "faults", "ab" * 32, "f00d").to_json()
    assert record["version"] == program_version()
    created = dt.datetime.fromisoformat(record["created"])
    assert abs(dt.datetime.now(dt.UTC) - created) < dt.timedelta(minutes=1)
