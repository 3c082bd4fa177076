"""From normalised images to class ids, and the scores of a model on samples.

Training (for validation) and evaluation share this, so both mean the same by
mIoU: masks are compared at the resolution of the label, never at the network's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from typing import TypeVar

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.core.class_scheme import IGNORE
from engine.core.prediction_options import PLAIN, PredictionOptions
from engine.core.small_regions import fill_small_regions
from engine.data.fitting import Fit, crop_image, resize_image, windows
from engine.data.sources import LabelledSource
from engine.errors import SettingsError
from engine.jobs.context import NULL_JOB, JobContext
from engine.models.memory import is_out_of_memory, release_memory
from engine.preprocessing.pipeline import Normaliser
from engine.tasks.conditions import scoring_precision
from engine.tasks.metrics import SegmentationMetrics
from engine.tasks.mirroring import average_mirrored, mirror_image

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class InputSettings:
    """How images reach the network, and what is done beyond its plain answer.

    Parameters
    ----------
    size : tuple of int
        Rows and columns of the network's input, multiples of its patch.
    fit : Fit
        Whether images are resized to that size or cut into crops of it.
    batch : int
        Inputs computed together.
    options : PredictionOptions, optional
        Mirror averaging and the smallest region; neither when left out.
    """

    size: tuple[int, int]
    fit: Fit
    batch: int
    options: PredictionOptions = PLAIN


def forward_logits(model: nn.Module, images: Tensor) -> Tensor:
    """Compute logits of images of one channel, in `scoring_precision`.

    Parameters
    ----------
    model : torch.nn.Module
        Takes ``(B, 3, H, W)``.
    images : Tensor
        float32, shape ``(B, 1, H, W)``, on the model's device.

    Returns
    -------
    Tensor
        Shape ``(B, K, H, W)``.
    """
    half = scoring_precision(images.device) is torch.bfloat16
    with torch.autocast(images.device.type, dtype=torch.bfloat16, enabled=half):
        logits: Tensor = model(images.expand(-1, 3, -1, -1))
    return logits


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """What a model says of one image.

    Parameters
    ----------
    classes : ndarray of uint8, shape (rows, cols)
        Id of the most probable class.
    confidence : ndarray of float32, shape (rows, cols)
        Its probability; where a small region took another class, that of the other.
    """

    classes: NDArray[np.uint8]
    confidence: NDArray[np.float32]


@torch.inference_mode()
def segment(
    model: nn.Module,
    images: Sequence[NDArray[np.float32]],
    settings: InputSettings,
    device: torch.device,
    wanted: Sequence[NDArray[np.bool_]] | None = None,
) -> list[Segmentation]:
    """Segment normalised images, each at its own resolution.

    Parameters
    ----------
    model : torch.nn.Module
        In evaluation mode, on `device`.
    images : sequence of ndarray of float32, shape (rows, cols)
        Normalised amplitudes; sizes may differ.
    settings : InputSettings
        How they reach the network.
    device : torch.device
        Where the model is.
    wanted : sequence of ndarray of bool, shape (rows, cols), optional
        Pixels whose classes are of interest; crops without any are not computed,
        and mean nothing in the result. Small regions need all of them.

    Returns
    -------
    list of Segmentation
        Logits are brought to the image's size bilinearly before the classes are
        decided; where crops overlap, they are averaged.
    """
    smallest = settings.options.smallest_region
    masks = [None] * len(images) if wanted is None or smallest > 1 else wanted
    logits = _logits(model, images, settings, device, masks)
    if settings.options.mirror:
        mirrored = [None if mask is None else mirror_image(mask) for mask in masks]
        pictures = [mirror_image(data) for data in images]
        others = _logits(model, pictures, settings, device, mirrored)
        logits = map(_mean_logits, logits, others)
    return [_decide(sample, smallest) for sample in logits]


@torch.inference_mode()
def class_probabilities(
    model: nn.Module,
    image: NDArray[np.float32],
    settings: InputSettings,
    device: torch.device,
) -> NDArray[np.float32]:
    """Compute the class probabilities of one normalised image, at its own resolution.

    Parameters
    ----------
    model : torch.nn.Module
        In evaluation mode, on `device`.
    image : ndarray of float32, shape (rows, cols)
        Normalised amplitudes.
    settings : InputSettings
        How it reaches the network.
    device : torch.device
        Where the model is.

    Returns
    -------
    ndarray of float32, shape (K, rows, cols)
        Sums to 1 over the classes; without what the options add. `segment` decides
        in the same way.
    """
    (logits,) = _logits(model, [image], settings, device, [None])
    probabilities: NDArray[np.float32] = logits.softmax(dim=0).cpu().numpy()
    return probabilities


@dataclass(frozen=True, slots=True, eq=False)
class ScoringRequest:
    """Which samples to score, and how to present them.

    Parameters
    ----------
    source : LabelledSource
        Images and masks.
    indices : sequence of int
        Positions of the samples.
    normaliser : Normaliser
        For the amplitudes of the source.
    n_classes : int
        Classes of the model.
    settings : InputSettings
        How images reach the network.
    """

    source: LabelledSource
    indices: Sequence[int]
    normaliser: Normaliser
    n_classes: int
    settings: InputSettings


def score_model(
    model: nn.Module,
    request: ScoringRequest,
    device: torch.device,
    *,
    metrics: SegmentationMetrics | None = None,
    on_sample: Callable[[int, float], None] | None = None,
    job: JobContext = NULL_JOB,
) -> SegmentationMetrics:
    """Segment files and compare with their masks.

    Parameters
    ----------
    model : torch.nn.Module
        On `device`; left in evaluation mode.
    request : ScoringRequest
        The files.
    device : torch.device
        Where the model is.
    metrics : SegmentationMetrics, optional
        What collects the scores; one without boundaries when left out.
    on_sample : callable, optional
        Called as ``on_sample(index, mean_iou)`` for each file.
    job : JobContext, optional
        Checked once for each batch.

    Returns
    -------
    SegmentationMetrics
        Of all files, in the order of `request.indices`.

    Raises
    ------
    JobCancelledError
        If the job is cancelled.
    SettingsError
        If not even one input fits into the device's memory.
    """
    model.eval()
    source, settings = request.source, request.settings
    metrics = metrics or SegmentationMetrics(request.n_classes)
    for part in _chunks(request.indices, request.settings.batch):
        job.check()
        images = [request.normaliser(source.image(index)) for index in part]
        wanted = [source.labels(index) != IGNORE for index in part] if source.sparse else None
        results, settings = _segment_within_memory(model, images, settings, device, wanted)
        for index, result in zip(part, results, strict=True):
            mean_iou = metrics.add(result.classes, source.labels(index), result.confidence)
            if on_sample is not None:
                on_sample(index, mean_iou)
    return metrics


def _segment_within_memory(
    model: nn.Module,
    images: Sequence[NDArray[np.float32]],
    settings: InputSettings,
    device: torch.device,
    wanted: Sequence[NDArray[np.bool_]] | None,
) -> tuple[list[Segmentation], InputSettings]:
    """Segment images, half as many at once whenever there is no room; and say how many fit."""
    while True:
        try:
            masks = [None] if wanted is None else _chunks(wanted, settings.batch)
            chunks = _chunks(images, settings.batch)
            parts = [
                segment(model, part, settings, device, mask)
                for part, mask in zip(chunks, cycle(masks), strict=False)
            ]
            return [result for part in parts for result in part], settings
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if settings.batch == 1:
                rows, cols = settings.size
                raise SettingsError(
                    f"{device.type} is out of memory with one input of {rows} x {cols}",
                    hint="Close what else uses it, or choose another --device.",
                ) from error
        settings = replace(settings, batch=settings.batch // 2)
        # Only here is the failed attempt's own memory free.
        release_memory(device)


def _logits(
    model: nn.Module,
    images: Sequence[NDArray[np.float32]],
    settings: InputSettings,
    device: torch.device,
    wanted: Sequence[NDArray[np.bool_] | None],
) -> Iterator[Tensor]:
    """Yield the logits of each image at its own resolution, shape (K, rows, cols)."""
    if settings.fit is Fit.CROP:
        for data, mask in zip(images, wanted, strict=True):
            yield _crop_logits(model, data, settings, device, mask)
        return
    inputs = torch.stack([resize_image(data, settings.size) for data in images])
    logits = forward_logits(model, inputs.to(device)).float()
    for sample, data in zip(logits, images, strict=True):
        yield _resize_logits(sample, (data.shape[0], data.shape[1]))


def _mean_logits(logits: Tensor, of_mirror_image: Tensor) -> Tensor:
    """Return logits whose probabilities are the mean of both."""
    return average_mirrored(logits.softmax(dim=0), of_mirror_image.softmax(dim=0)).log()


def _crop_logits(
    model: nn.Module,
    data: NDArray[np.float32],
    settings: InputSettings,
    device: torch.device,
    wanted: NDArray[np.bool_] | None,
) -> Tensor:
    """Compute the logits of one image crop by crop, shape (K, rows, cols)."""
    rows, cols = data.shape
    height, width = settings.size
    total = torch.zeros(1, rows, cols)
    n = torch.zeros(rows, cols)
    places = [
        place
        for place in windows((rows, cols), settings.size)
        if wanted is None
        or wanted[place.top : place.top + height, place.left : place.left + width].any()
    ]
    for part in _chunks(places, settings.batch):
        crops = torch.stack([crop_image(data, place, settings.size) for place in part])
        logits = forward_logits(model, crops.to(device)).float().cpu()
        if len(total) != logits.shape[1]:
            total = logits.new_zeros(logits.shape[1], rows, cols)
        for place, sample in zip(part, logits, strict=True):
            inside = total[:, place.top : place.top + height, place.left : place.left + width]
            inside += sample[:, : inside.shape[1], : inside.shape[2]]
            n[place.top : place.top + height, place.left : place.left + width] += 1
    return total / n.clamp_min(1)


def _resize_logits(logits: Tensor, size: tuple[int, int]) -> Tensor:
    if tuple(logits.shape[-2:]) == size:
        return logits
    return F.interpolate(logits[None], size=size, mode="bilinear", align_corners=False)[0]


def _decide(logits: Tensor, smallest_region: int) -> Segmentation:
    """Take the largest logit; torch's max is far faster here than its argmax."""
    chosen, classes = logits.max(dim=0)
    decided = classes.to(torch.uint8).cpu().numpy()
    filled = fill_small_regions(decided, smallest_region)
    if filled is not decided:
        places = torch.from_numpy(filled).to(logits.device, torch.int64)
        chosen = logits.gather(0, places[None])[0]
    # The softmax of the chosen alone: no second array of all classes is kept.
    confidence = (chosen - logits.logsumexp(dim=0)).exp()
    return Segmentation(filled, confidence.cpu().numpy())


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
