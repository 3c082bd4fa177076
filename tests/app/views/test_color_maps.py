import numpy as np
import pytest
from matplotlib import colormaps

from app.settings import Settings
from app.views.color_maps import COLOR_MAPS
from engine.session.display_settings import COLOR_MAP_KEYS, DisplaySettings


@pytest.mark.parametrize("item", COLOR_MAPS.values(), ids=lambda item: item.key)
def test_the_middle_level_has_the_middle_colour_and_no_data_is_transparent(item):
    table = item.table()
    middle = tuple(bytes.fromhex(item.colors[len(item.colors) // 2][1:]))
    assert table.shape == (256, 4)
    assert tuple(table[128, :3]) == middle
    assert tuple(table[1, :3]) == tuple(bytes.fromhex(item.colors[0][1:]))
    assert tuple(table[255, :3]) == tuple(bytes.fromhex(item.colors[-1][1:]))
    assert table[0, 3] == 0
    assert (table[1:, 3] == 255).all()


@pytest.mark.parametrize(
    "key", ["blue-white-orange", "red-white-blue", "red-white-black", "purple-white-green"], ids=str
)
def test_diverging_maps_darken_from_zero_to_both_ends(key):
    light = COLOR_MAPS[key].table()[1:, :3].astype(float) @ [0.2126, 0.7152, 0.0722]
    assert light.argmax() == 127
    assert (np.diff(light[:128]) >= -1).all()
    assert (np.diff(light[127:]) <= 1).all()


@pytest.mark.parametrize("key", ["viridis", "cividis", "inferno", "grey"])
def test_sequential_maps_grow_lighter_all_the_way(key):
    light = COLOR_MAPS[key].table()[1:, :3].astype(float) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(light) >= -1).all()
    assert light[-1] - light[0] > 150


@pytest.mark.parametrize("key", ["viridis", "cividis", "inferno"])
def test_maps_taken_from_matplotlib_are_close_to_it(key):
    wanted = colormaps[key](np.linspace(0, 1, 255))[:, :3] * 255
    assert np.abs(COLOR_MAPS[key].table()[1:, :3] - wanted).max() < 12


@pytest.mark.parametrize("key", ["blue-white-orange", "purple-white-green"])
def test_the_ends_of_colour_blind_safe_maps_differ_without_red_and_green_cones(key):
    """Seen with deuteranopia (Vienot, Brettel and Mollon, 1999, table of linear RGB)."""
    table = (COLOR_MAPS[key].table()[1:, :3] / 255.0) ** 2.2
    seen = (
        table @ np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]).T
    )
    quarter, three_quarters = seen[60], seen[194]
    assert np.abs(quarter - three_quarters).max() > 0.1


def test_the_default_is_there():
    assert tuple(COLOR_MAPS) == COLOR_MAP_KEYS
    assert Settings().color_map == DisplaySettings().color_map == next(iter(COLOR_MAPS))
