"""How fast work goes, by its last part."""

from __future__ import annotations

from collections import deque

_WINDOW_S = 20.0
_N_KEPT = 5


class RecentRate:
    """The rate over the last 20 seconds, or over the last five steps if these take longer.

    It starts anew when a job turns to another part of its work: when the total
    changes, or less is done than before. So what came first, such as loading a
    model, does not count.
    """

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()
        self._total = 0

    def add(self, at_s: float, done: int, total: int) -> None:
        """Note how far the work is.

        Parameters
        ----------
        at_s : float
            Seconds on any clock that runs on.
        done, total : int
            Units of work; what follows a total of 0 is another part.
        """
        if total != self._total or (self._points and done < self._points[-1][1]):
            self._points.clear()
            self._total = total
        if self._points and self._points[-1][1] == done:
            return
        self._points.append((at_s, done))
        while len(self._points) > _N_KEPT and at_s - self._points[0][0] > _WINDOW_S:
            self._points.popleft()

    @property
    def per_s(self) -> float | None:
        """Units a second; None until two steps of this part are known."""
        if len(self._points) < 2:
            return None
        (first_s, first), (last_s, last) = self._points[0], self._points[-1]
        return (last - first) / (last_s - first_s) if last_s > first_s else None

    @property
    def left_s(self) -> float | None:
        """Seconds that this part still needs; None while the rate is not known."""
        rate = self.per_s
        return (self._total - self._points[-1][1]) / rate if rate else None
