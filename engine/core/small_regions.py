"""Small regions of a class map, given to the class that surrounds them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # loads scipy.sparse at its first use, not when the window starts
from numpy.typing import NDArray

from engine.core.class_scheme import IGNORE

Numbers = NDArray[np.int64]
Pairs = tuple[Numbers, Numbers]


def fill_small_regions(mask: NDArray[np.uint8], smallest: int) -> NDArray[np.uint8]:
    """Let regions of few samples take the class that surrounds them most.

    A region is all samples of one class that hang together by edges or corners.
    One of fewer than `smallest` samples takes the class with which it shares most
    sample edges, counting only regions that are large enough; the lowest class
    where two are equal. A small region among small ones waits until one of those
    has taken a class. Samples without data and the border of the plane surround
    nothing; a small region that nothing else surrounds stays as it is.

    Parameters
    ----------
    mask : ndarray of uint8, shape (n_rows, n_cols)
        Class ids; 255 where there is no data, which stays.
    smallest : int
        Samples of the smallest region that stays; up to 1 all do.

    Returns
    -------
    ndarray of uint8, shape (n_rows, n_cols)
        `mask` itself where nothing is to be done.
    """
    if smallest < 2 or not mask.size:
        return mask
    runs = _Runs.of(mask)
    touching = runs.touching()
    region = _regions(runs, touching)
    classes, sizes = _of_regions(runs, region)
    settled = (sizes >= smallest) | (classes == IGNORE)
    if settled.all():
        return mask
    _settle(classes, settled, _contacts(runs, touching, region))
    return np.repeat(classes[region], runs.lengths).reshape(mask.shape)


class RegionStream:
    """Does what `fill_small_regions` does, for a plane that comes from top to bottom.

    Rows are given back once no later row can change them, so the result does not
    depend on how the plane was cut.

    Parameters
    ----------
    smallest : int
        As for `fill_small_regions`.
    """

    def __init__(self, smallest: int) -> None:
        self._smallest = smallest
        self._classes: NDArray[np.uint8] | None = None
        self._filled = np.empty((0, 0), dtype=np.uint8)
        self._settled = np.empty((0, 0), dtype=bool)
        self._n_given = 0  # of the rows that are held, from the first

    def add(self, rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Take the next rows.

        Parameters
        ----------
        rows : ndarray of uint8, shape (n_rows, n_cols)
            Class ids; 255 where there is no data.

        Returns
        -------
        ndarray of uint8, shape (n_done, n_cols)
            The rows that are done since; possibly none.
        """
        return rows if self._smallest < 2 else self._next(rows, last=False)

    def finish(self) -> NDArray[np.uint8]:
        """Return the rows that are left, after the last were added."""
        if self._classes is None:
            return self._filled
        return self._next(self._classes[:0], last=True)

    def _next(self, rows: NDArray[np.uint8], *, last: bool) -> NDArray[np.uint8]:
        before = rows[:0] if self._classes is None else self._classes
        filled = rows[:0] if self._classes is None else self._filled
        classes = np.concatenate([before, rows])
        settled = np.zeros(classes.shape, dtype=bool)
        settled[: len(before)] = self._settled if len(before) else False
        if not classes.size:
            return classes
        runs = _Runs.of(classes)
        touching = runs.touching()
        region = _regions(runs, touching)
        of_region, sizes = _of_regions(runs, region)
        known = (sizes >= self._smallest) | (of_region == IGNORE)
        known[region[settled.ravel()[runs.starts]]] = True
        contacts = _contacts(runs, touching, region)
        open_ = np.zeros(len(sizes), dtype=bool)
        if not last:
            lowest = classes.size - runs.n_cols
            open_ = _unfinished(known, contacts, region[runs.starts >= lowest])
        _settle(of_region, known, contacts.without(open_))
        new = np.repeat(of_region[region], runs.lengths).reshape(classes.shape)
        new[settled] = np.concatenate([filled, rows])[settled]
        waiting = runs.starts[open_[region]]
        n_done = int(waiting.min()) // runs.n_cols if len(waiting) else len(classes)
        # One row more is kept, so that what is below knows what surrounds it.
        keep = max(n_done - 1, 0)
        done = new[self._n_given : n_done]
        self._classes, self._filled = classes[keep:], new[keep:]
        self._settled = np.repeat(~open_[region], runs.lengths).reshape(classes.shape)[keep:]
        self._n_given = n_done - keep
        return done


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Stretches of equal samples in the rows of a plane, far fewer than its samples.

    Parameters
    ----------
    starts, stops : ndarray of int64, shape (n_runs,)
        First sample of each and the one behind its last, counted row by row.
    classes : ndarray of uint8, shape (n_runs,)
        What they are of.
    n_cols : int
        Samples in a row.
    """

    starts: Numbers
    stops: Numbers
    classes: NDArray[np.uint8]
    n_cols: int

    @classmethod
    def of(cls, mask: NDArray[np.uint8]) -> _Runs:
        """Cut the rows of a plane that is not empty."""
        begins = np.ones(mask.shape, dtype=bool)
        np.not_equal(mask[:, 1:], mask[:, :-1], out=begins[:, 1:])
        starts = np.flatnonzero(begins)
        return cls(starts, np.append(starts[1:], mask.size), mask.ravel()[starts], mask.shape[1])

    @property
    def lengths(self) -> Numbers:
        """Samples of each."""
        return self.stops - self.starts

    def touching(self) -> Pairs:
        """Return the upper and the lower of runs that touch by edges or corners."""
        col = self.starts % self.n_cols
        first = self.starts - np.minimum(col, 1) + self.n_cols
        last = self.stops - (col + self.lengths == self.n_cols) + self.n_cols
        above = np.flatnonzero(self.starts < self.starts[-1] - self.starts[-1] % self.n_cols)
        nearest = np.searchsorted(self.starts, first[above], side="right") - 1
        counts = np.searchsorted(self.starts, last[above], side="right") - nearest
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.repeat(above, counts), np.repeat(nearest, counts) + within


@dataclass(frozen=True, slots=True, eq=False)
class _Contacts:
    """Which regions lie side by side.

    Parameters
    ----------
    own, other : ndarray of int64, shape (n,)
        Regions; each pair stands there both ways.
    edges : ndarray of int64, shape (n,)
        Sample edges that they share there.
    """

    own: Numbers
    other: Numbers
    edges: Numbers

    def without(self, regions: NDArray[np.bool_]) -> _Contacts:
        """Leave out what some of the regions touch."""
        kept = ~regions[self.own]
        return _Contacts(self.own[kept], self.other[kept], self.edges[kept])


def _regions(runs: _Runs, touching: Pairs) -> Numbers:
    """Return the number of the region that each run belongs to."""
    upper, lower = touching
    same = runs.classes[upper] == runs.classes[lower]
    return _connected(upper[same], lower[same], len(runs.starts))


def _connected(first: Numbers, second: Numbers, n: int) -> Numbers:
    """Return the number of each thing's group, where each first is linked to its second."""
    links = (np.ones(len(first), dtype=bool), (first, second))
    graph = scipy.sparse.coo_array(links, shape=(n, n))
    _, groups = scipy.sparse.csgraph.connected_components(graph, directed=False)
    numbers: Numbers = groups.astype(np.int64)
    return numbers


def _contacts(runs: _Runs, touching: Pairs, region: Numbers) -> _Contacts:
    upper, lower = touching
    down = runs.n_cols
    shared = np.minimum(runs.stops[upper] + down, runs.stops[lower])
    shared -= np.maximum(runs.starts[upper] + down, runs.starts[lower])
    right = np.flatnonzero(runs.starts % runs.n_cols)
    first = np.concatenate([upper, right - 1])
    second = np.concatenate([lower, right])
    edges = np.concatenate([shared, np.ones(len(right), dtype=np.int64)])
    apart = (edges > 0) & (region[first] != region[second])
    first, second, edges = region[first[apart]], region[second[apart]], edges[apart]
    return _Contacts(
        np.concatenate([first, second]), np.concatenate([second, first]), np.tile(edges, 2)
    )


def _of_regions(runs: _Runs, region: Numbers) -> tuple[NDArray[np.uint8], Numbers]:
    """Return class and size of each region."""
    sizes = np.bincount(region, weights=runs.lengths).astype(np.int64)
    classes = np.empty(len(sizes), dtype=np.uint8)
    classes[region] = runs.classes
    return classes, sizes


def _unfinished(
    known: NDArray[np.bool_], contacts: _Contacts, lowest: Numbers
) -> NDArray[np.bool_]:
    """Mark small regions that reach the lowest row, themselves or through others they touch."""
    both = ~known[contacts.own] & ~known[contacts.other]
    group = _connected(contacts.own[both], contacts.other[both], len(known))
    reaching = np.zeros(len(known), dtype=bool)
    reaching[group[lowest[~known[lowest]]]] = True
    marked: NDArray[np.bool_] = reaching[group] & ~known
    return marked


def _settle(classes: NDArray[np.uint8], settled: NDArray[np.bool_], contacts: _Contacts) -> None:
    """Give each region that is not settled the class that surrounds it most, in place."""
    known = classes[contacts.other] != IGNORE
    own, other, edges = contacts.own[known], contacts.other[known], contacts.edges[known]
    n_classes = int(classes.max(initial=0, where=classes != IGNORE)) + 1
    while True:
        counts = settled[other] & ~settled[own]
        if not counts.any():
            return
        asking, place = np.unique(own[counts], return_inverse=True)
        votes = np.bincount(
            place * n_classes + classes[other[counts]],
            weights=edges[counts],
            minlength=len(asking) * n_classes,
        )
        classes[asking] = votes.reshape(-1, n_classes).argmax(axis=1)
        settled[asking] = True
