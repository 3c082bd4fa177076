"""``outcrop train``: train a model on images and masks."""

from __future__ import annotations

import argparse
import shlex
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from engine.cli.console import ConsoleJob, err, out
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.source_options import add_source_options
from engine.cli.train_options import (
    add_data_options,
    add_loss_options,
    add_machine_options,
    add_model_options,
    add_run_options,
    add_start_options,
)
from engine.cli.train_request import request_from
from engine.data.folder_source import FolderSource
from engine.data.splits import Split
from engine.errors import JobCancelledError
from engine.inference.device import choose_device
from engine.jobs.context import ThrottledContext
from engine.models.designs import UNET
from engine.models.weight_store import WeightStore
from engine.tasks.registry import tasks
from engine.training.distributed import join_processes
from engine.training.fine_tune import train_bundle
from engine.training.records import EpochRecord, TrainingHooks
from engine.training.report import TrainingReport
from engine.training.request import PREFERRED_ENCODERS, TrainingRequest

_DONE, _FAILED, _INTERRUPTED = 0, 1, 130

_VOLUMES = ("seismic", "any")
"""Domains of tasks whose models suit volumes, even if trained on images."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--task", choices=tasks().names(), help="what to learn")
    parser.add_argument(
        "--classes",
        metavar="NAME[:#rrggbb],...",
        help="your own classes in the order of their ids, or a JSON file of them (the task's)",
    )
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--out", type=Path, metavar="BUNDLE", help="folder of the new model")
    place.add_argument(
        "--resume",
        type=Path,
        metavar="BUNDLE",
        help="go on with an unfinished training, by its --out; other options only if data moved",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a model that is there")
    add_source_options(parser, required=False)
    model = parser.add_argument_group("model")
    add_start_options(model)
    add_model_options(model)
    run_ = parser.add_argument_group("run; defaults are the task's")
    add_run_options(run_)
    run_.add_argument("--seed", type=int, metavar="S", help="of split, start values and order (0)")
    add_data_options(parser.add_argument_group("split and augmentation"))
    add_loss_options(parser.add_argument_group("loss: a sum of"))
    add_machine_options(parser.add_argument_group("machine"))


def run(args: argparse.Namespace) -> int:
    """Train, and say how it went.

    Parameters
    ----------
    args : argparse.Namespace
        As `configure` defines them.

    Returns
    -------
    int
        0 done; 1 stopped because the loss was not finite; 130 interrupted. In
        the last two cases the bundle is there if an epoch was finished.
    """
    device = choose_device(args.device)
    weights = WeightStore()
    request = request_from(args, weights)
    named = bool(args.encoder or args.start)
    processes = join_processes(device)
    device = processes.device(device)
    hooks = TrainingHooks()
    if processes.first:
        announce = partial(_announce, request, device.type, named=named)
        hooks = TrainingHooks(announce, _show_epoch, _show_note)
    job = ConsoleJob("train") if processes.first else ThrottledContext(lambda *_: None)
    try:
        with cancel_on_interrupt(job), job if isinstance(job, ConsoleJob) else nullcontext():
            report = train_bundle(
                request,
                device=device,
                weights=weights,
                hooks=hooks,
                processes=processes,
                job=job,
            )
    except JobCancelledError:
        err().print("interrupted before the first step; nothing was written")
        return _INTERRUPTED
    finally:
        processes.leave()
    return _conclude(request, report) if processes.first else _DONE


def _announce(request: TrainingRequest, device: str, *, named: bool) -> None:
    """Say what is about to be trained, and on what it starts."""
    console, spec = err(), request.spec
    verb = "going on with" if request.resume else "training"
    console.print(
        f"{verb} {spec.decoder} on {spec.encoder} ({spec.tuning.method}) "
        f"for {request.task}, {device}" + (f", from {request.start}" if request.start else ""),
        markup=False,
    )
    best = PREFERRED_ENCODERS[0]
    if not named and not request.resume and spec.encoder not in {best, UNET}:
        console.print(
            f"the weights of {best} are not on this machine, so training starts from "
            f"{spec.encoder}; 'outcrop weights fetch {best}' gets them",
            markup=False,
        )


def _show_epoch(record: EpochRecord) -> None:
    """Write one line for each epoch where no progress bar is drawn."""
    console = err()
    if not console.is_terminal:
        console.print(
            f"epoch {record.epoch}: loss {record.loss:.4f}, validation mIoU "
            f"{record.mean_iou:.4f} per sample, {record.overall_mean_iou:.4f} global, "
            f"{record.seconds:.0f} s"
        )


def _show_note(text: str) -> None:
    err().print(f"note: {text}", markup=False)


def _conclude(request: TrainingRequest, report: TrainingReport) -> int:
    """Print how the run went; the exit code."""
    result, console = report.result, out()
    for row in report.parameters:
        console.print(f"{row.part}: {row.trainable} of {row.total} parameters trained")
    if report.summary:
        console.print(report.summary, markup=False)
    _show_distances(report.split)
    _show_use(request, report.bundle.path)
    if result.problem:
        err().print(f"outcrop: {result.problem}", markup=False)
        err().print("The model holds the best epoch before. Lower the learning rate.")
        return _FAILED
    if result.cancelled:
        kept = "the best epoch so far" if result.best else "the weights at that moment, not scored"
        err().print(
            f"interrupted; the model holds {kept}; "
            f"'outcrop train --resume {shlex.quote(str(report.bundle.path))}' goes on",
            markup=False,
        )
        return _INTERRUPTED
    if result.stopped_early:
        console.print("stopped early: validation had not become better")
    return _DONE


def _show_use(request: TrainingRequest, path: Path) -> None:
    """Say where the model is and what can be typed next."""
    console, model = out(), f"--model {shlex.quote(str(path))}"
    console.print(f"model: {path}", markup=False)
    survey = not isinstance(request.source, FolderSource)
    data = "--volume FILE --labels FILE" if survey else "--images DIR --masks DIR"
    if survey or tasks().load(request.task)().preset().domain in _VOLUMES:
        console.print(f"open a volume with it: outcrop FILE {model}", markup=False)
        console.print(
            f"segment a whole volume: outcrop predict FILE {model} --out OUT.sgy", markup=False
        )
    console.print(f"score it on other labels: outcrop evaluate {model} {data}", markup=False)


def _show_distances(split: Split) -> None:
    """Say how far the samples that were held back are from the nearest trained on."""
    for part, indices in (("validation", split.validation), ("test", split.test)):
        if split.distances is not None and indices:
            far = [split.distances[index] for index in indices]
            out().print(
                f"{part}: {len(indices)} samples, {min(far):g} to {max(far):g} {split.unit} "
                "from the nearest training sample"
            )
