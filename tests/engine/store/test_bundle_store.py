"""Which bundles are here, and finding one."""

from __future__ import annotations

import os

import pytest

from engine.errors import ModelError
from engine.models.weight_store import WeightStore
from engine.store.bundle_store import BundleStore, installed_folder
from tests.engine.store.conftest import put_weights


def names(store: BundleStore, folder) -> list[str]:
    return [entry.name for entry in store.list() if folder in entry.path.parents]


def test_bundles_are_listed_with_what_they_are(copy_of, weights, tmp_path):
    for method in ("frozen", "lora", "full"):
        copy_of(method)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes.txt").write_text("no bundle")
    store = BundleStore([tmp_path], weights=weights)
    entries = [entry for entry in store.list() if entry.path.parent == tmp_path]
    assert [entry.name for entry in entries] == ["frozen", "full", "lora"]
    for entry in entries:
        assert (entry.task, entry.encoder, entry.decoder) == ("fault", "outcrop-vit-tiny14", "pup")
        assert entry.available
        assert not entry.reason


def test_a_bundle_that_is_being_written_is_not_listed(copy_of, weights, tmp_path):
    copy_of("frozen", ".frozen.1234.part")
    assert not names(BundleStore([tmp_path], weights=weights), tmp_path)


def test_a_bundle_itself_may_be_given_as_a_folder(copy_of, weights, tmp_path):
    bundle = copy_of("frozen")
    assert names(BundleStore([bundle.path], weights=weights), tmp_path) == ["frozen"]


def test_a_damaged_bundle_is_listed_with_the_reason(copy_of, weights, tmp_path):
    bundle = copy_of("frozen", "broken")
    (bundle.path / "model.json").write_text("{")
    [entry] = [e for e in BundleStore([tmp_path], weights=weights).list() if e.name == "broken"]
    assert not entry.available
    assert "not JSON" in entry.reason


def test_a_bundle_without_its_encoder_is_listed_with_the_ways_out(copy_of, tmp_path):
    copy_of("lora")
    empty = WeightStore(tmp_path / "empty")
    empty._bundled = tmp_path / "nothing"
    [entry] = [e for e in BundleStore([tmp_path], weights=empty).list() if e.name == "lora"]
    assert not entry.available
    assert "outcrop weights import" in entry.reason


def test_a_bundle_of_another_encoder_file_is_listed_as_unusable(copy_of, tmp_path):
    copy_of("frozen")
    other = WeightStore(tmp_path / "other")
    put_weights(other, seed=99)
    [entry] = [e for e in BundleStore([tmp_path], weights=other).list() if e.name == "frozen"]
    assert not entry.available
    assert "only those with" in entry.reason


def test_a_bundle_is_found_by_name_and_by_path(copy_of, weights, tmp_path, monkeypatch):
    bundle = copy_of("frozen", "north")
    store = BundleStore([tmp_path], weights=weights)
    assert store.find(bundle.path) == bundle
    assert store.find(str(bundle.path)) == bundle
    assert store.find("frozen").path == bundle.path
    monkeypatch.chdir(tmp_path)
    assert store.find("north").name == "frozen"


def test_of_two_models_of_one_name_the_given_folder_wins(copy_of, weights, tmp_path, monkeypatch):
    copy_of("frozen", "a")
    copy_of("frozen", "b")
    monkeypatch.setenv("OUTCROP_MODELS", str(tmp_path / "a"))
    store = BundleStore([tmp_path / "b"], weights=weights)
    assert store.find("frozen").path == tmp_path / "b"


def test_the_environment_adds_folders(copy_of, weights, tmp_path, monkeypatch):
    copy_of("frozen")
    copy_of("lora")
    monkeypatch.setenv(
        "OUTCROP_MODELS", os.pathsep.join([str(tmp_path / "frozen"), "", str(tmp_path / "lora")])
    )
    assert names(BundleStore(weights=weights), tmp_path) == ["frozen", "lora"]


def test_the_users_models_are_listed(copy_of, weights):
    bundle = copy_of("frozen")
    installed_folder().mkdir(parents=True)
    bundle.path.rename(installed_folder() / "mine")
    assert names(BundleStore(weights=weights), installed_folder()) == ["frozen"]


def test_an_unknown_model_is_told_with_the_known_ones(copy_of, weights, tmp_path):
    copy_of("frozen")
    store = BundleStore([tmp_path], weights=weights)
    with pytest.raises(ModelError, match="no model 'south'") as caught:
        store.find("south")
    assert "frozen" in caught.value.hint
    with pytest.raises(ModelError, match="not a model bundle"):
        store.find(tmp_path)
