"""Gradients of a batch do not depend on the parts it is computed in."""

from itertools import pairwise

import pytest
import torch
from torch import nn

from engine.data.batches import Batch
from engine.errors import SettingsError
from engine.tasks.losses import LossSettings, SegmentationLoss
from engine.training.distributed import ALONE, Processes
from engine.training.micro_batches import MicroBatches, NonFiniteLossError

_CPU = torch.device("cpu")


class _Net(nn.Module):
    """A convolution; runs out of memory with more than `most` samples."""

    def __init__(self, most=100):
        super().__init__()
        torch.manual_seed(0)
        self.conv = nn.Conv2d(1, 2, 3, padding=1)
        self.most = most
        self.seen = []

    def forward(self, images):
        self.seen.append(len(images))
        logits = self.conv(images)
        if len(images) > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return logits


def _batch(n):
    rng = torch.Generator().manual_seed(5)
    images = torch.randn(n, 1, 6, 6, generator=rng)
    labels = (torch.rand(n, 6, 6, generator=rng) > 0.5).to(torch.uint8)
    return Batch(images, labels, tuple(f"s{i}" for i in range(n)))


def _micro(net, size, processes=ALONE, notes=None):
    note = (notes if notes is not None else []).append
    loss = SegmentationLoss()
    return MicroBatches(net, loss, size=size, device=_CPU, processes=processes, note=note)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_accumulated_gradients_are_those_of_the_whole_batch(size):
    whole, parts = _Net(), _Net()
    expected = _micro(whole, 8).backward(_batch(8))
    assert _micro(parts, size).backward(_batch(8)) == pytest.approx(expected, abs=1e-6)
    for ours, theirs in zip(parts.parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad, atol=1e-6, rtol=1e-5)
    assert max(parts.seen) == size


_ALL_LOSSES = LossSettings(0.5, 0.7, 1.0, 2.0, 0.3, class_weights=(0.2, 3.0))


def _uneven_batch(*, weighted):
    """Four samples: all, half, three pixels and nothing labelled."""
    whole = _batch(4)
    labels = whole.labels.clone()
    labels[1, :, :3] = 255
    sparse = torch.full((6, 6), 255, dtype=torch.uint8)
    sparse[0, 0], sparse[2, 4], sparse[5, 5] = 1, 0, 1
    labels[2], labels[3] = sparse, 255
    weights = torch.rand(4, 6, 6, generator=torch.Generator().manual_seed(2)) if weighted else None
    if weights is not None:
        weights[1, :2] = 0
    return Batch(whole.images, labels, whole.names, weights)


class _Simulated(Processes):
    """One of several processes, whose losses another one adds up."""

    def __init__(self, rank, count):
        super().__init__()
        self.rank, self.count = rank, count


def _assert_same_gradients(ours, theirs):
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, other.grad, atol=1e-6, rtol=0)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("size", [4, 3, 2, 1])
def test_parts_with_few_labels_add_up_to_the_loss_of_the_batch(size, weighted):
    batch, plain, parts = _uneven_batch(weighted=weighted), _Net(), _Net()
    loss = SegmentationLoss(_ALL_LOSSES)
    expected = loss(plain(batch.images), batch.labels, batch.weights)
    expected.backward()
    micro = MicroBatches(parts, loss, size=size, device=_CPU, processes=ALONE, note=pytest.fail)
    value = micro.backward(batch)
    if size == 4:
        assert value == expected.item()
        assert torch.equal(parts.conv.weight.grad, plain.conv.weight.grad)
    assert value == pytest.approx(expected.item(), abs=1e-6, rel=0)
    _assert_same_gradients(parts, plain)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("count", [2, 3, 5])
def test_processes_with_few_labels_average_to_the_gradient_of_the_batch(count, weighted):
    batch, plain = _uneven_batch(weighted=weighted), _Net()
    loss = SegmentationLoss(_ALL_LOSSES)
    expected = loss(plain(batch.images), batch.labels, batch.weights)
    expected.backward()
    values, nets = [], [_Net() for _ in range(count)]
    for rank, net in enumerate(nets):
        micro = MicroBatches(
            *(net, loss),
            size=1,
            device=_CPU,
            processes=_Simulated(rank, count),
            note=pytest.fail,
        )
        values.append(micro.backward(batch))
    assert sum(values) == pytest.approx(expected.item(), abs=1e-6, rel=0)
    mean = _Net()
    for name, parameter in mean.named_parameters():
        grads = [dict(net.named_parameters())[name].grad for net in nets]
        parameter.grad = torch.stack(grads).mean(dim=0)
    _assert_same_gradients(mean, plain)


def test_a_batch_without_labels_has_no_loss_in_parts_either():
    batch, net = _uneven_batch(weighted=False), _Net()
    batch.labels[:] = 255
    assert _micro(net, 3).backward(batch) == 0
    assert all(not parameter.grad.any() for parameter in net.parameters())


def test_out_of_memory_halves_what_is_computed_at_once_and_says_so():
    notes, net, whole = [], _Net(most=3), _Net()
    micro = _micro(net, 8, notes=notes)
    expected = _micro(whole, 8).backward(_batch(8))
    assert micro.backward(_batch(8)) == pytest.approx(expected, abs=1e-6)
    assert [len(net.seen), *net.seen] == [6, 8, 4, 2, 2, 2, 2]
    assert micro.size == 2
    assert "out of memory with 8 samples at once" in notes[0]
    assert "going on with 2 at once" in notes[1]
    for ours, theirs in zip(net.parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad, atol=1e-6, rtol=1e-5)
    net.seen.clear()
    micro.backward(_batch(8))
    assert net.seen == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("error", "known"),
    [
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you"), True),
        (MemoryError(), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
    ],
)
def test_lack_of_memory_on_the_cpu_is_met_likewise_and_nothing_else(error, known):
    class Fails(_Net):
        def forward(self, images):
            logits = super().forward(images)
            if len(images) > 2:
                raise error
            return logits

    net = Fails()
    if known:
        _micro(net, 4).backward(_batch(4))
        assert net.seen == [4, 2, 2]
    else:
        with pytest.raises(RuntimeError, match="multiplied"):
            _micro(net, 4).backward(_batch(4))
        assert net.seen == [4]


def test_the_size_is_halved_from_what_the_batch_has():
    net = _Net(most=2)
    micro = _micro(net, 64)
    micro.backward(_batch(4))
    assert net.seen == [4, 2, 2]


def test_out_of_memory_with_one_sample_is_an_error_with_ways_out():
    with pytest.raises(SettingsError, match="out of memory with 1 sample of 6 x 6") as caught:
        _micro(_Net(most=0), 4).backward(_batch(4))
    assert "--checkpoint-activations" in caught.value.hint


def test_out_of_memory_in_one_of_several_processes_is_an_error():
    class Two(Processes):
        count = 2

        def __init__(self):
            super().__init__()
            self.count = 2

    with pytest.raises(SettingsError, match="out of memory"):
        _micro(_Net(most=1), 4, Two()).backward(_batch(8))


def test_the_samples_to_blame_are_named():
    batch = _batch(8)
    batch.images[5, 0, 0, 0] = torch.inf
    with pytest.raises(NonFiniteLossError) as caught:
        _micro(_Net(), 2).backward(batch)
    assert caught.value.files == "s4, s5"


def test_parts_are_taken_in_order():
    seen = []

    class Keep(SegmentationLoss):
        def forward(self, logits, target, pixel_weights, totals):
            seen.append(target.clone())
            return logits.mean()

    micro = MicroBatches(_Net(), Keep(), size=3, device=_CPU, processes=ALONE, note=seen.append)
    batch = _batch(7)
    micro.backward(batch)
    assert torch.equal(torch.cat(seen), batch.labels)
    assert all(len(a) >= len(b) for a, b in pairwise(seen))
