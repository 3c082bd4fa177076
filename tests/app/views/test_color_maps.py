import numpy as np
import pytest

from app.settings import Settings
from app.views.color_maps import COLOR_MAPS
from engine.session.session import COLOR_MAP_KEYS, DisplaySettings


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


@pytest.mark.parametrize("key", ["blue-white-orange", "red-white-blue", "red-white-black"], ids=str)
def test_diverging_maps_darken_from_zero_to_both_ends(key):
    light = COLOR_MAPS[key].table()[1:, :3].astype(float) @ [0.2126, 0.7152, 0.0722]
    assert light.argmax() == 127
    assert (np.diff(light[:128]) >= -1).all()
    assert (np.diff(light[127:]) <= 1).all()


def test_the_default_is_there():
    assert tuple(COLOR_MAPS) == COLOR_MAP_KEYS
    assert Settings().color_map == DisplaySettings().color_map == next(iter(COLOR_MAPS))
