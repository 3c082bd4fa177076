"""The page of an evaluation: complete, by itself, and honest about what it shows."""

import csv
import json
import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from engine.core.writable import write_bytes
from engine.data.sources import open_source
from engine.errors import WriteError
from engine.evaluation.evaluation_figures import chosen_samples
from engine.evaluation.evaluation_report import REPORT, write_evaluation_report
from engine.evaluation.folder_evaluation import EvaluationOptions, evaluate_samples
from engine.evaluation.html_page import HtmlPage
from engine.evaluation.parts import Part
from engine.evaluation.written import check_writable

_CPU = torch.device("cpu")


@pytest.fixture
def written(bundle, source, tmp_path):
    data = open_source(source, 2)
    part = Part((0, 1, 2, 3, 4), {2: 12.5, 3: 25.0, 4: 37.5}, "m")
    report = evaluate_samples(bundle, data, device=_CPU, options=EvaluationOptions(part=part))
    write_evaluation_report(tmp_path / "report", report, data, device=_CPU)
    return report, tmp_path / "report"


def test_the_page_needs_nothing_else(written):
    report, folder = written
    page = (folder / REPORT).read_text()
    figures = {path.stem for path in folder.glob("*.png")}
    assert figures == {"predictions", "distribution", "distance", "calibration", "features"}
    assert page.count('<img src="data:image/png;base64,') == len(figures)
    assert not re.search(r"<script|<link|@import|url\(|src=\"(?!data:)", page)
    assert f"{report.overall.mean_iou:.4f}" in page
    assert report.conditions["data"]["sha256"] in page
    assert "frozen" in page


def test_figures_are_sized_for_print(written):
    _, folder = written
    for path in folder.glob("*.png"):
        with Image.open(path) as image:
            assert 600 < image.width < 1600
            assert np.asarray(image.convert("L")).std() > 5  # not an empty page


def test_the_table_has_a_line_for_each_sample_and_both_means(written):
    report, folder = written
    with (folder / "samples.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["row"] for row in rows] == ["sample"] * 5 + ["mean over samples", "global"]
    assert float(rows[0]["mean_iou"]) == report.results[0].scores.mean_iou
    assert rows[4]["mean_iou"] == ""
    assert (rows[2]["distance"], rows[2]["distance unit"]) == ("12.5", "m")
    assert (rows[0]["distance"], rows[0]["distance unit"]) == ("", "")
    assert float(rows[6]["iou body"]) == report.overall.class_iou[1]
    values = json.loads((folder / "scores.json").read_text())
    assert values["n_samples"] == 5
    assert values["distance_unit"] == "m"
    assert [sample["distance"] for sample in values["samples"]] == [None, None, 12.5, 25.0, 37.5]


def test_the_page_gives_every_sample_with_its_distance(written):
    report, folder = written
    page = (folder / REPORT).read_text()
    assert "<th>distance, m</th>" in page
    score = f"{report.results[3].scores.mean_iou:.4f}"
    assert f"<tr><td>3</td><td>unknown</td><td>25</td><td>{score}</td>" in page
    assert "mIoU of one class everywhere" in page
    assert "<tr><td>0</td><td>unknown</td><td>–</td>" in page


def test_two_runs_draw_the_same_figures(written, bundle, source, tmp_path):
    report, folder = written
    write_evaluation_report(tmp_path / "again", report, open_source(source, 2), device=_CPU)
    for path in folder.glob("*.png"):
        with Image.open(path) as one, Image.open(tmp_path / "again" / path.name) as other:
            difference = np.asarray(one, np.int16) - np.asarray(other, np.int16)
        assert np.abs(difference).max() <= 2  # blending rounds by where memory happens to lie


def test_samples_are_chosen_by_rank_and_unlabelled_ones_never():
    scores = [0.5, float("nan"), 0.9, 0.1, 0.7, 0.3, 0.2]
    assert chosen_samples(scores)[0] == 2
    assert chosen_samples(scores)[-1] == 3
    assert chosen_samples([float("nan")]) == []


def test_text_of_others_cannot_break_the_page():
    page = HtmlPage("<b>", "a & b")
    page.table(["<i>"], [["<script>alert(1)</script>"]], published=frozenset({0}))
    page.figure(b"\x89PNG", 'a "caption"')
    text = page.render()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert 'alt="a &quot;caption&quot;"' in text
    assert 'class="published"' in text


def test_a_long_table_is_folded_and_complete():
    page = HtmlPage("title", "lead")
    page.table(["a"], [["1"], ["2"]], folded="All <2>")
    text = page.render()
    assert "<details><summary>All &lt;2&gt;</summary>" in text
    assert text.index("<td>2</td>") < text.index("</details>")


def test_a_place_that_cannot_be_written_to_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError):
        check_writable(tmp_path / "file" / "below.csv")
    with pytest.raises(WriteError, match="is a folder"):
        check_writable(tmp_path)
    with pytest.raises(WriteError, match="cannot be written"):
        write_bytes(tmp_path / "file" / "below.csv", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_bundle_that_knew_the_files_is_marked(bundle, source, tmp_path):
    data = open_source(source, 2)
    known = replace(
        bundle, training={"fit": "resize", "data": {**data.describe(), "training_names": ["0"]}}
    )
    report = evaluate_samples(known, data, device=_CPU)
    assert "1 were trained on" in report.verdict
    write_evaluation_report(tmp_path / "report", report, data, device=_CPU)
    assert '<p class="warning">Of these 5 files' in (tmp_path / "report" / REPORT).read_text()
