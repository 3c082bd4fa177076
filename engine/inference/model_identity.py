"""What tells one model from another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """What tells one model from another.

    Parameters
    ----------
    name : str
        Name of the bundle.
    encoder : str
        Id of the encoder.
    encoder_sha256 : str
        Hash of its weights.
    pipeline : str
        Fingerprint of the preprocessing.
    trained : str
        Fingerprint of the tensors that were trained: a bundle that is trained
        anew keeps its name.
    frozen : bool
        Whether the encoder is the one of `encoder_sha256`, unchanged.
    """

    name: str = "unnamed"
    encoder: str = ""
    encoder_sha256: str = ""
    pipeline: str = ""
    trained: str = ""
    frozen: bool = False
