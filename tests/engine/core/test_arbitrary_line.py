import itertools
import math

import numpy as np
import pytest
import segyio
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.arbitrary_line import MOST_TRACES, ArbitraryLine, line_traces, read_traces
from engine.core.axes import Axis
from engine.core.lined_volume import LinedVolume, numbers_at, without_lines
from engine.core.survey import Survey
from engine.errors import ShapeError
from engine.readers.detect import open_volume
from engine.readers.display.copied_volume import CopiedVolume
from tests.app.fakes import FakeVolume
from tests.synthetic import write_segy

INLINES, CROSSLINES = Axis("inline", "1", 100.0, 2.0, 30), Axis("crossline", "1", 300.0, 1.0, 40)
SURVEY = Survey((1000.0, 2000.0), (0.0, 12.5), (25.0, 0.0))
"""25 m to the next line both ways."""

bins = st.tuples(st.integers(0, 29), st.integers(0, 39)).map(
    lambda pair: (INLINES.value(pair[0]), CROSSLINES.value(pair[1]))
)
lines = (
    st.lists(bins, min_size=2, max_size=6)
    .map(lambda nodes: tuple(node for node, _ in itertools.groupby(nodes)))
    .filter(lambda nodes: len(nodes) > 1)
    .map(ArbitraryLine)
)


@settings(derandomize=True)
@given(lines)
def test_traces_lie_at_equal_distances_and_meet_all_nodes_in_order(line):
    traces = line_traces(line, INLINES, CROSSLINES, SURVEY)
    places = [SURVEY.xy(*node) for node in line.nodes]
    length = sum(math.dist(a, b) for a, b in itertools.pairwise(places))
    assert (traces.axis.name, traces.axis.unit, traces.axis.first) == ("distance", "m", 0.0)
    assert traces.axis.last == pytest.approx(length)
    assert traces.axis.step == pytest.approx(25.0, rel=0.5)
    met = list(
        zip(INLINES.values()[traces.inlines], CROSSLINES.values()[traces.crosslines], strict=True)
    )
    assert met[0] == line.nodes[0]
    assert met[-1] == line.nodes[-1]
    remaining = iter(met)
    assert all(node in remaining for node in line.nodes)


def test_a_line_along_an_inline_is_that_inline():
    volume = FakeVolume()
    line = ArbitraryLine(((106.0, 300.0), (106.0, 339.0)))
    lined = LinedVolume(volume, (line,))
    section = lined.section("arbitrary", 0)
    np.testing.assert_array_equal(section.data, volume.section("inline", 3).data)
    assert section.cols == Axis("distance", "m", 0.0, 25.0, 40)
    assert section.rows == volume.axes[2]
    assert (section.plane.direction, section.plane.number) == ("arbitrary", 1.0)


def test_without_coordinates_traces_are_counted():
    for survey in (None, Survey((0, 0), (0, 1), (1, 0), unit="arc seconds")):
        traces = line_traces(
            ArbitraryLine(((100.0, 300.0), (120.0, 310.0))), INLINES, CROSSLINES, survey
        )
        assert traces.axis == Axis("trace", "1", 1.0, 1.0, 15)  # a diagonal of 10 by 10 bins
        assert (traces.inlines[-1], traces.crosslines[-1]) == (10, 10)


def test_lines_that_lie_on_each_other_on_the_ground_are_measured_in_traces():
    flat = Survey((0.0, 0.0), (25.0, 0.0), (25.0, 0.0))
    traces = line_traces(ArbitraryLine(((100.0, 300.0), (110.0, 300.0))), INLINES, CROSSLINES, flat)
    assert traces.axis.name == "trace"


def test_outside_the_survey_there_are_no_data():
    lined = LinedVolume(FakeVolume(), (ArbitraryLine(((106.0, 290.0), (106.0, 310.0))),))
    section = lined.section("arbitrary", 0)
    assert np.isnan(section.data[:, :10]).all()
    assert not np.isnan(section.data[:, 10:15]).any()
    assert lined.lines_at(0, 0) is None
    assert lined.lines_at(0, 12) == (106.0, 302.0)
    assert "inline" not in numbers_at(lined, section, 0, 0)
    assert numbers_at(lined, section, 2, 12) == {
        "arbitrary": 1.0,
        "inline": 106.0,
        "crossline": 302.0,
        "distance": 300.0,
        "twt": 8.0,
    }


def test_single_traces_of_a_file_are_those_that_segyio_reads(tmp_path):
    path = tmp_path / "a.sgy"
    write_segy(path)
    volume = open_volume(path)
    inlines, crosslines = volume.axes[:2]
    places = np.array([(0, 0), (2, 1), (1, 3), (2, 1)])
    with segyio.open(path) as file:
        expected = [
            file.iline[int(inlines.value(i))][int(j)].astype(np.float32) for i, j in places.tolist()
        ]
    for source in (volume, CopiedVolume(volume)):
        data, n_bad = read_traces(source, *places.T)
        np.testing.assert_array_equal(data, np.array(expected).T)
        assert n_bad == 0
    assert crosslines.size > 3
    volume.close()


def test_the_volume_stays_what_it_is_besides():
    volume = FakeVolume()
    lined = LinedVolume(volume, (ArbitraryLine(((100.0, 300.0), (120.0, 310.0))),) * 2)
    assert lined.directions == ("inline", "crossline", "twt", "arbitrary")
    assert lined.axis_along("arbitrary").size == 2
    assert lined.axis_along("twt") == volume.axes[2]
    np.testing.assert_array_equal(lined.section("twt", 4).data, volume.section("twt", 4).data)
    assert without_lines(lined) is volume
    assert without_lines(volume) is volume
    with pytest.raises(IndexError, match="line 2 is outside 0 to 1"):
        lined.section("arbitrary", 2)


@pytest.mark.parametrize(
    ("nodes", "match"),
    [
        (((1.0, 2.0),), "of 1 nodes"),
        (((1.0, 2.0), (1.0, 2.0)), "two equal nodes"),
        (((1.0, 2.0), (1.0, float("nan"))), "is nowhere"),
    ],
)
def test_lines_that_lead_nowhere_are_refused(nodes, match):
    with pytest.raises(ShapeError, match=match):
        ArbitraryLine(nodes)


def test_a_line_that_is_too_long_is_refused_before_anything_is_allocated():
    line = ArbitraryLine(((100.0, 300.0), (1e12, 300.0)))
    with pytest.raises(ShapeError, match=f"more than {MOST_TRACES}"):
        line_traces(line, INLINES, CROSSLINES, SURVEY)


def test_a_line_survives_json():
    line = ArbitraryLine(((100.0, 300.5), (120.0, 310.0), (100.0, 300.5)))
    assert ArbitraryLine.from_json(line.to_json()) == line
    assert line.moved(1, (130.0, 301.0)).nodes[1] == (130.0, 301.0)


def test_a_line_tells_the_traces_at_its_bends_but_not_its_ends():
    straight = ArbitraryLine(((106.0, 300.0), (106.0, 339.0)))
    bent = ArbitraryLine(((106.0, 300.0), (106.0, 320.0), (126.0, 320.0), (126.0, 390.0)))
    outside = ArbitraryLine(((106.0, 300.0), (106.0, 350.0), (126.0, 330.0)))
    lined = LinedVolume(FakeVolume(), (straight, bent, outside))
    assert lined.bends(0) == ()
    assert lined.bends(1) == ((20, 106.0, 320.0), (30, 126.0, 320.0))
    assert lined.bends(2) == ((50, 106.0, 350.0),)
