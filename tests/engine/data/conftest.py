"""Folders of images and masks, written as a user's would be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.folder_source import FolderSource


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
