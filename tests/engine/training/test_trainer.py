"""The loop itself, with scripted validation."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from engine.data.batches import Batch
from engine.errors import DataError, ModelError, SettingsError
from engine.jobs.context import ThrottledContext
from engine.models.decoders.linear import LinearDecoder
from engine.models.designs import EncoderDesign
from engine.models.encoder import Encoder
from engine.models.segmenter import Segmenter
from engine.tasks.metrics import SegmentationMetrics
from engine.tasks.preset import LearningRateSettings
from engine.training import network
from engine.training.parameters import parameter_groups
from engine.training.settings import TrainingSettings
from engine.training.trainer import Trainer, TrainerOptions

_CPU = torch.device("cpu")
_RATES = LearningRateSettings(1e-5, 1e-4, 1e-2)


class _Net(nn.Module):
    """Convolution, batch normalisation, classes."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.decoder = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 1)
        )

    def forward(self, x):
        return self.decoder(x)


class _Batches:
    """Two batches of bright squares in each epoch; the n-th step may be poisoned."""

    def __init__(self, poison=-1):
        self.poison = poison
        self.made = 0

    def __len__(self):
        return 2

    def epoch(self, number):
        rng = torch.Generator().manual_seed(number)
        for _ in range(2):
            labels = (torch.rand(4, 1, 8, 8, generator=rng) > 0.5).float()
            images = labels + 0.1 * torch.randn(4, 1, 8, 8, generator=rng)
            if self.made == self.poison:
                images[0, 0, 0, 0] = torch.nan
            self.made += 1
            yield Batch(images, labels[:, 0].to(torch.uint8), ("a", "b", "c", "d"))


def _settings(epochs):
    return TrainingSettings(
        size=(14, 14), batch=4, epochs=epochs, warmup_epochs=0, learning_rate=_RATES
    )


def _scores(*wanted):
    """Validation that scores the given shares of right pixels, in turn."""
    queue = list(wanted)

    def validate(_job):
        metrics = SegmentationMetrics(2)
        label = np.arange(100) % 2
        predicted = np.where(np.arange(100) < 100 * queue.pop(0), label, 1 - label)
        metrics.add(predicted, label)
        return metrics

    return validate


def test_batch_statistics_move_in_every_epoch():
    model = _Net()
    seen, modes = [], []
    inner = _scores(*[0.5] * 4)

    def validate(job):
        modes.append(model.training)
        seen.append(model.decoder[1].running_mean.clone())
        model.eval()
        return inner(job)

    Trainer(model, _Batches(), validate, _settings(4), _CPU).run()
    assert modes == [True] * 4
    for before, after in pairwise(seen):
        assert not torch.equal(before, after)
    assert not model.training


def test_the_best_epoch_is_kept_with_its_batch_statistics():
    model = _Net()
    kept = []
    trainer = Trainer(model, _Batches(), _scores(0.6, 0.9, 0.7, 0.9), _settings(4), _CPU)
    result = trainer.run(
        on_best=lambda result: kept.append(
            (result.best.epoch, {k: v.clone() for k, v in model.state_dict().items()})
        )
    )
    assert [epoch for epoch, _ in kept] == [1, 2]
    assert result.best.epoch == 2
    assert len(result.history) == 4
    assert all(torch.equal(v, kept[1][1][k]) for k, v in model.state_dict().items())


def test_never_predicting_a_rare_class_is_not_the_best_epoch():
    """Nine of ten samples lack class 1; only the global score punishes ignoring it."""
    empty, full = np.zeros(100, dtype=int), np.arange(100) % 2

    def validate(_job):
        metrics = SegmentationMetrics(2)
        first = not calls
        calls.append(first)
        for _ in range(9):
            predicted = empty.copy()
            predicted[0] = 0 if first else 1
            metrics.add(predicted, empty)
        metrics.add(empty if first else full, full)
        return metrics

    calls = []
    result = Trainer(_Net(), _Batches(), validate, _settings(2), _CPU).run()
    assert result.history[0].mean_iou > result.history[1].mean_iou
    assert result.best.epoch == 2


@pytest.mark.parametrize(
    ("trained", "best", "unseen"), [((9, 9), 3, (1,)), ((9, 0), 1, ()), (None, 1, ())]
)
def test_where_validation_lacks_a_class_of_training_the_last_epoch_is_kept(trained, best, unseen):
    found = [0, 10, 5]  # pixels in which the model sees class 1, which no label has

    def validate(_job):
        metrics = SegmentationMetrics(2)
        metrics.add(np.arange(100) < found.pop(0), np.zeros(100, dtype=int))
        return metrics

    options = TrainerOptions(class_pixels=trained)
    result = Trainer(_Net(), _Batches(), validate, _settings(3), _CPU, options).run()
    assert result.history[0].selection == 1
    assert result.best.epoch == best
    assert result.unseen == unseen


def test_a_loss_that_is_not_finite_stops_and_keeps_the_last_good_weights():
    model = _Net()
    good = {}
    trainer = Trainer(model, _Batches(poison=3), _scores(0.7, 0.8), _settings(5), _CPU)
    result = trainer.run(
        on_best=lambda _: good.update({k: v.clone() for k, v in model.state_dict().items()})
    )
    assert result.problem == "the loss is nan at step 4, epoch 2 (images a, b, c, d)"
    assert not result.cancelled
    assert len(result.losses) == 3
    assert all(torch.equal(v, good[k]) for k, v in model.state_dict().items())
    assert all(torch.isfinite(v).all() for v in model.state_dict().values())


def test_a_loss_that_is_not_finite_in_the_first_epoch_is_an_error():
    trainer = Trainer(_Net(), _Batches(poison=1), _scores(), _settings(5), _CPU)
    with pytest.raises(DataError, match=r"nan at step 2, epoch 1 \(images a, b"):
        trainer.run()


class _Steep(torch.autograd.Function):
    """Passes values on and makes their gradients infinite."""

    @staticmethod
    def forward(_ctx, x):
        return x.clone()

    @staticmethod
    def backward(_ctx, gradient):
        return gradient * torch.inf


def test_a_gradient_that_is_not_finite_never_reaches_the_weights():
    class Cliff(_Net):
        steps = 0

        def forward(self, x):
            self.steps += self.training
            return _Steep.apply(super().forward(x)) if self.steps == 3 else super().forward(x)

    model = Cliff()
    result = Trainer(model, _Batches(), _scores(0.7, 0.8), _settings(5), _CPU).run()
    assert result.problem == "the gradient is nan at step 3, epoch 2 (images a, b, c, d)"
    assert result.best.epoch == 1
    assert all(torch.isfinite(v).all() for v in model.state_dict().values())


def test_progress_tells_the_loss_and_the_last_validation():
    reports = []
    job = ThrottledContext(lambda done, total, message: reports.append((done, total, message)))
    Trainer(_Net(), _Batches(), _scores(1.0, 1.0), _settings(2), _CPU).run(job=job)
    assert reports[-1][:2] == (4, 4)
    assert reports[-1][2].startswith("epoch 2/2, loss ")
    assert reports[-1][2].endswith("validation mIoU 1.0000")


def test_a_score_that_does_not_exist_is_stored_as_none():
    def nothing(_job):
        return SegmentationMetrics(2)

    result = Trainer(_Net(), _Batches(), nothing, _settings(2), _CPU).run()
    assert result.best.epoch == 2  # without scores the last epoch counts
    assert result.best.to_json()["mean_iou"] is None


def test_parts_have_their_own_rates_and_norms_no_decay():
    design = EncoderDesign("small14", "small", dim=24, depth=4, heads=3)
    model = Segmenter(Encoder(design), _Net().decoder)
    groups = parameter_groups(model, _RATES, weight_decay=0.01)
    assert {(g["name"], g["lr"], g["weight_decay"]) for g in groups} == {
        ("encoder", 1e-5, 0.01),
        ("encoder, no decay", 1e-5, 0.0),
        ("decoder", 1e-2, 0.01),
        ("decoder, no decay", 1e-2, 0.0),
    }
    assert sum(len(g["params"]) for g in groups) == len(list(model.parameters()))
    names = {id(p): n for n, p in model.named_parameters()}
    plain = [names[id(p)] for g in groups if not g["weight_decay"] for p in g["params"]]
    assert {"encoder.vit.pos_embed", "encoder.vit.cls_token", "decoder.1.weight"} <= set(plain)


def test_frozen_parameters_are_in_no_group():
    model = _Net()
    model.decoder[0].requires_grad_(requires_grad=False)
    groups = parameter_groups(model, _RATES, weight_decay=0.01)
    assert sum(p.numel() for g in groups for p in g["params"]) == 4 + 4 + 8 + 2
    model.requires_grad_(requires_grad=False)
    with pytest.raises(ModelError, match="no trainable"):
        parameter_groups(model, _RATES, weight_decay=0.01)


def test_the_run_ends_after_as_many_epochs_without_a_better_one_as_are_allowed():
    settings = replace(_settings(9), patience=2)
    validate = _scores(0.6, 0.9, 0.7, 0.8, 1.0)
    result = Trainer(_Net(), _Batches(), validate, settings, _CPU).run()
    assert len(result.history) == 4
    assert result.stopped_early
    assert result.best.epoch == 2


def test_the_average_of_the_weights_is_what_is_validated_and_kept():
    model, seen = _Net(), []
    inner = _scores(0.6, 0.7)

    def validate(job):
        seen.append({k: v.clone() for k, v in model.state_dict().items()})
        return inner(job)

    Trainer(model, _Batches(), validate, replace(_settings(2), ema=0.9), _CPU).run()
    plain = _Net()
    Trainer(plain, _Batches(), _scores(0.6, 0.7), _settings(2), _CPU).run()
    assert not torch.equal(seen[0]["decoder.0.weight"], plain.state_dict()["decoder.0.weight"])
    assert all(torch.equal(v, seen[1][k]) for k, v in model.state_dict().items())


def test_a_batch_in_parts_gives_the_same_losses():
    class Plain(_Net):
        def __init__(self):
            super().__init__()
            self.decoder = nn.Conv2d(3, 2, 3, padding=1)

    losses = []
    for batch in (4, 1):
        torch.manual_seed(0)
        settings = replace(_settings(2), batch=batch)
        losses.append(Trainer(Plain(), _Batches(), _scores(0.5, 0.5), settings, _CPU).run().losses)
    assert losses[0] == pytest.approx(losses[1], abs=1e-6)


def test_bfloat16_is_refused_where_no_units_compute_it(monkeypatch):
    monkeypatch.setattr(network, "bfloat16_is_faster", lambda: False)
    settings = replace(_settings(1), precision="bfloat16")
    with pytest.raises(SettingsError, match="bfloat16 is not possible on cpu"):
        Trainer(_Net(), _Batches(), _scores(), settings, _CPU)


def test_a_processor_with_units_computes_in_bfloat16_only_if_told(monkeypatch):
    monkeypatch.setattr(network, "bfloat16_is_faster", lambda: True)
    seen = {}
    for precision in ("auto", "float32", "bfloat16"):
        torch.manual_seed(0)
        net = _Net()
        computed = seen[precision] = []
        net.decoder[0].register_forward_hook(lambda *call, to=computed: to.append(call[-1].dtype))
        settings = replace(_settings(2), precision=precision)
        result = Trainer(net, _Batches(), _scores(0.5, 0.5), settings, _CPU).run()
        assert all(parameter.dtype == torch.float32 for parameter in net.parameters())
        computed.append(result.losses)
    assert {*seen["auto"][:-1], *seen["float32"][:-1]} == {torch.float32}
    assert set(seen["bfloat16"][:-1]) == {torch.bfloat16}
    assert seen["auto"][-1] == seen["float32"][-1]
    assert seen["bfloat16"][-1] == pytest.approx(seen["float32"][-1], rel=0.02)


@pytest.mark.parametrize(
    ("schedule", "last"), [("cosine", (1 + np.cos(0.75 * np.pi)) / 2), ("constant", 1.0)]
)
def test_the_last_of_four_steps_runs_at_the_rate_of_the_schedule(schedule, last):
    settings = replace(_settings(2), schedule=schedule)
    trainer = Trainer(_Net(), _Batches(), _scores(0.5, 0.5), settings, _CPU)
    trainer.run()
    rates = [group["lr"] for group in trainer._state.optimizer.param_groups]
    assert rates == pytest.approx([_RATES.decoder * last] * len(rates))


def test_an_encoder_that_cannot_save_activations_is_named():
    settings = replace(_settings(1), checkpoint_activations=True)
    with pytest.raises(SettingsError, match="cannot compute activations again"):
        Trainer(_Net(), _Batches(), _scores(), settings, _CPU)


def test_activations_computed_again_give_the_same_losses():
    design = EncoderDesign("small14", "small", dim=24, depth=4, heads=3)
    losses = []
    for again in (False, True):
        torch.manual_seed(0)
        model = Segmenter(Encoder(design), LinearDecoder((24,) * 4, 2))
        settings = replace(_settings(1), checkpoint_activations=again)
        trainer = Trainer(model, _Pictures(), _scores(0.5), settings, _CPU)
        losses.append(trainer.run().losses)
        assert model.encoder.vit.grad_checkpointing == again
    assert losses[0] == losses[1]


class _Pictures(_Batches):
    """Batches that a vision transformer takes."""

    def epoch(self, number):
        for batch in super().epoch(number):
            images = torch.nn.functional.interpolate(batch.images, size=(14, 14))
            labels = torch.nn.functional.interpolate(batch.labels[:, None], size=(14, 14))[:, 0]
            yield Batch(images, labels, batch.names)
