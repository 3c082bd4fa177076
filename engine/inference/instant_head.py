"""A linear head fitted to a few labels, from features that are already there.

The head is that of the LINEAR decoder: class scores of each patch, upsampled. As
upsampling is linear too, the scores of a sample are those of its interpolated
features, so that labels are fitted sample by sample although features have the
size of patches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from engine.core.class_scheme import IGNORE
from engine.core.labels import LabelledSection
from engine.core.probabilities import ClassProbabilities
from engine.errors import DataError, ShapeError
from engine.inference.device import one_thread
from engine.inference.feature_maps import FeatureMaps, Samples
from engine.jobs.context import NULL_JOB, JobContext
from engine.models.decoders.linear import LinearDecoder

MOST_SAMPLES = 400
"""Labelled samples of one class in one section that are fitted; strokes hold many alike."""
MOST_IN_ALL = 6000
"""Labelled samples that are fitted altogether, so that many slices take no longer."""

_RIDGE = 1e-2
_STEPS = 30
_HISTORY = 10
_LEAST_CHANGE = 3e-5
"""Nats; a step that gains less is the last."""


@dataclass(frozen=True, slots=True, eq=False)
class InstantHead:
    """Weights of a linear head, on features as the encoder gives them.

    Parameters
    ----------
    weight : Tensor, shape (K, C)
        Float32, on the CPU.
    bias : Tensor, shape (K,)
        Float32, on the CPU.
    n_samples : int
        Labelled samples it was fitted to.
    loss : float
        Mean cross entropy at the end, in nats.
    """

    weight: Tensor
    bias: Tensor
    n_samples: int
    loss: float

    @property
    def n_classes(self) -> int:
        """Classes it tells apart."""
        return len(self.bias)

    def decoder(self) -> LinearDecoder:
        """Return it as the decoder of a model, on the CPU, in evaluation mode."""
        n_classes, n_channels = self.weight.shape
        decoder = LinearDecoder((n_channels,), n_classes)
        state = {
            "classifier.weight": self.weight[:, :, None, None],
            "classifier.bias": self.bias,
        }
        decoder.load_state_dict(state)
        return decoder.eval().requires_grad_(requires_grad=False)

    def classify(self, maps: FeatureMaps) -> ClassProbabilities:
        """Compute the class probabilities of a section, as a model with this head does.

        Parameters
        ----------
        maps : FeatureMaps
            Of the section.

        Returns
        -------
        ClassProbabilities
            NaN where the section has no data.

        Raises
        ------
        ShapeError
            If the features are of another encoder.
        """
        if maps.n_channels != self.weight.shape[1]:
            raise ShapeError(
                f"a head for {self.weight.shape[1]} channels, features of {maps.n_channels}"
            )
        decoder = self.decoder().to(maps.maps.device)
        return maps.classify(lambda x, size: decoder([x], size), self.n_classes)


@dataclass(frozen=True, slots=True)
class LabelledFeatures:
    """A section's labels with its features.

    Parameters
    ----------
    labels : LabelledSection
        The labels.
    maps : FeatureMaps
        The features.

    Raises
    ------
    ShapeError
        If they are of different sections.
    """

    labels: LabelledSection
    maps: FeatureMaps

    def __post_init__(self) -> None:
        if self.labels.classes.shape != self.maps.shape:
            raise ShapeError(
                f"labels of shape {self.labels.classes.shape} for a section of {self.maps.shape}"
            )


def fit_head(
    sections: Sequence[LabelledFeatures],
    n_classes: int,
    *,
    start: InstantHead | None = None,
    job: JobContext = NULL_JOB,
) -> InstantHead:
    """Fit a head to labels by multinomial logistic regression.

    Of each class in each section no more than `MOST_SAMPLES` samples count, fewer if
    there would be more than `MOST_IN_ALL`, spread evenly over those labelled, each in
    the tile that counts most there. All classes count alike in the end as far as the
    square root of their samples: a stroke is as long as the hand drew it and says
    little about how common its class is.

    Parameters
    ----------
    sections : sequence of LabelledFeatures
        All of one encoder.
    n_classes : int
        Classes of the scheme, whether labelled or not.
    start : InstantHead, optional
        Where to begin; the optimum does not depend on it.
    job : JobContext, optional
        Checked before each evaluation.

    Returns
    -------
    InstantHead
        The optimum, as near as 30 steps of L-BFGS come, or as pays.

    Raises
    ------
    DataError
        If fewer than two classes are labelled, or a label is no class.
    JobCancelledError
        If the job is cancelled.

    Notes
    -----
    Features are standardised over the patches of the labelled sections, the squared
    weights of a mean channel cost ``1e-2``, and the scale is folded into the weights
    at the end.
    """
    with one_thread():
        return _fit(sections, n_classes, start, job)


def _fit(
    sections: Sequence[LabelledFeatures],
    n_classes: int,
    start: InstantHead | None,
    job: JobContext,
) -> InstantHead:
    """Gather what is labelled, standardise, minimise and fold the scale in."""
    features, targets, weights = _gather(sections, n_classes)
    seen = torch.unique(targets)
    if len(seen) < 2:
        raise DataError(
            "labels of fewer than two classes teach nothing",
            hint="Paint a few samples of a second class.",
        )
    patches = torch.cat([section.maps.patches for section in sections])
    mean, std = patches.mean(dim=0), patches.std(dim=0).clamp_min(1e-6)
    x = (features - mean) / std
    weights = _balanced(targets, weights, n_classes)
    parameters = _start(start, n_classes, mean, std)
    loss = _minimise(parameters, x, targets, weights, job)
    weight = (parameters[:, :-1] / std).cpu()
    bias = (parameters[:, -1]).cpu() - weight @ mean.cpu()
    return InstantHead(weight, bias, len(targets), loss)


def _gather(sections: Sequence[LabelledFeatures], n_classes: int) -> tuple[Tensor, Tensor, Tensor]:
    """Collect features, classes and weights of the labelled samples."""
    features, targets, weights = [], [], []
    most = max(1, min(MOST_SAMPLES, MOST_IN_ALL // max(len(sections) * n_classes, 1)))
    for section in sections:
        wanted, certainty = section.labels.targets, section.labels.weights
        rows, cols = _chosen(wanted, section.maps.no_data, most)
        if not len(rows):
            continue
        classes = wanted[rows, cols]
        if classes.max() >= n_classes:
            raise DataError(f"a label of class {classes.max()}, but there are {n_classes} classes")
        found = section.maps.at(rows, cols)
        device = found.features.device
        first = _foremost(found)
        places = found.places[first]
        features.append(found.features[torch.from_numpy(first).to(device)])
        targets.append(torch.from_numpy(classes[places].astype(np.int64)).to(device))
        weights.append(torch.from_numpy(certainty[rows, cols][places]).to(device))
    if not features:
        return torch.zeros(0, 1), torch.zeros(0, dtype=torch.int64), torch.zeros(0)
    return torch.cat(features), torch.cat(targets), torch.cat(weights)


def _foremost(samples: Samples) -> NDArray[np.int64]:
    """Return the row of each sample whose tile counts most there."""
    order = np.argsort(samples.shares.cpu().numpy(), kind="stable")
    rows = np.full(samples.places.max(initial=-1) + 1, -1, dtype=np.int64)
    rows[samples.places[order]] = order  # what comes last stays
    return rows[rows >= 0]


def _chosen(
    wanted: NDArray[np.uint8], no_data: NDArray[np.bool_], most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows and columns of the labelled samples to fit, evenly chosen in each class."""
    labelled = np.flatnonzero((wanted != IGNORE) & ~no_data)
    classes = wanted.ravel()[labelled]
    chosen = []
    for class_id in np.unique(classes):
        own = labelled[classes == class_id]
        step = np.linspace(0, len(own) - 1, min(len(own), most))
        chosen.append(own[np.round(step).astype(np.int64)])
    flat = np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)
    rows, cols = np.divmod(flat, wanted.shape[1])
    return rows, cols


def _balanced(targets: Tensor, weights: Tensor, n_classes: int) -> Tensor:
    """Let each class count by the square root of its weight; the sum is one."""
    totals = torch.zeros(n_classes, device=weights.device).index_add_(0, targets, weights)
    balanced = weights / totals.clamp_min(1e-12).sqrt()[targets]
    return balanced / balanced.sum()


def _start(start: InstantHead | None, n_classes: int, mean: Tensor, std: Tensor) -> Tensor:
    """Return weights and bias on standardised features, shape ``(K, C + 1)``."""
    if start is None or start.weight.shape != (n_classes, len(mean)):
        return torch.zeros(n_classes, len(mean) + 1, device=mean.device)
    weight, bias = start.weight.to(mean.device), start.bias.to(mean.device)
    return torch.cat([weight * std, (bias + weight @ mean)[:, None]], dim=1)


def _minimise(
    parameters: Tensor, x: Tensor, targets: Tensor, weights: Tensor, job: JobContext
) -> float:
    """Fit in place and return the cross entropy reached."""
    parameters.requires_grad_()
    optimiser = torch.optim.LBFGS(
        [parameters],
        max_iter=_STEPS,
        tolerance_change=_LEAST_CHANGE,
        history_size=_HISTORY,
        line_search_fn="strong_wolfe",
    )
    reached = torch.zeros(())

    def evaluate() -> Tensor:
        nonlocal reached
        job.check()
        optimiser.zero_grad()
        logits = x @ parameters[:, :-1].T + parameters[:, -1]
        reached = (F.cross_entropy(logits, targets, reduction="none") * weights).sum()
        loss = reached + _RIDGE * parameters[:, :-1].square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(evaluate)  # type: ignore[no-untyped-call]
    parameters.requires_grad = False
    return float(reached.detach())
