"""The published results that runs are shown beside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from engine.errors import DataError


@dataclass(frozen=True, slots=True)
class PublishedResults:
    """Tables S2, S3 and S5 of Guo et al. 2024.

    Parameters
    ----------
    source, note : str
        Where the values are from, and under which conditions they came about.
    tables : mapping
        ``mean_iou``, ``mean_accuracy`` and ``hours`` by network and task;
        ``parameters`` of the decoder by network, as printed.
    """

    source: str
    note: str
    tables: Mapping[str, Any]

    def value(self, table: str, network: str, task: str) -> float | None:
        """Look one value up.

        Parameters
        ----------
        table : {"mean_iou", "mean_accuracy", "hours"}
            Which table.
        network, task : str
            Row and column.

        Returns
        -------
        float or None
            None where nothing was published.
        """
        value = self.tables[table].get(network, {}).get(task)
        return None if value is None else float(value)

    def parameters(self, network: str) -> str:
        """Return the published number of parameters as printed; empty if there is none."""
        return str(self.tables["parameters"].get(network, ""))


def published_results() -> PublishedResults:
    """Read the published results that ship with Outcrop.

    Returns
    -------
    PublishedResults
        Of the five tasks and five networks.

    Raises
    ------
    DataError
        If the file is missing or damaged.
    """
    file = resources.files("resources").joinpath("published", "guo2024.json")
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        return PublishedResults(values["source"], values["note"], values)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(
            "the published results are not installed", hint="Reinstall Outcrop."
        ) from error
