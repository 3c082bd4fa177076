import numpy as np

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.session.predictions import Prediction, PredictionKey, PredictionStore

CLASSES = ClassScheme((SegmentationClass("a", "#000000"), SegmentationClass("b", "#ffffff")))


def prediction(index, n=100):
    data = np.zeros((n, 1), dtype=np.uint8)
    key = PredictionKey(1, "inline", index, "m", "p")
    return Prediction(key, CLASSES, data, data, data[None], data, 0.1, "cpu")


def test_the_prediction_used_longest_ago_goes_first():
    store = PredictionStore(limit_bytes=850)
    for index in (0, 1):
        store.add(prediction(index))
    assert store.find(prediction(0).key) is not None
    store.add(prediction(2))
    assert store.find(prediction(1).key) is None
    assert store.find(prediction(0).key) is not None
    assert len(store) == 2


def test_the_newest_prediction_is_kept_even_if_it_is_too_large():
    store = PredictionStore(limit_bytes=10)
    store.add(prediction(0))
    store.add(prediction(1))
    assert len(store) == 1
    assert store.find(prediction(1).key) is not None


def test_replacing_a_prediction_does_not_count_it_twice():
    store = PredictionStore(limit_bytes=850)
    for _ in range(5):
        store.add(prediction(0))
    store.add(prediction(1))
    assert len(store) == 2


def test_a_prediction_of_another_model_pipeline_or_volume_is_not_found():
    store = PredictionStore()
    store.add(prediction(0))
    for other in (
        PredictionKey(2, "inline", 0, "m", "p"),
        PredictionKey(1, "crossline", 0, "m", "p"),
        PredictionKey(1, "inline", 0, "n", "p"),
        PredictionKey(1, "inline", 0, "m", "q"),
    ):
        assert store.find(other) is None
