"""The encoders Outcrop knows: their dimensions and where their weights come from.

Nothing here needs torch, so that models can be listed before it is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, TypeAlias

from engine.errors import ModelError

PATCH = 14
"""Pixels per token, in both directions."""

GRID = 37
"""Tokens per side of the stored position table (518 pixels)."""

UNET = "unet"
"""Id of both halves of the U-Net baseline, its encoder and its decoder."""


@dataclass(frozen=True, slots=True)
class EncoderDesign:
    """Dimensions of one vision transformer of the DINOv2 family.

    Parameters
    ----------
    name : str
        Its id in Outcrop.
    title : str
        Its name in words.
    dim, depth, heads : int
        Channels, blocks and attention heads.
    registers : int, default 0
        Register tokens.
    swiglu : bool, default False
        Whether the MLP is gated (ViT-g).
    scale : float, default 1e-5
        Start value of LayerScale.
    timm_name : str, default ""
        The model in timm and, prefixed with ``timm/``, on the hub; empty for
        Outcrop's own.
    full_rate : float, default 0
        Peak learning rate at which the encoder is tuned in full; 0 for that of the
        task's preset, which is published for DINOv2.
    """

    name: str
    title: str
    dim: int
    depth: int
    heads: int
    registers: int = 0
    swiglu: bool = False
    scale: float = 1e-5
    timm_name: str = ""
    full_rate: float = 0.0
    pretrained: ClassVar[bool] = True

    @property
    def taps(self) -> tuple[int, int, int, int]:
        """Blocks, counted from 0, after which feature maps are taken."""
        quarter = self.depth // 4
        return (quarter - 1, 2 * quarter - 1, 3 * quarter - 1, 4 * quarter - 1)

    @property
    def channels(self) -> tuple[int, int, int, int]:
        """Channels of the four feature maps."""
        return (self.dim,) * 4

    @property
    def hub_repository(self) -> str:
        """Repository with the weights on the hub; empty if there is none."""
        return f"timm/{self.timm_name}" if self.timm_name else ""


@dataclass(frozen=True, slots=True)
class UNetDesign:
    """Dimensions of the contracting half of a U-Net.

    It has no published weights: training starts from random ones and changes all
    of them.

    Parameters
    ----------
    name : str
        Its id in Outcrop.
    title : str
        Its name in words.
    channels : tuple of int
        Channels of the feature maps, of which each has half the size of the one
        before.
    """

    name: str
    title: str
    channels: tuple[int, ...]
    pretrained: ClassVar[bool] = False
    hub_repository: ClassVar[str] = ""


Design: TypeAlias = EncoderDesign | UNetDesign
"""Any encoder's."""


def _dinov2() -> list[EncoderDesign]:
    sizes = (
        ("s", "small", "S", 384, 12, 6),
        ("b", "base", "B", 768, 12, 12),
        ("l", "large", "L", 1024, 24, 16),
        ("g", "giant", "g", 1536, 40, 24),
    )
    return [
        EncoderDesign(
            name=f"dinov2-vit{short}14{'-reg4' if registers else ''}",
            title=f"DINOv2 ViT-{letter}/14{' with registers' if registers else ''}",
            dim=dim,
            depth=depth,
            heads=heads,
            registers=registers,
            swiglu=short == "g",
            timm_name=f"vit_{long}_patch14_{'reg4_' if registers else ''}dinov2.lvd142m",
        )
        for short, long, letter, dim, depth, heads in sizes
        for registers in (0, 4)
    ]


# LayerScale starts at 0.1: with DINOv2's 1e-5 a network of 12 blocks trained
# from scratch for a short time stays close to its patch embedding. It knows less
# than DINOv2 and has more to learn: docs/results.md was measured at 1e-4 to 3e-4.
_OWN = EncoderDesign(
    "outcrop-vit-tiny14", "Outcrop ViT-Ti/14", 192, 12, 3, scale=0.1, full_rate=1e-4
)

_UNET = UNetDesign(UNET, "U-Net", (32, 64, 128, 256, 256))

_ALL: tuple[Design, ...] = (*_dinov2(), _OWN, _UNET)

DESIGNS: Mapping[str, Design] = MappingProxyType({design.name: design for design in _ALL})
"""All encoders by name."""


def pretrained_designs() -> dict[str, EncoderDesign]:
    """Return the encoders that have weights to start from, by name."""
    return {name: design for name, design in DESIGNS.items() if isinstance(design, EncoderDesign)}


def check_pair(encoder: str, decoder: str, method: str) -> None:
    """Check that encoder, decoder and tuning go together.

    Parameters
    ----------
    encoder, decoder : str
        Their ids.
    method : str
        How the encoder is tuned.

    Raises
    ------
    ModelError
        If the encoder is unknown, only one of the two is a half of the U-Net, or
        an encoder without weights to start from is not trained as a whole.
    """
    design = encoder_design(encoder)
    if (encoder == UNET) != (decoder == UNET):
        raise ModelError(
            f"the encoder {encoder} does not go with the decoder {decoder}",
            hint=f"Choose {UNET} for both, or for neither.",
        )
    if not design.pretrained and method != "full":
        raise ModelError(
            f"the encoder {encoder} has no weights to start from, so its tuning cannot be {method}",
            hint="Choose the tuning full, which is also what it gets when none is named.",
        )


def encoder_design(name: str) -> Design:
    """Return the dimensions of an encoder.

    Parameters
    ----------
    name : str
        Its id, for example ``dinov2-vits14``.

    Returns
    -------
    EncoderDesign or UNetDesign
        The entry of `DESIGNS`.

    Raises
    ------
    ModelError
        If there is none of that name.
    """
    design = DESIGNS.get(name)
    if design is None:
        raise ModelError(
            f"encoder {name!r} is not known", hint=f"Choose one of {', '.join(DESIGNS)}."
        )
    return design
