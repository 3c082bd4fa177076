"""What moves along a fibre: arrival times, waveforms and strengths of events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.synthetic.fields import smooth_curve
from engine.synthetic.sample import log_uniform
from engine.synthetic.texture import banded_noise

Array = NDArray[np.float32]

POISSON_RATIO_SPEEDS = 3**0.5  # Vp / Vs of a Poisson solid
_OVERSAMPLING = 4


@dataclass(frozen=True, slots=True)
class Arrival:
    """A wavefront that crosses the fibre, or a load that moves along it.

    Its time at channel c is ``origin + sqrt(apex**2 + (slowness * (c - place))**2)``:
    a hyperbola, for a source off the fibre in uniform ground, or two straight
    lines for a source on the fibre, where `apex` is 0.

    Parameters
    ----------
    origin : float
        Time of the source, samples.
    apex : float
        Shortest travel time, samples.
    slowness : float
        Samples per channel, far from the apex.
    place : float
        Channel nearest to the source; it may lie beyond the fibre.
    """

    origin: float
    apex: float
    slowness: float
    place: float

    def times(self, channels: Array) -> Array:
        """Compute arrival times.

        Parameters
        ----------
        channels : ndarray of float32
            Channel numbers.

        Returns
        -------
        ndarray of float32
            Samples; of the shape of `channels`.
        """
        along = np.float32(self.slowness) * (channels - np.float32(self.place))
        times: Array = np.float32(self.origin) + np.hypot(np.float32(self.apex), along)
        return times


@dataclass(frozen=True, slots=True)
class Event:
    """Arrivals that belong together.

    Parameters
    ----------
    kind : str
        ``earthquake``, ``local``, ``surface`` or ``vehicle``.
    arrivals : tuple of Arrival
        In the order of time: P and S of an earthquake, modes of a surface wave.
    """

    kind: str
    arrivals: tuple[Arrival, ...]


def draw_event(rng: np.random.Generator, kind: str, n_channels: int, n_samples: int) -> Event:
    """Draw where and when an event is.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    kind : str
        Of `Event`.
    n_channels, n_samples : int
        Size of the record.

    Returns
    -------
    Event
        Its first arrival crosses the record.
    """
    if kind == "vehicle":
        # A vehicle needs a large part of the record, or more, for its way along the fibre.
        crossing = log_uniform(rng, (0.4, 4.0)) * n_samples
        slowness = crossing / n_channels
        start, side = rng.uniform(-0.7, 0.9) * n_samples, rng.random() < 0.5
        place = 0.0 if side else float(n_channels)
        return Event(kind, (Arrival(start, 0.0, slowness, place),))
    slowness = log_uniform(rng, (0.1, 2.0)) * n_samples / n_channels
    first = rng.uniform(0.02, 0.75) * n_samples
    if kind == "surface":
        place = rng.uniform(-0.3, 1.3) * n_channels
        away = max(-place, place - n_channels, 0.0)
        origin = first - away * slowness
        modes = (1.0, rng.uniform(1.2, 1.8))[: rng.integers(1, 3)]
        return Event(kind, tuple(Arrival(origin, 0.0, slowness * mode, place) for mode in modes))
    if kind == "local":
        place, apex = rng.uniform(-0.1, 1.1) * n_channels, rng.uniform(0.03, 0.4) * n_samples
        speeds = (1.0, POISSON_RATIO_SPEEDS)
    else:
        place = rng.uniform(-1.5, 2.5) * n_channels
        apex = log_uniform(rng, (0.1, 3.0)) * n_samples
        slowness *= 0.5
        speeds = (1.0, POISSON_RATIO_SPEEDS * rng.uniform(0.95, 1.1))
    nearest = np.clip(place, 0, n_channels) - place
    origin = first - float(np.hypot(apex, slowness * nearest))
    return Event(
        kind, tuple(Arrival(origin, apex * ratio, slowness * ratio, place) for ratio in speeds)
    )


def draw_waves(
    rng: np.random.Generator,
    event: Event,
    channels: Array,
    time: Array,
    *,
    coupling: Array,
    statics: float,
) -> tuple[Array, Array]:
    """Draw the strain of an event and its envelope.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    event : Event
        What to draw.
    channels, time : ndarray of float32, shapes (n_channels, 1) and (1, n_samples)
        Channel numbers and samples.
    coupling : ndarray of float32, shape (n_channels, 1)
        Response of each channel.
    statics : float
        Mean delay that the ground below the fibre adds, periods; vehicles stray
        in proportion.

    Returns
    -------
    waves, envelope : ndarray of float32, shape (n_channels, n_samples)
        The envelope has a largest value near 1, and does not show `coupling`.
    """
    if event.kind == "vehicle":
        return _vehicle(rng, event.arrivals[0], channels, time, statics)
    waves = np.zeros((channels.size, time.size), dtype=np.float32)
    envelope = np.zeros_like(waves)
    period = log_uniform(rng, (4.0, 22.0))
    second = rng.uniform(0.7, 2.5)
    for index, arrival in enumerate(event.arrivals):
        own = period * (1.0 if index == 0 else rng.uniform(1.0, 1.6))
        strength = _strength(rng, event, arrival, channels)
        wave, shape = _burst(rng, event, arrival, channels, time, period=own, statics=statics)
        scale = (strength * np.float32(second if index else 1.0)).astype(np.float32)
        waves += wave * scale
        envelope = np.maximum(envelope, shape * scale)
    largest = np.float32(1 / max(float(envelope.max()), 1e-6))
    return waves * coupling * largest, envelope * largest


def _strength(rng: np.random.Generator, event: Event, arrival: Arrival, channels: Array) -> Array:
    """Let amplitude fall with distance and turn with the angle to the fibre."""
    along = arrival.slowness * (channels - np.float32(arrival.place))
    least = 0.15 * arrival.slowness * channels.size
    travel = np.hypot(along, max(arrival.apex, least))
    spreading = (travel / travel.min()) ** np.float32(-rng.uniform(0.3, 1.5))
    if event.kind == "surface" or rng.random() < 0.5:
        strength: Array = spreading.astype(np.float32)
        return strength
    # Axial strain of a P wave is proportional to the squared cosine, of an S wave to
    # cosine times sine of the angle between ray and fibre (Mateeva et al. 2014).
    cosine, sine = along / travel, arrival.apex / travel
    pattern = cosine**2 if arrival is event.arrivals[0] else 2 * cosine * sine
    turned: Array = (spreading * (np.float32(0.15) + np.abs(pattern))).astype(np.float32)
    return turned


def _burst(
    rng: np.random.Generator,
    event: Event,
    arrival: Arrival,
    channels: Array,
    time: Array,
    *,
    period: float,
    statics: float,
) -> tuple[Array, Array]:
    """Draw one arrival: a coherent onset, and a coda that loses coherence with time."""
    shape = (channels.size, time.size)
    bends = smooth_curve(rng, shape[0], int(rng.uniform(3, 60)))[:, None]
    wander = np.float32(rng.exponential(statics) * period) * bends
    late = time - arrival.times(channels) - wander
    rise, decay = period * rng.uniform(0.2, 1.5), np.float32(log_uniform(rng, (2.0, 18.0)) * period)
    if event.kind == "surface":
        # Dispersion draws the train out on its way.
        away = np.abs(channels - np.float32(arrival.place))
        decay = np.float32(period) * (np.float32(2) + np.float32(rng.uniform(0, 0.08)) * away)
    after = np.maximum(late, np.float32(0))
    envelope = (np.float32(1) - np.exp(-after / np.float32(rise))) * np.exp(-after / decay)
    envelope *= late > 0
    coherent = _train(rng, late * _stretch(rng, event, arrival, channels), period)
    scattered = banded_noise(rng, shape, period=period, flatness=rng.uniform(0, 5), bandwidth=0.35)
    order = np.exp(-after * np.float32(1 / (period * log_uniform(rng, (1.5, 30.0)))))
    wave = (envelope * (order * coherent + (1 - order) * scattered)).astype(np.float32)
    return wave, envelope


def _stretch(rng: np.random.Generator, event: Event, arrival: Arrival, channels: Array) -> Array:
    """Lengthen periods with distance, where long waves outrun short ones."""
    if event.kind != "surface":
        return np.ones_like(channels)
    away = np.abs(channels - np.float32(arrival.place)) * np.float32(1 / channels.size)
    stretch: Array = np.float32(1) / (np.float32(1) + np.float32(rng.uniform(0, 0.8)) * away)
    return stretch


def _train(rng: np.random.Generator, late: Array, period: float) -> Array:
    """Look one random wave train of a band up at all delays."""
    n = 2 * (late.shape[1] + 64) * _OVERSAMPLING
    frequency = np.fft.rfftfreq(n, 1 / _OVERSAMPLING)
    frequency[0] = 1e-6
    band = np.exp(-0.5 * (np.log(frequency * period) / rng.uniform(0.15, 0.5)) ** 2)
    band[0] = 0
    train = np.fft.irfft(np.fft.rfft(rng.standard_normal(n)) * band, n=n)
    train *= 1 / train.std()
    place = (late * np.float32(_OVERSAMPLING)).astype(np.int32) + n // 8
    waves: Array = train.astype(np.float32).take(place, mode="clip")
    return waves


def _vehicle(
    rng: np.random.Generator, arrival: Arrival, channels: Array, time: Array, statics: float
) -> tuple[Array, Array]:
    """Draw the slow bending of the ground below a load, and the rumble around it."""
    n_channels, n_samples = channels.size, time.size
    # Speed changes on the way: the track wanders around its line.
    wander = np.float32(rng.uniform(0, 0.25 * statics) * n_samples) * smooth_curve(
        rng, n_channels, max(n_channels // 5, 4)
    )
    late = time - arrival.times(channels) - wander[:, None]
    width = np.float32(rng.uniform(0.012, 0.04) * n_samples)
    reduced = (late / width) ** 2
    envelope = np.exp(-0.5 * np.minimum(reduced, np.float32(60)))
    bending = (np.float32(1) - reduced) * envelope
    rumble = banded_noise(rng, (n_channels, n_samples), period=rng.uniform(4, 9), flatness=0.0)
    share = np.float32(rng.uniform(0, 0.6))
    waves: Array = ((1 - share) * bending + share * rumble * envelope).astype(np.float32)
    return waves, envelope.astype(np.float32)
