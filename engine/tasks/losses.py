"""The loss of a training run: a sum of losses with factors, as settings ask for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.core.class_scheme import IGNORE
from engine.errors import DataError, SettingsError
from engine.tasks.loss_totals import LossTotals, labelled_samples, labelled_weight
from engine.tasks.lovasz import lovasz_loss
from engine.tasks.pixel_losses import cross_entropy_loss, dice_loss, focal_loss, weighted_dice_loss

_LOSSES = ("weighted_dice", "dice", "cross_entropy", "focal", "lovasz")
_MOST_GAMMA = 10


@dataclass(frozen=True, slots=True)
class LossSettings:
    """A sum of losses, each with its factor; 0 leaves one out.

    Parameters
    ----------
    weighted_dice : float, default 1.0
        Factor of the Dice loss of eq. 1, whose classes weigh by rarity.
    dice : float, default 0.0
        Factor of the plain Dice loss, whose classes weigh the same.
    cross_entropy : float, default 1.0
        Factor of the cross-entropy.
    focal : float, default 0.0
        Factor of the focal loss.
    lovasz : float, default 0.0
        Factor of the Lovász-Softmax loss, which follows the mean intersection over
        union of each sample, classes that it lacks included.
    focal_gamma : float, default 2.0
        How much the focal loss plays down what is already right; from 0, where
        it is the cross-entropy, to 10.
    class_weights : "balanced", tuple of float or None, default None
        Weights of the classes in cross-entropy and focal loss: given, or from
        the pixels of each class in the training part, or all the same.

    Raises
    ------
    SettingsError
        If a factor or weight is negative or not finite, or nothing is left.
    """

    weighted_dice: float = 1.0
    dice: float = 0.0
    cross_entropy: float = 1.0
    focal: float = 0.0
    lovasz: float = 0.0
    focal_gamma: float = 2.0
    class_weights: str | tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        factors = {name: getattr(self, name) for name in _LOSSES}
        if not all(0 <= factor < math.inf for factor in factors.values()) or not any(
            factors.values()
        ):
            shown = ", ".join(f"{name} {factor:g}" for name, factor in factors.items())
            raise SettingsError(
                f"loss factors are {shown}",
                hint="Give factors of at least 0, one of them above 0.",
            )
        if not 0 <= self.focal_gamma <= _MOST_GAMMA:
            raise SettingsError(
                f"focal loss: gamma {self.focal_gamma:g} is not between 0 and {_MOST_GAMMA}",
                hint="Choose 2.",
            )
        weights = self.class_weights
        if weights is None or weights == "balanced":
            return
        good = not isinstance(weights, str) and all(0 <= w < math.inf for w in weights)
        if not (good and any(weights)):
            raise SettingsError(
                f"class weights {weights} cannot be",
                hint="Give one number of at least 0 for each class, or balanced.",
            )

    def to_json(self) -> dict[str, Any]:
        """Return all fields under their names."""
        weights = self.class_weights
        return {
            **asdict(self),
            "class_weights": list(weights) if isinstance(weights, tuple) else weights,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> LossSettings:
        """Build settings from what `to_json` returned.

        Raises
        ------
        SettingsError
            If a field is unknown, of the wrong kind or outside its range.
        """
        weights = value.get("class_weights")
        try:
            return cls(
                **{
                    **value,
                    "class_weights": tuple(weights) if isinstance(weights, list) else weights,
                }
            )
        except TypeError as error:
            raise SettingsError(f"loss settings do not fit ({error})") from error


def balanced_weights(class_pixels: Sequence[int]) -> tuple[float, ...]:
    """Weigh classes so that each contributes the same to a mean over all pixels.

    Parameters
    ----------
    class_pixels : sequence of int
        Pixels of each class in the training part.

    Returns
    -------
    tuple of float
        ``n / (k * n_k)`` with n pixels in all and k classes that occur; 0 for a
        class that does not.

    Raises
    ------
    DataError
        If there is no pixel at all.
    """
    total, present = sum(class_pixels), sum(n > 0 for n in class_pixels)
    if not total:
        raise DataError(
            "class weights: no pixel of the training part is labelled",
            hint="Give masks with class ids.",
        )
    return tuple(total / (present * n) if n else 0.0 for n in class_pixels)


class SegmentationLoss(nn.Module):
    """The sum of losses that settings ask for.

    Parameters
    ----------
    settings : LossSettings, optional
        Which losses; weighted Dice plus cross-entropy when left out.
    class_pixels : sequence of int, optional
        Pixels of each class in the training part; needed for balanced weights.
    ignore : int, default 255
        Class id of the pixels left out of all.

    Raises
    ------
    SettingsError
        If balanced weights are wanted and `class_pixels` is not given, or it has not
        as many classes as there are weights.
    DataError
        If they are given and all are 0.
    """

    class_weights: Tensor | None

    def __init__(
        self,
        settings: LossSettings | None = None,
        class_pixels: Sequence[int] | None = None,
        *,
        ignore: int = IGNORE,
    ) -> None:
        super().__init__()
        self.settings = settings or LossSettings()
        self.ignore = ignore
        weights = self.settings.class_weights
        if isinstance(weights, str):
            if class_pixels is None:
                raise SettingsError(
                    "balanced class weights need the pixels of each class",
                    hint="Count them in the training part.",
                )
            weights = balanced_weights(class_pixels)
        if weights and class_pixels is not None:
            _check_number(len(weights), len(class_pixels))
        self.register_buffer(
            "class_weights",
            torch.tensor(weights, dtype=torch.float32) if weights else None,
            persistent=False,
        )

    def totals(self, target: Tensor, pixel_weights: Tensor | None = None) -> LossTotals:
        """Compute what the losses of a batch are divided by.

        Parameters
        ----------
        target : Tensor
            Class ids, each with a weight if classes have any, shape ``(B, H, W)``.
        pixel_weights : Tensor, optional
            How much each pixel counts, shape ``(B, H, W)``; all the same when left
            out.

        Returns
        -------
        LossTotals
            On the target's device.
        """
        weight = None if self.class_weights is None else self.class_weights.to(target.device)
        places: dict[str, Any] = {"pixel_weights": pixel_weights, "ignore": self.ignore}
        return LossTotals(
            labelled_weight(target, weight=weight, **places), labelled_samples(target, **places)
        )

    def forward(
        self,
        logits: Tensor,
        target: Tensor,
        pixel_weights: Tensor | None = None,
        totals: LossTotals | None = None,
    ) -> Tensor:
        """Compute the loss of one batch, or what a part of it adds to that.

        Parameters
        ----------
        logits : Tensor
            Shape ``(B, K, H, W)``.
        target : Tensor
            Class ids, shape ``(B, H, W)``.
        pixel_weights : Tensor, optional
            How much each pixel counts, shape ``(B, H, W)``; all the same when left
            out.
        totals : LossTotals, optional
            Of the batch that these samples are a part of; of these alone when left
            out. The losses of the parts then add up to that of the batch.

        Returns
        -------
        Tensor
            Scalar float32.

        Raises
        ------
        SettingsError
            If there are not as many class weights as classes.
        """
        wanted, ignore = self.settings, self.ignore
        weight = self._weights(logits)
        totals = totals or self.totals(target, pixel_weights)
        places: dict[str, Any] = {"pixel_weights": pixel_weights, "ignore": ignore}
        by_sample = {**places, "total": totals.samples}
        by_pixel = {**places, "total": totals.pixels, "weight": weight}
        loss = logits.new_zeros((), dtype=torch.float32)
        if wanted.weighted_dice:
            loss = loss + wanted.weighted_dice * weighted_dice_loss(logits, target, **by_sample)
        if wanted.dice:
            loss = loss + wanted.dice * dice_loss(logits, target, **by_sample)
        if wanted.cross_entropy:
            loss = loss + wanted.cross_entropy * cross_entropy_loss(logits, target, **by_pixel)
        if wanted.focal:
            loss = loss + wanted.focal * focal_loss(
                logits, target, gamma=wanted.focal_gamma, **by_pixel
            )
        if wanted.lovasz:
            loss = loss + wanted.lovasz * lovasz_loss(logits, target, **by_sample)
        return loss

    def _weights(self, logits: Tensor) -> Tensor | None:
        """Class weights on the device of the logits."""
        if self.class_weights is None:
            return None
        _check_number(len(self.class_weights), logits.shape[1])
        return self.class_weights.to(logits.device)


def _check_number(n_weights: int, n_classes: int) -> None:
    if n_weights != n_classes:
        raise SettingsError(
            f"{n_weights} class weights for {n_classes} classes",
            hint="Give one weight for each class, in the order of their ids.",
        )
