"""Projects on the disk."""

from __future__ import annotations

import pytest

from engine.session.project import Project
from engine.session.project_data import refer_to
from tests.engine.session.desks import DESKS, SCHEME


@pytest.fixture(autouse=True)
def left_desks():
    """Close what is still open."""
    yield
    while DESKS:
        DESKS.pop().project.close()


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "data" / "a.sgy"
    path.parent.mkdir()
    path.write_bytes(b"amplitudes" * 100)
    return path


@pytest.fixture
def project(tmp_path, data):
    folder = tmp_path / "north.outcrop"
    project = Project.create(folder, refer_to(data, folder, {"inline": 5}), SCHEME)
    yield project
    project.close()
