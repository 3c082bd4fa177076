"""Models that were used before are not loaded again."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from engine.errors import ModelError
from engine.inference import predictor_cache as module
from engine.inference.predictor_cache import PredictorCache
from engine.models import shared_encoder
from tests.bundles import write_bundle


@pytest.fixture
def bundles(tmp_path):
    """Three models on one encoder."""
    return [write_bundle(tmp_path / name, method="lora", seed=0) for name in ("a", "b", "c")]


@pytest.fixture
def loads(monkeypatch):
    """Names of the bundles that were loaded."""
    names = []
    load = module.load_predictor
    monkeypatch.setattr(
        module, "load_predictor", lambda path, device: names.append(path.name) or load(path, device)
    )
    return names


def use(cache, bundle, fingerprint=""):
    return cache.load(bundle.path, "cpu", fingerprint=fingerprint or bundle.name)


def test_going_back_loads_nothing(bundles, loads):
    cache = PredictorCache()
    first = [use(cache, bundle) for bundle in bundles]
    again = [use(cache, bundle) for bundle in reversed(bundles)]
    assert loads == ["a", "b", "c"]
    assert [id(p) for p in reversed(again)] == [id(p) for p in first]


def test_switching_reads_the_encoder_once(bundles, monkeypatch):
    reads = []
    fill = shared_encoder.fill_encoder
    monkeypatch.setattr(shared_encoder, "fill_encoder", lambda *a: reads.append(a) or fill(*a))
    cache = PredictorCache(limit_bytes=0)
    for bundle in (*bundles, *bundles):
        use(cache, bundle)
    assert len(reads) == 1
    assert len(cache) == 1


def test_a_bundle_with_other_files_and_another_device_are_loaded(bundles, loads):
    cache = PredictorCache()
    use(cache, bundles[0])
    use(cache, bundles[0], "trained anew")
    cache.load(bundles[0].path, "auto", fingerprint="a")
    assert loads == ["a", "a", "a"]


def test_the_one_used_longest_ago_is_let_go(bundles, loads):
    alone = PredictorCache()
    use(alone, bundles[0])
    one = alone.n_bytes
    use(alone, bundles[1])
    two = alone.n_bytes
    assert one < two < 2 * one, "the encoder counts once"
    cache = PredictorCache(limit_bytes=two)
    dropped = weakref.ref(use(cache, bundles[1]))
    use(cache, bundles[0])
    loads.clear()
    use(cache, bundles[2])
    gc.collect()
    assert dropped() is None
    assert cache.find("b", "cpu") is None
    assert cache.n_bytes <= two
    use(cache, bundles[0])
    assert loads == ["c"]


def test_a_kept_predictor_gives_the_same_numbers(bundles, make_section, statistics):
    cache = PredictorCache()
    section = make_section(50, 61)
    before = use(cache, bundles[0]).predict(section, statistics)
    use(cache, bundles[1]).predict(section, statistics)
    np.testing.assert_array_equal(
        before.data, use(cache, bundles[0]).predict(section, statistics).data
    )


def test_what_cannot_be_loaded_takes_nothing_away(bundles, tmp_path):
    cache = PredictorCache()
    use(cache, bundles[0])
    with pytest.raises(ModelError):
        cache.load(tmp_path / "nowhere", "cpu", fingerprint="nowhere")
    assert cache.find("a", "cpu") is not None
    assert len(cache) == 1
