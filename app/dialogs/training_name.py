"""The name that is proposed for a model that is to be trained."""

from __future__ import annotations

import re

_LONGEST_DATA = 40
_LONGEST_BASE = 30


def training_name(data: str, base: str, taken: frozenset[str]) -> str:
    """Name a model after its data and the model that it starts from.

    Parameters
    ----------
    data : str
        Name of the data without the extension.
    base : str
        Name of the model to start from; where it tells the data, they are not told again.
    taken : frozenset of str
        Names that are not free.

    Returns
    -------
    str
        Letters, digits and ``_.()+-``, such as ``f3-faults-epoch-5``; with a number if taken.
    """
    stem, rest = _words(data), f"-{_words(base)}-"
    for told in (stem, _shortened(stem, _LONGEST_DATA)):
        rest = re.sub(f"-{re.escape(told)}(?=-)", "", rest, flags=re.IGNORECASE)
    parts = (
        _shortened(stem, _LONGEST_DATA),
        _shortened(rest.strip("-").removesuffix("-starter"), _LONGEST_BASE),
    )
    name = "-".join(part for part in parts if part) or "model"
    names = (name, *(f"{name}-{n}" for n in range(2, 1000)))
    return next((free for free in names if free not in taken), name)


def _words(text: str) -> str:
    """Join what is allowed in a name with hyphens; it begins with a letter or digit."""
    return re.sub(r"[^\w.()+]+", "-", text).strip("-. ").lstrip("(.+)-")


def _shortened(words: str, longest: int) -> str:
    """Leave the last words out, so that none is cut as long as there are several."""
    if len(words) <= longest:
        return words
    return (words[: longest + 1].rpartition("-")[0] or words[:longest]).rstrip("-. ")
