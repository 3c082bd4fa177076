"""What a split keeps for a test takes no part in training."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from engine.data.splits import SplitSettings
from engine.training import fine_tune, run_parts
from engine.training.fine_tune import train_bundle
from engine.training.records import TrainingHooks

_CPU = torch.device("cpu")
_SPLIT = SplitSettings(validation=0.25, test=0.25)


class _Watched:
    """A source of samples that notes which of them are read."""

    def __init__(self, source):
        self._source = source
        self.read = set()

    def __getattr__(self, name):
        return getattr(self._source, name)

    def __len__(self):
        return len(self._source)

    def image(self, index):
        self.read.add(index)
        return self._source.image(index)

    def labels(self, index):
        self.read.add(index)
        return self._source.labels(index)


def _watch(monkeypatch, module, name, note):
    """Call a function of a module as before, and note what it was given and gave."""
    original = getattr(module, name)

    def watched(*args, **kwargs):
        result = original(*args, **kwargs)
        return note(result, *args)

    monkeypatch.setattr(module, name, watched)


@pytest.mark.parametrize("tuning", ["frozen", "lora"])
def test_neither_batches_nor_validation_read_the_test_part(
    make_request, weights, monkeypatch, tuning
):
    opened, trained_on, validated_on = [], set(), set()

    def open_watched(source, *_args):
        opened.append(_Watched(source))
        return opened[-1]

    def keep_trained(batches, _source, indices, *_args):
        trained_on.update(indices)
        return batches

    def keep_validated(metrics, _model, request, *_args):
        validated_on.update(request.indices)
        return metrics

    _watch(monkeypatch, fine_tune, "open_source", open_watched)
    _watch(monkeypatch, run_parts, "TrainingBatches", keep_trained)
    _watch(monkeypatch, run_parts, "score_model", keep_validated)

    def forget():
        # Until here all samples were read once, for the fingerprint of the data.
        opened[0].read.clear()

    request = make_request(tuning, decoder="linear", epochs=2, split=_SPLIT)
    split = train_bundle(request, device=_CPU, weights=weights, hooks=TrainingHooks(forget)).split
    assert (len(split.training), len(split.validation), len(split.test)) == (6, 3, 3)
    assert trained_on == set(split.training)
    assert validated_on == set(split.validation)
    assert opened[0].read == trained_on | validated_on
    assert not opened[0].read & set(split.test)


def test_the_labels_of_the_test_part_change_nothing(make_request, weights, source, tmp_path):
    request = make_request("lora", decoder="linear", epochs=2, split=_SPLIT)
    first = train_bundle(request, device=_CPU, weights=weights)
    names = first.bundle.training["data"]["test_names"]
    assert len(names) == 3
    for name in names:
        path = source.masks / f"{name}.png"
        Image.fromarray(255 - np.array(Image.open(path))).save(path)
    again = train_bundle(replace(request, out=tmp_path / "again"), device=_CPU, weights=weights)
    assert again.split == first.split
    assert again.result.losses == first.result.losses
    assert again.result.best_scores == first.result.best_scores
