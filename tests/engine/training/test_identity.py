"""Which unfinished runs a run may go on with."""

import json
from dataclasses import replace

import pytest
import torch

from engine.errors import JobCancelledError, SettingsError
from engine.training.fine_tune import train_bundle
from engine.training.identity import check_same_run, run_identity
from engine.training.request import stored_request


def _identity(request):
    return run_identity(request, encoder_sha256="", origin=None, n_samples=12, data="", processes=1)


def test_a_setting_that_a_stored_run_does_not_name_had_its_default(
    small_design, make_request, tmp_path
):
    now = _identity(make_request())
    stored = json.loads(json.dumps(now))
    del stored["settings"]["schedule"]
    check_same_run(tmp_path, stored, now)
    other = _identity(make_request(schedule="constant"))
    with pytest.raises(SettingsError, match="schedule is constant, was cosine"):
        check_same_run(tmp_path, stored, other)


class _CancelAfterOne:
    """A job that is cancelled after its first step."""

    def __init__(self):
        self.stepped = False

    def check(self):
        if self.stepped:
            raise JobCancelledError

    def report(self, done, total, message=""):
        self.stepped |= "loss" in message


def test_a_run_stored_without_later_settings_goes_on(make_request, weights, tmp_path):
    device = torch.device("cpu")
    request = make_request(decoder="linear", epochs=2)
    whole = train_bundle(replace(request, out=tmp_path / "whole"), device=device, weights=weights)
    train_bundle(request, device=device, weights=weights, job=_CancelAfterOne())
    path = tmp_path / ".model.training" / "checkpoint.json"
    values = json.loads(path.read_text())
    for part in (values["header"]["identity"], values["header"]["request"]):
        del part["settings"]["schedule"], part["settings"]["loss"]["lovasz"]
    path.write_text(json.dumps(values))
    again = train_bundle(stored_request(request.out), device=device, weights=weights)
    assert again.result.losses == whole.result.losses
