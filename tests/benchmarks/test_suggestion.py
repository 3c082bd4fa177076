"""How many labelled slices a head needs, by suggestion and by chance."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.section import Section
from engine.inference.instant_head import LabelledFeatures, fit_head
from engine.inference.prediction import load_predictor
from engine.inference.suggestion import best, facts_of, suggest
from engine.synthetic.fields import ricker_spectrum, smooth_field
from tests.engine.inference.strokes import draw_strokes

N_SLICES, SHAPE = 48, (112, 196)
MOST = 8
FIRST_SURVEY, N_SURVEYS, N_CHANCES = 10, 3, 4
"""Seeds below the first one were used to choose the score."""
N_CLASSES = 4
# Amplitude and thickness of beds, in samples, of each class; the last is a channel.
CHARACTER = ((1.0, 3.0), (0.5, 6.0), (1.4, 4.5), (0.25, 2.0))


def survey(seed):
    """Return amplitudes and classes ``(n_slices, rows, cols)`` of folded units and channels."""
    rng = np.random.default_rng(seed)
    rows, cols = SHAPE
    depth = np.arange(rows, dtype=np.float32)
    folds = smooth_field(rng, (N_SLICES, cols), (16, 40)) * 10
    tops = [
        share * rows + folds * weight + smooth_field(rng, (N_SLICES, cols), (10, 40)) * 6
        for share, weight in ((0.4, 1.0), (0.7, 0.6))
    ]
    classes = sum((depth[None, :, None] > top[:, None, :]).astype(np.uint8) for top in tops)
    slices = np.arange(N_SLICES)[:, None, None]
    for _ in range(3):
        # A channel that begins and ends within the survey.
        place, width = rng.uniform(0, N_SLICES), rng.uniform(2, 7)
        middle = rng.uniform(30, cols - 30) + 2.0 * (slices - place)
        level = rng.uniform(20, rows - 20)
        across = (np.arange(cols)[None, None, :] - middle) / 28
        down = (depth[None, :, None] - level) / 11
        inside = across**2 + down**2 + ((slices - place) / width) ** 2 < 1
        classes = np.where(inside, np.uint8(N_CLASSES - 1), classes)
    beds = depth[None, :, None] - 0.6 * folds[:, None, :]
    amplitudes = np.zeros(classes.shape, dtype=np.float32)
    for class_id, (strength, thickness) in enumerate(CHARACTER):
        layers = rng.standard_normal(512).astype(np.float32)
        number = np.floor(beds / thickness).astype(int) % 512
        amplitudes = np.where(classes == class_id, strength * layers[number], amplitudes)
    amplitudes += 0.2 * rng.standard_normal(amplitudes.shape, dtype=np.float32)
    spectrum = ricker_spectrum(rows, 1 / 7.0)
    filtered = np.fft.irfft(
        np.fft.rfft(amplitudes, axis=1) * spectrum[None, :, None], n=rows, axis=1
    )
    return filtered.astype(np.float32), classes.astype(np.uint8)


class Labelling:
    """An interpreter who draws a few strokes on each slice that is chosen."""

    def __init__(self, predictor, seed):
        amplitudes, self.classes = survey(seed)
        self.seed = seed
        statistics = AmplitudeStatistics.from_samples(amplitudes)
        axes = Axis("twt", "ms", 0, 4, SHAPE[0]), Axis("crossline", "1", 1, 1, SHAPE[1])
        self.sections = [Section(np.ascontiguousarray(plane), *axes) for plane in amplitudes]
        self.maps = [predictor.features(section, statistics) for section in self.sections]

    def curve(self, choose):
        """Return the mIoU over the whole survey after 1, 2, ... labelled slices."""
        chosen, scores = [N_SLICES // 2], []
        while True:
            labelled = [
                LabelledFeatures(
                    draw_strokes(self.classes[i], seed=(self.seed, i), n=2), self.maps[i]
                )
                for i in chosen
            ]
            head = fit_head(labelled, N_CLASSES)
            probabilities = [head.classify(maps) for maps in self.maps]
            masks = np.stack([item.mask().data for item in probabilities])
            scores.append(global_iou(masks, self.classes))
            if len(chosen) == MOST:
                return scores
            chosen.append(choose(self, chosen, probabilities))


def global_iou(found, expected):
    """Return the mean over all classes of the intersection over union in the whole survey."""
    pairs = [((found == c), (expected == c)) for c in range(N_CLASSES)]
    return float(np.mean([(a & b).sum() / (a | b).sum() for a, b in pairs if b.any()]))


def by_suggestion(labelling, chosen, probabilities):
    facts = {
        i: facts_of(section, item)
        for i, (section, item) in enumerate(zip(labelling.sections, probabilities, strict=True))
    }
    return best(suggest(N_SLICES, facts, chosen)).index


def evenly(labelling, chosen, probabilities):
    return best(suggest(N_SLICES, {}, chosen)).index


def by_chance(rng):
    def choose(labelling, chosen, probabilities):
        return int(rng.choice([i for i in range(N_SLICES) if i not in chosen]))

    return choose


def needed(scores, wanted):
    """Return how many slices reach a score; one more than there were if none does."""
    return next((n for n, score in enumerate(scores, 1) if score >= wanted), MOST + 1)


@pytest.mark.slow
def test_labels_needed_by_suggestion_and_by_chance(benchmark):
    predictor = load_predictor("facies-starter", "cpu")
    curves = {"suggestion": [], "evenly": [], "chance": []}
    wanted = {"suggestion": [], "evenly": [], "chance": []}

    def run():
        for seed in range(FIRST_SURVEY, FIRST_SURVEY + N_SURVEYS):
            labelling = Labelling(predictor, seed)
            found = {
                "suggestion": [labelling.curve(by_suggestion)],
                "evenly": [labelling.curve(evenly)],
                "chance": [
                    labelling.curve(by_chance(np.random.default_rng((seed, n))))
                    for n in range(N_CHANCES)
                ],
            }
            # What chance reaches in the end on average is to be reached.
            aim = float(np.mean([scores[-1] for scores in found["chance"]]))
            for name, scores in found.items():
                curves[name] += scores
                wanted[name] += [needed(item, aim) for item in scores]

    benchmark.pedantic(run, rounds=1)
    for name, scores in curves.items():
        mean = np.mean(scores, axis=0)
        benchmark.extra_info |= {
            f"{name}_miou_of_1_3_5_8": [round(float(mean[n - 1]), 3) for n in (1, 3, 5, 8)],
            f"{name}_slices_needed": round(float(np.mean(wanted[name])), 2),
        }
    benchmark.extra_info |= {"surveys": N_SURVEYS, "chances_each": N_CHANCES}
