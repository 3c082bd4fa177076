"""``outcrop weights``."""

from __future__ import annotations

import json

import pytest
import torch

from engine.cli.main import main
from engine.models.designs import DESIGNS
from engine.models.weight_store import WeightStore
from engine.models.weights import expected_shapes

NAME = "dinov2-vits14"


@pytest.fixture
def file(tmp_path):
    """An official file of zeros."""
    state = {n: torch.zeros(s) for n, s in expected_shapes(DESIGNS[NAME]).items()}
    state["mask_token"] = torch.zeros(1, 384)
    torch.save(state, tmp_path / "dinov2_vits14_pretrain.pth")
    return tmp_path / "dinov2_vits14_pretrain.pth"


def test_a_file_is_imported_and_then_listed(file, capsys):
    assert main(["weights", "import", str(file)]) == 0
    imported = WeightStore().find(NAME)
    printed = capsys.readouterr().out
    assert str(imported.path) in printed
    assert imported.sha256 in printed
    assert main(["weights", "list", "--json"]) == 0
    entries = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert set(entries) == set(DESIGNS) - {"unet"}
    assert entries[NAME]["available"]
    assert entries[NAME]["sha256"] == imported.sha256
    assert entries[NAME]["bytes"] == imported.path.stat().st_size
    assert not entries["dinov2-vitb14"]["available"]


def test_the_list_for_people_names_every_encoder(capsys):
    assert main(["weights", "list"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in DESIGNS if name != "unet")
    assert "unet" not in printed


def test_a_wrong_file_is_refused_with_its_first_tensor(file, capsys):
    assert main(["weights", "import", str(file), "--encoder", "dinov2-vitb14"]) == 1
    message = capsys.readouterr().err
    assert "tensor cls_token is float32 (1, 1, 384)" in message
    assert "Traceback" not in message


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fetch"],
        ["fetch", "resnet"],
        ["import"],
        ["fetch", "outcrop-vit-tiny14"],
        ["fetch", "unet"],
        ["import", "some.pth", "--encoder", "unet"],
    ],
)
def test_wrong_usage_ends_with_2(arguments):
    with pytest.raises(SystemExit) as caught:
        main(["weights", *arguments])
    assert caught.value.code == 2


def test_offline_is_one_message_with_both_ways_out(monkeypatch, capsys):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert main(["weights", "fetch", NAME]) == 1
    message = capsys.readouterr().err
    assert message.startswith(f"outcrop: the weights of {NAME} cannot be fetched")
    assert "outcrop weights import FILE" in message
    assert "Traceback" not in message
