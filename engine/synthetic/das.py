"""Records of distributed acoustic sensing with the events in them as labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.synthetic.das_events import Event, draw_event, draw_waves
from engine.synthetic.das_noise import break_channels, draw_noise
from engine.synthetic.fields import smooth_curve
from engine.synthetic.sample import Seed, check_shape, log_uniform

Array = NDArray[np.float32]

_LARGEST = 10.0  # standard deviations at which a record is clipped


@dataclass(frozen=True, slots=True)
class DasSettings:
    """Ranges that records are drawn from.

    Parameters
    ----------
    kinds : tuple of str
        Kinds of events, see `engine.synthetic.das_events.Event`.
    shares : tuple of float
        How often each kind is drawn; need not add up to 1.
    n_events : int
        Greatest number of events.
    without_event : float
        Share of records with noise only.
    strength : tuple of float
        Largest amplitude of an event over the noise, drawn log-uniformly.
    noise : float
        Level of all noise; 0 leaves the events alone.
    statics : float
        Mean delay of an arrival by uneven ground, periods.
    visible : float
        Part of the noise that the envelope of an event must exceed to be
        labelled.
    least_part : float
        Part of its own maximum that the envelope must exceed to be labelled.
    """

    kinds: tuple[str, ...] = ("earthquake", "local", "surface", "vehicle")
    shares: tuple[float, ...] = (0.4, 0.25, 0.2, 0.15)
    n_events: int = 3
    without_event: float = 0.2
    strength: tuple[float, float] = (1.5, 25.0)
    noise: float = 1.0
    statics: float = 0.12
    visible: float = 0.6
    least_part: float = 0.06


DEFAULT_SETTINGS = DasSettings()


class DasSample(NamedTuple):
    """A record, its labels, and the events in it.

    Parameters
    ----------
    amplitudes : ndarray of float32, shape (n_samples, n_channels)
        Strain or strain rate without unit; mean near 0 and standard deviation
        near 1.
    labels : ndarray of uint8, shape (n_samples, n_channels)
        1 where an event can be seen, 0 elsewhere.
    events : tuple of Event
        What was drawn.
    """

    amplitudes: Array
    labels: NDArray[np.uint8]
    events: tuple[Event, ...]


def synthetic_das(
    seed: Seed, shape: tuple[int, int] = (224, 224), settings: DasSettings = DEFAULT_SETTINGS
) -> DasSample:
    """Generate a record of a fibre: time downwards, channels to the right.

    Parameters
    ----------
    seed : int or tuple of int
        The same seed gives the same record.
    shape : tuple of int
        ``(n_samples, n_channels)``, each at least 16.
    settings : DasSettings, optional
        What to draw from.

    Returns
    -------
    DasSample
        Record, labels and events.

    Raises
    ------
    SettingsError
        If `shape` is too small.
    """
    check_shape(shape, "a synthetic DAS record")
    rng = np.random.default_rng(seed)
    n_samples, n_channels = shape
    channels = np.arange(n_channels, dtype=np.float32)[:, None]
    time = np.arange(n_samples, dtype=np.float32)[None, :]
    record = np.zeros((n_channels, n_samples), dtype=np.float32)
    seen = np.zeros((n_channels, n_samples), dtype=np.bool_)
    coupling = np.exp(
        np.float32(rng.uniform(0, 0.4)) * rng.standard_normal((n_channels, 1), dtype=np.float32)
        + np.float32(rng.uniform(0, 0.5)) * smooth_curve(rng, n_channels, 8)[:, None]
    )
    events = _draw_events(rng, n_channels, n_samples, settings)
    for event in events:
        waves, envelope = draw_waves(
            rng, event, channels, time, coupling=coupling, statics=settings.statics
        )
        strength = log_uniform(rng, settings.strength)
        record += np.float32(strength) * waves
        least = max(settings.visible * settings.noise / strength, settings.least_part)
        seen |= envelope > np.float32(least)
    if settings.noise:
        record += np.float32(settings.noise) * draw_noise(rng, n_channels, n_samples)
        break_channels(rng, record)
    record = _process(rng, record)
    return DasSample(
        np.ascontiguousarray(record.T), np.ascontiguousarray(seen.T).astype(np.uint8), events
    )


def _draw_events(
    rng: np.random.Generator, n_channels: int, n_samples: int, settings: DasSettings
) -> tuple[Event, ...]:
    if rng.random() < settings.without_event:
        return ()
    shares = np.array(settings.shares) / sum(settings.shares)
    count = min(rng.geometric(0.7), settings.n_events)
    kinds = rng.choice(len(shares), size=count, p=shares)
    return tuple(draw_event(rng, settings.kinds[kind], n_channels, n_samples) for kind in kinds)


def _process(rng: np.random.Generator, record: Array) -> Array:
    """Treat a record as users do: balance channels, take the common mode out, clip."""
    if rng.random() < 0.3:
        level = np.median(np.abs(record), axis=1, keepdims=True)
        record = record / np.maximum(level, np.float32(0.1) * level.mean() + np.float32(1e-6))
    if rng.random() < 0.3:
        record = record - np.median(record, axis=0, keepdims=True)
    # Loud channels would hide all others, so the spread is that of the middle 98 %.
    low, high = np.quantile(record[::2, ::2], (0.01, 0.99))
    inner = np.clip(record, low, high)
    spread = np.float32(np.exp(rng.normal(-0.1, 0.25)) / max(float(inner.std()), 1e-6))
    processed: Array = np.clip(record * spread, -_LARGEST, _LARGEST).astype(np.float32)
    return processed
