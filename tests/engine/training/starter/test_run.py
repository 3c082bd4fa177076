"""A run of the starters: it learns, stops in time, and goes on where it stopped."""

import json

import pytest
import torch
from rich.console import Console

from engine.errors import SettingsError
from engine.synthetic.kinds import synthetic_sample
from engine.training.starter import run as run_module
from engine.training.starter import samples
from engine.training.starter.kinds import KINDS
from engine.training.starter.network import StarterNetwork
from engine.training.starter.run import StarterRun, StarterSettings
from engine.training.starter.samples import held_out_samples, start_images, training_batch


@pytest.fixture(autouse=True)
def small_images(monkeypatch):
    monkeypatch.setattr(samples, "SIZES", (56, 42))
    monkeypatch.setattr(samples, "_BATCH_PIXELS", 2 * 56**2)
    monkeypatch.setattr(samples, "IMAGE_SIZE", 56)
    monkeypatch.setattr(samples, "_N_START", 1)
    monkeypatch.setattr(run_module, "_LOG_STEPS", 1)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def short_run(folder, seconds):
    settings = StarterSettings(minutes=seconds / 60, n_scored=2)
    return StarterRun(folder, settings, Console(quiet=True))


def test_a_batch_is_the_same_in_every_run():
    first, again = training_batch(3, 5), training_batch(3, 5)

    assert torch.equal(first.images, again.images)
    assert torch.equal(first.labels, again.labels)
    assert not torch.equal(first.images, training_batch(3, 15).images)


def test_kinds_take_turns_and_have_labels_of_their_classes():
    for index, kind in enumerate(KINDS):
        batch = training_batch(0, index)
        assert batch.kind is kind
        assert int(batch.labels.max()) < kind.n_classes
        assert batch.images.shape[-2:] == batch.labels.shape[-2:] == (56, 56)


def test_every_second_round_is_mirrored_with_its_labels(monkeypatch):
    monkeypatch.setattr(samples, "SIZES", (56,))
    index = len(KINDS)
    _, labels = synthetic_sample(KINDS[0].task, (0, index, 0), (56, 56))

    assert torch.equal(training_batch(0, index).labels[0].flip(-1), torch.from_numpy(labels).long())


def test_held_out_images_are_none_of_the_first_batches():
    images = [image[0, 0] for image, _ in held_out_samples(KINDS[0], 3)]

    for turn in range(0, 6, 2):
        for section in training_batch(0, turn * len(KINDS)).images:
            assert not any(torch.equal(section[0], image) for image in images)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.task)
def test_the_loss_falls_on_one_batch(kind):
    batch = training_batch(0, KINDS.index(kind))
    network = StarterNetwork(start_images(0), seed=0)
    network.use_blocks(grown=False)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    losses = []
    for _ in range(12):
        loss = network.loss(batch, progress=0.0, seed=0, bf16=False)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))

    assert losses[-1] < 0.8 * losses[0]


def test_hidden_patches_are_drawn_without_labels():
    batch = training_batch(0, 0)
    network = StarterNetwork(start_images(0), seed=0)
    with_hidden = next(
        seed
        for seed in range(50)
        if torch.rand(1, generator=torch.Generator().manual_seed(seed)) < 0.4
    )
    network.loss(batch, progress=0.0, seed=with_hidden, bf16=False).backward()

    assert float(network.hidden.weight.grad.abs().sum()) > 0


def test_blocks_that_are_left_out_get_no_gradient_and_come_back():
    batch = training_batch(0, 0)
    network = StarterNetwork(start_images(0), seed=0)
    names = set(network.state_dict())
    network.use_blocks(grown=False)
    fewer = set(network.state_dict())
    network.use_blocks(grown=True)
    network.loss(batch, progress=1.0, seed=0, bf16=False).backward()

    assert names == set(network.state_dict())
    assert any(name.startswith("encoder.vit.blocks.1.") for name in names - fewer)
    assert network.encoder.vit.blocks[1].mlp.fc1.weight.grad is not None


def test_a_run_stops_in_time_and_logs(tmp_path):
    run = short_run(tmp_path, seconds=1.5)
    run.train()

    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert run.step >= 1
    assert run.n_images >= run.step
    assert 1.5 <= run.spent_s < 30
    assert "loss" in lines[0]
    assert "fault_average_precision" in lines[-len(KINDS)]
    assert "facies_mean_iou" in lines[-1]
    assert not list(tmp_path.glob("*.part"))


def test_a_run_goes_on_from_its_checkpoint(tmp_path):
    first = short_run(tmp_path, seconds=1.0)
    first.train()

    second = short_run(tmp_path, seconds=1000.0)
    assert (second.step, second.n_images) == (first.step, first.n_images)
    assert second.spent_s == pytest.approx(first.spent_s)
    for name, value in first.network.state_dict().items():
        assert torch.equal(value, second.network.state_dict()[name]), name


@pytest.mark.parametrize("changes", [{"minutes": 0.0}, {"minutes": 1.0, "seed": -1}])
def test_impossible_settings_are_refused(changes):
    with pytest.raises(SettingsError, match="not possible"):
        StarterSettings(**changes)
