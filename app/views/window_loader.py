"""Reads the visible part of a large image as one zooms and pans."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from app.session_model import SessionModel
from app.views.placing import large_image, seen_window
from app.views.section_view import SectionView
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.windows import WindowImage, WindowRequest, read_window
from engine.core.image import Image
from engine.core.image_window import ImageWindow

_PAUSE_MS = 30
"""Moves of the mouse in between are one request."""
_SLOW_AFTER_MS = 80


class WindowLoader(QObject):
    """Brings what a view shows of an image whose section is only an overview.

    The newest request wins; what was read before stays where it lies until then.

    Parameters
    ----------
    model : SessionModel
        Says how values become colours.
    view : SectionView
        What is seen; gets the windows.
    jobs : JobBridge
        The read lane.
    parent : QObject or None
        The usual Qt owner.
    """

    seen_changed = Signal(object)
    """The `ImageWindow` that is seen at full resolution; None where the section is whole."""
    state_changed = Signal(str)
    """What is awaited, for the section's badge; empty when nothing is."""
    failed = Signal(object)

    def __init__(
        self,
        model: SessionModel,
        view: SectionView,
        jobs: JobBridge,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._view = view
        self._seen: ImageWindow | None = None
        self._wanted: WindowRequest | None = None
        self._latest = Latest(jobs, self)
        self._latest.arrived.connect(self._on_arrived)
        self._latest.failed.connect(self._on_failed)
        self._latest.busy_changed.connect(self._on_busy)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._follow)
        self._slow = QTimer(self, singleShot=True, interval=_SLOW_AFTER_MS)
        self._slow.timeout.connect(
            lambda: self.state_changed.emit(self.tr("reading this part of the image…"))
        )
        for signal in (view.scale_changed, view.slice_replaced, model.display_changed):
            signal.connect(self._follow_later)

    @property
    def busy(self) -> bool:
        """Whether a window is awaited, or about to be asked for."""
        return self._latest.busy or self._pause.isActive()

    def _follow_later(self) -> None:
        # Not restarted: while the mouse drags, windows arrive all the same.
        if not self._pause.isActive():
            self._pause.start()

    def _follow(self) -> None:
        image = large_image(self._view.shown)
        seen = None if image is None else seen_window(image, self._view.view_box.seen)
        if image is None:
            self._latest.cancel()
            self._wanted = None
        elif seen is None:
            return  # one looks beside the image
        else:
            self._request(image, seen)
        if seen != self._seen:
            self._seen = seen
            self.seen_changed.emit(seen)

    def _request(self, image: Image, seen: ImageWindow) -> None:
        shown, opened = self._view.shown, self._model.session.opened
        if shown is None or opened is None:
            return
        box, ratio = self._view.view_box, self._view.devicePixelRatioF()
        window = seen.to_draw(image.shape, (box.height() * ratio, box.width() * ratio))
        if window.step >= image.shape[0] / shown.section.rows.size:
            self._latest.cancel()
            self._wanted = None
            self._view.detail.forget()
            return
        levels = self._model.session.display.levels(opened.statistics)
        there = self._view.detail.shown
        wanted = self._wanted or (None if there is None else there.request)
        if wanted is not None and wanted.image is image and wanted.window.step == window.step:
            if wanted.window.holds(seen) and wanted.levels == levels:
                return
            if wanted.window.holds(seen):
                window = wanted.window  # the colours changed, not the place
        read = None
        if there is not None and there.request.image is image and there.request.window == window:
            read = there.section
        self._wanted = WindowRequest(image, window, levels, read)
        self._latest.request(partial(read_window, self._wanted))

    def _on_arrived(self, window: WindowImage) -> None:
        self._wanted = None
        if large_image(self._view.shown) is window.request.image:
            self._view.detail.show_window(window)

    def _on_failed(self, error: BaseException) -> None:
        self._wanted = None
        self.failed.emit(error)

    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - a slot
        if busy:
            self._slow.start()
            return
        self._slow.stop()
        self.state_changed.emit("")
