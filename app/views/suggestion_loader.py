"""Finds out in the background which slice to label next."""

from __future__ import annotations

from functools import partial
from threading import Event

from PySide6.QtCore import QObject, Signal

from app.session_model import SessionModel
from app.views.navigator import position_text
from app.workers.feature_requests import SliceRequest
from app.workers.features import FeatureWork
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.looking import look_at_slices
from engine.core.arbitrary_line import ARBITRARY
from engine.inference.suggestion import (
    COARSE_SLICES,
    SliceFacts,
    Suggestion,
    best,
    order_of_looking,
    suggest,
)
from engine.jobs.runner import JobEvent, JobState
from engine.session.edits import LabelChange
from engine.session.open_volume import OpenVolume

_MOST_LOOKS = 65
"""Slices that are looked at in a row; those between are interpolated."""


class SuggestionLoader(QObject):
    """Looks at one slice after the other, so that other jobs come between.

    For the best slice all that is still needed is one job, which makes room for others.

    Parameters
    ----------
    model : SessionModel
        Volume, direction, model and labels.
    jobs : JobBridge
        The compute lane.
    work : FeatureWork
        The jobs.
    parent : QObject or None
        The usual Qt owner.
    """

    changed = Signal()
    """`suggestions` are others."""
    failed = Signal(object)
    told = Signal(str)
    """What is looked for, what was found and why, or why nothing is suggested."""

    def __init__(
        self, model: SessionModel, jobs: JobBridge, work: FeatureWork, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._work = work
        self._wants_best = False
        self._facts: dict[int, SliceFacts] = {}
        self._waiting: list[int] = []
        self._asked: tuple[int, ...] = ()
        self._n_seen = 0
        self._title = self.tr("Find what to label next")
        self._make_room = Event()
        jobs.job_changed.connect(self._on_job)
        self._latest = Latest(jobs, self)
        self._latest.arrived.connect(self._on_facts)
        self._latest.failed.connect(self._on_failed)
        self._latest.progressed.connect(self._on_progressed)
        self._latest.cancelled.connect(self._on_cancelled)
        self._place: tuple[int, str, str] | None = None
        for signal in (model.volume_changed, model.model_changed, model.position_changed):
            signal.connect(self._follow)
        model.suggesting_changed.connect(self._on_switch)
        model.labels_replaced.connect(self.changed)
        model.labels_changed.connect(self._on_labels)
        model.instant_changed.connect(self._look_again)

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """One for each slice of the direction; none while switched off."""
        opened = self._model.session.opened
        if not self._model.session.suggesting or opened is None or not _has_order(opened):
            return ()
        return suggest(opened.axis.size, self._facts, self.labelled)

    @property
    def labelled(self) -> tuple[int, ...]:
        """Slices of the direction that have labels."""
        session = self._model.session
        if session.opened is None or session.labels is None:
            return ()
        direction, keys = session.opened.direction, session.labels.keys()
        return tuple(sorted({key.index for key in keys if key.direction == direction}))

    def go_to_best(self) -> None:
        """Show the slice to label next, as soon as a few were looked at."""
        opened = self._model.session.opened
        if opened is not None and not _has_order(opened):
            several = opened.axis.size > 1 or opened.direction == ARBITRARY
            self.told.emit(
                self.tr("Along arbitrary lines nothing is suggested: choose another direction.")
                if several
                else self.tr("There is nothing else here to label next.")
            )
            return
        if self._wants_best:
            return
        self._wants_best = True
        if not self._model.session.suggesting:
            self._model.set_suggesting(on=True)
        elif not self._go_if_ready():
            # What is under way is looked at again, as a part of the job that is listed.
            self._waiting[:0] = self._asked
            self._look()
        self._wants_best = self._wants_best and self._latest.busy

    def _on_switch(self) -> None:
        self._place = None
        self._follow()
        self.changed.emit()

    def _on_labels(self, change: LabelChange) -> None:
        if change.kind == "history":
            self.changed.emit()

    def _follow(self) -> None:
        session = self._model.session
        opened, model = session.opened, session.model
        usable = model is not None and model.available
        place = None
        if session.suggesting and opened is not None and model is not None and usable:
            place = (opened.number, opened.direction, model.identity)
            place = place if _has_order(opened) else None
        if place == self._place:
            return
        self._place = place
        self._facts = {}
        if place is None:
            self._wants_best = False
            self._latest.cancel()
        else:
            self._look_again()
        self.changed.emit()

    def _look_again(self) -> None:
        """Begin with the coarse slices; what is known stays until it is known anew."""
        opened = self._model.session.opened
        if self._place is None or opened is None:
            return
        self._n_seen = 0
        self._waiting = order_of_looking(opened.axis.size)[:_MOST_LOOKS]
        self._look()

    def _look(self) -> None:
        session = self._model.session
        opened, model = session.opened, session.model
        if not self._waiting or opened is None or model is None:
            return
        # Only jobs with a title are listed and can be cancelled.
        n_slices = max(COARSE_SLICES - self._n_seen, 1) if self._wants_best else 1
        self._asked = tuple(self._waiting[:n_slices])
        del self._waiting[:n_slices]
        requests = [
            SliceRequest(
                opened.number,
                opened.volume,
                opened.statistics,
                opened.direction,
                index,
                model,
                session.device,
            )
            for index in self._asked
        ]
        self._make_room = Event()
        self._latest.request(
            partial(look_at_slices, self._work.look, requests, self._make_room),
            title=self._title if self._wants_best else "",
        )
        if self._wants_best:
            self.told.emit(self.tr("Looking for the slice to label next…"))

    def _on_job(self, event: JobEvent) -> None:
        if event.state is JobState.QUEUED and event.title != self._title:
            self._make_room.set()

    def _on_progressed(self, event: JobEvent) -> None:
        if not self._wants_best or not event.total:
            return
        text = self.tr("Looking for the slice to label next: {0} of {1}…")
        parts = [text.format(self._n_seen + event.done, COARSE_SLICES), event.message]
        self.told.emit(" ".join(part for part in parts if part))

    def _on_facts(self, facts: dict[int, SliceFacts]) -> None:
        self._facts.update(facts)
        self._n_seen += len(facts)
        self._waiting[:0] = [index for index in self._asked if index not in facts]
        self.changed.emit()
        self._go_if_ready()
        self._look()

    def _go_if_ready(self) -> bool:
        """Go to the best slice if it is wanted and known; return whether it is known."""
        ready = self._n_seen >= COARSE_SLICES or bool(self._n_seen and not self._waiting)
        if not self._wants_best or not ready:
            return ready
        self._wants_best = False
        chosen = best(self.suggestions)
        if chosen is not None:
            self._model.set_index(chosen.index)
        self.told.emit(self._found_text(chosen))
        return True

    def _found_text(self, chosen: Suggestion | None) -> str:
        opened = self._model.session.opened
        if chosen is None or opened is None:
            return self.tr("No slice is left to label: all are labelled or without data.")
        place = position_text(opened.axis, opened.direction, chosen.index)
        if chosen.n_away is None:
            away = self.tr("no slice is labelled yet")
        else:
            away = self.tr("{0} slices from the nearest labels").format(chosen.n_away)
        text = self.tr("{0} is the best to label next: {1}, the model {2} as unsure as anywhere.")
        return text.format(place, away, f"{chosen.uncertainty:.0%}")

    def _on_cancelled(self) -> None:
        """Leave off; what is known stays, and N goes on from there."""
        if self._wants_best:
            self._wants_best = False
            self.told.emit(self.tr("The search for the slice to label next was cancelled."))

    def _on_failed(self, error: BaseException) -> None:
        self._wants_best = False
        self._model.set_suggesting(on=False)
        self.failed.emit(error)


def _has_order(opened: OpenVolume) -> bool:
    """Tell whether slices of the direction follow each other, and there are several."""
    return opened.direction != ARBITRARY and opened.axis.size > 1
