"""The Lovász-Softmax loss against the intersection over union and its extension written out."""

import math

import pytest
import torch
import torch.nn.functional as F

from engine.errors import ShapeError
from engine.tasks.lovasz import lovasz_loss
from engine.tasks.pixel_losses import dice_loss

_SURE = 60.0


def _sure(classes, n_classes):
    """Logits whose softmax is one at the given classes, to rounding."""
    return F.one_hot(classes, n_classes).movedim(-1, 1).float() * _SURE


def _jaccard_loss(wrong, label, weights):
    """One less the intersection over union, where the pixels `wrong` are wrong."""
    has = [bool(y) != (i in wrong) for i, y in enumerate(label)]
    both = sum(w for w, a, y in zip(weights, has, label, strict=True) if a and y)
    either = sum(w for w, a, y in zip(weights, has, label, strict=True) if a or y)
    return 1 - both / either if either else 0.0


def _written_out(errors, label, weights):
    """Lovász extension of the Jaccard loss: its growth, pixel by pixel in falling order."""
    order = sorted(range(len(errors)), key=lambda i: -errors[i])
    costs = [_jaccard_loss(set(order[:n]), label, weights) for n in range(len(order) + 1)]
    return sum(errors[i] * (costs[n + 1] - costs[n]) for n, i in enumerate(order))


@pytest.mark.parametrize("seed", range(6))
def test_random_images_agree_with_the_extension_written_out(seed):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(2, 3, 4, 5, generator=generator)
    label = torch.randint(0, 3, (2, 4, 5), generator=generator)
    label[0][label[0] == 2] = 255  # a class absent from one sample, and pixels to ignore
    weights = torch.rand(2, 4, 5, generator=generator)
    weights[1, 0] = 0
    expected = 0.0
    for p, truth, w in zip(logits.double().softmax(1), label.flatten(1), weights, strict=True):
        counted = [float(v) * (t != 255) for v, t in zip(w.flatten(), truth.tolist(), strict=True)]
        for k in range(3):
            own = [t == k for t in truth.tolist()]
            errors = [abs(y - float(v)) for y, v in zip(own, p[k].flatten(), strict=True)]
            expected += _written_out(errors, own, counted) / 6
    assert lovasz_loss(logits, label, pixel_weights=weights).item() == pytest.approx(
        expected, abs=1e-6
    )


def test_a_sure_prediction_costs_one_less_its_mean_intersection_over_union():
    label = torch.tensor([[[0, 0, 1, 1], [0, 0, 1, 1]]])
    guess = torch.tensor([[[0, 0, 1, 1], [0, 1, 1, 0]]])
    # 3 of 5 pixels of either class are in both
    assert lovasz_loss(_sure(guess, 2), label).item() == pytest.approx(0.4, abs=1e-6)
    assert lovasz_loss(_sure(label, 2), label).item() == pytest.approx(0, abs=1e-6)


def test_a_class_that_is_not_there_costs_its_largest_probability():
    label = torch.zeros(1, 3, 4, dtype=torch.long)
    logits = torch.zeros(1, 2, 3, 4)
    logits[:, 1] = -_SURE
    logits[0, 1, 1, 2] = math.log(3)  # probability 3/4 at one pixel of twelve
    # The background has one pixel of twelve wrong by 3/4 too
    expected = (3 / 4 + 3 / 4 / 12) / 2
    assert lovasz_loss(logits, label).item() == pytest.approx(expected, abs=1e-6)
    assert dice_loss(logits, label).item() < 0.05  # which leaves that class out


def test_gradients_lead_towards_the_labels():
    torch.manual_seed(0)
    label = torch.randint(0, 3, (2, 6, 6))
    logits = torch.randn(2, 3, 6, 6, requires_grad=True)
    optimiser = torch.optim.Adam([logits], lr=0.3)
    for _ in range(60):
        optimiser.zero_grad()
        lovasz_loss(logits, label).backward()
        optimiser.step()
    assert torch.equal(logits.argmax(1), label)


def test_other_shapes_are_refused():
    with pytest.raises(ShapeError, match=r"\(1, 2, 4, 4\).*\(1, 4, 5\)"):
        lovasz_loss(torch.zeros(1, 2, 4, 4), torch.zeros(1, 4, 5))
