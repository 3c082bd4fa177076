"""One door to all generators."""

import numpy as np
import pytest

from engine.errors import SettingsError
from engine.synthetic.kinds import KINDS, synthetic_sample
from engine.tasks.registry import tasks


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_makes_finite_samples_that_depend_on_the_seed_alone(kind):
    first, again, other = (synthetic_sample(kind, seed, (96, 128)) for seed in (3, 3, 4))

    assert first.amplitudes.shape == first.labels.shape == (96, 128)
    assert first.amplitudes.dtype == np.float32
    assert first.labels.dtype == np.uint8
    assert first.amplitudes.flags.c_contiguous
    assert np.isfinite(first.amplitudes).all()
    assert first.amplitudes.tobytes() == again.amplitudes.tobytes()
    assert first.labels.tobytes() == again.labels.tobytes()
    assert first.amplitudes.tobytes() != other.amplitudes.tobytes()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_labels_are_classes_of_the_task_of_the_same_name(kind):
    classes = tasks().load(kind)().preset().classes.classes
    found = set()
    for seed in range(20):
        found |= set(np.unique(synthetic_sample(kind, seed, (112, 112)).labels))

    assert found <= set(range(len(classes)))
    assert len(found) > 1


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_samples_of_a_kind_have_mean_0_and_spread_1_together(kind):
    data = np.stack([synthetic_sample(kind, (8, k), (112, 112)).amplitudes for k in range(60)])

    assert abs(data.mean()) < 0.4
    assert 0.7 < np.median(data.std(axis=(1, 2))) < 1.3


def test_an_unknown_kind_is_refused_with_those_there_are():
    with pytest.raises(SettingsError, match="'gold'") as caught:
        synthetic_sample("gold", 0)

    assert "salt" in caught.value.hint
