"""What a decoder is, and how it is checked before it is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # decoders are listed before torch is loaded
    from torch import Tensor


class Decoder(Protocol):
    """A module from the encoder's feature maps to class logits.

    Its constructor takes the channels of each map and the number of classes,
    and its options by keyword, with defaults. One that sets ``sees_image`` to true,
    on its factory and on itself, gets the image ``(B, 3, *size)`` as the first map.
    """

    def __call__(self, features: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """Compute logits ``(B, n_classes, *size)`` from maps ``(B, C_i, h, w)``."""


class DecoderFactory(Protocol):
    """Makes a decoder; usually its class."""

    def __call__(self, in_channels: Sequence[int], n_classes: int, **options: Any) -> Any:
        """Return a `torch.nn.Module` that is a `Decoder`."""


def sees_image(decoder: object) -> bool:
    """Say whether a decoder gets the image before the encoder's maps.

    Parameters
    ----------
    decoder : object
        A decoder or its factory.

    Returns
    -------
    bool
        Its ``sees_image``; False where it says nothing.
    """
    return bool(getattr(decoder, "sees_image", False))
