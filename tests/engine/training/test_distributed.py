"""Several processes are one."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.data.batches import Batch
from engine.store.bundle import read_bundle
from engine.tasks.losses import LossSettings
from engine.training.checkpoint import Checkpoint, CheckpointFolder
from engine.training.distributed import ALONE, Processes, join_processes
from engine.training.fine_tune import train_bundle

_CPU = torch.device("cpu")
_ROOT = Path(__file__).parents[3]


class _Fake:
    """Stands for the accelerator of one of several processes."""

    def __init__(self, rank, count):
        self.process_index, self.num_processes = rank, count


def _batch(n):
    images = torch.arange(n, dtype=torch.float32).reshape(n, 1, 1, 1)
    return Batch(images, images[:, 0].to(torch.uint8), tuple(str(i) for i in range(n)))


def _take_labels_away(source):
    """Leave one mask without labels, others with few, and the rest without their margins."""
    for number, path in enumerate(sorted(source.masks.iterdir())):
        mask = np.array(Image.open(path)) // 255
        mask[:, : 4 + number] = 255
        if number % 3 == 0:
            mask[:14] = mask[15:] = 255
        if number == 4:
            mask[:] = 255
        Image.fromarray(mask).save(path)


def _free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@pytest.mark.parametrize(("n", "count"), [(8, 2), (7, 2), (7, 3), (3, 3), (64, 5)])
def test_every_sample_is_computed_by_one_process(n, count):
    shares = [Processes(_Fake(rank, count)).share(_batch(n)) for rank in range(count)]
    assert [name for share in shares for name in share.batch.names] == [str(i) for i in range(n)]
    sizes = [len(share.batch.names) for share in shares]
    assert max(sizes) - min(sizes) <= 1
    assert all(share.own for share in shares)


def test_a_process_without_a_sample_computes_one_that_is_not_its_own():
    shares = [Processes(_Fake(rank, 3)).share(_batch(2)) for rank in range(3)]
    assert [share.batch.names for share in shares if share.own] == [("0",), ("1",)]
    (idle,) = [share for share in shares if not share.own]
    assert len(idle.batch.names) == 1


def test_a_program_started_by_itself_is_alone(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert join_processes(_CPU) is ALONE
    assert ALONE.first
    assert ALONE.agree([1.0]) == [1.0]


@pytest.mark.parametrize("tuning", ["lora", pytest.param("frozen", marks=pytest.mark.slow)])
def test_two_processes_lose_what_one_with_the_double_batch_does(
    make_request, weights, source, tmp_path, tuning
):
    _take_labels_away(source)
    loss = LossSettings(dice=0.5, focal=0.5, lovasz=0.5, class_weights=(0.3, 2.0))
    request = make_request(tuning, decoder="linear", batch=4, loss=loss)
    one = train_bundle(request, device=_CPU, weights=weights).result
    stored, out = tmp_path / "stored", tmp_path / "two"
    header = {"request": request.to_json()}
    _store(stored, header)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"),
            *("--master-addr", "127.0.0.1", "--master-port", str(_free_port())),
            *("-m", "tests.engine.training.parallel_run"),
            *(str(stored), str(out), str(tmp_path / "cache"), "2"),
        ],
        cwd=_ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    seen = [json.loads((tmp_path / f"two.{rank}.json").read_text()) for rank in range(2)]
    assert seen[0] == seen[1]
    assert len(one.losses) == 9
    assert seen[0]["losses"] == pytest.approx(one.losses, abs=1e-4, rel=0)
    assert seen[0]["history"] == pytest.approx([r.mean_iou for r in one.history], abs=0.02)
    assert read_bundle(out).training["made_with"]["processes"] == 2
    # Only the first process writes: no second staging folder or checkpoint is left.
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".two")]


def _store(out, header):
    CheckpointFolder(out, header).save(Checkpoint({"x": torch.zeros(1)}, {}))
