"""Synthetic facies: ordered units, cut off at unconformities, told apart by their texture."""

from itertools import pairwise

import numpy as np
import pytest

from engine.errors import SettingsError
from engine.synthetic.facies import FaciesSettings, synthetic_facies
from engine.synthetic.facies_units import (
    BASEMENT,
    CANYON,
    MASS_TRANSPORT,
    MUDSTONE_B,
    VALLEY,
    draw_units,
)

CLEAN = FaciesSettings(
    noise=(0.01, 0.011), sea=0.0, clipped=0.0, faulted=0.0, boundary=(0.01, 0.011)
)


def units_of(seed, n=160):
    x = np.arange(n, dtype=np.float32)[:, None]
    z = np.broadcast_to(np.arange(n, dtype=np.float32), (n, n))
    return draw_units(np.random.default_rng(seed), x, z), z


def test_the_same_seed_gives_the_same_bits():
    first, again = synthetic_facies((5, 1)), synthetic_facies((5, 1))

    assert first.amplitudes.tobytes() == again.amplitudes.tobytes()
    assert first.labels.tobytes() == again.labels.tobytes()
    assert first.amplitudes.tobytes() != synthetic_facies((5, 2)).amplitudes.tobytes()


@pytest.mark.parametrize("shape", [(224, 224), (90, 260), (16, 16)])
def test_sections_have_the_shape_asked_for_and_are_finite(shape):
    for seed in range(12):
        data, labels = synthetic_facies(seed, shape)

        assert data.shape == labels.shape == shape
        assert data.dtype == np.float32
        assert labels.dtype == np.uint8
        assert np.isfinite(data).all()
        assert labels.max() <= 5


def test_a_section_that_is_too_small_is_refused():
    with pytest.raises(SettingsError, match="8 x 8"):
        synthetic_facies(0, (8, 8))


def test_every_facies_has_a_fair_share_and_most_sections_have_several():
    labels = [synthetic_facies((1, k)).labels for k in range(50)]

    share = np.bincount(np.concatenate([m.ravel() for m in labels]), minlength=6) / (50 * 224**2)
    assert (share > 0.04).all()
    assert (share < 0.5).all()
    assert np.median([len(np.unique(m)) for m in labels]) >= 3


def test_units_lie_in_the_order_of_their_age():
    settings = FaciesSettings(sea=0.0, faulted=0.0)
    for seed in range(30):
        labels = synthetic_facies(seed, settings=settings).labels.astype(int)

        # Downwards every border leads to an older unit.
        assert (np.diff(labels, axis=0) <= 0).all()


def test_canyons_truncate_the_beds_below_them():
    crossed = []
    for seed in range(60):
        units, _ = units_of(seed)
        for below, above in pairwise(units):
            if above.facies not in (CANYON, VALLEY) or below.facies != MUDSTONE_B:
                continue
            row = np.rint(above.base[:, 0]).astype(int)
            seen = np.flatnonzero((row >= 0) & (row < 160) & (above.base < below.base)[:, 0])
            if len(seen) > 40:
                # The age of the beds that end at the unconformity; constant if they ran along it.
                crossed.append(np.ptp(below.bed[seen, row[seen]]))

    assert len(crossed) > 8
    assert np.median(crossed) > 8


def test_beds_of_mudstone_are_more_continuous_than_those_of_slides():
    def continuity(data, mask):
        both = mask[:, :-1] & mask[:, 1:]
        return np.corrcoef(data[:, :-1][both], data[:, 1:][both])[0, 1]

    found = {MUDSTONE_B: [], MASS_TRANSPORT: []}
    for seed in range(60):
        data, labels = synthetic_facies(seed, settings=CLEAN)
        for facies, values in found.items():
            if (labels == facies).mean() > 0.08:
                values.append(continuity(data, labels == facies))

    assert np.median(found[MUDSTONE_B]) > np.median(found[MASS_TRANSPORT]) + 0.02


def test_mudstone_b_is_stronger_than_the_canyon_fill():
    found = {MUDSTONE_B: [], CANYON: []}
    for seed in range(60):
        data, labels = synthetic_facies(seed, settings=CLEAN)
        if all((labels == facies).mean() > 0.05 for facies in found):
            for facies, values in found.items():
                values.append(data[labels == facies].std())

    assert len(found[CANYON]) > 8
    assert np.median(np.divide(found[MUDSTONE_B], found[CANYON])) > 1.3


def test_vertical_frequencies_lie_in_the_band_of_the_wavelet():
    settings = FaciesSettings(period=(8.0, 8.0), clipped=0.0)
    power = np.zeros(113)
    for seed in range(40):
        data = synthetic_facies(seed, settings=settings).amplitudes
        power += np.mean(np.abs(np.fft.rfft(data, axis=0)) ** 2, axis=1)

    frequency = np.fft.rfftfreq(224)
    mean = (power * frequency).sum() / power.sum()
    assert 1 / 16 < mean < 1 / 6
    assert power[frequency > 0.4].sum() < 0.03 * power.sum()


def test_water_is_still_and_labelled_as_other():
    settings = FaciesSettings(sea=1.0, noise=(0.01, 0.011), clipped=0.0)
    quiet = []
    for seed in range(20):
        data, labels = synthetic_facies(seed, settings=settings)
        assert (labels[0] == BASEMENT).any()
        quiet.append(data[0][labels[0] == BASEMENT].std() / data.std())

    assert np.median(quiet) < 0.2


def test_clipped_sections_have_two_extreme_values():
    data, _ = synthetic_facies(3, settings=FaciesSettings(clipped=1.0))

    assert (np.abs(data) > 0.999 * np.abs(data).max()).mean() > 0.05
