"""Windows of a record that are processed as they are read."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.volume import Volume
from engine.errors import SettingsError
from engine.preprocessing.das_chain import DasChain
from engine.preprocessing.das_processing import apply_chain
from engine.readers.das.processed import ProcessedRecord, processed
from engine.readers.detect import open_volume
from engine.readers.display.copied_volume import exact_section
from tests.records import samples, write_prodml

CHAIN = DasChain(common_mode=True, band=True, low_hz=20.0, high_hz=200.0, gain=True, gain_s=0.1)


@pytest.fixture
def record(tmp_path):
    """A record of 4500 samples at 1 kHz in windows of 1000."""
    write_prodml(tmp_path / "a.h5", samples(4500, 20), rate_hz=1000.0)
    record = open_volume(tmp_path / "a.h5", samples=1000)
    yield record
    record.close()


def test_windows_show_no_edges_where_the_record_goes_on(record):
    view = ProcessedRecord(record, CHAIN)
    assert isinstance(view, Volume)
    whole = apply_chain(CHAIN, record.stretch(0, 4500))
    for index in range(5):
        start, stop = record.windows.bounds(index)
        section = view.section("window", index)
        raw = record.section("window", index)
        assert (section.rows, section.cols, section.plane) == (raw.rows, raw.cols, raw.plane)
        np.testing.assert_allclose(section.data, whole.data[start:stop], atol=0.01)
        assert section.processing == CHAIN.text()


def test_statistics_are_those_of_what_is_seen_and_do_not_depend_on_the_cut(record):
    statistics = ProcessedRecord(record, CHAIN).statistics()
    assert statistics.std == pytest.approx(1, abs=0.05)
    assert ProcessedRecord(record.overlapping(0.5), CHAIN).statistics() == statistics


def test_models_see_the_samples_as_recorded_unless_told_otherwise(record):
    view = ProcessedRecord(record, CHAIN)
    section = view.section("window", 2)
    raw = exact_section(view, section)
    np.testing.assert_array_equal(raw.data, record.section("window", 2).data)
    assert exact_section(view, raw) is raw


def test_numbers_that_do_not_fit_the_record_are_refused_in_words(record):
    view = ProcessedRecord(record, DasChain(band=True, low_hz=1.0, high_hz=600.0))
    with pytest.raises(SettingsError, match="at 1000 samples a second"):
        view.section("window", 0)


def test_a_gain_window_may_be_as_long_as_the_record_and_no_longer(record):
    assert processed(record, DasChain(gain=True, gain_s=4.5)).section("window", 0).data.any()
    with pytest.raises(SettingsError, match=r"4\.6 s is longer than the record of 4\.5 s") as told:
        processed(record, DasChain(gain=True, gain_s=4.6))
    assert told.value.hint == "Choose 0.002 to 4.5 s."


def test_only_records_are_processed(record):
    assert processed(record, DasChain()) is record
    view = processed(record, CHAIN)
    assert isinstance(view, ProcessedRecord)
    with pytest.raises(SettingsError, match="no DAS record"):
        processed(view, CHAIN)
    with pytest.raises(IndexError):
        view.section("window", 5)
    assert view.describe() == record.describe()
