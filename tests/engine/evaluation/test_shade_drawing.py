"""Shades over a section in a figure."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.axes import Axis
from engine.core.levels import Levels
from engine.core.section import Section
from engine.core.shades import Shades
from engine.evaluation.figures.section_figure import SectionPicture, draw_section

ROWS, COLS = Axis("twt", "ms", 100.0, 4.0, 60), Axis("crossline", "1", 40.0, 1.0, 50)
SCALE = np.column_stack([np.arange(256), np.zeros((256, 2)), np.full(256, 255)]).astype(np.uint8)


def colors():
    """Green over the upper half, clear below."""
    found = np.zeros((60, 50, 4), np.uint8)
    found[:30] = (0, 255, 0, 255)
    return found


def figure(shades, **changes):
    data = np.full((60, 50), 2.0, np.float32)
    white = np.full((256, 4), 255, np.uint8)
    notes = ("high", "low", "")
    source = SectionPicture(
        Section(data, ROWS, COLS),
        "Line 7",
        white,
        Levels(-2.0, 2.0),
        notes,
        shades=shades,
        **changes,
    )
    return draw_section(source, 120.0, 90.0)


def pixel(found, x, y):
    """Return the colour at a place in the section, from its lower left corner."""
    found.canvas.draw()
    drawn = np.asarray(found.canvas.buffer_rgba())
    box = found.axes[0].get_window_extent()
    row = drawn.shape[0] - 1 - round(box.y0 + y * box.height)
    return tuple(int(level) for level in drawn[row, round(box.x0 + x * box.width), :3])


@pytest.mark.parametrize(("swapped", "tinted", "clear"), [(False, 0.75, 0.25), (True, 0.5, 0.5)])
def test_shades_lie_over_their_samples_with_their_opacity(swapped, tinted, clear):
    found = figure(Shades("Probability of salt", colors(), SCALE, 0.6), swapped=swapped)
    across = (0.5, 0.5) if not swapped else (0.25, 0.75)
    assert pixel(found, across[0], tinted) == pytest.approx((102, 255, 102), abs=2)
    assert pixel(found, across[1], clear) == (255, 255, 255)


def test_the_scale_runs_from_0_to_1_and_says_of_what():
    found = figure(Shades("Probability of salt", colors(), SCALE))
    bars = [a for a in found.findobj(type(found.axes[0])) if a.get_xlabel().startswith("Prob")]
    (bar,) = bars
    assert bar.get_xlabel() == "Probability of salt"
    assert bar.get_xlim() == (0.0, 1.0)


def test_colours_that_are_no_numbers_have_a_name_and_no_scale():
    found = figure(Shades("Features as colours", colors()))
    assert "Features as colours" in [text.get_text() for text in found.axes[0].texts]


def test_a_part_has_the_colours_of_its_samples():
    part = Shades("a", colors()).part(slice(25, 35), slice(5, 9))
    assert part.colors.shape == (10, 4, 4)
    assert (part.colors[:5, :, 1] == 255).all()
    assert not part.colors[5:].any()
