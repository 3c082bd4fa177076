"""The slice on the screen, as the jobs on features ask for it."""

from __future__ import annotations

from app.workers.feature_requests import SliceRequest
from app.workers.slices import SliceImage
from engine.session.session import Session


def request_of(shown: SliceImage | None, session: Session) -> SliceRequest | None:
    """Return what is to be asked about a slice with the current model.

    Parameters
    ----------
    shown : SliceImage or None
        The slice on the screen.
    session : Session
        Names the model.

    Returns
    -------
    SliceRequest or None
        None if no slice of the open volume is shown, or the model cannot be used.
    """
    opened, model = session.opened, session.model
    if shown is None or opened is None or model is None or not model.available:
        return None
    request = shown.request
    if request.volume_number != opened.number:
        return None
    return SliceRequest(
        opened.number,
        opened.volume,
        opened.statistics,
        request.direction,
        request.index,
        model,
        session.device,
    )
