"""Dialogs offer the formats that suit the data, and no others."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.labels import UNLABELLED
from engine.errors import EngineError
from engine.session.edits import LabelKey
from engine.session.exchange.base import LabelSource
from engine.session.exchange.formats import FORMATS
from engine.session.exchange.titles import TITLES, titles_for
from tests.engine.session.exchange.round_trips import new_document, sticks


@pytest.mark.parametrize("key", [item.key for item in FORMATS])
@pytest.mark.parametrize("kind", ["volume", "image"])
def test_what_is_offered_can_be_written_and_nothing_else_can(kind, key, request, tmp_path):
    data = request.getfixturevalue(kind)
    document = new_document(data)
    direction = data.directions[0]
    classes = np.full(data.section_shape(direction, 0), UNLABELLED, np.uint8)
    classes[1:6, 1:6] = 1
    document.paint(LabelKey("Ann", direction, 0), 0, 0, classes, title="Brush")
    if kind == "volume":
        for pick in sticks(data):
            document.add_pick(pick)
    chosen = next(item for item in FORMATS if item.key == key)
    path = tmp_path / f"out{next(iter(chosen.extensions), '')}"
    if key in titles_for(data.kind):
        assert chosen.write(LabelSource.of(document, data), path)
    else:
        with pytest.raises(EngineError):
            chosen.write(LabelSource.of(document, data), path)


def test_formats_for_all_data_are_offered_for_any():
    assert list(titles_for("record")) == ["png", "coco", "classes"]
    assert titles_for("volume").items() <= TITLES.items()
