"""Options that name data, as train and evaluate share them."""

import argparse
from dataclasses import replace

import pytest

from engine.cli.source_options import add_source_options, changed_source, new_source
from engine.data.folder_source import FolderSource, SliceNumbering
from engine.data.image_file import RawLayout
from engine.data.lines import LineSelection
from engine.data.snapshot_source import SnapshotSource
from engine.data.survey import SurveySource
from engine.errors import DataError, SettingsError
from engine.tasks.preset import load_preset


def _parse(*words, required=True):
    parser = argparse.ArgumentParser()
    add_source_options(parser, required=required)
    return parser.parse_args([str(word) for word in words])


@pytest.fixture
def facies(tmp_path):
    for part in ("train", "valid"):
        for what in ("input", "target"):
            (tmp_path / "seismicFace" / part / what).mkdir(parents=True)
    return tmp_path


def test_two_folders_are_taken_as_they_are(tmp_path):
    args = _parse("--images", tmp_path / "a", "--masks", tmp_path / "b", "--limit", 7)
    source = new_source(args, load_preset("salt"))
    assert source == FolderSource(tmp_path / "a", tmp_path / "b", RawLayout(224, 224), 7)


@pytest.mark.parametrize("option", ["--data", "--images"])
@pytest.mark.parametrize("inside", ["", "seismicFace"])
def test_published_data_are_found_by_either_option(facies, option, inside):
    source = new_source(_parse(option, facies / inside), load_preset("facies"))
    root = facies / "seismicFace"
    assert (source.images, source.masks) == (root / "train" / "input", root / "train" / "target")
    assert source.test == (root / "valid" / "input", root / "valid" / "target")
    assert source.raw == RawLayout(1006, 782)
    assert source.numbering == SliceNumbering(step=2, test_first=500)


def test_a_volume_comes_with_labels_direction_and_lines(tmp_path):
    words = ("--volume", tmp_path / "v.sgy", "--labels", tmp_path / "l.npy", "--iline", 9)
    args = _parse(*words, "--direction", "crossline", "--lines", "300:340:4")
    assert new_source(args, None) == SurveySource(
        tmp_path / "v.sgy",
        tmp_path / "l.npy",
        "crossline",
        LineSelection(300, 340, 4),
        {"iline": 9},
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--volume", "v.sgy"), "--volume without --labels"),
        (("--volume", "v.sgy", "--labels", "l.npy", "--masks", "m"), "--masks without --images"),
        (("--images", "i", "--masks", "m", "--labels", "l"), "--labels without --volume"),
        (("--images", "i", "--masks", "m", "--lines", "1:2"), "--lines without --volume"),
        (("--data", "d", "--masks", "m"), "--masks without --images"),
        (("--volume", "v.sgy", "--labels", "l.npy", "--lines", "x"), "'x' selects no lines"),
    ],
)
def test_options_that_do_not_belong_together_are_refused_with_a_hint(words, message):
    with pytest.raises(SettingsError, match=message) as caught:
        new_source(_parse(*words), None)
    assert caught.value.hint


def test_a_folder_without_masks_that_is_not_as_published_is_refused(tmp_path):
    with pytest.raises(DataError, match="laid out as published") as caught:
        new_source(_parse("--images", tmp_path), load_preset("salt"))
    assert "--masks" in caught.value.hint


def test_naming_no_data_or_two_is_wrong_usage(capsys):
    for words in ((), ("--images", "a", "--volume", "b")):
        with pytest.raises(SystemExit):
            _parse(*words)
    assert "--images" in capsys.readouterr().err
    with pytest.raises(SettingsError, match="no data"):
        new_source(_parse(required=False), None)


def test_a_stored_source_changes_only_where_options_say_so(tmp_path):
    folders = FolderSource(tmp_path / "a", tmp_path / "b", RawLayout(8, 8), 5)
    assert changed_source(_parse(required=False), folders) == folders
    moved = changed_source(_parse("--images", tmp_path / "c"), folders)
    assert moved == FolderSource(tmp_path / "c", tmp_path / "b", RawLayout(8, 8), 5)
    survey = SurveySource(tmp_path / "v.sgy", tmp_path / "l.npy", "inline")
    assert changed_source(_parse("--volume", "w.sgy"), survey).direction == "inline"
    for words, source in ((("--volume", "v"), folders), (("--images", "i"), survey)):
        with pytest.raises(SettingsError, match="unfinished training"):
            changed_source(_parse(*words), source)


def test_a_training_on_drawn_labels_goes_on_where_its_volume_lies_now(tmp_path):
    drawn = SnapshotSource(tmp_path / "v.sgy", tmp_path / ".labels", "inline")
    moved = changed_source(_parse("--volume", tmp_path / "w.sgy", required=False), drawn)
    assert moved == replace(drawn, volume=tmp_path / "w.sgy")
    for option in ("--labels", "--limit", "--images"):
        with pytest.raises(SettingsError) as caught:
            changed_source(_parse(option, "5", required=False), drawn)
        assert caught.value.hint
