"""The record beside an exported file: what made it, and what its numbers mean."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

from engine.core.provenance import Provenance
from engine.errors import WriteError
from engine.exporters.base import ExportReport, record_path
from engine.inference.predictor import Predictor


def write_record(
    out: Path,
    written: ExportReport,
    predictor: Predictor,
    *,
    source: str,
    content: str,
    direction: str | None = None,
    lines: Sequence[float] | None = None,
) -> Path:
    """Write the record; headers of an exported file stay the source's and do not tell.

    Parameters
    ----------
    out : pathlib.Path
        The output.
    written : ExportReport
        Its files.
    predictor : Predictor
        The model.
    source : str
        Name of the input file.
    content : {"classes", "probabilities"}
        What the numbers are.
    direction : str, optional
        Sections that the model has seen; None for an image.
    lines : sequence of float, optional
        Numbers of the sections that were segmented; None for all.

    Returns
    -------
    pathlib.Path
        The record.

    Raises
    ------
    WriteError
        If it cannot be written; the export is complete then.
    """
    identity = predictor.identity
    provenance = Provenance(
        source,
        identity.name,
        identity.encoder_sha256,
        identity.pipeline,
        prediction=predictor.options,
    )
    no_data = written.no_data_value
    record = {
        "files": [path.name for path in written.paths],
        "content": content,
        "classes": predictor.classes.to_json(),
        "no_data_value": no_data if math.isfinite(no_data) else None,
        "direction": direction,
        "lines": None if lines is None else list(lines),
        "provenance": provenance.to_json(),
    }
    path = record_path(out)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise WriteError(
            path,
            f"cannot be written ({error.strerror})",
            hint="The export beside it is complete; free some space and export again to have both.",
        ) from error
    return path
