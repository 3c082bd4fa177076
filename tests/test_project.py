"""The distribution as a whole: what it ships, what it pins, what it promises."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_holds_the_program_the_starter_models_and_no_tests(wheel_names):
    tops = {name.split("/")[0] for name in wheel_names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"app", "engine", "resources"}
    assert "engine/py.typed" in wheel_names
    for starter in ("faults", "salt", "craters", "das", "facies"):
        assert f"resources/models/{starter}-starter/model.json" in wheel_names
    assert "resources/models/outcrop-vit-tiny14/model.safetensors" in wheel_names
    assert not [name for name in wheel_names if "__pycache__" in name]


def test_the_bundled_models_stay_small():
    sizes = [path.stat().st_size for path in (ROOT / "resources/models").rglob("*.safetensors")]
    assert sizes
    assert sum(sizes) <= 25e6


def test_the_lock_pins_every_package_with_a_hash_and_names_no_index():
    text = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)
    pins = re.findall(r"^([a-z0-9][\w.-]*)==\S+", text, flags=re.MULTILINE)
    blocks = re.findall(r"^[a-z0-9][\w.-]*==.*\\\n    --hash=sha256:", text, flags=re.MULTILINE)
    assert len(pins) == len(blocks) > 50


def test_the_lock_holds_every_declared_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.match(r"[\w.-]+", item).group().lower().replace("_", "-") for item in declared}
    locked = set(
        re.findall(r"^([a-z0-9][\w.-]*)==", (ROOT / "requirements.lock").read_text(), re.M)
    )
    assert names <= locked


def test_no_file_names_a_place_on_this_machine():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    for name in listed:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".json", ".yaml", ""} and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not re.search(r"/(home|Users|work|tmp)/\w+", text), name
