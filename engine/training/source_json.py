"""Where the data of a run lie, as JSON; paths are absolute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.data.folder_source import FolderSource, SliceNumbering
from engine.data.image_file import RawLayout
from engine.data.lines import LineSelection
from engine.data.snapshot_source import SnapshotSource
from engine.data.sources import DataSource
from engine.data.survey import SurveySource


def source_to_json(source: DataSource) -> dict[str, Any]:
    """Return the fields of a source.

    Parameters
    ----------
    source : FolderSource, SurveySource or SnapshotSource
        Where the data lie.

    Returns
    -------
    dict
        JSON types only; for `source_from_json`.
    """
    if isinstance(source, SurveySource):
        return {
            **asdict(source),
            "volume": _path(source.volume),
            "labels": _path(source.labels),
            "options": dict(source.options),
        }
    if isinstance(source, SnapshotSource):
        return {
            "volume": _path(source.volume),
            "snapshot": _path(source.snapshot),
            "direction": source.direction,
            "options": dict(source.options),
        }
    return {
        **asdict(source),
        "images": _path(source.images),
        "masks": _path(source.masks),
        "test": [_path(path) for path in source.test] if source.test else None,
    }


def source_from_json(values: Mapping[str, Any]) -> DataSource:
    """Build a source from what `source_to_json` returned.

    Parameters
    ----------
    values : mapping
        The fields.

    Returns
    -------
    FolderSource, SurveySource or SnapshotSource
        Nothing is opened.
    """
    if "snapshot" in values:
        return SnapshotSource(
            **{
                **values,
                "volume": Path(values["volume"]),
                "snapshot": Path(values["snapshot"]),
            }
        )
    if "volume" in values:
        return SurveySource(
            **{
                **values,
                "volume": Path(values["volume"]),
                "labels": Path(values["labels"]),
                "lines": LineSelection(**values["lines"]),
            }
        )
    raw, test, numbering = values["raw"], values["test"], values["numbering"]
    return FolderSource(
        images=Path(values["images"]),
        masks=Path(values["masks"]),
        raw=RawLayout(**raw) if raw else None,
        limit=values["limit"],
        test=(Path(test[0]), Path(test[1])) if test else None,
        numbering=SliceNumbering(**numbering) if numbering else None,
    )


def _path(path: Path) -> str:
    return str(path.absolute())
