"""What is open, where one looks, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.arbitrary_line import ARBITRARY, ArbitraryLine
from engine.core.axes import Axis
from engine.core.class_scheme import ClassScheme
from engine.core.labels import CERTAIN
from engine.core.levels import Levels
from engine.core.lined_volume import LinedVolume, without_lines
from engine.core.volume import Volume, domain_of
from engine.session.labelling import LabelLook, ToolSettings
from engine.session.labels import LabelDocument
from engine.session.predictions import FeaturePicture, Prediction, PredictionKey, PredictionStore
from engine.session.processing import ProcessedView, RecordProcessing
from engine.session.scores import ScoreTable

PERCENTILE_RANGE = (90.0, 99.9)
GAIN_RANGE_DB = (-30.0, 30.0)
COLOR_MAP_KEYS = (
    "blue-white-orange",
    "grey",
    "red-white-blue",
    "red-white-black",
    "purple-white-green",
    "viridis",
    "cividis",
    "inferno",
)
POLARITIES = ("unstated", "normal", "reverse")
MOST_VIEWS = 3
DRAWINGS = ("density", "wiggles", "both")
EXAGGERATIONS = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0)
VELOCITY_RANGE_M_S = (300.0, 9000.0)
OVERLAY_KINDS = ("classes", "probability", "confidence", "features", "difference")
ViewRange = tuple[tuple[float, float], tuple[float, float]]
"""Ends of what is seen of the columns and of the rows of a section, in their units."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model bundle as the window lists it.

    Parameters
    ----------
    name : str
        Its name.
    path : pathlib.Path
        Its folder.
    identity : str
        Changes when any of its files changes.
    task : str
        What it segments.
    encoder, decoder : str
        Names of its parts.
    available : bool
        Whether it can be used here.
    reason : str, default ""
        Why not, and what to do.
    classes : ClassScheme, optional
        Known when the bundle could be read.
    pipeline : str, default ""
        Fingerprint of its preprocessing.
    task_title : str, default ""
        The task's name for people.
    facts : tuple of (str, str), default ()
        What it says of itself: names and values, in the order to show them.
    scores : ScoreTable, optional
        What it was scored on, and how it did.
    shipped : bool, default False
        Whether it comes with Outcrop.
    domain : str, default "any"
        What it is for: ``seismic``, ``das``, ``lunar`` or ``any``.
    """

    name: str
    path: Path
    identity: str
    task: str
    encoder: str
    decoder: str
    available: bool
    reason: str = ""
    classes: ClassScheme | None = None
    pipeline: str = ""
    task_title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    scores: ScoreTable = field(default_factory=ScoreTable)
    shipped: bool = False
    domain: str = "any"

    def suits(self, volume: Volume) -> bool:
        """Tell whether it is for such data."""
        return self.domain in {"any", domain_of(volume.kind)}


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """How amplitudes are drawn.

    Parameters
    ----------
    color_map : str
        Key of the colour map of amplitudes.
    percentile : float
        Share of the amplitudes that is not clipped at 0 dB.
    gain_db : float
        Further gain, in decibels.
    polarity : {"unstated", "normal", "reverse"}
        SEG polarity of the data, as stated by the user.
    drawing : {"density", "wiggles", "both"}
        Variable density, wiggle traces, or wiggles over density.
    flipped : bool
        Whether peaks are drawn as troughs; amplitudes that are read out stay
        as they are in the file.
    exaggeration : float
        Vertical exaggeration; 0 fills the window instead.
    velocity_m_s : float
        Turns two-way time into depth for the exaggeration, metres per second.
    image_color_map : str
        Key of the colour map of images.
    chosen_levels : Levels, optional
        Levels at 0 dB that the user chose instead of the percentile.
    swapped : bool
        Whether records are drawn with time to the right and channels downwards.
    """

    color_map: str = "blue-white-orange"
    percentile: float = 99.0
    gain_db: float = 0.0
    polarity: str = "unstated"
    drawing: str = "density"
    flipped: bool = False
    exaggeration: float = 0.0
    velocity_m_s: float = 2000.0
    image_color_map: str = "grey"
    chosen_levels: Levels | None = None
    swapped: bool = False

    def levels(self, statistics: AmplitudeStatistics) -> Levels:
        """Return the amplitudes between which colours change."""
        levels = self.chosen_levels or Levels.automatic(statistics, self.percentile)
        return levels.with_gain(self.gain_db)


@dataclass(frozen=True, slots=True)
class OverlaySettings:
    """How what a model says is drawn.

    Parameters
    ----------
    kind : {"classes", "probability", "confidence", "features", "difference"}
        What is drawn: the most probable classes, the probability of one class, how
        sure the model is, its features as colours, or where it differs from the
        model that it is compared with.
    class_id : int
        Whose probability.
    swipe : bool
        Whether a line parts the section between two models; of features, between
        those before and after adaptation.
    visible : bool
        Whether they are drawn at all.
    opacity : float
        From 0 to 1.
    outline : bool
        Borders only instead of areas.
    hidden : frozenset of int
        Classes that are not drawn.
    """

    visible: bool = True
    opacity: float = 0.6
    outline: bool = False
    hidden: frozenset[int] = frozenset()
    kind: str = "classes"
    class_id: int = 1
    swipe: bool = False


@dataclass(frozen=True, slots=True)
class InstantModel:
    """A head that is fitted anew with each stroke, in the place of the model.

    Parameters
    ----------
    identity : str
        Another with each fit.
    classes : ClassScheme
        What it tells apart.
    """

    identity: str
    classes: ClassScheme


@dataclass(slots=True)
class OpenVolume:
    """A volume of the session and the place one looks at.

    Parameters
    ----------
    number : int
        Differs between any two volumes opened in one session.
    volume : Volume
        The data.
    statistics : AmplitudeStatistics
        Measured when it was opened.
    direction : str
        Direction of the current section.
    indices : dict of str to int
        The current position of each direction.
    description : mapping of str to object
        What the file says of itself, as JSON values.
    reader_options : mapping of str to object
        How it was opened.
    processed : ProcessedView, optional
        What is shown instead of the amplitudes as recorded.
    ranges : dict of str to ViewRange
        What was seen last of each direction.
    """

    number: int
    volume: Volume
    statistics: AmplitudeStatistics
    direction: str
    indices: dict[str, int]
    description: Mapping[str, Any] = field(default_factory=dict)
    reader_options: Mapping[str, Any] = field(default_factory=dict)
    processed: ProcessedView | None = None
    ranges: dict[str, ViewRange] = field(default_factory=dict)

    @classmethod
    def centred(cls, number: int, volume: Volume, statistics: AmplitudeStatistics) -> OpenVolume:
        """Look at the middle of a volume."""
        indices = {name: volume.axis_along(name).size // 2 for name in volume.directions}
        return cls(number, volume, statistics, volume.directions[0], indices)

    @property
    def shown_volume(self) -> Volume:
        """Where sections to look at are read."""
        return self.volume if self.processed is None else self.processed.volume

    @property
    def shown_statistics(self) -> AmplitudeStatistics:
        """Statistics of the amplitudes that are shown."""
        return self.statistics if self.processed is None else self.processed.statistics

    @property
    def lines(self) -> tuple[ArbitraryLine, ...]:
        """Lines that were drawn through the volume."""
        return self.volume.lines if isinstance(self.volume, LinedVolume) else ()

    @property
    def has_lines(self) -> bool:
        """Whether lines can be drawn through it: it has inlines and crosslines."""
        return {"inline", "crossline"} <= set(self.volume.directions)

    def take_lines(self, lines: tuple[ArbitraryLine, ...]) -> None:
        """Draw other lines through the volume; one that was looked along may be gone.

        Raises
        ------
        ShapeError
            If a line is too long.
        """
        base = without_lines(self.volume)
        self.volume = LinedVolume(base, lines) if lines else base
        if lines:
            present = self.indices.get(ARBITRARY, 0)
            self.indices[ARBITRARY] = min(present, len(lines) - 1)
        else:
            self.indices.pop(ARBITRARY, None)
            if self.direction == ARBITRARY:
                self.direction = base.directions[0]

    @property
    def index(self) -> int:
        """Position of the current section, from 0."""
        return self.indices[self.direction]

    @property
    def axis(self) -> Axis:
        """The axis along which the current sections are stacked."""
        return self.volume.axis_along(self.direction)


@dataclass(slots=True)
class Session:
    """The document; only `app.session_model.SessionModel` changes it."""

    opened: OpenVolume | None = None
    n_opened: int = 0
    display: DisplaySettings = field(default_factory=DisplaySettings)
    overlay: OverlaySettings = field(default_factory=OverlaySettings)
    models: tuple[ModelInfo, ...] = ()
    model: ModelInfo | None = None
    device: str = "auto"
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
        identity = self.model.identity if self.instant is None else self.instant.identity
        return PredictionKey(volume, direction, index, identity, self._pipeline(self.model))

    def compared_key(self, key: PredictionKey) -> PredictionKey | None:
        """Return the key of the same section with the model that is compared, if there is one."""
        other = self.compared
        if other is None:
            return None
        return replace(key, model=other.identity, pipeline=self._pipeline(other))

    def model_key(self, key: PredictionKey) -> PredictionKey | None:
        """Return the key of the same section with the model itself, not its instant head."""
        return None if self.model is None else replace(key, model=self.model.identity)

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
