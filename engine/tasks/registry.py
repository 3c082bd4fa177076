"""All tasks, built in and from plugins."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from engine.plugins.registry import Registry
from engine.tasks.base import Task

_BUILTINS = {
    "facies": "engine.tasks.builtin:FaciesTask",
    "salt": "engine.tasks.builtin:SaltTask",
    "crater": "engine.tasks.builtin:CraterTask",
    "das": "engine.tasks.builtin:DasTask",
    "fault": "engine.tasks.builtin:FaultTask",
    "own": "engine.tasks.builtin:OwnTask",
}


@cache
def tasks() -> Registry[Callable[[], Task]]:
    """Return the registry of tasks; each entry makes one."""
    return Registry("outcrop.tasks", _BUILTINS)
