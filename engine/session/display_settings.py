"""How data and what models say of them are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.levels import Levels

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
DRAWINGS = ("density", "wiggles", "both")
EXAGGERATIONS = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0)
VELOCITY_RANGE_M_S = (300.0, 9000.0)
OVERLAY_KINDS = ("classes", "probability", "confidence", "features", "difference")


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
