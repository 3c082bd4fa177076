"""One training run of the starters, by wall-clock time, which can be gone on with."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.console import Console
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.data.prefetch import prefetch
from engine.errors import SettingsError
from engine.tasks.preset import LearningRateSettings
from engine.training.network import bfloat16_is_faster
from engine.training.parameters import parameter_groups
from engine.training.schedule import LearningRates, Schedule
from engine.training.starter.kinds import KINDS, Kind
from engine.training.starter.network import StarterNetwork
from engine.training.starter.samples import (
    SampleBatch,
    held_out_samples,
    start_images,
    training_batches,
)
from engine.training.starter.scores import sample_scores
from engine.training.starter.stored import load_stored

# A step takes a batch of two kinds, each in a thread of one torch thread:
# threads that share every operation wait for each other, on a busy machine for
# most of the time.
_WORKERS = 2
_GROWN_AFTER = 0.85  # of the time
_TICKS = 100_000  # resolution of the schedule over the time
_LOG_STEPS = 50


@dataclass(frozen=True, slots=True)
class StarterSettings:
    """What a run may be told.

    Parameters
    ----------
    minutes : float
        Wall-clock time of training; the learning rate falls to 0 over it.
    seed : int, default 0
        Seed of start values and images.
    rate : float, default 1e-3
        Peak learning rate.
    start : pathlib.Path, optional
        Folder of starters to start from, laid out as ``resources/models``.
    weight_decay : float, default 0.05
        Of matrices and kernels.
    checkpoint_minutes : float, default 3
        Time between checkpoints.
    n_scored : int, default 16
        Held-out images of each kind scored at each checkpoint.

    Raises
    ------
    SettingsError
        If there is no time, or the seed is negative.
    """

    minutes: float
    seed: int = 0
    rate: float = 1e-3
    start: Path | None = None
    weight_decay: float = 0.05
    checkpoint_minutes: float = 3.0
    n_scored: int = 16

    def __post_init__(self) -> None:
        if not 0 < self.minutes < float("inf") or self.seed < 0:
            raise SettingsError(
                f"a run of {self.minutes:g} minutes with seed {self.seed} is not possible",
                hint="Give a time above 0 and a seed of at least 0.",
            )


class StarterRun:
    """A run and its folder.

    Parameters
    ----------
    folder : pathlib.Path
        Gets ``checkpoint.safetensors``, from which a run on the same folder goes
        on, and ``log.jsonl``.
    settings : StarterSettings
        What to do.
    console : rich.console.Console
        Where progress is written.
    """

    def __init__(self, folder: Path, settings: StarterSettings, console: Console) -> None:
        self.settings = settings
        self.step = 0
        self.n_images = 0
        self.spent_s = 0.0
        self.network = StarterNetwork(start_images(settings.seed), seed=settings.seed)
        rates = LearningRateSettings(*[settings.rate] * 3)
        self._optimizer = torch.optim.AdamW(
            parameter_groups(self.network, rates, weight_decay=settings.weight_decay),
            lr=settings.rate,
            betas=(0.9, 0.98),
        )
        self._rates = LearningRates(self._optimizer, Schedule(_TICKS, _TICKS // 25))
        self.start = load_stored(self.network, settings.start) if settings.start else {}
        self._bf16 = bfloat16_is_faster()
        self._folder, self._console = folder, console
        folder.mkdir(parents=True, exist_ok=True)
        if self.checkpoint.exists():
            self._resume()

    @property
    def checkpoint(self) -> Path:
        """The file a run goes on from."""
        return self._folder / "checkpoint.safetensors"

    @property
    def progress(self) -> float:
        """Share of the time that is used up, 0 to 1."""
        return min(1.0, self.spent_s / (60 * self.settings.minutes))

    def train(self) -> None:
        """Train until the time is used up; an interrupt leaves the last checkpoint."""
        losses: list[float] = []
        clock = time.monotonic() - self.spent_s
        saved_s = self.spent_s
        steps = training_batches(self.settings.seed, self.step, _WORKERS)
        with ThreadPoolExecutor(_WORKERS) as workers, closing(prefetch(steps)) as batches:
            while self.progress < 1:
                losses.append(self._train_step(next(batches), workers))
                self.spent_s = time.monotonic() - clock
                if self.step % _LOG_STEPS == 0:
                    self._log(loss=sum(losses) / len(losses))
                    losses.clear()
                if self.spent_s - saved_s > 60 * self.settings.checkpoint_minutes:
                    self._log_scores()
                    self._save()
                    saved_s = self.spent_s = time.monotonic() - clock
        self._log_scores()
        self._save()

    def score(self, kind: Kind, count: int) -> dict[str, float]:
        """Score held-out images with the blocks in use; see `sample_scores`.

        Parameters
        ----------
        kind : Kind
            Which images.
        count : int
            Number of images.

        Returns
        -------
        dict of str to float
            Scores by name.
        """
        model = self.network.segmenter(kind).eval()
        pairs = []
        for image, label in held_out_samples(kind, count):
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, self._bf16):
                logits = model(image.expand(-1, 3, -1, -1))
            pairs.append((logits.float().softmax(dim=1)[0].numpy(), label))
        self.network.train()
        return sample_scores(kind, pairs)

    def _train_step(self, batches: tuple[SampleBatch, ...], workers: ThreadPoolExecutor) -> float:
        self._rates.apply(int(_TICKS * self.progress))
        self.network.use_blocks(grown=self.progress >= _GROWN_AFTER)
        self._optimizer.zero_grad(set_to_none=True)
        seeds = (self.step * len(batches) + k for k in range(len(batches)))
        loss = sum(workers.map(self._backward, batches, seeds)) / len(batches)
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimizer.step()
        self.step += 1
        self.n_images += sum(len(batch.images) for batch in batches)
        return loss

    def _backward(self, batch: SampleBatch, seed: int) -> float:
        """Add the gradients of a batch; torch guards the sums of several threads."""
        loss = self.network.loss(batch, progress=self.progress, seed=seed, bf16=self._bf16)
        torch.autograd.backward(loss / _WORKERS)
        return float(loss.detach())

    def _log_scores(self) -> None:
        for kind in KINDS:
            scores = self.score(kind, self.settings.n_scored)
            self._log(**{f"{kind.task}_{name}": value for name, value in scores.items()})

    def _log(self, **values: float) -> None:
        values = {"step": self.step, "minutes": self.spent_s / 60, **values}
        with (self._folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")
        self._console.print(", ".join(f"{key} {value:.4g}" for key, value in values.items()))

    def _save(self) -> None:
        self.network.use_blocks(grown=True)
        tensors = {f"network.{key}": value for key, value in self.network.state_dict().items()}
        for index, state in self._optimizer.state_dict()["state"].items():
            tensors |= {f"adam.{index}.{key}": torch.as_tensor(v) for key, v in state.items()}
        metadata = {name: str(getattr(self, name)) for name in ("step", "n_images", "spent_s")}
        part = self.checkpoint.with_suffix(".part")
        save_file({key: value.contiguous() for key, value in tensors.items()}, part, metadata)
        part.replace(self.checkpoint)

    def _resume(self) -> None:
        network: dict[str, Tensor] = {}
        adam: dict[int, dict[str, Tensor]] = {}
        with safe_open(self.checkpoint, "pt") as file:
            metadata = file.metadata()
            for name in file.keys():  # noqa: SIM118 - not a mapping
                kind, rest = name.split(".", 1)
                if kind == "network":
                    network[rest] = file.get_tensor(name)
                else:
                    index, key = rest.split(".", 1)
                    adam.setdefault(int(index), {})[key] = file.get_tensor(name)
        self.network.load_state_dict(network, strict=True)
        groups = self._optimizer.state_dict()["param_groups"]
        self._optimizer.load_state_dict({"state": adam, "param_groups": groups})
        self.step, self.n_images = int(metadata["step"]), int(metadata["n_images"])
        self.spent_s = float(metadata["spent_s"])
        self._console.print(f"going on after step {self.step}, {self.spent_s / 60:.1f} minutes")
