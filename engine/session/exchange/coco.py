"""Labelled areas as polygons in COCO's JSON.

Areas with holes are run lengths down the columns, as COCO has them. What is left
out, certainties and authors have no place there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.features import rasterize, shapes

from engine.core.labels import LEFT_OUT, UNLABELLED, LabelledSection
from engine.core.volume import Volume
from engine.core.writable import write_bytes
from engine.errors import DataError, ReadError
from engine.session.exchange.base import ImportedLabels, LabelSource, WrittenLabels, certain_section
from engine.session.exchange.slice_images import name_of, section_named
from engine.session.label_scheme import LabelScheme

_LARGEST_BYTES = 1 << 29


def write_coco(source: LabelSource, path: Path) -> WrittenLabels:
    """Write all labelled sections.

    Parameters
    ----------
    source : LabelSource
        The labels.
    path : pathlib.Path
        The file; replaced if it is there. Images are named as
        `write_slice_images` names its files; categories count from 1.

    Returns
    -------
    WrittenLabels
        The file.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, section in enumerate(source.sections, start=1):
        n_rows, n_cols = section.classes.shape
        name = name_of(source.volume, section)
        images.append({"id": number, "file_name": name, "width": n_cols, "height": n_rows})
        for class_id, area in _areas(section):
            entry = {"id": len(annotations) + 1, "image_id": number, "category_id": class_id + 1}
            annotations.append(entry | area)
    categories = [
        {"id": number, "name": item.name, "supercategory": "", "color": item.color}
        for number, item in enumerate(source.scheme.classes.classes, start=1)
    ]
    value = {"images": images, "annotations": annotations, "categories": categories}
    write_bytes(path, json.dumps(value).encode())
    return WrittenLabels((path,))


def read_coco(path: Path, volume: Volume, scheme: LabelScheme) -> ImportedLabels:
    """Read polygons and run lengths.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    volume : Volume
        The data; images are named after its sections.
    scheme : LabelScheme
        Categories are known by the names of its classes.

    Returns
    -------
    ImportedLabels
        A section for each image with areas; where they overlap the later one counts.

    Raises
    ------
    ReadError
        If it is no such file, or an image is none of a section.
    DataError
        If a category is unknown, or an area does not fit its image.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise DataError(f"{path}: too large for a file of areas")
        value = json.loads(path.read_bytes())
        ids = {item["id"]: _class_of(item["name"], scheme) for item in value["categories"]}
        places = {i["id"]: section_named(Path(i["file_name"]), volume) for i in value["images"]}
        planes: dict[Any, NDArray[np.uint8]] = {}
        for item in value["annotations"]:
            number = item["image_id"]
            if number not in planes:
                shape = volume.section_shape(*places[number])
                planes[number] = np.full(shape, UNLABELLED, dtype=np.uint8)
            inside = _inside(item["segmentation"], planes[number].shape)
            planes[number][inside] = ids[item["category_id"]]
    except OSError as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(path, f"cannot be read ({error.strerror})", hint="Check it.") from error
    except (KeyError, TypeError, ValueError, IndexError, RecursionError) as error:
        if isinstance(error, DataError):
            raise
        raise ReadError(path, f"is no COCO file ({error})", hint="Export it again.") from error
    sections = (certain_section(volume, *places[number], plane) for number, plane in planes.items())
    return ImportedLabels(tuple(sections))


def _areas(section: LabelledSection) -> Iterator[tuple[int, dict[str, Any]]]:
    known = section.classes < LEFT_OUT
    for polygon, value in shapes(section.classes, mask=known, connectivity=4):
        rings = polygon["coordinates"]
        corners = np.asarray(rings[0])
        left, top = corners.min(axis=0)
        width, height = corners.max(axis=0) - (left, top)
        outline = corners[:-1].ravel().tolist()
        inside = None
        if len(rings) > 1:
            inside = rasterize([polygon], out_shape=section.classes.shape, dtype=np.uint8)
        segmentation = [outline] if inside is None else _run_lengths(inside)
        yield (
            int(value),
            {
                "segmentation": segmentation,
                "bbox": [float(left), float(top), float(width), float(height)],
                "area": float(_ring_area(corners) if inside is None else inside.sum()),
                "iscrowd": 0,
            },
        )


def _ring_area(corners: NDArray[np.float64]) -> float:
    x, y = corners.T
    return float(abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2)


def _run_lengths(inside: NDArray[np.uint8]) -> dict[str, Any]:
    flat = np.concatenate([[0], inside.ravel(order="F"), [2]])
    ends = np.flatnonzero(np.diff(flat)).tolist()
    counts = np.diff([0, *ends]).tolist()
    return {"size": list(inside.shape), "counts": counts}


def _inside(segmentation: object, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    if isinstance(segmentation, Mapping):
        counts = segmentation["counts"]
        if not isinstance(counts, list) or list(segmentation["size"]) != list(shape):
            raise DataError(
                f"run lengths of {segmentation['size']} for a section of {list(shape)}",
                hint="Compressed run lengths are not read; write them as numbers.",
            )
        lengths = np.asarray(counts, dtype=np.int64)
        # Before anything is repeated.
        if (lengths < 0).any() or lengths.sum() != shape[0] * shape[1]:
            raise DataError(f"run lengths of {int(lengths.sum())} samples for {list(shape)}")
        values = np.repeat(np.arange(lengths.size) % 2 == 1, lengths)
        return values.reshape(shape, order="F")
    if not isinstance(segmentation, list):
        raise TypeError("an area is neither polygons nor run lengths")
    polygons = [np.asarray(ring, dtype=np.float64).reshape(-1, 2) for ring in segmentation]
    outlines = [
        {"type": "Polygon", "coordinates": [[*ring.tolist(), ring[0].tolist()]]}
        for ring in polygons
    ]
    return rasterize(outlines, out_shape=shape, dtype=np.uint8).astype(np.bool_)  # type: ignore[no-any-return]


def _class_of(name: str, scheme: LabelScheme) -> int:
    if name not in scheme.names:
        raise DataError(
            f"category {name!r} is no class of the project",
            hint=f"Its classes are {', '.join(scheme.names)}; add this one first.",
        )
    return scheme.names.index(name)
