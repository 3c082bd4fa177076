"""For authors of decoders; entry-point group ``outcrop.decoders``."""

from __future__ import annotations

from engine.errors import SettingsError, ShapeError
from engine.models.decoders.base import Decoder, DecoderFactory
from engine.models.decoders.layers import all_maps, conv_pair, deepest, normalisation, resize

API_VERSION = 1

__all__ = [
    "API_VERSION",
    "Decoder",
    "DecoderFactory",
    "SettingsError",
    "ShapeError",
    "all_maps",
    "conv_pair",
    "deepest",
    "normalisation",
    "resize",
]
