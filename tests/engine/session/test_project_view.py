import json

import pytest

from engine.session.project_view import ProjectView
from engine.session.session import DisplaySettings, Session


def test_what_a_session_shows_comes_back_from_json():
    session = Session(display=DisplaySettings(color_map="grey", gain_db=-6.0, flipped=True))
    session.n_views, session.class_id = 2, 3
    view = ProjectView.of(session)
    assert ProjectView.from_json(json.loads(json.dumps(view.to_json()))) == view
    assert view.display["gain_db"] == -6.0


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"direction": 3, "indices": [1], "display": "x", "n_views": 99, "class_id": "1"},
        {"display": {"color_map": "rainbow", "gain_db": 1e9, "flipped": 1, "percentile": "99"}},
        {"indices": {"inline": "3", "twt": 2.5}},
    ],
)
def test_what_makes_no_sense_is_left_out(value):
    assert ProjectView.from_json(value) == ProjectView()
