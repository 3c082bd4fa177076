"""``outcrop compare``: several networks on the same split and seeds."""

from __future__ import annotations

import argparse
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import torch
from rich.table import Table

from engine.cli.compare_request import compared_models, network_conditions
from engine.cli.compare_runs import ComparedModels, RunSteps
from engine.cli.console import WIDE, ConsoleJob, err, out, print_json
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.prediction_options import add_prediction_options, prediction_options
from engine.cli.source_options import add_source_options, new_source
from engine.cli.train_options import (
    add_data_options,
    add_loss_options,
    add_machine_options,
    add_model_options,
    add_run_options,
)
from engine.core.provenance import program_version
from engine.data.sample_fingerprint import fingerprint_samples
from engine.data.sources import LabelledSource, open_source
from engine.data.splits import make_split
from engine.errors import SettingsError
from engine.evaluation.comparison import FAILED, ComparisonSteps, Run, compare
from engine.evaluation.comparison_report import REPORT, write_comparison_report
from engine.evaluation.comparison_tables import comparison_tables
from engine.evaluation.folder_evaluation import EvaluationOptions
from engine.evaluation.paired_differences import n_seen
from engine.evaluation.published import published_results
from engine.evaluation.written import check_writable
from engine.inference.device import choose_device
from engine.models.decoders.registry import decoders
from engine.store.bundle_store import BundleStore
from engine.tasks.boundaries import TOLERANCE_PX, check_tolerance
from engine.tasks.own_classes import parse_classes
from engine.tasks.registry import tasks

_NETWORKS = "linear,pup,mla,dpt,unet"
_DONE, _FAILED = 0, 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--task", required=True, choices=tasks().names(), help="what to learn")
    add_source_options(parser)
    parser.add_argument(
        "--classes",
        metavar="NAME[:#rrggbb],...",
        help="your own classes in the order of their ids, or a JSON file of them (the task's)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="of the results")
    what = parser.add_argument_group("what is compared")
    what.add_argument(
        "--networks",
        type=_networks,
        default=_networks(_NETWORKS),
        metavar="A,B",
        help=f"networks to train ({_NETWORKS}; none for no training)",
    )
    what.add_argument(
        "--bundles",
        type=_words,
        default=(),
        metavar="A,B",
        help="models that are only scored, on the test part of each seed",
    )
    what.add_argument(
        "--seeds", type=_seeds, default=(0,), metavar="0,1", help="each network once for each (0)"
    )
    add_model_options(parser.add_argument_group("networks trained, each as far as it applies"))
    add_run_options(parser.add_argument_group("run of each; defaults are the task's"))
    add_data_options(
        parser.add_argument_group("split, the same for all networks, and augmentation"),
        test="0.2, or the test part that the data bring",
    )
    add_loss_options(parser.add_argument_group("loss: a sum of"))
    add_machine_options(parser.add_argument_group("machine"))
    scoring = parser.add_argument_group("scoring")
    scoring.add_argument(
        "--tolerance",
        type=float,
        default=TOLERANCE_PX,
        metavar="PX",
        help="distance within which a boundary counts as found (%(default)g pixels)",
    )
    add_prediction_options(parser, "sample")
    parser.add_argument("--json", action="store_true", help="write the tables as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Compare, and write tables and figures.

    Parameters
    ----------
    args : argparse.Namespace
        As `configure` defines them.

    Returns
    -------
    int
        0 if every network has scores, 1 if one failed; the others are reported
        all the same.
    """
    check_writable(args.out / REPORT)
    check_tolerance(args.tolerance)
    prediction = prediction_options(args)
    device = choose_device(args.device)
    preset = tasks().load(args.task)().preset()
    planned = _runs(args)
    source = new_source(args, preset)
    classes = parse_classes(args.classes) if args.classes else preset.classes
    job = ConsoleJob("compare")
    with (
        cancel_on_interrupt(job),
        job,
        closing(open_source(source, len(classes), job=job)) as data,
    ):
        models = compared_models(args, preset, classes, data)
        conditions = _conditions(models, data, device, args, job)
        options = EvaluationOptions(tolerance_px=args.tolerance, prediction=prediction)
        steps = RunSteps(models, source, data, device=device, options=options)
        hooks = ComparisonSteps(steps.train, steps.evaluate, _show_run)
        runs = compare(args.out, conditions, planned, hooks, job=job)
        write_comparison_report(args.out, runs, conditions, data, device=device, job=job)
    _show(args, runs)
    return _FAILED if any(run.status == FAILED for run in runs) else _DONE


def _runs(args: argparse.Namespace) -> list[Run]:
    store = BundleStore()
    given = [store.find(name) for name in args.bundles]
    names = [*args.networks, *(bundle.name for bundle in given)]
    if not names:
        raise SettingsError("there is nothing to compare", hint="Name networks or bundles.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SettingsError(f"{twice[0]} is named twice", hint="Name each network once.")
    folder = args.out / "models"
    planned = [
        Run(network, seed, str(folder / f"{network}-seed{seed}"))
        for network in args.networks
        for seed in args.seeds
    ]
    scored = [Run(b.name, seed, str(b.path), given=True) for b in given for seed in args.seeds]
    return [*planned, *scored]


def _conditions(
    models: ComparedModels,
    data: LabelledSource,
    device: torch.device,
    args: argparse.Namespace,
    job: ConsoleJob,
) -> dict[str, Any]:
    """Gather all that is the same for every run; a folder of another one is refused."""
    split = make_split(data, models.settings.split, args.seeds[0])
    if not split.test:
        raise SettingsError("there is no test part", hint="Give a share such as --test 0.2.")
    parts = {"training": split.training, "validation": split.validation, "test": split.test}
    settings = models.settings.to_json()
    settings.pop("seed")
    prediction = prediction_options(args)
    return {
        "task": models.task,
        "data": {**data.describe(), "sha256": fingerprint_samples(data, job=job)},
        "samples": {name: len(indices) for name, indices in parts.items()},
        "settings": settings,
        **network_conditions(args, models),
        # Left out where it is plain: folders of comparisons made without it stay of use.
        **({"prediction": prediction.to_json()} if prediction.text else {}),
        "boundary_tolerance_px": args.tolerance,
        "device": device.type,
        "versions": {"outcrop": program_version(), "torch": torch.__version__},
    }


def _show_run(run: Run) -> None:
    """Say what a run came to, where no progress bar is drawn."""
    what = run.reason
    if run.scores:
        what = f"mIoU {run.scores['per_sample']['mean_iou']:.4f} per sample"
        if n_seen(run):
            what += f". {run.scores['seen_before']}"
    err().print(f"{run.name}: {run.status}, {what}", markup=False)


def _show(args: argparse.Namespace, runs: tuple[Run, ...]) -> None:
    tables = comparison_tables(runs, args.task, published_results())
    if args.json:
        print_json({t.name: {"header": t.header, "rows": t.rows} for t in tables})
    else:
        console = out()
        console.width = WIDE  # a cut number would be a wrong one
        for table in tables:
            title = f"{table.name}: {table.title}"
            shown = Table(*table.header, title=title, title_justify="left", box=None)
            for row in table.text_rows():
                shown.add_row(*row)
            console.print(shown, markup=False)
    err().print(f"report: {args.out / REPORT}", markup=False)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _networks(text: str) -> tuple[str, ...]:
    names = () if text.strip() == "none" else _words(text)
    known = decoders().names()
    for name in names:
        if name not in known:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
    return names


def _seeds(text: str) -> tuple[int, ...]:
    words = _words(text)
    if not words or any(not re.fullmatch(r"[0-9]{1,10}", word) for word in words):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of seeds; write 0,1,2")
    return tuple(dict.fromkeys(int(word) for word in words))
