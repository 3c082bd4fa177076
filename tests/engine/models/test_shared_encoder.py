"""Many models, one encoder in memory."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from engine.errors import ModelError
from engine.models import shared_encoder as module
from engine.models.adapter_files import adapter_state
from engine.models.adapters import apply_tuning
from engine.models.designs import DESIGNS
from engine.models.encoder import Encoder
from engine.models.shared_encoder import SharedEncoder, shared_encoder
from engine.models.spec import TuningSpec
from engine.models.weight_store import WeightsFile, WeightStore
from engine.models.weights import save_state
from tests.engine.models.conftest import ADAPTED, SMALL, image, stir, with_decoder

CPU = torch.device("cpu")


@pytest.fixture
def file(small_encoder, tmp_path, monkeypatch) -> WeightsFile:
    """Weights of the small encoder in a store of their own."""
    monkeypatch.setattr("engine.models.designs.DESIGNS", {**DESIGNS, SMALL.name: SMALL})
    store = WeightStore(tmp_path)
    store.path(SMALL.name).parent.mkdir(parents=True)
    save_state(store.path(SMALL.name), small_encoder.vit.state_dict())
    return store.record(SMALL.name, source="test")


def trained(tuning: TuningSpec) -> Encoder:
    torch.manual_seed(0)
    model = with_decoder(Encoder(SMALL))
    apply_tuning(model, tuning)
    stir(model.encoder)
    return model.encoder.eval()


def tensors(encoder: Encoder) -> dict[str, int]:
    return {name: tensor.data_ptr() for name, tensor in encoder.vit.state_dict().items()}


def n_own(tuning: TuningSpec, encoder: Encoder) -> int:
    """Count the tensors that a model on the encoder needs for itself."""
    match tuning.method:
        case "lora":
            return SMALL.depth * (4 if tuning.targets == "attention+mlp" else 2)
        case "adapter":
            return SMALL.depth * 8
        case _:
            return sum(p.requires_grad for p in encoder.parameters())


@pytest.mark.parametrize("name", ADAPTED)
def test_tensors_that_adapters_do_not_touch_are_the_same_memory(file, name):
    tuning = ADAPTED[name]
    one = trained(tuning)
    shared = shared_encoder(file, CPU)
    plain = tensors(shared.tuned({}, TuningSpec()))
    tuned = shared.tuned(adapter_state(one, tuning), tuning)
    apart = {key for key, place in tensors(tuned).items() if plain.get(key) != place}
    assert len(apart) == n_own(tuning, one)
    with torch.no_grad():
        for a, b in zip(one(image()), tuned(image()), strict=True):
            torch.testing.assert_close(a, b, rtol=0, atol=1e-4)


def test_models_in_turn_do_not_spoil_each_other(file):
    shared = shared_encoder(file, CPU)
    states = {name: adapter_state(trained(t), t) for name, t in ADAPTED.items()}
    plain = shared.tuned({}, TuningSpec())
    with torch.no_grad():
        before = plain(image())[-1]
        first = {n: shared.tuned(states[n], t)(image())[-1] for n, t in ADAPTED.items()}
        again = {n: shared.tuned(states[n], t)(image())[-1] for n, t in ADAPTED.items()}
        assert torch.equal(plain(image())[-1], before)
    assert all(torch.equal(first[name], again[name]) for name in ADAPTED)
    assert len({value.sum().item() for value in (before, *first.values())}) == 1 + len(ADAPTED)


def test_a_model_that_moves_takes_nothing_away_from_the_others(file):
    shared = shared_encoder(file, CPU)
    one, other = (shared.tuned({}, TuningSpec()) for _ in range(2))
    with torch.no_grad():
        before = other(image())[-1]
        one.to(torch.float64)
        assert torch.equal(other(image())[-1], before)
    assert {p.dtype for p in one.parameters()} == {torch.float64}


def test_an_encoder_is_read_once_while_it_is_used(file, monkeypatch):
    reads = []
    fill = module.fill_encoder
    monkeypatch.setattr(module, "fill_encoder", lambda *a: reads.append(a) or fill(*a))
    model = shared_encoder(file, CPU).tuned({}, TuningSpec())
    gc.collect()
    other = shared_encoder(file, CPU).tuned({}, TuningSpec())
    assert len(reads) == 1
    assert tensors(model) == tensors(other)


def test_memory_is_free_when_no_model_uses_the_encoder(file):
    shared = shared_encoder(file, CPU)
    one, other = (shared.tuned({}, TuningSpec()) for _ in range(2))
    storage = weakref.ref(one.vit.norm.weight.untyped_storage())
    held = weakref.ref(shared)
    del shared, one
    gc.collect()
    assert held() is not None
    del other
    gc.collect()
    assert held() is None
    assert storage() is None


def test_other_weights_of_the_same_encoder_are_kept_apart(file, tmp_path):
    torch.manual_seed(9)
    path = tmp_path / "other.safetensors"
    save_state(path, Encoder(SMALL).vit.state_dict())
    first = shared_encoder(file, CPU)
    with pytest.raises(ModelError, match="SHA-256 differs"):
        shared_encoder(WeightsFile(path, "f" * 64, SMALL.name), CPU)
    assert shared_encoder(file, CPU) is first


def test_threads_that_ask_at_once_share_one_encoder(file, monkeypatch):
    start = threading.Barrier(6)
    reads = []
    fill = module.fill_encoder
    monkeypatch.setattr(module, "fill_encoder", lambda *a: reads.append(a) or fill(*a))
    tunings = [*list(ADAPTED.values())[:5], TuningSpec()]
    states = [adapter_state(trained(t), t) if t.stores_adapters else {} for t in tunings]

    def load(index: int) -> Encoder:
        start.wait(timeout=30)
        return shared_encoder(file, CPU).tuned(states[index], tunings[index])

    with ThreadPoolExecutor(6, thread_name_prefix="test") as pool:
        models = list(pool.map(load, range(6)))
    assert len(reads) == 1
    assert len({model.vit.pos_embed.data_ptr() for model in models}) == 1


@pytest.mark.parametrize("name", ["lora", "dora", "adapter", "norms"])
def test_a_stored_tensor_that_does_not_fit_is_named(file, name):
    tuning = ADAPTED[name]
    state = dict(adapter_state(trained(tuning), tuning))
    missing, _ = state.popitem()
    with pytest.raises(ModelError, match=r"mine: tensor .* is missing") as caught:
        shared_encoder(file, CPU).tuned(state, tuning, subject="mine")
    assert missing in str(caught.value)


def test_nothing_of_a_shared_encoder_trains(file):
    shared = SharedEncoder(SMALL.name, dict(trained(TuningSpec("full")).vit.state_dict()))
    for tuning in (TuningSpec(), ADAPTED["lora"], ADAPTED["adapter"], ADAPTED["norms"]):
        state = adapter_state(trained(tuning), tuning) if tuning.stores_adapters else {}
        model = shared.tuned(state, tuning)
        assert not any(p.requires_grad for p in model.parameters())
        assert not any(m.training for m in model.modules())
