"""The average against its definition."""

import pytest
import torch
from torch import nn

from engine.training.ema import MovingAverage


def _model():
    model = nn.Sequential(nn.Linear(1, 1, bias=False), nn.BatchNorm1d(1))
    with torch.no_grad():
        model[0].weight.fill_(1.0)
    return model


def test_the_average_follows_the_weights_with_its_decay():
    model = _model()
    average = MovingAverage(model, 0.5)
    expected = 1.0
    for n in range(1, 30):
        with torch.no_grad():
            model[0].weight.add_(1.0)
        average.update(n)
        keep = min(0.5, (1 + n) / (10 + n))
        expected = keep * expected + (1 - keep) * (1 + n)
    assert float(average.state()["0.weight"]) == pytest.approx(expected, rel=1e-6)


def test_the_model_holds_the_average_only_for_a_while():
    model = _model()
    average = MovingAverage(model, 0.9)
    with torch.no_grad():
        model[0].weight.fill_(5.0)
    with average.applied():
        assert model[0].weight.item() == 1.0
    assert model[0].weight.item() == 5.0
    assert float(average.state()["0.weight"]) == 1.0


def test_an_error_meanwhile_gives_the_weights_back():
    model = _model()
    average = MovingAverage(model, 0.9)
    with torch.no_grad():
        model[0].weight.fill_(5.0)
    with pytest.raises(RuntimeError), average.applied():
        raise RuntimeError
    assert model[0].weight.item() == 5.0


def test_frozen_weights_are_not_averaged_and_batch_statistics_are():
    model = _model()
    model[1].requires_grad_(requires_grad=False)
    averaged = set(MovingAverage(model, 0.9).state())
    assert averaged == {"0.weight", "1.running_mean", "1.running_var"}


def test_the_model_evaluates_averaged_weights_with_statistics_that_belong_to_them():
    """Weights that jump to and fro: the last batch's statistics are those of one end."""
    torch.manual_seed(0)
    model = _model()
    model[1].momentum = 1.0
    average = MovingAverage(model, 0.99)
    x = torch.randn(256, 1) + 4
    for n in range(1, 2001):
        with torch.no_grad():
            model[0].weight.fill_(3.0 if n % 2 else 1.0)
            model.train()(x)
        average.update(n)
    with average.applied(), torch.no_grad():
        found = model.eval()(x)
    assert abs(float(found.mean())) < 0.1


def test_without_decay_there_is_no_average():
    model = _model()
    average = MovingAverage(model, 0.0)
    with average.applied():
        assert model[0].weight.item() == 1.0
    assert average.state() == {}
