"""Parameters are counted without loading a model."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.errors import ModelError
from engine.models.parameters import planned_parameters
from engine.models.segmenter import build
from engine.models.spec import ModelSpec, TuningSpec
from engine.models.weight_store import WeightStore
from engine.preprocessing.pipeline import Pipeline
from engine.store.bundle import DECODER, Bundle
from engine.store.bundle_store import STARTER, BundleStore
from engine.store.parameter_counts import count_parameters
from engine.store.saving import save_model
from tests.bundles import write_bundle

CLASSES = ClassScheme((SegmentationClass("no", "#000000"), SegmentationClass("yes", "#ff0000")))


@pytest.mark.parametrize("decoder", ["linear", "pup", "mla", "dpt", "detail"])
@pytest.mark.parametrize("method", ["frozen", "lora", "adapter", "norms", "full"])
def test_the_numbers_are_those_of_the_network(tmp_path, method, decoder):
    bundle = write_bundle(tmp_path / "mine", method=method, decoder=decoder)
    rows = planned_parameters(bundle.spec)
    counts = count_parameters(bundle)
    assert counts.total == sum(row.total for row in rows)
    assert counts.trained == sum(row.trainable for row in rows)


def test_running_statistics_are_no_parameters(tmp_path):
    bundle = Bundle(
        path=tmp_path / "mine",
        name="mine",
        task="fault",
        spec=ModelSpec("unet", "unet", 2, TuningSpec("full")),
        classes=CLASSES,
        pipeline=Pipeline(),
        encoder_sha256="0" * 64,
        image_size=(64, 64),
    )
    counts = count_parameters(save_model(bundle, build(bundle.spec)))
    assert counts.total == counts.trained == sum(r.total for r in planned_parameters(bundle.spec))


def test_without_the_encoder_the_total_is_not_known(tmp_path):
    bundle = write_bundle(tmp_path / "mine")
    shutil.rmtree(WeightStore().cache_dir)
    counts = count_parameters(bundle)
    assert counts.total is None
    assert counts.trained == planned_parameters(bundle.spec)[-1].total


def test_a_damaged_file_is_named(tmp_path):
    bundle = write_bundle(tmp_path / "mine")
    (bundle.path / DECODER).write_bytes(b"\x00" * 64)
    with pytest.raises(ModelError, match=DECODER):
        count_parameters(bundle)


def test_the_starter_is_counted():
    bundle = BundleStore().find(STARTER)
    assert count_parameters(bundle).total == sum(r.total for r in planned_parameters(bundle.spec))


def test_torch_is_not_needed():
    code = (
        "import sys; from engine.store.bundle_store import STARTER, BundleStore;"
        "from engine.store.parameter_counts import count_parameters;"
        "count_parameters(BundleStore().find(STARTER));"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
