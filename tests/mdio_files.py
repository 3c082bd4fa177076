"""Small MDIO stores with the layout that multidimio 0.8 and 1.1 write, written with Zarr."""

from __future__ import annotations

import numpy as np
import zarr

from tests.synthetic import SegySpec, ground

SPEC = SegySpec(missing=frozenset({(0, 3)}))


def _places():
    return [[ground(i, c) for c in SPEC.crosslines] for i in SPEC.inlines]


def _live():
    live = np.ones((3, 4), dtype=bool)
    live[0, 3] = False
    return live


def write_version_0(path):
    """Write a volume of version 0: Zarr 2, coordinates in the attributes and trace headers."""
    times = (4 * np.arange(SPEC.n_samples)).tolist()
    root = zarr.create_group(path, zarr_format=2)
    root.attrs.update(
        {
            "api_version": "0.8.5",
            "created": "2024-05-01T00:00:00+00:00",
            "dimension": [
                {"name": "inline", "coords": list(SPEC.inlines)},
                {"name": "crossline", "coords": list(SPEC.crosslines)},
                {"name": "sample", "coords": times},
            ],
            "trace_count": 11,
        }
    )
    data, metadata = root.create_group("data"), root.create_group("metadata")
    # Version 0 leaves zeros where there is no trace.
    samples = np.where(_live()[..., None], SPEC.values(), np.float32(0))
    data.create_array("chunked_012", data=samples, chunks=(2, 2, 8), fill_value=0.0)
    metadata.attrs["text_header"] = ["C 1 A TEXT HEADER"]
    metadata.create_array("live_mask", data=_live())
    fields = [("coordinate_scalar", "<i2"), ("cdp_x", "<i4"), ("cdp_y", "<i4")]
    headers = np.zeros((3, 4), dtype=fields)
    headers["coordinate_scalar"] = -10
    for row, col in np.argwhere(_live()):
        headers[row, col] = (-10, *(round(10 * k) for k in _places()[row][col]))
    metadata.create_array("chunked_012_trace_headers", data=headers, chunks=(2, 2))


def write_version_1(path, *, zarr_format=3, sample="time", unit=None, default="amplitude"):
    """Write a volume of version 1: dimensions by name, coordinates as arrays."""
    root = zarr.create_group(path, zarr_format=zarr_format)
    about = {"surveyType": "3D", "gatherType": "stacked", "defaultVariableName": default}
    root.attrs.update({"apiVersion": "1.1.3", "name": "PostStack3D", "attributes": about})
    lines = ("inline", "crossline")
    x, y = np.moveaxis(_places(), -1, 0)
    # Places without a trace have no coordinates.
    x, y = (np.where(_live(), values, np.nan) for values in (x, y))
    metres = {"unitsV1": {"length": "m"}}
    of_samples = {} if unit is None else {"unitsV1": unit}
    _array(root, "inline", ("inline",), np.array(SPEC.inlines, dtype="i4"))
    _array(root, "crossline", ("crossline",), np.array(SPEC.crosslines, dtype="i4"))
    _array(root, sample, (sample,), np.arange(0, 48, 4, dtype="i4"), of_samples)
    _array(root, "cdp_x", lines, x, metres)
    _array(root, "cdp_y", lines, y, metres)
    _array(root, "trace_mask", lines, _live())
    coordinates = {"coordinates": "cdp_x cdp_y"}
    _array(root, "amplitude", (*lines, sample), SPEC.expected(), coordinates)


def _array(root, name, dimensions, data, attributes=None):
    if root.metadata.zarr_format == 3:
        array = root.create_array(name, data=data, dimension_names=dimensions)
    else:
        array = root.create_array(name, data=data)
        array.attrs["_ARRAY_DIMENSIONS"] = list(dimensions)
    array.attrs.update(attributes or {})


def write_version_1_on_zarr_2(path):
    """Write a volume of version 1 as Zarr 2."""
    write_version_1(path, zarr_format=2)
