"""Devices are chosen by what is there."""

from __future__ import annotations

import pytest
import torch

from engine.errors import SettingsError
from engine.inference.device import autocast, choose_device


def test_auto_prefers_cuda_then_mps_then_the_cpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device("auto").type == "cuda"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device("auto").type == "mps"
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert choose_device("auto") == torch.device("cpu")


@pytest.mark.parametrize("name", ["cuda", "cuda:1", "mps"])
def test_a_device_that_is_not_there_is_refused(name, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(SettingsError, match="not on this machine") as caught:
        choose_device(name)
    assert "cpu" in caught.value.hint


def test_one_of_several_gpus_can_be_named(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert choose_device("cuda:1") == torch.device("cuda", 1)
    with pytest.raises(SettingsError, match="not on this machine"):
        choose_device("cuda:2")


@pytest.mark.parametrize("name", ["tpu", "", "cuda:x", "cpu:3", "auto:1"])
def test_an_unknown_device_is_refused(name, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    with pytest.raises(SettingsError, match="not known"):
        choose_device(name)


def test_the_cpu_computes_in_float32():
    with autocast(torch.device("cpu")):
        product = torch.ones(2, 2) @ torch.ones(2, 2)
    assert product.dtype == torch.float32


@pytest.mark.parametrize("supported", [True, False])
def test_cuda_computes_in_bfloat16_where_it_can(supported, monkeypatch):
    asked = []
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: supported)
    monkeypatch.setattr(torch, "autocast", lambda kind, **how: asked.append((kind, how)))
    autocast(torch.device("cuda"))
    assert asked == [("cuda", {"dtype": torch.bfloat16, "enabled": supported})]
