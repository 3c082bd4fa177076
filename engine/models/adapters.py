"""Tuning an encoder: adapters put in, the rest frozen.

Only training needs this module: importing peft takes seconds, and stored adapters
are applied without it.
"""

from __future__ import annotations

from peft import LoraConfig, PeftModel, get_peft_model

from engine.errors import ModelError
from engine.models.adapter_files import is_adapter, trains
from engine.models.bottleneck import add_bottlenecks
from engine.models.encoder import Encoder
from engine.models.lora import target_pattern
from engine.models.segmenter import Segmenter
from engine.models.spec import TuningSpec


def add_lora(encoder: Encoder, tuning: TuningSpec) -> None:
    """Freeze an encoder and put low-rank adapters into it.

    The adapters start as the identity and are the only tensors of the encoder
    that train.

    Parameters
    ----------
    encoder : Encoder
        Changed in place.
    tuning : TuningSpec
        Rank, scale, layers and variant; ``alpha`` 1 is the published value.

    Raises
    ------
    ModelError
        If it has adapters already.
    """
    _check_plain(encoder)
    config = LoraConfig(
        r=tuning.rank,
        # The scale is right whether or not alpha is whole; peft only declares it so.
        lora_alpha=tuning.alpha,  # type: ignore[arg-type]
        target_modules=target_pattern(tuning),
        use_dora=tuning.dora,
        use_rslora=tuning.rslora,
        bias="none",
    )
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
    """Decide which tensors of a model train, and put adapters in.

    Parameters
    ----------
    model : Segmenter
        Changed in place; the decoder always trains.
    tuning : TuningSpec
        For the encoder: nothing, adapters, biases and norms, or everything.

    Raises
    ------
    ModelError
        If adapters are wanted and there are some already.
    """
    model.decoder.requires_grad_(requires_grad=True)
    encoder = model.encoder
    if tuning.method == "lora":
        add_lora(encoder, tuning)
        return
    if tuning.method == "adapter":
        _check_plain(encoder)
        add_bottlenecks(encoder.vit, tuning.rank)
    for name, parameter in encoder.named_parameters():
        parameter.requires_grad = trains(name, tuning)


def _check_plain(encoder: Encoder) -> None:
    if any(is_adapter(name) for name, _ in encoder.named_parameters()):
        raise ModelError("the encoder has adapters already", hint="Start from its plain weights.")
