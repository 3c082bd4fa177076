"""What is open, where one looks, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine.core.class_scheme import ClassScheme
from engine.core.labels import CERTAIN
from engine.core.prediction_options import PLAIN, PredictionOptions
from engine.session.display_settings import GAIN_RANGE_DB, DisplaySettings, OverlaySettings
from engine.session.labelling import LabelLook, ToolSettings
from engine.session.labels import LabelDocument
from engine.session.model_info import InstantModel, ModelInfo
from engine.session.open_volume import OpenVolume
from engine.session.predictions import FeaturePicture, Prediction, PredictionKey, PredictionStore
from engine.session.processing import ProcessedView, RecordProcessing

MOST_VIEWS = 3


@dataclass(slots=True)
class Session:
    """The document; only `app.session_model.SessionModel` changes it."""

    opened: OpenVolume | None = None
    n_opened: int = 0
    display: DisplaySettings = field(default_factory=DisplaySettings)
    overlay: OverlaySettings = field(default_factory=OverlaySettings)
    models: tuple[ModelInfo, ...] = ()
    models_listed: bool = False
    model: ModelInfo | None = None
    device: str = "auto"
    prediction_options: PredictionOptions = PLAIN
    live: bool = False
    tool: str = ""
    n_views: int = 1
    processing: RecordProcessing = field(default_factory=RecordProcessing)
    predictions: PredictionStore[Prediction] = field(default_factory=PredictionStore)
    pictures: PredictionStore[FeaturePicture] = field(default_factory=PredictionStore)
    compared: ModelInfo | None = None
    instant_on: bool = False
    suggesting: bool = False
    instant: InstantModel | None = None
    labels: LabelDocument | None = None
    author: str = ""
    class_id: int = 1
    certainty: int = CERTAIN
    label_look: LabelLook = field(default_factory=LabelLook)
    tools: ToolSettings = field(default_factory=ToolSettings)

    @property
    def shown_display(self) -> DisplaySettings:
        """How the open data are drawn, with the colour map of their kind in `color_map`.

        An image has neither traces nor a polarity to reverse; only a record may lie on its
        side.
        """
        display = replace(self.display, swapped=self.display.swapped and self.shows_record)
        if not self.shows_image:
            return display
        color_map = display.image_color_map
        return replace(display, color_map=color_map, drawing="density", flipped=False)

    @property
    def shows_record(self) -> bool:
        """Whether the open data are a DAS record."""
        return self.opened is not None and self.opened.volume.kind == "record"

    @property
    def shows_image(self) -> bool:
        """Whether the open data are an image, which has a colour map of its own."""
        return self.opened is not None and self.opened.volume.kind == "image"

    def key(self) -> PredictionKey | None:
        """Return the key of the current section with the current model, if there are both."""
        if self.opened is None:
            return None
        return self.key_of(self.opened.number, self.opened.direction, self.opened.index)

    def key_of(self, volume: int, direction: str, index: int) -> PredictionKey | None:
        """Return the key of a section with the current model, if there is one.

        The instant head, once it is fitted, takes the model's place.
        """
        if self.model is None:
            return None
        pipeline = self._pipeline(self.model)
        if self.instant is None:
            identity, options = self.model.identity, self.prediction_options
        else:
            identity, options = self.instant.identity, self.instant_options
        return PredictionKey(volume, direction, index, identity, pipeline, options)

    @property
    def told_apart(self) -> ClassScheme | None:
        """Classes of what says something now: the instant head, or the model."""
        if self.instant is not None:
            return self.instant.classes
        return None if self.model is None else self.model.classes

    def can_compare(self, other: ModelInfo) -> bool:
        """Tell whether a model is another one that tells the same classes apart."""
        if other == self.model and self.instant is None:
            return False
        own, others = self.told_apart, other.classes
        return own is None or others is None or own.names == others.names

    def compared_key(self, key: PredictionKey) -> PredictionKey | None:
        """Return the key of the same section with the model that is compared, if there is one."""
        other = self.compared
        if other is None:
            return None
        return PredictionKey(
            key.volume,
            key.direction,
            key.index,
            other.identity,
            self._pipeline(other),
            self.prediction_options,
        )

    def features_key(self, key: PredictionKey) -> PredictionKey | None:
        """Return the key of the same section's features, which no option changes."""
        if self.model is None:
            return None
        return replace(key, model=self.model.identity, options=PLAIN)

    @property
    def instant_options(self) -> PredictionOptions:
        """What is done to the answer of an instant head: it has no features of mirror images."""
        return replace(self.prediction_options, mirror=False)

    @property
    def processed_for_models(self) -> ProcessedView | None:
        """What models see instead of the amplitudes as recorded, if the user wants that."""
        if self.opened is None or not self.processing.for_models:
            return None
        return self.opened.processed

    def _pipeline(self, model: ModelInfo) -> str:
        """Name what happens to amplitudes before a model sees them."""
        seen = self.processed_for_models
        return model.pipeline if seen is None else f"{model.pipeline} after {seen.text}"

    def suited_model(self) -> ModelInfo | None:
        """Return the present model, or the first of the list that is for the open data."""
        if self.opened is None or (self.model and self.model.suits(self.opened.volume)):
            return self.model
        volume = self.opened.volume
        fitting = (m for m in self.models if m.available and m.suits(volume))
        return next(fitting, self.model)

    def models_by_task(self) -> tuple[ModelInfo, ...]:
        """Return the models as they are listed: by task, those that cannot be read last."""
        return tuple(sorted(self.models, key=lambda m: (not m.task, m.task_title or m.task)))

    def with_gain(self, change_db: float) -> DisplaySettings:
        """Return the display with another gain, inside its range."""
        low, high = GAIN_RANGE_DB
        gain_db = min(max(self.display.gain_db + change_db, low), high)
        return replace(self.display, gain_db=gain_db)
