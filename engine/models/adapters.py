"""Low-rank adapters in the encoder's attention, by peft.

Only training needs this module: importing peft takes seconds, and
`engine.models.lora` merges stored adapters without it.
"""

from __future__ import annotations

from peft import LoraConfig, PeftModel, get_peft_model

from engine.errors import ModelError
from engine.models.encoder import Encoder
from engine.models.lora import TARGETS
from engine.models.segmenter import Segmenter
from engine.models.spec import TuningSpec


def add_lora(encoder: Encoder, rank: int, alpha: float) -> None:
    """Freeze an encoder and put low-rank adapters into it.

    The adapters start as the identity and are the only tensors of the encoder
    that train.

    Parameters
    ----------
    encoder : Encoder
        Changed in place.
    rank : int
        Rank of each adapter.
    alpha : float
        Their product is scaled by ``alpha / rank``; 1 is the published value.

    Raises
    ------
    ModelError
        If it has adapters already.

    Notes
    -----
    Fused ``qkv`` and output projection of every block, chosen by a regular
    expression over the whole name: the suffix ``proj`` alone would also take the
    patch embedding.
    """
    if encoder.adapted:
        raise ModelError("the encoder has adapters already", hint="Merge them first.")
    # The scale is alpha / rank whether or not alpha is whole; peft only declares it so.
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules=TARGETS, bias="none")  # type: ignore[arg-type]
    encoder.vit = get_peft_model(encoder.vit, config)


def merge(encoder: Encoder) -> None:
    """Add the adapters' products to the weights and remove the adapters.

    Parameters
    ----------
    encoder : Encoder
        Changed in place; its tensors have their plain names again. Nothing
        happens without adapters.
    """
    if isinstance(encoder.vit, PeftModel):
        encoder.vit = encoder.vit.merge_and_unload()


def apply_tuning(model: Segmenter, tuning: TuningSpec) -> None:
    """Decide which tensors of a model train.

    Parameters
    ----------
    model : Segmenter
        Changed in place; the decoder always trains.
    tuning : TuningSpec
        For the encoder: nothing, adapters or everything.

    Raises
    ------
    ModelError
        If adapters are wanted and there are some already.
    """
    model.decoder.requires_grad_(requires_grad=True)
    if tuning.method == "lora":
        add_lora(model.encoder, tuning.rank, tuning.alpha)
    else:
        model.encoder.requires_grad_(requires_grad=tuning.method == "full")
