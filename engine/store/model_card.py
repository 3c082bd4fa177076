"""The text that goes with a bundle: what the model is and what it is not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from engine.models.designs import encoder_design
from engine.store.bundle import Bundle

_TUNINGS = {
    "frozen": "frozen; only the decoder was trained",
    "full": "trained as a whole; its weights are in this bundle",
}


def render_card(bundle: Bundle) -> str:
    """Write the model card of a bundle.

    Parameters
    ----------
    bundle : Bundle
        The bundle; `training` is shown as it is, nested tables by their path.

    Returns
    -------
    str
        Markdown.
    """
    spec, design = bundle.spec, encoder_design(bundle.spec.encoder)
    tuning = _TUNINGS.get(spec.tuning.method, f"adapted by {spec.tuning.title}")
    rows, cols = bundle.image_size
    options = f" with {json.dumps(dict(spec.decoder_options))}" if spec.decoder_options else ""
    lines = [
        f"# {bundle.name}",
        "",
        f"A segmentation model for the task *{bundle.task}*, made with Outcrop {bundle.version} "
        f"on {bundle.created[:10]}.",
        "",
        "## Model",
        "",
        f"- Encoder: {design.title} (`{spec.encoder}`), {tuning}.",
        f"- SHA-256 of the encoder's weights: `{bundle.encoder_sha256}`.",
        f"- Decoder: `{spec.decoder}`{options}.",
        f"- Trained on {rows} x {cols} samples.",
        f"- Preprocessing: fingerprint `{bundle.pipeline.fingerprint}`; see `pipeline.json`.",
        "",
        "## Classes",
        "",
        *(f"{index}. {name}" for index, name in enumerate(bundle.classes.names)),
        "",
        "## Training",
        "",
        *_table(_flat(bundle.training)),
        "",
        "## Limits",
        "",
        "The scores hold for data like those it was trained and tested on. Check it on "
        "labelled sections of your own survey before you rely on it.",
        "",
        "## Licence",
        "",
        "Whoever trained the model decides about its decoder and adapters. The encoder's "
        "weights and the training data have licences of their own.",
        "",
    ]
    return "\n".join(lines)


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, float):
            yield f"{prefix}{key}", f"{value:.4g}"
        else:
            yield f"{prefix}{key}", value if isinstance(value, str) else json.dumps(value)


def _table(rows: Iterable[tuple[str, str]]) -> list[str]:
    lines = [f"| {key} | {value.replace('|', chr(92) + '|')} |" for key, value in rows]
    return ["| what | value |", "|---|---|", *lines] if lines else ["Not recorded."]
