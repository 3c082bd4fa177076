"""What differs between two tables of settings, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_SHOWN = 5
_MISSING = "not there"
_HASH_LENGTH = 64


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Name the settings in which two tables differ.

    Parameters
    ----------
    before, after : mapping
        Tables of what JSON can hold; tables in them are looked into.

    Returns
    -------
    str
        Such as ``"model.rank is 4, was 8; epochs is 3, was 4"``: the first five,
        and the number of the others. Empty if nothing differs.
    """
    # Through JSON and back, so that tuples are lists on both sides.
    old, new = (dict(_flat(json.loads(json.dumps(table)))) for table in (before, after))
    found = [
        f"{key} is {_short(new.get(key, _MISSING))}, was {_short(old.get(key, _MISSING))}"
        for key in dict.fromkeys([*old, *new])
        if old.get(key, _MISSING) != new.get(key, _MISSING)
    ]
    more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return "; ".join(found[:_SHOWN]) + more


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f"{text[:12]}..." if len(text) == _HASH_LENGTH else text
