"""The event loop while a model is trained and predicts, and how soon the window is gone."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.composition import compose
from tests.benchmarks.heartbeat import measure
from tests.integration.afternoon import label, start_training

N_MOVES = 800


def test_heartbeat_while_a_model_is_trained_and_predicts(
    benchmark, qapp, write_survey, tmp_path, monkeypatch
):
    for name in ("CACHE", "DATA", "CONFIG"):
        monkeypatch.setenv(f"OUTCROP_{name}", str(tmp_path / name))
    survey = write_survey(tmp_path / "survey.sgy", 60, (300, 220))
    window = compose(qapp)
    window.resize(1400, 900)
    window.show()
    label(window, survey)
    start_training(window, 200)
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    model = window._model
    # A section every half second or so, each predicted while the next steps are taken.
    moves = [lambda n=n: n % 20 == 0 and model.set_index(n // 20 % 60) for n in range(N_MOVES)]
    measure(benchmark, moves)
    assert window.training.running
    began_s = time.perf_counter()
    window.close()
    benchmark.extra_info["close_s"] = round(time.perf_counter() - began_s, 2)
    benchmark.extra_info["bound_close_s"] = 2.0
