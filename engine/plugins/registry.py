"""Contributions of one kind, found by entry point and loaded on first use."""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from engine.errors import PluginError

_log = logging.getLogger(__name__)
T = TypeVar("T")

GROUPS = (
    "outcrop.readers",
    "outcrop.decoders",
    "outcrop.tasks",
    "outcrop.exporters",
    "outcrop.panels",
)


@dataclass(frozen=True, slots=True)
class Contribution:
    """One registered name.

    Parameters
    ----------
    name : str
        Its key.
    value : str
        ``module:attribute``.
    distribution : str
        Who brings it; ``outcrop`` for built-ins.
    """

    name: str
    value: str
    distribution: str


class Registry(Generic[T]):
    """Names and, on first use, the objects behind them.

    Parameters
    ----------
    group : str
        Entry-point group, one of `GROUPS`.
    builtins : mapping of str to str
        Outcrop's own contributions, ``name -> "module:attribute"``. A plugin
        cannot replace one.
    """

    def __init__(self, group: str, builtins: Mapping[str, str]) -> None:
        self.group = group
        self._lock = threading.Lock()
        self._loaded: dict[str, T] = {}
        self._failures: dict[str, str] = {}
        self._contributions = {
            name: Contribution(name, value, "outcrop") for name, value in builtins.items()
        }
        for point in metadata.entry_points(group=group):
            owner = point.dist.name if point.dist is not None else "unknown"
            if point.name in self._contributions:
                taken_by = self._contributions[point.name].distribution
                self._failures[f"{owner}:{point.name}"] = f"the name is taken by {taken_by}"
                _log.warning("%s: %s from %s: the name is taken", group, point.name, owner)
                continue
            self._contributions[point.name] = Contribution(point.name, point.value, owner)

    def names(self) -> tuple[str, ...]:
        """Return all names, built-ins first, without importing anything."""
        return tuple(self._contributions)

    def contributions(self) -> tuple[Contribution, ...]:
        """Return who brings what, without importing anything."""
        return tuple(self._contributions.values())

    def failures(self) -> Mapping[str, str]:
        """Return the contributions that could not be used, with the reason."""
        return MappingProxyType(self._failures)

    def load(self, name: str) -> T:
        """Return the object behind a name, importing its module at the first call.

        Parameters
        ----------
        name : str
            One of `names`.

        Returns
        -------
        object
            The class or function that was registered.

        Raises
        ------
        PluginError
            If the name is unknown or its module does not load.
        """
        with self._lock:
            if name in self._loaded:
                return self._loaded[name]
            contribution = self._contributions.get(name)
            if contribution is None:
                known = ", ".join(self._contributions)
                raise PluginError(f"{self.group}: no {name!r}", hint=f"Known are: {known}.")
            self._loaded[name] = self._import(contribution)
            return self._loaded[name]

    def _import(self, contribution: Contribution) -> T:
        module, _, attribute = contribution.value.partition(":")
        try:
            found: Any = getattr(importlib.import_module(module), attribute)
        except Exception as error:
            self._failures[contribution.name] = str(error)
            _log.exception("%s: %s does not load", self.group, contribution.name)
            raise PluginError(
                f"{self.group}: {contribution.name} from {contribution.distribution} "
                f"does not load ({error})",
                hint="Update or uninstall that package.",
            ) from error
        loaded: T = found
        return loaded
