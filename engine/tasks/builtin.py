"""The five segmentation tasks of Guo et al. 2024, and one for classes of your own.

Their numbers lie in resources/presets.
"""

from __future__ import annotations

from engine.tasks.preset import Preset, load_preset


class _PresetTask:
    """A segmentation task whose preset ships with Outcrop under its name."""

    name: str
    title: str
    kind = "segmentation"

    def preset(self) -> Preset:
        """Read the preset.

        Returns
        -------
        Preset
            Of this task.
        """
        return load_preset(self.name)


class FaciesTask(_PresetTask):
    """Six facies of a seismic section."""

    name = "facies"
    title = "Seismic facies"


class SaltTask(_PresetTask):
    """Salt bodies in small seismic images."""

    name = "salt"
    title = "Salt bodies"


class CraterTask(_PresetTask):
    """Craters in images of the Moon."""

    name = "crater"
    title = "Lunar craters"


class DasTask(_PresetTask):
    """Seismic events in records of distributed acoustic sensing."""

    name = "das"
    title = "DAS seismic events"


class FaultTask(_PresetTask):
    """Faults in seismic sections."""

    name = "fault"
    title = "Seismic faults"


class OwnTask(_PresetTask):
    """Classes that the user names."""

    name = "own"
    title = "Your own classes"
