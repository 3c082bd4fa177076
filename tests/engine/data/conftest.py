"""Folders of images and masks, written as a user's would be, and a survey with frozen labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.folder_source import FolderSource
from engine.data.label_snapshot import freeze_labels
from engine.data.snapshot_source import SnapshotSource
from engine.data.sources import open_source
from engine.readers.detect import open_volume
from tests.engine.data.strokes import SURVEY, labelled_section
from tests.synthetic import write_segy


class FolderWriter:
    """Writes pairs of images and masks under a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.images, self.masks = root / "images", root / "masks"
        self.images.mkdir()
        self.masks.mkdir()

    @property
    def source(self) -> FolderSource:
        return FolderSource(self.images, self.masks)

    def png(self, name: str, image: np.ndarray, mask: np.ndarray) -> None:
        Image.fromarray(np.asarray(image, dtype=np.uint8)).save(self.images / f"{name}.png")
        Image.fromarray(np.asarray(mask, dtype=np.uint8)).save(self.masks / f"{name}.png")

    def npy(self, name: str, image: np.ndarray, mask: np.ndarray) -> None:
        np.save(self.images / f"{name}.npy", image)
        np.save(self.masks / f"{name}.npy", mask)


@pytest.fixture
def folder(tmp_path):
    return FolderWriter(tmp_path)


@pytest.fixture
def filled(folder):
    """Six pairs of 20 x 30 pixels with masks of 0 and 255."""
    rng = np.random.default_rng(0)
    for name in ("1", "2", "3", "10", "11", "20"):
        image = rng.integers(0, 255, (20, 30))
        folder.png(name, image, np.where(image > 128, 255, 0))
    return folder


@pytest.fixture
def volume(tmp_path):
    path = tmp_path / "survey.sgy"
    write_segy(path, SURVEY)
    opened = open_volume(path)
    yield opened
    opened.close()


@pytest.fixture
def frozen(volume, tmp_path):
    """Three labelled inlines and a labelled crossline."""
    sections = [labelled_section(i) for i in (1, 4, 8)]
    sections.append(labelled_section(5, (30, 10), "crossline"))
    freeze_labels(sections, volume, tmp_path / "labels")
    return SnapshotSource(volume.path, tmp_path / "labels")


@pytest.fixture
def data(frozen):
    opened = open_source(frozen, 2)
    yield opened
    opened.close()
