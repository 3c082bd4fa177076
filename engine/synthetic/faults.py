"""Fault surfaces and how they displace layers.

Everything here broadcasts, so that the same fault cuts a section (y fixed) or
a volume. Coordinates are in samples: x across the fault, y along its strike, z
downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault surface of finite size and the throw on it.

    Parameters
    ----------
    x, y, z : float
        Centre of the surface.
    dip : float
        Dip in degrees, 0 to 90 exclusive, as seen with square pixels.
    leans_right : bool
        Whether the surface goes to greater x as it goes down.
    throw : float
        Vertical displacement at the centre; positive is normal, negative reverse.
    half_height, half_length : float
        Half-axes of the ellipse, along z and y, at whose rim the throw is 0.
    reach : float
        Distance from the fault over which the displacement falls to 1/e.
    footwall_share : float, default 0.3
        Part of the throw taken by the footwall.
    bend : float, default 0
        Listric curvature, samples across per squared sample down.
    strike : float, default 0
        Samples across per sample along strike.
    waviness : float, default 0
        Amplitude of the undulation of the surface, samples across.
    damage : float, default 0
        Part of the reflectivity lost on the surface, 0 to 1.
    """

    x: float
    y: float
    z: float
    dip: float
    leans_right: bool
    throw: float
    half_height: float
    half_length: float
    reach: float
    footwall_share: float = 0.3
    bend: float = 0.0
    strike: float = 0.0
    waviness: float = 0.0
    damage: float = 0.0

    def position(self, y: Array, z: Array) -> Array:
        """Compute where the surface lies.

        Parameters
        ----------
        y, z : ndarray of float32
            Coordinates that broadcast.

        Returns
        -------
        ndarray of float32
            x of the surface.
        """
        down, along = z - np.float32(self.z), y - np.float32(self.y)
        sign = 1.0 if self.leans_right else -1.0
        slope = np.float32(sign / np.tan(np.deg2rad(self.dip)))
        x = down * (slope + np.float32(sign * self.bend) * down)
        if self.waviness:
            wave = np.sin(down * np.float32(2.9 / self.half_height) + along * np.float32(0.05))
            x += np.float32(self.waviness) * wave
        position: Array = x + (np.float32(self.x) + np.float32(self.strike) * along)
        return position

    def throw_at(self, y: Array, z: Array) -> Array:
        """Compute the throw on the surface.

        Parameters
        ----------
        y, z : ndarray of float32
            Coordinates that broadcast.

        Returns
        -------
        ndarray of float32
            Vertical displacement, 0 outside the ellipse.
        """
        down = (z - np.float32(self.z)) * np.float32(1 / self.half_height)
        along = (y - np.float32(self.y)) * np.float32(1 / self.half_length)
        inside = np.maximum(np.float32(1) - (down * down + along * along), np.float32(0))
        throw: Array = np.float32(self.throw) * np.sqrt(inside)
        return throw


@dataclass(frozen=True, slots=True)
class Faulted:
    """What faults do to every point of a section or a volume.

    Parameters
    ----------
    z : ndarray of float32
        Depth of the point before faulting.
    trace : ndarray of bool
        Whether the point lies on a fault that shifts it visibly.
    intact : ndarray of float32
        Part of the reflectivity that is left, 0 to 1.
    """

    z: Array
    trace: NDArray[np.bool_]
    intact: Array


def displace(
    faults: Sequence[Fault],
    x: Array,
    y: Array,
    z: Array,
    *,
    width: float,
    least_throw: float,
) -> Faulted:
    """Undo the displacement of faults, youngest first.

    Older faults are met at the depth they had before the younger ones moved
    them, so that they come out displaced too, and so does their trace.

    Parameters
    ----------
    faults : sequence of Fault
        Youngest first.
    x, y, z : ndarray of float32
        Coordinates that broadcast to the shape of `z`.
    width : float
        Width of the marked trace, samples, measured across the fault.
    least_throw : float
        Throw from which on the trace is marked, samples.

    Returns
    -------
    Faulted
        Arrays of the shape of `z`.
    """
    trace = np.zeros(z.shape, dtype=np.bool_)
    intact = np.ones(z.shape, dtype=np.float32)
    for fault in faults:
        throw = fault.throw_at(y, z)
        across = x - fault.position(y, z)
        if not fault.leans_right:
            across = -across
        hanging = across > 0
        np.abs(across, out=across)
        normal = across * np.float32(np.sin(np.deg2rad(fault.dip)))
        trace |= (normal <= np.float32(width / 2)) & (np.abs(throw) >= np.float32(least_throw))
        if fault.damage:
            loss = np.exp(normal * np.float32(-0.4)) * np.minimum(np.abs(throw), np.float32(1))
            intact *= np.float32(1) - np.float32(fault.damage) * loss
        share = np.where(
            hanging, np.float32(1 - fault.footwall_share), np.float32(-fault.footwall_share)
        )
        z = z - throw * share * np.exp(across * np.float32(-1 / fault.reach))
    return Faulted(z, trace, intact)
