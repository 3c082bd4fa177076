"""All tasks, built in and from plugins."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from engine.plugins.registry import Registry
from engine.tasks.base import Task

_BUILTINS = {
    "facies": "engine.tasks.published:FaciesTask",
    "salt": "engine.tasks.published:SaltTask",
    "crater": "engine.tasks.published:CraterTask",
    "das": "engine.tasks.published:DasTask",
    "fault": "engine.tasks.published:FaultTask",
}


@cache
def tasks() -> Registry[Callable[[], Task]]:
    """Return the registry of tasks; each entry makes one."""
    return Registry("outcrop.tasks", _BUILTINS)
