"""How long a stroke takes to the classes of the slice, with the starter's encoder."""

from __future__ import annotations

import statistics
import time

import numpy as np
import pytest

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.section import Section
from engine.inference.instant_head import LabelledFeatures, fit_head
from engine.inference.prediction import load_predictor
from engine.inference.similarity import SimilarityQuery, similarity
from engine.synthetic.facies import synthetic_facies
from tests.engine.inference.strokes import draw_strokes, mean_iou

N_SLICES = 5
"""Slices with labels, the one on the screen among them."""


@pytest.fixture(scope="module")
def labelled(request):
    """Sections of six facies with three strokes a class, and the seconds features took."""
    scale = request.getfixturevalue("scale")
    predictor = load_predictor("facies-starter", "cpu")
    items, taken_s = [], []
    for seed in range(N_SLICES):
        amplitudes, labels = synthetic_facies(seed, scale.section_shape)
        n_rows, n_cols = amplitudes.shape
        axes = Axis("twt", "ms", 0, 4, n_rows), Axis("crossline", "1", 1, 1, n_cols)
        section = Section(amplitudes, *axes)
        began_s = time.perf_counter()
        maps = predictor.features(section, AmplitudeStatistics.from_samples(amplitudes))
        taken_s.append(time.perf_counter() - began_s)
        strokes = draw_strokes(labels, seed=seed, index=seed)
        items.append((LabelledFeatures(strokes, maps), labels))
    return items, statistics.median(taken_s)


def test_a_stroke_to_the_classes_of_the_slice(labelled, benchmark, scale):
    items, features_s = labelled
    sections = [item for item, _ in items]
    start = fit_head(sections[1:], 6)

    processor_s = []

    def stroke():
        began_s = time.process_time()
        head = fit_head(sections, 6, start=start)
        shown = head.classify(sections[0].maps).mask().data
        processor_s.append(time.process_time() - began_s)
        return shown

    mask = benchmark.pedantic(stroke, rounds=max(scale.rounds, 5), warmup_rounds=1)
    scores = []
    for item, labels in items:
        head = fit_head([item], 6)
        scores.append(mean_iou(head.classify(item.maps).mask().data, labels))
    benchmark.extra_info |= {
        "bound_s": 2.0,
        "aim_s": 0.3,
        "processor_s": round(statistics.median(processor_s), 3),
        "labelled_slices": N_SLICES,
        "features_of_a_slice_s": round(features_s, 3),
        "miou_of_three_strokes_a_class": round(float(np.mean(scores)), 3),
        "miou_of_all_strokes_on_the_first": round(mean_iou(mask, items[0][1]), 3),
    }


def test_a_click_to_what_is_alike(labelled, benchmark, scale):
    maps = labelled[0][0][0].maps
    rows, cols = scale.section_shape
    query = SimilarityQuery(((rows // 2, cols // 2),), ((rows // 4, cols // 4),))
    benchmark.pedantic(similarity, args=(maps, query), rounds=max(scale.rounds, 5), warmup_rounds=1)
