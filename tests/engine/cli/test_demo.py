"""``outcrop demo`` runs without a window and says where its files are."""

from __future__ import annotations

import segyio

from engine.cli.main import main
from engine.synthetic import demo
from engine.synthetic.survey import write_demo_survey
from tests.bundles import write_bundle


def test_the_survey_is_made_once_and_segmented(tmp_path, capsys, monkeypatch):
    made = []

    def write_small(path, *, seed):
        made.append(path)
        return write_demo_survey(path, seed=seed, shape=(16, 16, 16))

    monkeypatch.setattr(demo, "write_demo_survey", write_small)
    bundle = write_bundle(tmp_path / "tiny")
    out = tmp_path / "demo"
    arguments = ["demo", "--model", str(bundle.path), "--out", str(out), "--device", "cpu"]
    for _ in range(2):
        assert main(arguments) == 0
    text, errors = capsys.readouterr()
    assert errors == ""
    assert len(made) == 1
    assert str(made[0]) in text
    assert f"Wrote {out / 'faults.sgy'}" in text
    with segyio.open(out / "faults.sgy") as file:
        assert file.tracecount == 256


def test_an_unknown_model_is_told(capsys):
    assert main(["demo", "--model", "no-such-model"]) == 1
    assert "no-such-model" in capsys.readouterr().err
