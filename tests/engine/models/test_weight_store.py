"""Weights on this machine."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import torch

from engine.core.fingerprint import sha256_file
from engine.errors import JobCancelledError, ModelError, WriteError
from engine.jobs.context import ThrottledContext
from engine.models.designs import DESIGNS
from engine.models.pretrained import load_encoder, start_model
from engine.models.spec import ModelSpec, TuningSpec
from engine.models.weight_import import import_weights
from engine.models.weight_store import WeightStore
from engine.models.weights import expected_shapes, save_state

NAME = "outcrop-vit-tiny14"


@pytest.fixture(scope="module")
def state():
    torch.manual_seed(0)
    return {n: torch.randn(s) * 0.02 for n, s in expected_shapes(DESIGNS[NAME]).items()}


@pytest.fixture(scope="module")
def filled(tmp_path_factory, state) -> WeightStore:
    """A store with imported weights; do not change it."""
    folder = tmp_path_factory.mktemp("filled")
    save_state(folder / "w.safetensors", state)
    store = WeightStore(folder / "cache")
    import_weights(store, folder / "w.safetensors")
    return store


@pytest.fixture
def store(tmp_path) -> WeightStore:
    return WeightStore(tmp_path / "cache")


def put(store: WeightStore, state) -> None:
    path = store.path(NAME)
    path.parent.mkdir(parents=True)
    save_state(path, state)
    store.record(NAME, source="test")


def test_imported_weights_are_found_with_the_files_hash(filled):
    file = filled.find(NAME)
    assert file.path == filled.path(NAME)
    assert file.sha256 == sha256_file(file.path)
    assert file.source == "imported from w.safetensors"
    record = json.loads(file.path.with_name("weights.json").read_text())
    assert record["sha256"] == file.sha256


def test_the_layout_of_the_file_does_not_change_the_hash(filled, store, state, tmp_path):
    torch.save({**state, "mask_token": torch.zeros(1, 192)}, tmp_path / "official.pth")
    assert import_weights(store, tmp_path / "official.pth").sha256 == filled.find(NAME).sha256


def test_imported_weights_load_into_the_encoder(filled, state):
    encoder, file = load_encoder(NAME, filled)
    assert file == filled.find(NAME)
    assert not encoder.training
    loaded = encoder.vit.state_dict()
    assert all(torch.equal(loaded[name], state[name]) for name in state)


def test_a_model_to_train_starts_from_the_weights(filled, state):
    model, _file = start_model(ModelSpec(NAME, "linear", 2), filled)
    assert model.training
    assert torch.equal(model.encoder.vit.norm.weight, state["norm.weight"])


def test_imported_weights_do_not_hide_the_bundled_ones_from_models_trained_on_those(filled):
    shipped = WeightStore(filled.cache_dir / "empty").find(NAME)
    assert filled.find(NAME).sha256 != shipped.sha256
    assert filled.find(NAME, sha256=shipped.sha256) == shipped
    with pytest.raises(ModelError, match="only those with"):
        filled.find(NAME, sha256="0" * 64)


@pytest.mark.parametrize("name", [n for n in DESIGNS if n.startswith("dinov2")])
def test_missing_weights_are_told_with_both_ways_out(store, name):
    with pytest.raises(ModelError, match="not on this machine") as caught:
        store.find(name)
    assert f"outcrop weights fetch {name}" in caught.value.hint
    assert "outcrop weights import FILE" in caught.value.hint


def test_a_file_that_does_not_fit_leaves_the_cache_as_it_was(store, state, tmp_path):
    put(store, state)
    before = store.find(NAME)
    bad = {k: v for k, v in state.items() if k != "blocks.5.mlp.fc1.weight"}
    save_state(tmp_path / "bad.safetensors", bad)
    with pytest.raises(ModelError, match=r"bad\.safetensors: .*blocks\.5\.mlp\.fc1\.weight"):
        import_weights(store, tmp_path / "bad.safetensors")
    assert store.find(NAME) == before
    assert sha256_file(before.path) == before.sha256


def test_weights_that_changed_since_they_were_recorded_are_refused(store, state):
    put(store, state)
    path = store.path(NAME)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match="SHA-256 differs"):
        load_encoder(NAME, store)
    path.write_bytes(content[:-4])
    with pytest.raises(ModelError, match="not the file that was recorded"):
        store.find(NAME)


def test_values_that_are_not_finite_are_refused_by_name(store, state):
    broken = dict(state)
    broken["norm.bias"] = torch.full((192,), float("nan"))
    put(store, broken)
    with pytest.raises(ModelError, match=r"norm\.bias has values that are not finite"):
        load_encoder(NAME, store)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"encoder": "x"}'])
def test_a_damaged_record_is_told(store, state, text):
    put(store, state)
    store.path(NAME).with_name("weights.json").write_text(text)
    with pytest.raises(ModelError, match="damaged record"):
        store.find(NAME)


def test_the_list_names_every_encoder_and_what_is_here(filled):
    entries = {entry.encoder: entry for entry in filled.list()}
    assert set(entries) == set(DESIGNS) - {"unet"}
    assert entries[NAME].file == filled.find(NAME)
    assert entries["dinov2-vits14"].file is None
    assert "not on this machine" in entries["dinov2-vits14"].reason


def test_an_encoder_without_published_weights_is_drawn_from_the_seed(store):
    spec = ModelSpec("unet", "unet", 2, TuningSpec("full"))
    models = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        model, file = start_model(spec, store)
        models.append(model)
        assert file.sha256 == ""
    first, again, other = (model.encoder.state_dict() for model in models)
    assert all(torch.equal(value, again[name]) for name, value in first.items())
    assert not torch.equal(first["stages.0.0.weight"], other["stages.0.0.weight"])
    assert models[0].training
    assert all(p.requires_grad for p in models[0].parameters())
    with pytest.raises(ModelError, match="no weights to start from") as caught:
        store.find("unet")
    assert "random" in caught.value.hint


def test_the_environment_names_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("OUTCROP_CACHE", str(tmp_path / "elsewhere"))
    assert WeightStore().cache_dir == tmp_path / "elsewhere"


def test_a_cancelled_import_leaves_nothing(store, state, tmp_path):
    save_state(tmp_path / "w.safetensors", state)
    job = ThrottledContext(lambda *_: None)
    job.cancel()
    with pytest.raises(JobCancelledError):
        import_weights(store, tmp_path / "w.safetensors", job=job)
    assert not store.cache_dir.exists()


def test_a_cache_that_cannot_be_written_is_told(state, tmp_path):
    (tmp_path / "cache").write_text("a file, not a folder")
    save_state(tmp_path / "w.safetensors", state)
    with pytest.raises(WriteError, match="cannot be written"):
        import_weights(WeightStore(tmp_path / "cache"), tmp_path / "w.safetensors")


def test_weights_and_bundles_are_listed_without_torch():
    code = (
        "import sys\n"
        "from engine.models.weight_store import WeightStore\n"
        "from engine.store.bundle_store import BundleStore\n"
        "import engine.models.spec\n"
        "WeightStore().list(), BundleStore().list()\n"
        "sys.exit(any(name in sys.modules for name in ('torch', 'timm', 'peft')))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_loading_models_does_not_import_peft():
    code = (
        "import sys, engine.store.loading, engine.store.saving, engine.models.pretrained\n"
        "sys.exit('peft' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
