"""Keeps an instant head as a model like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.core.class_scheme import ClassScheme
from engine.errors import ModelError
from engine.inference.instant_head import InstantHead
from engine.models.segmenter import Segmenter
from engine.models.weight_store import WeightStore
from engine.preprocessing.pipeline import Pipeline
from engine.store.bundle import Bundle
from engine.store.resuming import load_trainable
from engine.store.saving import save_model
from engine.tasks.builtin import OwnTask


def save_head(
    head: InstantHead,
    base: Bundle,
    path: Path,
    *,
    classes: ClassScheme,
    training: Mapping[str, Any],
    pipeline: Pipeline | None = None,
    weights: WeightStore | None = None,
) -> Bundle:
    """Write a bundle of an encoder with an instant head as LINEAR decoder.

    It predicts what the head gives for the same features, and training can go on
    from it with any tuning.

    Parameters
    ----------
    head : InstantHead
        The head.
    base : Bundle
        Whose encoder the features came from; its adapters go with the new bundle.
    path : pathlib.Path
        Folder of the new bundle, whose name it gets.
    classes : ClassScheme
        What the head tells apart.
    training : mapping
        What the card says of the labels, JSON types only.
    pipeline : Pipeline, optional
        What the features were computed with; that of `base` when left out.
    weights : WeightStore, optional
        Where encoder weights lie; the user's store when left out.

    Returns
    -------
    Bundle
        As it was written.

    Raises
    ------
    ModelError
        If the head has another number of classes, or `base` cannot be loaded.
    WriteError
        If the place is taken by something else, or cannot be written.
    """
    if len(classes) != head.n_classes:
        raise ModelError(f"a head for {head.n_classes} classes, a scheme of {len(classes)}")
    encoder = load_trainable(base, weights).encoder
    spec = replace(base.spec, decoder="linear", n_classes=len(classes), decoder_options={})
    bundle = replace(
        base,
        path=path,
        name=path.name,
        task=base.task if classes == base.classes else OwnTask.name,
        spec=spec,
        classes=classes,
        pipeline=pipeline or base.pipeline,
        training={"method": "instant head", "started_from": base.name, **training},
    )
    return save_model(bundle, Segmenter(encoder, head.decoder()))
