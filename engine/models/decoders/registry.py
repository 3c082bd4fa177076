"""All decoders, built in and from plugins."""

from __future__ import annotations

from functools import cache

from engine.models.decoders.base import DecoderFactory
from engine.plugins.registry import Registry

_BUILTINS = {
    "linear": "engine.models.decoders.linear:LinearDecoder",
    "pup": "engine.models.decoders.pup:PupDecoder",
    "mla": "engine.models.decoders.mla:MlaDecoder",
    "dpt": "engine.models.decoders.dpt:DptDecoder",
    "detail": "engine.models.decoders.detail:DetailDecoder",
    "unet": "engine.models.decoders.unet:UNetDecoder",
}


@cache
def decoders() -> Registry[DecoderFactory]:
    """Return the registry of decoders."""
    return Registry("outcrop.decoders", _BUILTINS)
