"""Changes of labels as JSON with bytes beside it, and back; what is read is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE
from engine.errors import DataError
from engine.session.edits import Change, LabelKey, Patch, Pick, PickChange, SchemeChange
from engine.session.label_scheme import LabelScheme

_MOST = 2**31 - 1


def changes_to_json(changes: Sequence[Change]) -> tuple[list[dict[str, Any]], bytes]:
    """Describe changes.

    Parameters
    ----------
    changes : sequence of Change
        What to describe.

    Returns
    -------
    values : list of dict
        One for each, ready for JSON.
    payload : bytes
        The compressed values of all patches, one after another.
    """
    payload = b"".join(change.packed for change in changes if isinstance(change, Patch))
    return [_to_json(change) for change in changes], payload


def changes_from_json(values: object, payload: bytes) -> tuple[Change, ...]:
    """Build changes from what `changes_to_json` returned.

    Parameters
    ----------
    values : object
        The list, as it was parsed.
    payload : bytes
        As it was returned.

    Returns
    -------
    tuple of Change
        In their order; patches are not unpacked yet.

    Raises
    ------
    DataError
        If anything is missing, of another type or out of range.
    """
    if not isinstance(values, list):
        raise DataError("changes are no list")
    changes: list[Change] = []
    start = 0
    for value in values:
        match value:
            case {"patch": dict(patch)}:
                n_bytes = _whole(patch, "bytes")
                changes.append(_patch(patch, payload[start : start + n_bytes]))
                start += n_bytes
            case {"pick": {"before": before, "after": after}}:
                changes.append(PickChange(_pick_or_none(before), _pick_or_none(after)))
            case {"scheme": {"before": before, "after": after}}:
                pair = LabelScheme.from_json(before), LabelScheme.from_json(after)
                changes.append(SchemeChange(*pair))
            case _:
                raise DataError(f"unknown change {str(value)[:60]}")
    if start != len(payload):
        raise DataError(f"changes of {start} bytes come with {len(payload)}")
    return tuple(changes)


def pick_to_json(pick: Pick) -> dict[str, Any]:
    """Return all of a pick under the names of its fields."""
    return {
        "id": pick.id,
        "kind": pick.kind,
        "direction": pick.direction,
        "index": pick.index,
        "nodes": [list(node) for node in pick.nodes],
        "class_id": pick.class_id,
        "certainty": pick.certainty,
        "author": pick.author,
        "name": pick.name,
    }


def pick_from_json(value: object) -> Pick:
    """Build a pick from what `pick_to_json` returned.

    Raises
    ------
    DataError
        If anything is missing, of another type or out of range.
    """
    if not isinstance(value, Mapping):
        raise DataError("a pick is no object")
    nodes = value.get("nodes")
    if not isinstance(nodes, list) or not all(_is_node(node) for node in nodes):
        raise DataError("the nodes of a pick are no pairs of numbers")
    return Pick(
        _text(value, "id"),
        _text(value, "kind"),
        _text(value, "direction"),
        _whole(value, "index"),
        tuple((float(col), float(row)) for col, row in nodes),
        _whole(value, "class_id", most=LEFT_OUT - 1),
        _whole(value, "certainty", least=POSSIBLE, most=CERTAIN),
        _text(value, "author"),
        _text(value, "name"),
    )


def _to_json(change: Change) -> dict[str, Any]:
    match change:
        case Patch(key, row, col, (n_rows, n_cols), packed):
            place = {"author": key.author, "direction": key.direction, "index": key.index}
            size = {"row": row, "col": col, "n_rows": n_rows, "n_cols": n_cols}
            return {"patch": {**place, **size, "bytes": len(packed)}}
        case PickChange(before, after):
            pair = {"before": before, "after": after}
            return {"pick": {name: p and pick_to_json(p) for name, p in pair.items()}}
        case SchemeChange(old, new):
            return {"scheme": {"before": old.to_json(), "after": new.to_json()}}


def _patch(value: Mapping[str, Any], packed: bytes) -> Patch:
    key = LabelKey(_text(value, "author"), _text(value, "direction"), _whole(value, "index"))
    shape = (_whole(value, "n_rows", least=1), _whole(value, "n_cols", least=1))
    return Patch(key, _whole(value, "row"), _whole(value, "col"), shape, packed)


def _pick_or_none(value: object) -> Pick | None:
    return None if value is None else pick_from_json(value)


def _is_node(value: object) -> bool:
    pair = isinstance(value, list) and len(value) == 2
    return pair and all(type(number) in {int, float} for number in value)  # type: ignore[attr-defined]


def _text(value: Mapping[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise DataError(f"{name} is {str(text)[:40]}, not a text")
    return text


def _whole(value: Mapping[str, Any], name: str, *, least: int = 0, most: int = _MOST) -> int:
    number = value.get(name)
    if type(number) is not int or not least <= number <= most:
        raise DataError(f"{name} is {str(number)[:40]}, not from {least} to {most}")
    return number
