"""Reading weight files, and turning the published layouts into Outcrop's.

Three layouts of the same DINOv2 weights are about: the official ``.pth`` files,
timm's, and Hugging Face's. Outcrop keeps timm's names. Nothing is unpickled
but tensors.
"""

from __future__ import annotations

import pickle
import re
import secrets
import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.errors import ModelError, WriteError
from engine.models.designs import EncoderDesign, encoder_design, pretrained_designs
from engine.models.encoder import DinoTransformer
from engine.models.strict import shapes_of

_ROOM = "Free some space or choose another folder."
_UNUSED = ("mask_token", "embeddings.mask_token")
_BLOCK = re.compile(r"blocks\.(\d+)\.(.+)\.(weight|bias|gamma)")

_HF_OUTER = {
    "cls_token": "embeddings.cls_token",
    "reg_token": "embeddings.register_tokens",
    "pos_embed": "embeddings.position_embeddings",
    "patch_embed.proj.weight": "embeddings.patch_embeddings.projection.weight",
    "patch_embed.proj.bias": "embeddings.patch_embeddings.projection.bias",
    "norm.weight": "layernorm.weight",
    "norm.bias": "layernorm.bias",
}
_HF_INNER = {
    "norm1": "norm1",
    "norm2": "norm2",
    "attn.proj": "attention.output.dense",
    "ls1": "layer_scale1",
    "ls2": "layer_scale2",
    "mlp.fc1": "mlp.fc1",
    "mlp.fc2": "mlp.fc2",
}
_HF_GATED = {"mlp.fc1": "mlp.weights_in", "mlp.fc2": "mlp.weights_out"}
_OFFICIAL_GATED = {"mlp.fc1": "mlp.w12", "mlp.fc2": "mlp.w3"}


def load_state(path: Path) -> dict[str, Tensor]:
    """Read named tensors from a safetensors file or a PyTorch one.

    The contents decide, not the ending. A PyTorch file is read with
    ``weights_only``, which builds tensors and nothing else.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    dict of str to Tensor
        On the CPU.

    Raises
    ------
    ModelError
        If the file is missing, is neither, or holds anything but tensors.
    """
    try:
        with path.open("rb") as file:
            start = file.read(9)
    except OSError as error:
        raise ModelError(
            f"{path}: cannot be read ({error.strerror})", hint="Check the path and its permissions."
        ) from error
    if start[8:] == b"{":
        return _load_safetensors(path)
    if start[:2] in {b"PK", b"\x80\x02"}:
        return _load_pytorch(path)
    raise ModelError(
        f"{path}: neither a safetensors nor a PyTorch file",
        hint="Give the .safetensors or .pth file of the weights.",
    )


def save_state(path: Path, state: Mapping[str, Tensor], *, half: bool = False) -> None:
    """Write named tensors as safetensors, under a temporary name first.

    Parameters
    ----------
    path : pathlib.Path
        The file; replaced if it is there.
    state : mapping of str to Tensor
        The tensors.
    half : bool, default False
        Whether to write float tensors of two or more dimensions as float16.
        Biases, scales and running statistics stay as they are: they are small,
        and variances may leave float16's range.

    Raises
    ------
    ModelError
        If a value does not fit into float16.
    WriteError
        If the file cannot be written.
    """
    tensors = {name: _stored(name, tensor, half=half) for name, tensor in state.items()}
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        # safetensors makes files that only their owner may read; a touch obeys the umask.
        temporary.touch()
        mode = temporary.stat().st_mode
        save_file(tensors, temporary, metadata={"format": "pt"})
        temporary.chmod(mode)
        temporary.replace(path)
    except (OSError, SafetensorError) as error:
        why = getattr(error, "strerror", "") or str(error).rpartition(": ")[2].split(" (os ")[0]
        raise WriteError(path, f"cannot be written ({why})", hint=_ROOM, reason=why) from error
    finally:
        temporary.unlink(missing_ok=True)


def _stored(name: str, tensor: Tensor, *, half: bool) -> Tensor:
    tensor = tensor.detach().cpu().contiguous()
    if half and tensor.is_floating_point() and tensor.ndim > 1:
        rounded = tensor.to(torch.float16)
        if torch.isinf(rounded).any():
            raise ModelError(f"tensor {name}: values do not fit into float16")
        return rounded
    return tensor


def _load_safetensors(path: Path) -> dict[str, Tensor]:
    try:
        state: dict[str, Tensor] = load_file(path)
    except (SafetensorError, OSError, ValueError, MemoryError) as error:
        raise ModelError(
            f"{path}: damaged safetensors file ({error})", hint="Fetch or copy it again."
        ) from error
    return state


def _load_pytorch(path: Path) -> dict[str, Tensor]:
    try:
        # Given as a path, torch would go by the ending again.
        with path.open("rb") as file:
            state = torch.load(file, map_location="cpu", weights_only=True)  # noqa: TID251 - this is the one place that may
    except (
        pickle.UnpicklingError,
        zipfile.BadZipFile,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
    ) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"{path}: not a PyTorch file of tensors only ({reason})",
            hint="Give the plain weights, not a training checkpoint.",
        ) from error
    if not isinstance(state, dict):
        raise ModelError(
            f"{path}: holds a {type(state).__name__}, not named tensors",
            hint="Give the plain weights, not a training checkpoint.",
        )
    for name, value in state.items():
        if not isinstance(name, str) or not isinstance(value, Tensor):
            raise ModelError(
                f"{path}: {name!r} is no tensor",
                hint="Give the plain weights, not a training checkpoint.",
            )
    return dict(state)


def expected_shapes(design: EncoderDesign) -> dict[str, tuple[int, ...]]:
    """Return the names and shapes of an encoder's tensors.

    Parameters
    ----------
    design : EncoderDesign
        The encoder.

    Returns
    -------
    dict of str to tuple of int
        In the order of the network; no memory is taken for the tensors.
    """
    with torch.device("meta"):
        network = DinoTransformer(design, initialise=False)
    return shapes_of(network)


def convert(state: Mapping[str, Tensor], encoder: str) -> dict[str, Tensor]:
    """Turn a state dict of any of the three layouts into Outcrop's.

    Parameters
    ----------
    state : mapping of str to Tensor
        As published, in the official, timm or Hugging Face layout.
    encoder : str
        Which encoder it is meant for.

    Returns
    -------
    dict of str to Tensor
        Names of timm, float32.

    Raises
    ------
    ModelError
        If a tensor is missing, left over or of another shape or type; the
        message names the first, as it is called in the file.

    Notes
    -----
    The official and Hugging Face files with registers have a position for the
    class token; timm adds it to the token itself, and so do we. The unused mask
    token is dropped.
    """
    design = encoder_design(encoder)
    if not isinstance(design, EncoderDesign):
        raise ModelError(
            f"the encoder {encoder} has no published weights",
            hint="Train it: it starts from random ones.",
        )
    rest = {name: tensor for name, tensor in state.items() if name not in _UNUSED}
    layout = _Layout(rest, design)
    converted = {
        name: _join(rest, layout.sources(name), layout.stored_shape(name, shape), encoder)
        for name, shape in expected_shapes(design).items()
    }
    if rest:
        raise ModelError(
            f"tensor {next(iter(rest))} does not belong to {encoder}",
            hint="Name the right encoder, or give the file of this one.",
        )
    if layout.has_class_position:
        converted["cls_token"] = converted["cls_token"] + converted["pos_embed"][:, :1]
        converted["pos_embed"] = converted["pos_embed"][:, 1:].contiguous()
    return converted


def guess_encoder(state: Mapping[str, Tensor]) -> str:
    """Tell by shapes which encoder a state dict belongs to.

    Parameters
    ----------
    state : mapping of str to Tensor
        In any of the three layouts.

    Returns
    -------
    str
        The encoder's name.

    Raises
    ------
    ModelError
        If the width and number of blocks are no known encoder's.
    """
    final = state.get("norm.weight", state.get("layernorm.weight"))
    dim = final.shape[0] if final is not None and final.ndim == 1 else 0
    blocks = {match[1] for name in state if (match := re.match(r"\D+\.(\d+)\.", name))}
    registers = any("register_tokens" in name or name == "reg_token" for name in state)
    known = pretrained_designs()
    for design in known.values():
        if (design.dim, design.depth) == (dim, len(blocks)) and registers == (design.registers > 0):
            return design.name
    raise ModelError(
        f"the weights are of no known encoder ({dim} channels, {len(blocks)} blocks)",
        hint=f"Known are {', '.join(known)}.",
    )


class _Layout:
    """How the tensors of an encoder are called in one file."""

    def __init__(self, state: Mapping[str, Tensor], design: EncoderDesign) -> None:
        self._design = design
        self._hugging_face = any(name.startswith("embeddings.") for name in state)
        self._official_registers = "register_tokens" in state
        self._official_gated = any(".mlp.w12." in name for name in state)
        self.has_class_position = design.registers > 0 and (
            self._hugging_face or self._official_registers
        )

    def stored_shape(self, name: str, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape in the file of the tensor that we call `name`."""
        if name == "pos_embed" and self.has_class_position:
            return (shape[0], shape[1] + 1, shape[2])
        return shape

    def sources(self, name: str) -> tuple[str, ...]:
        """Return the tensors of the file that, joined, make up `name`."""
        if self._hugging_face:
            return self._hugging_face_sources(name)
        if name == "reg_token" and self._official_registers:
            return ("register_tokens",)
        if self._official_gated:
            for ours, theirs in _OFFICIAL_GATED.items():
                name = name.replace(ours, theirs)
        return (name,)

    def _hugging_face_sources(self, name: str) -> tuple[str, ...]:
        match = _BLOCK.fullmatch(name)
        if match is None:
            return (_HF_OUTER[name],)
        prefix = f"encoder.layer.{match[1]}"
        part, kind = match[2], match[3].replace("gamma", "lambda1")
        if part == "attn.qkv":
            return tuple(
                f"{prefix}.attention.attention.{role}.{kind}" for role in ("query", "key", "value")
            )
        inner = _HF_INNER | (_HF_GATED if self._design.swiglu else {})
        return (f"{prefix}.{inner[part]}.{kind}",)


def _join(
    rest: dict[str, Tensor], sources: tuple[str, ...], shape: tuple[int, ...], encoder: str
) -> Tensor:
    """Take tensors out of `rest`, check them and join them along the first dimension."""
    expected = (shape[0] // len(sources), *shape[1:])
    parts = []
    for source in sources:
        tensor = rest.pop(source, None)
        if tensor is None:
            raise ModelError(
                f"tensor {source} of {encoder} is missing",
                hint="Name the right encoder, or give the file of this one.",
            )
        if tuple(tensor.shape) != expected or not tensor.is_floating_point():
            raise ModelError(
                f"tensor {source} is {_described(tensor)}, but {encoder} has float {expected}",
                hint="Name the right encoder, or give the file of this one.",
            )
        parts.append(tensor.to(torch.float32))
    return parts[0].contiguous() if len(parts) == 1 else torch.cat(parts)


def _described(tensor: Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')} {tuple(tensor.shape)}"
