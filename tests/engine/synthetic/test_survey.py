"""The demo survey: a SEG-Y file that others can open."""

import numpy as np
import pytest
import segyio

from engine.errors import SettingsError, WriteError
from engine.synthetic.survey import synthetic_survey, write_demo_survey

SHAPE = (24, 40, 60)


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    return write_demo_survey(tmp_path_factory.mktemp("survey") / "demo.sgy", seed=4, shape=SHAPE)


def test_segyio_finds_the_geometry_and_the_amplitudes(survey):
    expected, _ = synthetic_survey(4, SHAPE)

    with segyio.open(survey) as file:
        cube = segyio.tools.cube(file)
        assert file.sorting == segyio.TraceSortingFormat.INLINE_SORTING
        assert list(file.ilines) == list(range(1001, 1025))
        assert list(file.xlines) == list(range(2001, 2041))
        assert list(file.samples[:3]) == [0.0, 4.0, 8.0]
        assert file.bin[segyio.BinField.Interval] == 4000
    assert np.array_equal(cube, expected)
    assert survey.read_bytes()[3500:3502] == b"\x01\x00"


def test_the_text_header_is_ebcdic_and_says_what_the_file_is(survey):
    raw = survey.read_bytes()[:3200]

    cards = [raw[k : k + 80].decode("cp037") for k in range(0, 3200, 80)]
    assert all(card.startswith("C") for card in cards)
    assert "SYNTHETIC" in cards[0]
    assert "SEG Y REV1" in cards[38]


def test_coordinates_make_a_regular_grid_of_25_metres(survey):
    with segyio.open(survey) as file:
        scalar = file.header[0][segyio.TraceField.SourceGroupScalar]
        x = file.attributes(segyio.TraceField.CDP_X)[:].reshape(SHAPE[:2])
        y = file.attributes(segyio.TraceField.CDP_Y)[:].reshape(SHAPE[:2])

    place = np.stack([x, y]).astype(float) / -scalar
    along_inline = np.linalg.norm(np.diff(place, axis=2), axis=0)
    along_crossline = np.linalg.norm(np.diff(place, axis=1), axis=0)
    assert np.allclose(along_inline, 25.0, atol=0.2)
    assert np.allclose(along_crossline, 25.0, atol=0.2)


def test_the_same_seed_writes_the_same_bytes(survey, tmp_path):
    again = write_demo_survey(tmp_path / "again.sgy", seed=4, shape=SHAPE)

    assert again.read_bytes() == survey.read_bytes()


def test_faults_run_through_neighbouring_lines():
    _, faults = synthetic_survey(1, (40, 80, 100))

    assert 0.01 < faults.mean() < 0.2
    # A surface drifts by less than two traces from one inline to the next.
    near = faults[:-1].copy()
    for shift in (1, 2):
        near[:, shift:] |= faults[:-1, :-shift]
        near[:, :-shift] |= faults[:-1, shift:]
    assert near[faults[1:]].mean() > 0.95


def test_a_folder_that_does_not_exist_is_an_error_and_leaves_nothing(tmp_path):
    with pytest.raises(WriteError, match="cannot be written"):
        write_demo_survey(tmp_path / "missing" / "demo.sgy", seed=0, shape=(16, 16, 16))

    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("shape", [(1, 40, 40), (1000, 1000, 1000)])
def test_a_size_out_of_range_is_refused(tmp_path, shape):
    with pytest.raises(SettingsError, match=f"{shape[0]} x"):
        write_demo_survey(tmp_path / "demo.sgy", seed=0, shape=shape)
