"""A network that torch compiles is trained and kept like any other."""

import shutil
from functools import partial

import pytest
import torch

from engine.models.weights import load_state
from engine.store.bundle import read_bundle
from engine.store.loading import load_model
from engine.training.fine_tune import train_bundle

_CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def fresh_compiler():
    """Let no test see what another one compiled."""
    torch.compiler.reset()
    yield
    torch.compiler.reset()


@pytest.fixture
def graphs(monkeypatch):
    """Compile to what was traced itself; keep each graph and how often it was computed."""
    found = []

    def backend(graph, _inputs):
        found.append([graph, 0])
        place = len(found) - 1

        def compute(*args):
            found[place][1] += 1
            return graph.forward(*args)

        return compute

    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend=backend))
    return found


def _names(path):
    return {name for file in path.glob("*.safetensors") for name in load_state(file)}


@pytest.mark.parametrize("tuning", ["frozen", "lora"])
def test_the_compiled_network_is_what_is_trained_and_its_bundle_loads(
    make_request, weights, graphs, tuning
):
    changes = {"decoder": "linear", "epochs": 1, "cache_features": False}
    plain = make_request(tuning, out="plain", **changes)
    expected = train_bundle(plain, device=_CPU, weights=weights)
    assert not graphs

    request = make_request(tuning, out="compiled", compile=True, **changes)
    report = train_bundle(request, device=_CPU, weights=weights)

    assert sum(n for _, n in graphs) >= len(report.result.losses) == 3
    assert report.result.losses == pytest.approx(expected.result.losses, abs=1e-5, rel=0)
    assert _names(request.out) == _names(plain.out)
    assert not any("_orig_mod" in name for name in _names(request.out))
    images = torch.randn(1, 3, 28, 28, generator=torch.Generator().manual_seed(1))
    logits = [
        load_model(read_bundle(path), weights).eval()(images) for path in (request.out, plain.out)
    ]
    torch.testing.assert_close(*logits, atol=1e-4, rtol=0)


@pytest.mark.slow
@pytest.mark.skipif(
    not any(map(shutil.which, ("g++", "clang++", "c++"))), reason="there is no C++ compiler"
)
@pytest.mark.parametrize("again", [False, True])
def test_compiled_steps_lose_what_plain_ones_do(make_request, weights, again):
    changes = {"decoder": "linear", "epochs": 1, "checkpoint_activations": again}
    losses = [
        train_bundle(
            make_request("lora", out=f"compiled-{compiled}", compile=compiled, **changes),
            device=_CPU,
            weights=weights,
        ).result.losses
        for compiled in (False, True)
    ]
    assert len(losses[0]) == 3
    assert losses[1] == pytest.approx(losses[0], abs=1e-5, rel=0)
