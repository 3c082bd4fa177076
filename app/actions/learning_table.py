"""The actions of features and instant mode as data."""

from __future__ import annotations

from app.actions.spec import ActionSpec
from engine.session.display_settings import OVERLAY_KINDS
from engine.session.session import Session

_LABEL, _TRAIN, _VIEWS = "&Label", "&Train", "&View/&Model view"
_TEXTS = {
    "classes": ("&Classes", "The most probable class everywhere."),
    "probability": ("&Probability of a class", "From 0 to 1; the class is chosen in the panel."),
    "confidence": ("C&onfidence", "One minus the normalised entropy of the classes."),
    "features": ("&Features as colours", "Principal components, the same for all slices."),
    "difference": ("&Difference of two models", "Where they give probability to other classes."),
}

LEARNING_ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "suggest",
        _LABEL,
        "S&how what to label next",
        tip="A strip below the slider: where the model is unsure and far from labels.",
        needs="model",
        checkable=True,
        starts_group=True,
    ),
    ActionSpec("go_to_suggested", _LABEL, "Go to &what to label next", ("N",), needs="model"),
    *(
        ActionSpec(
            f"view_{kind}",
            _VIEWS,
            _TEXTS[kind][0],
            tip=_TEXTS[kind][1],
            needs="model",
            checkable=True,
            choice="model_view",
        )
        for kind in OVERLAY_KINDS
    ),
    ActionSpec(
        "swipe",
        _VIEWS,
        "&Line between two",
        tip="Left and right of it: both models, or features before and after adaptation.",
        needs="model",
        checkable=True,
        starts_group=True,
    ),
    ActionSpec(
        "instant",
        _TRAIN,
        "&Instant mode",
        tip="Each stroke refits a small model, and the slice shows what it says.",
        needs="model",
        checkable=True,
    ),
    ActionSpec(
        "carry_on",
        _TRAIN,
        "&Carry on to fine-tuning…",
        tip="Keep the instant model among your models, and train on from it.",
        needs="instant",
    ),
)


def learning_switches(session: Session) -> tuple[tuple[str, bool], ...]:
    """Return which of these switches are on.

    Parameters
    ----------
    session : Session
        The document.

    Returns
    -------
    tuple of (str, bool)
        Keys of actions, with their state.
    """
    return (
        ("similar", session.tool == "similar"),
        (f"view_{session.overlay.kind}", True),
        ("swipe", session.overlay.swipe),
        ("instant", session.instant_on),
        ("suggest", session.suggesting),
    )
