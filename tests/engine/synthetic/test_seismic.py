"""Synthetic sections: repeatable, plausible, and labelled where layers break."""

import numpy as np
import pytest

from engine.errors import SettingsError
from engine.synthetic.seismic import SectionSettings, synthetic_section

CLEAN = SectionSettings(noise=(0.001, 0.002), unfaulted=0.0)


def test_the_same_seed_gives_the_same_section():
    first, again = synthetic_section(7), synthetic_section(7)

    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])


def test_another_seed_gives_another_section():
    assert not np.array_equal(synthetic_section((7, 1))[0], synthetic_section((7, 2))[0])


@pytest.mark.parametrize("shape", [(224, 224), (128, 300), (16, 16)])
def test_sections_have_the_shape_asked_for(shape):
    data, labels = synthetic_section(3, shape)

    assert data.shape == labels.shape == shape
    assert data.dtype == np.float32
    assert labels.dtype == np.uint8
    assert np.isfinite(data).all()
    assert set(np.unique(labels)) <= {0, 1}


def test_a_section_that_is_too_small_is_refused():
    with pytest.raises(SettingsError, match="8 x 224"):
        synthetic_section(0, (8, 224))


def test_amplitudes_are_near_one_standard_deviation_and_faults_are_rare():
    sections = [synthetic_section((11, k)) for k in range(60)]

    spread = np.array([data.std() for data, _ in sections])
    share = np.array([labels.mean() for _, labels in sections])
    assert 0.8 < np.median(spread) < 1.25
    assert 0.005 < share.mean() < 0.05
    assert (share == 0).any()


def test_the_dominant_period_is_that_of_the_settings():
    settings = SectionSettings(period=(8.0, 8.0), noise=(0.01, 0.01), unfaulted=1.0)
    sections = [synthetic_section((5, k), settings=settings)[0] for k in range(40)]

    power = np.mean([np.abs(np.fft.rfft(data, axis=0)).mean(1) ** 2 for data in sections], axis=0)
    frequency = np.fft.rfftfreq(224)
    mean = (power * frequency).sum() / power.sum()
    assert 1 / 14 < mean < 1 / 6


def test_a_section_without_faults_has_an_empty_label():
    _, labels = synthetic_section(1, settings=SectionSettings(unfaulted=1.0))

    assert not labels.any()


def test_neighbouring_traces_differ_more_across_a_fault_than_elsewhere():
    ratios = []
    for k in range(40):
        data, labels = synthetic_section((2, k), settings=CLEAN)
        step = np.abs(np.diff(data, axis=1))
        near = (labels[:, 1:] | labels[:, :-1]).astype(bool)
        if near.sum() > 200:
            ratios.append(step[near].mean() / step[~near].mean())

    assert len(ratios) > 20
    assert np.median(ratios) > 1.5
