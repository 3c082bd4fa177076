"""What the JSON files of an MDIO store say; Zarr is not loaded for it.

Source: the MDIO data models, versions 0 and 1 (https://mdio-python.readthedocs.io), and stores
that the package multidimio wrote.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import ReadError

_LARGEST = 50_000_000
_VERSION_1, _VERSION_0 = "apiVersion", "api_version"
_HINT = "Copy it again, with all its files."


@dataclass(frozen=True, slots=True)
class MdioLayout:
    """What is where in a store.

    Parameters
    ----------
    version : str
        Of the interface it was written with.
    samples : str
        Path of the array of samples.
    dimensions : tuple of str
        Its dimensions.
    mask : str
        Path of the array that tells which traces are live.
    headers : str
        Path of the trace headers of version 0; empty of version 1, which has
        coordinates as arrays.
    coordinates : dict of str to list
        Positions along dimensions, of version 0.
    units : dict of str to str
        Of dimensions and coordinates, of version 1.
    others : tuple of str
        Arrays that could be shown instead.
    text : tuple of str
        Lines of the text header.
    attributes : dict
        What else the store says of itself.
    """

    version: str
    samples: str
    dimensions: tuple[str, ...]
    mask: str
    headers: str = ""
    coordinates: dict[str, list[Any]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)


def is_mdio(path: Path) -> bool:
    """Tell whether a folder is an MDIO store."""
    attributes = _attributes(path)
    return _VERSION_1 in attributes or (_VERSION_0 in attributes and "dimension" in attributes)


def read_layout(path: Path, name: str | None) -> MdioLayout:
    """Read what is where.

    Parameters
    ----------
    path : pathlib.Path
        The store.
    name : str or None
        The array to show; the usual one when None.

    Returns
    -------
    MdioLayout
        Not yet checked against the arrays.

    Raises
    ------
    ReadError
        If it holds no samples, or not that array.
    """
    attributes = _attributes(path)
    if _VERSION_1 in attributes:
        return _version_1(path, attributes, name)
    return _version_0(path, attributes, name)


def _version_1(path: Path, attributes: dict[str, Any], name: str | None) -> MdioLayout:
    about = _mapping(attributes.get("attributes"))
    arrays = {p.name: p for p in sorted(path.iterdir()) if p.is_dir() and _dimensions(p)}
    coordinates = {word for p in arrays.values() for word in _coordinates(p)}
    hidden = {"trace_mask", "headers", "raw_headers", "segy_file_header", *coordinates}
    shown = [n for n, p in arrays.items() if n not in hidden and len(_dimensions(p)) > 1]
    usual = name or str(about.get("defaultVariableName") or "amplitude")
    if usual not in shown:
        usual = _chosen(path, shown, name)
    told = ("surveyType", "gatherType")
    return MdioLayout(
        version=str(attributes[_VERSION_1]),
        samples=usual,
        dimensions=_dimensions(arrays[usual]),
        mask="trace_mask",
        units={n: _unit(p) for n, p in arrays.items()},
        others=tuple(n for n in shown if n != usual),
        attributes={key: about[key] for key in told if isinstance(about.get(key), str)},
    )


def _version_0(path: Path, attributes: dict[str, Any], name: str | None) -> MdioLayout:
    told = attributes["dimension"]
    dimensions = [_mapping(item) for item in told] if isinstance(told, list) else []
    names = tuple(str(item.get("name")) for item in dimensions)
    coordinates = {
        str(item["name"]): item["coords"]
        for item in dimensions
        if isinstance(item.get("coords"), list) and "name" in item
    }
    data = path / "data"
    shown = [p.name for p in sorted(data.iterdir()) if p.is_dir()] if data.is_dir() else []
    # The name tells along which dimensions it is cut into blocks.
    usual = name or "chunked_" + "".join(str(k) for k in range(len(names)))
    usual = usual.removeprefix("data/")
    if usual not in shown:
        usual = _chosen(path, shown, name)
    text = _mapping(_json(path / "metadata" / ".zattrs")).get("text_header")
    return MdioLayout(
        version=str(attributes[_VERSION_0]),
        samples=f"data/{usual}",
        dimensions=names,
        mask="metadata/live_mask",
        headers=f"metadata/{usual}_trace_headers",
        coordinates=coordinates,
        text=tuple(str(line)[:80] for line in text[:400]) if isinstance(text, list) else (),
    )


def _chosen(path: Path, shown: list[str], name: str | None) -> str:
    listed = ", ".join(shown[:8]) or "none"
    if name is not None:
        raise ReadError(path, f"has no array {name!r}", hint=f"There are: {listed}.")
    if not shown:
        raise ReadError(path, "MDIO store without samples", hint=_HINT)
    return shown[0]


def _attributes(path: Path) -> dict[str, Any]:
    """Return the attributes of a group or array, of either version of Zarr."""
    version_3 = _mapping(_json(path / "zarr.json"))
    return _mapping(version_3.get("attributes")) or _mapping(_json(path / ".zattrs"))


def _dimensions(folder: Path) -> tuple[str, ...]:
    names = _mapping(_json(folder / "zarr.json")).get("dimension_names")
    names = names or _attributes(folder).get("_ARRAY_DIMENSIONS")
    return tuple(str(name) for name in names) if isinstance(names, list) else ()


def _coordinates(folder: Path) -> list[str]:
    return [*_dimensions(folder), *str(_attributes(folder).get("coordinates") or "").split()]


def _unit(folder: Path) -> str:
    units = _mapping(_attributes(folder).get("unitsV1"))
    return next((str(unit) for unit in units.values()), "")


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _json(path: Path) -> Any:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
