"""What every task must offer; run over all that are registered, plugins' too."""

import re

import pytest

from engine.models.designs import PATCH
from engine.models.spec import METHODS
from engine.tasks.preset import Preset
from engine.tasks.registry import tasks
from engine.training.settings import TrainingSettings

_NAMES = tasks().names()


@pytest.fixture(params=_NAMES)
def task(request):
    return tasks().load(request.param)()


@pytest.mark.parametrize("name", _NAMES)
def test_a_task_knows_the_name_it_is_registered_under(name):
    assert tasks().load(name)().name == name


def test_it_has_a_title_and_a_kind(task):
    assert re.search(r"\w", task.title)
    assert task.kind == "segmentation"


def test_its_preset_can_be_trained_as_it_is(task):
    preset = task.preset()
    assert isinstance(preset, Preset)
    settings = TrainingSettings.from_preset(preset)
    assert all(side % PATCH == 0 for side in settings.size)
    assert preset.warmup_epochs <= preset.epochs


def test_its_classes_have_distinct_names_and_colours(task):
    classes = task.preset().classes
    assert len({item.color for item in classes.classes}) == len(classes)
    assert sum(item.background for item in classes.classes) <= 1


def test_it_says_how_to_tune_the_encoder_for_its_decoder(task):
    preset = task.preset()
    assert preset.decoder in preset.tuning
    assert set(preset.tuning.values()) <= set(METHODS)


def test_asking_twice_gives_equal_presets(task):
    assert task.preset() == task.preset()
