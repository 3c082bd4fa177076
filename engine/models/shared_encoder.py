"""Encoders whose frozen tensors are in memory once, however many models use them.

A model's encoder is a network of its own around shared tensors. Only those that its
tuning touches are its own, so that another model on the same encoder costs no more
than its adapters.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from weakref import WeakKeyDictionary, WeakValueDictionary

import torch
from torch import Tensor

from engine.models.adapter_files import check_adapters
from engine.models.bottleneck import add_bottlenecks
from engine.models.encoder import Encoder, build_encoder
from engine.models.lora import merged_weights
from engine.models.pretrained import fill_encoder
from engine.models.spec import TuningSpec
from engine.models.undrawn import Undrawn
from engine.models.weight_store import WeightsFile


class SharedEncoder:
    """The tensors of an encoder, for any number of networks.

    Parameters
    ----------
    name : str
        Id of the encoder.
    tensors : mapping of str to Tensor
        All its tensors, checked; nobody may change them.
    """

    def __init__(self, name: str, tensors: Mapping[str, Tensor]) -> None:
        self._name = name
        self._tensors = dict(tensors)

    def tuned(
        self, state: Mapping[str, Tensor], tuning: TuningSpec, *, subject: str = "adapters"
    ) -> Encoder:
        """Build an encoder with stored adapters; what they do not touch is shared.

        Parameters
        ----------
        state : mapping of str to Tensor
            Tensors of an ``adapter_model.safetensors``; none if frozen.
        tuning : TuningSpec
            How the encoder was tuned; not as a whole.
        subject : str, optional
            What a message begins with.

        Returns
        -------
        Encoder
            In evaluation mode, on the device of the shared tensors; nothing in
            it trains. Low-rank adapters are merged, bottlenecks are in it.

        Raises
        ------
        ModelError
            If a tensor is missing, left over, of another shape or not finite; it
            is named.
        """
        shapes = {name: tuple(tensor.shape) for name, tensor in self._tensors.items()}
        check_adapters(state, shapes, tuning, subject=subject)
        if tuning.method == "lora":
            own = merged_weights(self._tensors, state, tuning)
        else:
            like = next(iter(self._tensors.values()))
            own = {name: tensor.to(like) for name, tensor in state.items()}
        # The network's own tensors are never made: all come from here.
        with torch.device("meta"), Undrawn():
            encoder: Encoder = build_encoder(self._name, initialise=False)
            if tuning.method == "adapter":
                add_bottlenecks(encoder.vit, tuning.rank)
        encoder.requires_grad_(requires_grad=False)
        encoder.vit.load_state_dict({**self._tensors, **own}, strict=True, assign=True)
        with _lock:
            _users[encoder] = self
        return encoder.eval()


_lock = threading.Lock()
_loading = threading.Lock()
"""Two models that need an encoder at once load it once."""

_loaded: WeakValueDictionary[tuple[str, str, str], SharedEncoder] = WeakValueDictionary()
_users: WeakKeyDictionary[Encoder, SharedEncoder] = WeakKeyDictionary()
"""Holds shared tensors for as long as a network uses them."""


def shared_encoder(file: WeightsFile, device: torch.device) -> SharedEncoder:
    """Return the tensors of an encoder, from memory if a model there uses them.

    Parameters
    ----------
    file : WeightsFile
        The weights; read, and their hash checked, if they are not in memory.
    device : torch.device
        Where they are wanted.

    Returns
    -------
    SharedEncoder
        The same one for the same encoder, hash and device until nothing holds
        it or a network made from it any more. Any thread may ask.

    Raises
    ------
    ModelError
        If a tensor does not fit or the file has another hash.
    """
    key = (file.encoder, file.sha256, str(device))
    with _loading:
        found = _loaded.get(key)
        if found is None:
            encoder = fill_encoder(file.encoder, file).to(device)
            tensors = {name: tensor.detach() for name, tensor in encoder.vit.state_dict().items()}
            found = _loaded[key] = SharedEncoder(file.encoder, tensors)
        return found
