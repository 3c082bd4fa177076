"""Building networks whose tensors are filled from a file right away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor
from torch.nn import init
from torch.overrides import TorchFunctionMode

_DRAWS = frozenset(
    {
        init.kaiming_normal_,
        init.kaiming_uniform_,
        init.normal_,
        init.trunc_normal_,
        init.uniform_,
        Tensor.normal_,
        Tensor.uniform_,
    }
)


class Undrawn(TorchFunctionMode):
    """Leaves tensors as they come from memory where start values would be drawn.

    For networks of which every parameter is loaded afterwards, strictly. Drawing
    takes longer than all the rest of loading a decoder, and moves torch's
    generator on. It holds for the thread that enters it.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the tensor itself instead of filling it, or do what is asked for."""
        kwargs = kwargs or {}
        if func in _DRAWS:
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)
