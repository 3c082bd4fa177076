"""What kind of data a model is for follows from its task, else from what it was trained on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.store.domain import bundle_domain
from tests.bundles import write_bundle


@pytest.mark.parametrize(
    ("task", "training", "domain"),
    [
        ("crater", {}, "lunar"),
        ("facies", {"data": {"domain": "das"}}, "seismic"),
        ("own", {}, "any"),
        ("own", {"data": {"domain": "das"}}, "das"),
        ("own", {"data": {"domain": "cats"}}, "any"),
        ("own", {"data": ["das"]}, "any"),
        ("somebody's", {"data": {"domain": "lunar"}}, "lunar"),
    ],
)
def test_a_model_is_for_what_its_task_or_its_data_were(tmp_path, task, training, domain):
    bundle = replace(write_bundle(tmp_path / "mine"), task=task, training=training)
    assert bundle_domain(bundle) == domain
