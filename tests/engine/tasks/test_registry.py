"""The five published tasks and their presets."""

import json
import subprocess
import sys
from importlib import resources

import pytest

from engine.errors import DataError, PluginError, SettingsError
from engine.tasks.preset import Preset, load_preset
from engine.tasks.registry import tasks

_PUBLISHED = {
    "facies": (6, (1006, 782), (1008, 784), 3),
    "salt": (2, (224, 224), (224, 224), 32),
    "crater": (2, (1022, 1022), (1022, 1022), 3),
    "das": (2, (512, 512), (518, 518), 6),
    "fault": (2, (896, 896), (896, 896), 6),
}


@pytest.mark.parametrize("name", _PUBLISHED)
def test_presets_hold_the_published_numbers(name):
    preset = tasks().load(name)().preset()
    n_classes, stored, size, batch = _PUBLISHED[name]
    assert (len(preset.classes), preset.stored_size) == (n_classes, stored)
    assert (preset.size, preset.batch) == (size, batch)
    assert (preset.epochs, preset.warmup_epochs, preset.weight_decay) == (100, 10, 0.01)
    assert preset.learning_rate.encoder == 1e-5


def test_low_rank_adapters_are_used_where_they_were_best():
    best = {(t, d) for t in _PUBLISHED for d, m in load_preset(t).tuning.items() if m == "lora"}
    assert best == {("facies", "dpt"), ("fault", "dpt"), ("fault", "mla")}


def test_each_task_takes_the_decoder_that_was_best_on_it():
    # Guo et al. 2024, table S2, mIoU
    best = {"facies": "pup", "salt": "mla", "crater": "mla", "das": "dpt", "fault": "mla"}
    assert {name: load_preset(name).decoder for name in _PUBLISHED} == best


def test_the_published_data_are_known():
    # section 1 of the paper's appendix: folder, training and test pairs
    known = {name: load_preset(name).published for name in _PUBLISHED}
    assert {name: (p.folder, p.training, p.test) for name, p in known.items()} == {
        "facies": ("seismicFace", 250, 45),
        "salt": ("geobody", 3000, 1000),
        "crater": ("crater", 1000, 199),
        "das": ("das", 115, 28),
        "fault": ("deepFault", 1081, 269),
    }
    # the 250th training slice of facies is the last even one before slice 500
    facies = known["facies"]
    assert facies.slice_step * (facies.training - 1) == facies.first_test_slice - 2


def test_your_own_classes_have_a_preset_without_published_data():
    preset = load_preset("own")
    assert preset.domain == "any"
    assert preset.published is None
    assert preset.stored_size is None


def test_all_five_are_registered_and_unknown_ones_named():
    assert set(tasks().names()) >= set(_PUBLISHED)
    with pytest.raises(PluginError, match="velocity"):
        tasks().load("velocity")


def test_listing_tasks_and_reading_presets_needs_no_torch():
    code = (
        "import sys; from engine.tasks.registry import tasks;"
        "[tasks().load(n)().preset() for n in tasks().names()];"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_absent_preset_is_named():
    with pytest.raises(DataError, match="'gold'"):
        load_preset("gold")


def _values():
    text = resources.files("resources").joinpath("presets", "salt.json").read_text()
    return json.loads(text)


@pytest.mark.parametrize(
    "key", ["classes", "size", "learning_rate", "tuning", "epochs", "schedule", "published"]
)
def test_an_incomplete_preset_is_refused(key):
    values = _values()
    del values[key]
    with pytest.raises(DataError, match=key):
        Preset.from_json(values)


def test_values_of_the_wrong_kind_are_refused():
    with pytest.raises(DataError):
        Preset.from_json(_values() | {"size": [1, 2, 3]})
    with pytest.raises(DataError):
        Preset.from_json(_values() | {"schema": 2})
    with pytest.raises(SettingsError):
        Preset.from_json(_values() | {"learning_rate": {"encoder": 0, "adapters": 1, "decoder": 1}})
