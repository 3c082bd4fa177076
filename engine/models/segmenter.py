"""Encoder and decoder together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn

from engine.errors import SettingsError
from engine.models.decoders.base import sees_image
from engine.models.decoders.registry import decoders
from engine.models.designs import UNET, encoder_design
from engine.models.encoder import build_encoder
from engine.models.spec import ModelSpec

_IMAGE_CHANNELS = 3


class Segmenter(nn.Module):
    """A network from images to class logits.

    Parameters
    ----------
    encoder : Encoder or UNetEncoder
        Gives feature maps.
    decoder : torch.nn.Module
        Turns them into logits; see `engine.models.decoders.base.Decoder`.
    """

    encoder: Any

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def forward(self, x: Tensor) -> Tensor:
        """Compute class logits.

        Parameters
        ----------
        x : Tensor, shape (B, 3, H, W)
            H and W multiples of 14; any for the U-Net.

        Returns
        -------
        Tensor, shape (B, K, H, W)
            Logits; softmax over dim 1 gives the class probabilities.

        Raises
        ------
        ShapeError
            If the shape does not fit.
        """
        return self.decode(self.encoder(x), x)

    def decode(self, maps: Sequence[Tensor], x: Tensor) -> Tensor:
        """Compute class logits from the encoder's maps.

        Parameters
        ----------
        maps : sequence of Tensor
            What the encoder gives for `x`.
        x : Tensor, shape (B, 3, H, W)
            The images.

        Returns
        -------
        Tensor, shape (B, K, H, W)
            Logits.

        Raises
        ------
        ShapeError
            If the maps do not fit.
        """
        size = (int(x.shape[-2]), int(x.shape[-1]))
        seen = [x, *maps] if sees_image(self.decoder) else maps
        logits: Tensor = self.decoder(seen, size)
        return logits


def encoder_norm(spec: ModelSpec) -> str:
    """Return the normalisation of a model's encoder.

    Parameters
    ----------
    spec : ModelSpec
        The model.

    Returns
    -------
    str
        For `engine.models.encoder.build_encoder`. The U-Net is one network, so the
        option ``norm`` of its decoder holds for both halves.
    """
    return str(spec.decoder_options.get("norm", "batch")) if spec.encoder == UNET else "batch"


def build_decoder(spec: ModelSpec) -> nn.Module:
    """Build the decoder of a model with random weights.

    Parameters
    ----------
    spec : ModelSpec
        The model.

    Returns
    -------
    torch.nn.Module
        In training mode, float32, on the CPU.

    Raises
    ------
    PluginError
        If no decoder of that name is registered.
    SettingsError
        If it does not take an option or its value.
    """
    factory = decoders().load(spec.decoder)
    image = (_IMAGE_CHANNELS,) if sees_image(factory) else ()
    channels = (*image, *encoder_design(spec.encoder).channels)
    try:
        decoder: Any = factory(channels, spec.n_classes, **spec.decoder_options)
    except (TypeError, ValueError, RuntimeError) as error:
        if isinstance(error, SettingsError):
            raise
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SettingsError(
            f"decoder {spec.decoder}: cannot be built with {dict(spec.decoder_options)} ({reason})"
        ) from error
    module: nn.Module = decoder
    return module


def build(spec: ModelSpec) -> Segmenter:
    """Build a model with random weights and no adapters.

    Parameters
    ----------
    spec : ModelSpec
        The model.

    Returns
    -------
    Segmenter
        In training mode, float32, on the CPU.

    Raises
    ------
    ModelError
        If the encoder is unknown.
    PluginError
        If the decoder is unknown.
    SettingsError
        If the decoder does not take an option.
    """
    encoder = build_encoder(spec.encoder, norm=encoder_norm(spec))
    return Segmenter(encoder, build_decoder(spec))
