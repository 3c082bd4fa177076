"""Writes the starter's encoder and bundle as they ship in ``resources/models``."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import timm
import torch

from engine.core.fingerprint import sha256_file
from engine.core.provenance import program_version
from engine.models.segmenter import Segmenter
from engine.models.spec import TuningSpec
from engine.models.weights import save_state
from engine.preprocessing.pipeline import Pipeline
from engine.store.bundle import Bundle
from engine.store.saving import save_model
from engine.tasks.registry import tasks
from engine.training.starter.network import SPEC
from engine.training.starter.sections import IMAGE_SIZE, SIZES

NAME = "faults-starter"
"""Name of the bundle."""

COMMAND = (
    "python -m engine.training.starter --out build/starter --minutes {minutes:g} --seed {seed}"
)
"""What trained it."""


@dataclass(frozen=True, slots=True)
class StarterFacts:
    """How the starter came about, for its cards.

    Parameters
    ----------
    minutes : float
        Time of training.
    seed : int
        Seed of the run.
    n_sections : int
        Sections seen.
    scores : mapping of str to mapping
        Scores of `fault_scores` under the name of the sections.
    """

    minutes: float
    seed: int
    n_sections: int
    scores: Mapping[str, Mapping[str, float]]

    @property
    def command(self) -> str:
        """What trained it."""
        return COMMAND.format(minutes=self.minutes, seed=self.seed)


def write_models(model: Segmenter, folder: Path, facts: StarterFacts) -> Bundle:
    """Write encoder and bundle, matrices in float16, each with its card.

    Parameters
    ----------
    model : Segmenter
        The trained network, of `SPEC`.
    folder : pathlib.Path
        Gets one folder for the encoder and one for the bundle.
    facts : StarterFacts
        For the cards.

    Returns
    -------
    Bundle
        It asks for the encoder's weights by their hash.

    Raises
    ------
    WriteError
        If a file cannot be written.
    """
    encoder = folder / SPEC.encoder
    encoder.mkdir(parents=True, exist_ok=True)
    weights = encoder / "model.safetensors"
    save_state(weights, model.encoder.vit.state_dict(), half=True)
    (encoder / "README.md").write_text(_encoder_card(facts), encoding="utf-8")
    training = {
        **asdict(facts),
        "command": facts.command,
        "sizes": sorted(set(SIZES)),
        "versions": versions(),
    }
    bundle = Bundle(
        path=folder / NAME,
        name=NAME,
        task="fault",
        spec=replace(SPEC, tuning=TuningSpec("frozen")),
        classes=tasks().load("fault")().preset().classes,
        pipeline=Pipeline(),
        encoder_sha256=sha256_file(weights),
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        training=training,
    )
    return save_model(bundle, model, half=True, card=_bundle_card(facts))


def versions() -> dict[str, str]:
    """Return the versions of the program and of the libraries that compute."""
    return {
        "outcrop": program_version(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "timm": timm.__version__,
        "numpy": np.__version__,
    }


def _encoder_card(facts: StarterFacts) -> str:
    return f"""# {SPEC.encoder}

A small vision transformer: patches of 14 pixels, 192 channels, 12 blocks, 3 heads, 5.7 million
parameters, stored as float16. It has the design of DINOv2's encoders and **is not DINOv2**: it has
seen no photograph and no recorded seismic, and was not trained by self-supervision. It was trained
from random weights, together with the decoder of `{NAME}`, to find faults in synthetic sections.

It is here so that Outcrop works without a network connection, and for trying things out. As a
starting point for other tasks expect it to be far below DINOv2; fetch that with
`outcrop weights fetch dinov2-vits14` where you can.

Trained by `{facts.command}`; data, scores and limits: see the card of `{NAME}`.

Licence: Apache-2.0, as the rest of Outcrop. No third party's weights or data went into it.
"""


def _bundle_card(facts: StarterFacts) -> str:
    options = json.dumps(dict(SPEC.decoder_options))
    return f"""# {NAME}

Finds faults in vertical seismic sections. It is a **starter**: small enough to ship, trained for
{facts.minutes:.0f} minutes on two cores of a CPU, on synthetic sections only. It shows what Outcrop
does; it does not replace an interpreter, nor a model trained on labels of your own survey.

## Model

- Encoder `{SPEC.encoder}` of this project: **not DINOv2**, see its card.
- Decoder `{SPEC.decoder}`, options `{options}`; two classes, Rock and Fault.
- Input: amplitudes minus the survey's mean, divided by its standard deviation, clipped at +-4; one
  channel repeated three times. Sections at their own sampling; it was trained with dominant periods
  of 4 to 11 samples and faults that dip 45 to 87 degrees as seen with square pixels.

## Training

`{facts.command}`

{facts.n_sections} sections of {IMAGE_SIZE} x {IMAGE_SIZE} pixels and other sizes ({min(SIZES)} to
{max(SIZES)}), each seen once: layers, folds, unconformities, chaotic intervals, normal and reverse
faults, Ricker wavelets and noise, drawn by `engine.synthetic.seismic`. Labels are fault traces 3
pixels wide. Weighted Dice and weighted cross-entropy, AdamW, warm-up and cosine; the weights are
those at the end of the run, not chosen by any score. The time decides the number of sections, so
another machine gives another model.

{_listed(versions())}

## Scores of the fault class

{_scores(facts.scores)}

`iou`, `precision`, `recall` and `f1` count pixels over all sections together, at probability 0.5.
`f1_3px` counts a pixel as right if the other side has a fault within 3 pixels. `average_precision`
is the area under the precision-recall curve and needs no threshold; a model that knows nothing has
the `fault_share` of the pixels there. All are of the float16 weights as shipped, on a CPU,
in tiles of {IMAGE_SIZE} samples.
The synthetic sections are held out: drawn from seeds that training does not use. The real ones are
three F3 sections with interpreted faults by T. Wrona (8-bit images; only part of the visible
faults is interpreted, as straight lines 3 pixels wide). They were not used for training; the
generator's wavelets, noise and fault density were set by eye to look like them.

## Limits

Trained on no recorded data, and far better on synthetic sections than on real ones. On real
sections many faults get a probability below 0.5: look at the probabilities, not only at the
classes. It misses faults with throws of about a sample and faults in noisy intervals, and takes
breaks in chaotic intervals and acquisition noise near the surface for faults. Not tested on time
slices, depth sections of other proportions and 2-D lines of other processing. Check it on labelled
sections of your own survey before you rely on it.

## Licence

Apache-2.0, as the rest of Outcrop.
"""


def _listed(values: Mapping[str, str]) -> str:
    return "Versions: " + ", ".join(f"{key} {value}" for key, value in values.items()) + "."


def _scores(scores: Mapping[str, Mapping[str, float]]) -> str:
    names = list(next(iter(scores.values())))
    lines = [f"| sections | {' | '.join(names)} |", f"|---{'|---' * len(names)}|"]
    for title, row in scores.items():
        lines.append(f"| {title} | {' | '.join(f'{row[name]:.3f}' for name in names)} |")
    return "\n".join(lines)
