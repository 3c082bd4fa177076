"""A run of the starter: it learns, stops in time, and goes on where it stopped."""

import json

import pytest
import torch
from rich.console import Console

from engine.errors import SettingsError
from engine.training.starter import run as run_module
from engine.training.starter import sections
from engine.training.starter.network import StarterNetwork
from engine.training.starter.run import StarterRun, StarterSettings
from engine.training.starter.sections import held_out_sections, start_sections, training_batch


@pytest.fixture(autouse=True)
def small_sections(monkeypatch):
    monkeypatch.setattr(sections, "SIZES", (56, 42))
    monkeypatch.setattr(sections, "_BATCH_PIXELS", 2 * 56**2)
    monkeypatch.setattr(sections, "IMAGE_SIZE", 56)
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
    assert not torch.equal(first.images, training_batch(3, 7).images)


def test_every_second_batch_is_mirrored_with_its_labels(monkeypatch):
    monkeypatch.setattr(sections, "SIZES", (56,))
    odd = training_batch(0, 1)
    data, label = sections.synthetic_section((0, 1, 0), (56, 56), sections.EASY)

    assert torch.equal(odd.images[0, 0].flip(-1), torch.from_numpy(data.clip(-4, 4)))
    assert torch.equal(odd.labels[0].flip(-1), torch.from_numpy(label).long())


def test_held_out_sections_are_none_of_the_first_batches():
    images = [image[0, 0] for image, _ in held_out_sections(3)]

    for index in range(0, 6, 2):
        for section in training_batch(0, index).images:
            assert not any(torch.equal(section[0], image) for image in images)


def test_the_loss_falls_on_one_batch():
    batch = training_batch(0, 0)
    network = StarterNetwork(start_sections(0), seed=0)
    network.use_blocks(grown=False)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    losses = []
    for _ in range(12):
        loss = network.loss(batch.images, batch.labels, fault_weight=8.0, bf16=False)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))

    assert losses[-1] < 0.8 * losses[0]


def test_blocks_that_are_left_out_get_no_gradient_and_come_back():
    batch = training_batch(0, 0)
    network = StarterNetwork(start_sections(0), seed=0)
    names = set(network.state_dict())
    network.use_blocks(grown=False)
    fewer = set(network.state_dict())
    network.use_blocks(grown=True)
    network.loss(batch.images, batch.labels, fault_weight=1.0, bf16=False).backward()

    assert names == set(network.state_dict())
    assert any(name.startswith("model.encoder.vit.blocks.1.") for name in names - fewer)
    assert network.model.encoder.vit.blocks[1].mlp.fc1.weight.grad is not None


def test_a_run_stops_in_time_and_logs(tmp_path):
    run = short_run(tmp_path, seconds=1.5)
    run.train()

    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert run.step >= 1
    assert run.n_sections >= run.step
    assert 1.5 <= run.spent_s < 30
    assert "loss" in lines[0]
    assert "average_precision" in lines[-1]
    assert not list(tmp_path.glob("*.part"))


def test_a_run_goes_on_from_its_checkpoint(tmp_path):
    first = short_run(tmp_path, seconds=1.0)
    first.train()

    second = short_run(tmp_path, seconds=1000.0)
    assert (second.step, second.n_sections) == (first.step, first.n_sections)
    assert second.spent_s == pytest.approx(first.spent_s)
    for name, value in first.network.state_dict().items():
        assert torch.equal(value, second.network.state_dict()[name]), name


@pytest.mark.parametrize("changes", [{"minutes": 0.0}, {"minutes": 1.0, "seed": -1}])
def test_impossible_settings_are_refused(changes):
    with pytest.raises(SettingsError, match="not possible"):
        StarterSettings(**changes)
