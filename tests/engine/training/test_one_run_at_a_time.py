"""Only one process trains a model at a time."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.errors import WriteError
from engine.models.weights import load_state
from engine.training.fine_tune import train_bundle
from engine.training.records import TrainingHooks
from engine.training.request import stored_request
from engine.training.settings import CheckpointSettings

_CPU = torch.device("cpu")


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("change", [{}, {"overwrite": True}, {"resume": True}])
def test_a_run_in_progress_is_not_disturbed_in_any_way(make_request, weights, change):
    request = replace(make_request(), checkpoints=CheckpointSettings(steps=1))
    refused = []

    def train_again(_record):
        before = _names(request.out.parent)
        again = stored_request(request.out) if change.get("resume") else replace(request, **change)
        with pytest.raises(WriteError, match="is being trained by another process"):
            train_bundle(again, device=_CPU, weights=weights)
        refused.append(_names(request.out.parent) == before)

    report = train_bundle(
        request, device=_CPU, weights=weights, hooks=TrainingHooks(epoch=train_again)
    )
    assert refused == [True] * 3
    undisturbed = replace(request, out=request.out.with_name("undisturbed"))
    train_bundle(undisturbed, device=_CPU, weights=weights)
    ours, theirs = (load_state(r / "decoder.safetensors") for r in (request.out, undisturbed.out))
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert report.bundle.training["ended"] == "all epochs done"


def test_a_checkpoint_that_is_gone_is_not_said_to_be_kept(make_request, weights, monkeypatch):
    request = replace(make_request(), checkpoints=CheckpointSettings(steps=1))

    def lose(path, _state):
        for tensors in path.parent.glob("*.safetensors"):
            tensors.unlink()
        raise OSError(28, "No space left on device")

    def fill(record):
        if record.epoch == 1:
            monkeypatch.setattr("engine.training.checkpoint.save_state", lose)

    with pytest.raises(WriteError, match="there is none to go on from") as caught:
        train_bundle(request, device=_CPU, weights=weights, hooks=TrainingHooks(epoch=fill))
    assert "--resume" not in caught.value.hint


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system has no /proc")
@pytest.mark.parametrize("out", ["/proc/model", "/proc/new/model"])
def test_a_place_that_cannot_be_written_to_is_refused_before_anything_is_read(
    make_request, weights, source, out
):
    missing = replace(source, images=Path("absent"))
    request = replace(make_request(), source=missing, out=Path(out))
    with pytest.raises(WriteError, match=r"/proc.* cannot be written to"):
        train_bundle(request, device=_CPU, weights=weights)
