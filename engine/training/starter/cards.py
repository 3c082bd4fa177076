"""Model cards of the starters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from engine.training.starter.facts import StarterFacts
from engine.training.starter.kinds import ENCODER, KINDS, Kind
from engine.training.starter.samples import IMAGE_SIZE, SIZES

Scores = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class _Words:
    """What only one card says."""

    finds: str
    shows: str
    limits: str


_WORDS = {
    "fault": _Words(
        "faults in vertical seismic sections",
        "layers, folds, unconformities, chaotic intervals, normal and reverse faults, Ricker "
        "wavelets and noise. Labels are fault traces 3 pixels wide",
        "On real sections many faults get a probability below 0.5: look at the probabilities, not "
        "only at the classes. It misses faults with throws of about a sample and faults in noisy "
        "intervals, and takes breaks in chaotic intervals and acquisition noise for faults.",
    ),
    "salt": _Words(
        "salt bodies in vertical seismic sections",
        "layered sediments with domes, diapirs and sheets of salt, dragged and truncated beds, "
        "multiples and noise, at the scale of whole sections and enlarged as small pictures are",
        "It takes other quiet or chaotic intervals for salt, and knows no velocity.",
    ),
    "crater": _Words(
        "impact craters in images of the Moon",
        "terrain of craters of a power-law size distribution, old ones degraded, lit by a low or "
        "high sun with cast shadows",
        "Craters of a few pixels and strongly degraded ones are missed; boulders and scarps may be "
        "taken for rims. Give images with the sun as it is: it is not told where the sun stands.",
    ),
    "das": _Words(
        "seismic events in DAS records, time downwards and channels across",
        "earthquake phases with hyperbolic and linear moveout, vehicles, surface waves, "
        "common-mode noise, drifting and dead channels",
        "There are no labelled real records to score it on: it is scored on synthetic ones only.",
    ),
    "facies": _Words(
        "six seismic facies by their texture",
        "sequences with unconformities, channels, clinoforms and mass transport deposits, each "
        "facies with its own texture, frequency and amplitude",
        "Facies are a matter of the basin. The six names are those of the published task; on a "
        "survey of yours take the overlay as a start and train on labelled sections. No real "
        "sections with these six classes were at hand to score it on.",
    ),
}


def encoder_card(facts: StarterFacts) -> str:
    """Write the card of the encoder.

    Parameters
    ----------
    facts : StarterFacts
        How it came about.

    Returns
    -------
    str
        Markdown.
    """
    bundles = ", ".join(f"`{kind.bundle}`" for kind in KINDS)
    return f"""# {ENCODER}

A small vision transformer: patches of 14 pixels, 192 channels, 12 blocks, 3 heads, 5.7 million
parameters, stored as float16. It has the design of DINOv2's encoders and **is not DINOv2**: it has
seen no photograph and no recorded data. It was trained on synthetic images of five kinds at once:
with their labels, and by drawing patches that were hidden from it. {_start(facts)}

Four of the blocks, one of each quarter, did most of the learning; the others were trained in the
last part of the run only and do little yet. They are there so that training on your data can use
them.

It is here so that Outcrop works without a network connection; {bundles} share it. As a starting
point for other tasks expect it to be far below DINOv2; fetch that with
`outcrop weights fetch dinov2-vits14` where you can.

Trained by `{facts.command}`; data, scores and limits: see the cards of the models.

Licence: Apache-2.0, as the rest of Outcrop. No third party's weights or data went into it.
"""


def bundle_card(kind: Kind, facts: StarterFacts, versions: Mapping[str, str]) -> str:
    """Write the card of one model.

    Parameters
    ----------
    kind : Kind
        What it finds.
    facts : StarterFacts
        How it came about.
    versions : mapping of str to str
        Of the program and its libraries.

    Returns
    -------
    str
        Markdown.
    """
    words, options = _WORDS[kind.task], json.dumps(dict(kind.spec.decoder_options))
    minutes = f"{facts.settings.minutes:.0f}"
    return f"""# {kind.bundle}

Finds {words.finds}. It is a **starter**: small enough to ship, trained for {minutes}
minutes on two cores of a CPU, on synthetic images only. It shows what Outcrop does; it does not
replace an interpreter, nor a model trained on labels of your own data.

## Model

- Encoder `{ENCODER}` of this project: **not DINOv2**, see its card. All starters share it.
- Decoder `{kind.spec.decoder}`, options `{options}`; {kind.n_classes} classes.
- Input: amplitudes minus the mean, divided by the standard deviation of the survey or folder,
  clipped at +-4; one channel repeated three times.

## Training

`{facts.command}`

{facts.n_images} images of five kinds, each seen once, of {IMAGE_SIZE} x {IMAGE_SIZE} pixels and
other sizes ({min(SIZES)} to {max(SIZES)}), drawn by `engine.synthetic`. Those of this kind show
{words.shows}. {_start(facts)}

Weighted Dice and weighted cross-entropy, and the squared error of hidden patches; AdamW, warm-up
and cosine. The weights are those at the end of the run, not chosen by any score. The time decides
the number of images, so another machine gives another model.

Versions: {", ".join(f"{key} {value}" for key, value in versions.items())}.

## Scores

{_table(facts.scores.get(kind.task, {}))}

{_MEANING[kind.task == "fault"]}
Synthetic images are held out: drawn from seeds that training does not use. Recorded ones, which
`--score` of the same command adds, were used neither for training nor for choosing anything. All
scores are of the weights as shipped.

## Limits

Trained on no recorded data, and far better on synthetic images than on real ones. {words.limits}
Check it on labelled images of your own before you rely on it.

## Licence

Apache-2.0, as the rest of Outcrop.
"""


def _start(facts: StarterFacts) -> str:
    """Say what the weights were before."""
    if not facts.start:
        return "Start values are computed from such images."
    files = ", ".join(f"`{name}` (SHA-256 {value[:12]})" for name, value in facts.start.items())
    return f"The run started from models trained before on such images: {files}."


_MEANING = {
    True: """`iou`, `precision`, `recall` and `f1` are of the fault class and count pixels over all
images together, at probability 0.5. `f1_3px` counts a pixel as right if the other side has a fault
within 3 pixels. `average_precision` is the area under the precision-recall curve and needs no
threshold; a model that knows nothing has the `fault_share` of the pixels there.""",
    False: """`mean_iou` is scored per image and then averaged; `overall_mean_iou` and
`overall_mean_accuracy` come from one confusion matrix over all images. Classes that occur neither
in prediction nor in label are left out. Those `of_one_class` are what predicting the best single
class everywhere gets.""",
}


def _table(scores: Scores) -> str:
    names = list(next(iter(scores.values()), {}))
    lines = [f"| images | {' | '.join(names)} |", f"|---{'|---' * len(names)}|"]
    for title, row in scores.items():
        lines.append(f"| {title} | {' | '.join(f'{row[name]:.3f}' for name in names)} |")
    return "\n".join(lines)
