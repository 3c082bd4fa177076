"""Synthetic DAS records: moveout, labels and the faults of instruments."""

import numpy as np
import pytest

from engine.errors import SettingsError
from engine.synthetic.das import DasSettings, synthetic_das
from engine.synthetic.das_events import Arrival, draw_event
from engine.synthetic.das_noise import break_channels, draw_noise


def alone(kind):
    return DasSettings(
        kinds=(kind,),
        shares=(1.0,),
        n_events=1,
        without_event=0.0,
        noise=0.0,
        statics=0.0,
        least_part=1e-4,
    )


def first_breaks(labels):
    """First labelled sample of every channel that is not labelled from the start."""
    channels = np.flatnonzero(labels.any(axis=0) & (labels[0] == 0))
    return channels, labels[:, channels].argmax(axis=0)


def test_the_same_seed_gives_the_same_bits():
    first, again = synthetic_das((5, 1)), synthetic_das((5, 1))

    assert first.amplitudes.tobytes() == again.amplitudes.tobytes()
    assert first.labels.tobytes() == again.labels.tobytes()
    assert first.events == again.events
    assert first.amplitudes.tobytes() != synthetic_das((5, 2)).amplitudes.tobytes()


@pytest.mark.parametrize("shape", [(224, 224), (90, 260), (300, 64), (16, 16)])
def test_records_have_the_shape_asked_for_and_are_finite(shape):
    for seed in range(20):
        sample = synthetic_das(seed, shape)

        assert sample.amplitudes.shape == sample.labels.shape == shape
        assert sample.amplitudes.dtype == np.float32
        assert np.isfinite(sample.amplitudes).all()
        assert set(np.unique(sample.labels)) <= {0, 1}


def test_a_record_that_is_too_small_is_refused():
    with pytest.raises(SettingsError, match="8 x 400"):
        synthetic_das(0, (8, 400))


def test_events_cover_a_part_of_most_records_and_none_of_some():
    share = np.array([synthetic_das((1, k)).labels.mean() for k in range(100)])

    assert 0.1 < (share == 0).mean() < 0.4
    assert 0.1 < share.mean() < 0.45
    assert (share < 0.98).all()


def test_a_record_without_an_event_has_an_empty_label():
    sample = synthetic_das(2, settings=DasSettings(without_event=1.0))

    assert not sample.labels.any()
    assert sample.events == ()


@pytest.mark.parametrize("kind", ["earthquake", "local"])
def test_first_breaks_lie_on_a_hyperbola(kind):
    checked = 0
    for seed in range(40):
        sample = synthetic_das((3, seed), settings=alone(kind))
        p_wave = sample.events[0].arrivals[0]
        channels, times = first_breaks(sample.labels)
        if len(channels) < 120 or np.ptp(times) < 25:
            continue
        # The method of x squared and t squared: a straight line of slope slowness squared.
        slope, intercept = np.polyfit(
            (channels - p_wave.place) ** 2, (times - 0.5 - p_wave.origin) ** 2, 1
        )
        assert np.sqrt(slope) == pytest.approx(p_wave.slowness, rel=0.05)
        assert np.sqrt(max(intercept, 0)) == pytest.approx(p_wave.apex, rel=0.05, abs=4)
        checked += 1

    assert checked > 8


def test_arrival_times_follow_from_a_source_in_uniform_ground():
    # 5 km/s, 10 m channels, 1 ms samples: a source 300 m beside channel 40.
    arrival = Arrival(origin=12.0, apex=60.0, slowness=2.0, place=40.0)
    channels = np.arange(0, 200, 7, dtype=np.float32)

    distance_m = np.hypot(300.0, 10.0 * (channels - 40))
    assert np.allclose(arrival.times(channels), 12 + distance_m / 5.0, atol=1e-3)


def test_s_arrives_later_than_p_by_the_ratio_of_speeds():
    for seed in range(20):
        p, s = draw_event(np.random.default_rng(seed), "local", 200, 200).arrivals
        channels = np.arange(200, dtype=np.float32)

        ratio = (s.times(channels) - s.origin) / (p.times(channels) - p.origin)
        assert np.allclose(ratio, np.sqrt(3), atol=1e-3)


def test_surface_waves_arrive_on_straight_lines():
    checked = 0
    for seed in range(30):
        sample = synthetic_das((4, seed), settings=alone("surface"))
        first = sample.events[0].arrivals[0]
        channels, times = first_breaks(sample.labels)
        one_side = channels > first.place + 5
        if one_side.sum() < 60:
            continue
        slope = np.polyfit(channels[one_side], times[one_side], 1)[0]
        assert slope == pytest.approx(first.slowness, rel=0.1, abs=0.05)
        checked += 1

    assert checked > 6


def test_a_vehicle_moves_along_the_line_of_its_slowness():
    checked = 0
    for seed in range(30):
        sample = synthetic_das((6, seed), settings=alone("vehicle"))
        labels, arrival = sample.labels.astype(float), sample.events[0].arrivals[0]
        expected = arrival.times(np.arange(224, dtype=np.float32))
        # Channels where the whole width of the track lies in the record.
        whole = (expected > 50) & (expected < 174) & labels.any(axis=0)
        if whole.sum() < 20:
            continue
        middle = (np.arange(224)[:, None] * labels).sum(0)[whole] / labels.sum(0)[whole]
        assert np.abs(middle - expected[whole]).mean() < 1.5
        checked += 1

    assert checked > 8


def test_labelled_parts_hold_more_energy_than_the_rest():
    settings = DasSettings(without_event=0.0, strength=(8.0, 25.0))
    ratios = []
    for seed in range(50):
        data, labels, _ = synthetic_das((7, seed), settings=settings)
        if 0.02 < labels.mean() < 0.8:
            seen, rest = data[labels == 1], data[labels == 0]
            ratios.append(np.quantile(np.abs(seen), 0.9) / np.quantile(np.abs(rest), 0.9))

    assert len(ratios) > 25
    assert np.median(ratios) > 1.5


def test_the_noise_has_a_level_of_1_and_a_part_common_to_all_channels():
    noises = [draw_noise(np.random.default_rng(k), 120, 200) for k in range(60)]

    assert np.allclose([np.median(n.std(axis=1)) for n in noises], 1, atol=1e-3)
    common = np.array([n.mean(axis=0).std() for n in noises])
    # Independent channels would leave 1 / sqrt(120) in the mean.
    assert (common > 0.3).any()
    assert (common < 0.15).any()


def test_some_channels_are_dead_and_some_are_loud():
    dead, loud = 0, 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        record = rng.standard_normal((150, 100)).astype(np.float32)
        break_channels(rng, record)
        spread = record.std(axis=1)
        dead += int((np.median(np.abs(record), axis=1) == 0).sum())
        loud += int((spread > 1.8).sum())

    assert dead > 10
    assert loud > 20
    assert dead + loud < 0.2 * 60 * 150
