import string
from collections import Counter

from app.actions.label_table import TOOL_CHOICE
from app.actions.table import ACTIONS, MENUS, key_groups


def test_no_key_calls_two_actions():
    keys = Counter(key for spec in ACTIONS for key in spec.shortcuts)
    assert [key for key, n in keys.items() if n > 1] == []


def test_names_are_unique_and_menus_known():
    assert len({spec.key for spec in ACTIONS}) == len(ACTIONS)
    assert {spec.menu.split("/")[0] for spec in ACTIONS} <= set(MENUS)


def test_mnemonics_are_unique_in_each_menu():
    for menu in {spec.menu for spec in ACTIONS}:
        letters = [
            spec.text[spec.text.index("&") + 1].lower()
            for spec in ACTIONS
            if spec.menu == menu and "&" in spec.text
        ]
        assert len(letters) == len(set(letters)), menu
        assert set(letters) <= set(string.ascii_lowercase)


def test_the_tools_stand_together_at_the_top_of_their_menu():
    labelling = [spec for spec in ACTIONS if spec.menu == "&Label"]
    tools = [spec for spec in labelling if spec.choice == TOOL_CHOICE]
    assert labelling[: len(tools)] == tools
    assert {"brush", "similar"} <= {spec.key for spec in tools}


def test_the_keys_an_interpreter_expects():
    keys = {spec.key: spec.shortcuts[0] for spec in ACTIONS if spec.shortcuts}
    expected = {
        "inline": "I",
        "crossline": "X",
        "slice": "T",
        "next": "Right",
        "previous": "Left",
        "page_next": "PgDown",
        "page_previous": "PgUp",
        "fit": "Home",
        "gain_up": "Up",
        "gain_down": "Down",
        "auto_clip": "C",
        "live": "L",
        "segment": "Shift+L",
        "overlay": "V",
        "outline": "O",
        "keys": "?",
    }
    assert {name: keys[name] for name in expected} == expected


def test_the_key_card_lists_every_shortcut():
    listed = [key for _, pairs in key_groups() for key, _ in pairs]
    assert sorted(listed) == sorted(" or ".join(s.shortcuts) for s in ACTIONS if s.shortcuts)
