"""Craters: ellipses on an image, and on the body."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.georeference import Georeference

_DIRECTIONS = 36
"""Diameters through an ellipse that are measured, five degrees apart."""


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An ellipse on an image.

    Parameters
    ----------
    row, col : float
        Its centre, in pixels from 0.
    axes : tuple of four floats
        Rows and columns of the one semi-axis, then of the other: the ellipse is
        ``centre + cos(t) * one + sin(t) * other``.
    """

    row: float
    col: float
    axes: tuple[float, float, float, float]

    @classmethod
    def of_region(cls, member: NDArray[np.bool_]) -> Ellipse:
        """Fit the ellipse that has the moments of a region.

        A filled ellipse of semi-axis a has the variance a^2 / 4 along it, so that
        this is exact for one, and no outline needs to be traced.

        Parameters
        ----------
        member : ndarray of bool, shape (n_rows, n_cols)
            Pixels of the region, at least one.

        Returns
        -------
        Ellipse
            In pixels of `member`.
        """
        places = np.argwhere(member).astype(np.float64)
        centre = places.mean(axis=0)
        # The variance within a pixel, 1/12, belongs to the region too.
        spread = np.cov(places.T, bias=True).reshape(2, 2) + np.eye(2) / 12
        values, vectors = np.linalg.eigh(spread)
        one, other = (2 * np.sqrt(values[k]) * vectors[:, k] for k in (1, 0))
        return cls(
            float(centre[0]),
            float(centre[1]),
            tuple(float(v) for v in (*one, *other)),  # type: ignore[arg-type]  # four of them
        )

    @classmethod
    def through(cls, rows: NDArray[np.float64], cols: NDArray[np.float64]) -> list[Ellipse]:
        """Fit ellipses through points at even steps of their angle.

        Parameters
        ----------
        rows, cols : ndarray of float64, shape (n, n_points)
            At least four points of each, once round.

        Returns
        -------
        list of Ellipse
            The least-squares fits; exact for points of an ellipse.
        """
        angles = np.arange(rows.shape[1]) * (2 * np.pi / rows.shape[1])
        waves = np.stack([np.cos(angles), np.sin(angles)], axis=1) * (2 / rows.shape[1])
        directions, lengths, _ = np.linalg.svd(np.stack([rows, cols], axis=1) @ waves)
        axes = (directions * lengths[:, None]).swapaxes(1, 2).reshape(-1, 4)
        middles = zip(rows.mean(axis=1).tolist(), cols.mean(axis=1).tolist(), strict=True)
        return [
            cls(row, col, (a, b, c, d))
            for (row, col), (a, b, c, d) in zip(middles, axes.tolist(), strict=True)
        ]

    @property
    def angle(self) -> float:
        """Degrees from the rows' direction, to the right, down to the longest diameter.

        Between -90 and 90; `axes` are taken to stand at right angles.
        """
        a, b, c, d = self.axes
        down, right = (a, b) if np.hypot(a, b) >= np.hypot(c, d) else (c, d)
        return float((np.degrees(np.arctan2(down, right)) + 90) % 180 - 90)

    def inside(self, rows: NDArray[np.float64], cols: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which places lie in it or on it.

        Parameters
        ----------
        rows, cols : ndarray of float64
            Pixels from 0; of shapes that broadcast.

        Returns
        -------
        ndarray of bool
            Of the shape that they make together.
        """
        a, b, c, d = self.axes
        down, across = rows - self.row, cols - self.col
        determinant = a * d - b * c
        one = (d * down - c * across) / determinant
        other = (a * across - b * down) / determinant
        member: NDArray[np.bool_] = one**2 + other**2 <= 1
        return member

    @property
    def reach(self) -> tuple[float, float]:
        """How far it reaches from its centre, in rows and in columns."""
        a, b, c, d = self.axes
        return float(np.hypot(a, c)), float(np.hypot(b, d))

    def on_overview(self, down: float, across: float) -> Ellipse:
        """Return the ellipse in pixels that each stand for ``down`` by ``across`` of these."""
        a, b, c, d = self.axes
        row, col = (self.row + 0.5) / down - 0.5, (self.col + 0.5) / across - 0.5
        return Ellipse(row, col, (a / down, b / across, c / down, d / across))

    def moved(self, rows: float, cols: float) -> Ellipse:
        """Return the ellipse moved by pixels."""
        return Ellipse(self.row + rows, self.col + cols, self.axes)

    def outline(self, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return points on it.

        Parameters
        ----------
        count : int
            How many, evenly spaced in the angle of the parameter.

        Returns
        -------
        rows, cols : ndarray of float64, shape (count,)
            Without a closing point.
        """
        angles = np.arange(count) * (2 * np.pi / count)
        a, b, c, d = self.axes
        cosine, sine = np.cos(angles), np.sin(angles)
        return self.row + a * cosine + c * sine, self.col + b * cosine + d * sine

    def diameters(self, georeference: Georeference | None) -> tuple[float, float, float]:
        """Measure it on the body.

        Parameters
        ----------
        georeference : Georeference or None
            Of the image; None measures in pixels.

        Returns
        -------
        mean, longest, shortest : float
            Metres along geodesics through the centre, or pixels. The mean is that
            of the circle of equal area, the root of longest times shortest. NaN
            where the ellipse is not on the body.
        """
        rows, cols = self.outline(2 * _DIRECTIONS)
        ends = [(rows[:_DIRECTIONS], rows[_DIRECTIONS:]), (cols[:_DIRECTIONS], cols[_DIRECTIONS:])]
        if georeference is None:
            lengths = np.hypot(*(one - other for one, other in ends))
        else:
            lengths = georeference.distances(*ends)
        longest, shortest = float(lengths.max()), float(lengths.min())
        return float(np.sqrt(longest * shortest)), longest, shortest


@dataclass(frozen=True, slots=True)
class Crater:
    """One crater of an image.

    Parameters
    ----------
    class_name : str
        Name of its class.
    ellipse : Ellipse
        Fitted to it.
    outline : tuple of rings
        Polygon of its pixels: the outer ring first, then holes; each a tuple of
        ``(row, col)``, closed.
    n_pixels : int
        Pixels that fell to the class.
    confidence : float
        Mean probability of the class over these, 0 to 1.
    is_cut : bool
        Whether it reaches the edge of the image or of its data, so that the
        ellipse fits only what is seen.
    """

    class_name: str
    ellipse: Ellipse
    outline: tuple[tuple[tuple[float, float], ...], ...]
    n_pixels: int
    confidence: float
    is_cut: bool
