"""The DINOv2 vision transformer as an encoder with four feature maps; building any encoder."""

from __future__ import annotations

from typing import Any

import torch
from timm.layers.mlp import SwiGLUPacked
from timm.models.vision_transformer import VisionTransformer
from torch import Tensor, nn

from engine.errors import ShapeError
from engine.models.designs import GRID, PATCH, EncoderDesign, UNetDesign, encoder_design
from engine.models.positions import interpolate_positions
from engine.models.unet import UNetEncoder

_CACHED_GRIDS = 8


class DinoTransformer(VisionTransformer):
    """timm's vision transformer with DINOv2's own position interpolation.

    Parameters
    ----------
    design : EncoderDesign
        Its dimensions.
    initialise : bool, default True
        Whether to draw start values; not needed where weights are loaded.
    """

    pos_embed: nn.Parameter
    cls_token: nn.Parameter

    def __init__(self, design: EncoderDesign, *, initialise: bool = True) -> None:
        gated: dict[str, Any] = {
            "mlp_ratio": 2.66667 * 2,
            "mlp_layer": SwiGLUPacked,
            "act_layer": nn.SiLU,
        }
        super().__init__(
            img_size=GRID * PATCH,
            patch_size=PATCH,
            num_classes=0,
            embed_dim=design.dim,
            depth=design.depth,
            num_heads=design.heads,
            init_values=design.scale,
            reg_tokens=design.registers,
            no_embed_class=design.registers > 0,
            dynamic_img_size=True,
            weight_init="" if initialise else "skip",
            **(gated if design.swiglu else {}),
        )
        self._offset = 0.0 if design.registers else 0.1
        self._antialias = design.registers > 0
        self._position_cache: dict[tuple[object, ...], Tensor] = {}

    def train(self, mode: bool = True) -> DinoTransformer:  # noqa: FBT001, FBT002 - torch's signature
        """Switch the mode, and forget cached positions."""
        self._position_cache.clear()
        super().train(mode)
        return self

    def positions(self, grid: tuple[int, int]) -> Tensor:
        """Return the position table for a grid of tokens.

        It is kept for the next call in evaluation mode, as long as the stored
        table does not change.

        Parameters
        ----------
        grid : tuple of int
            Rows and columns of tokens.

        Returns
        -------
        Tensor, shape (1, n, C)
            ``n = rows * cols``, plus 1 for the class token where the design has
            a position for it (no registers).
        """
        table = self.pos_embed
        learning = torch.is_grad_enabled() and table.requires_grad
        if self.training or learning or table.is_inference():
            return self._interpolated(table, grid)
        key = (grid, table.device, table.dtype, table.data_ptr(), table._version)  # noqa: SLF001 - torch counts in-place changes only there
        positions = self._position_cache.get(key)
        if positions is None:
            with torch.inference_mode(mode=False), torch.no_grad():
                positions = self._interpolated(table, grid)
            if len(self._position_cache) >= _CACHED_GRIDS:
                self._position_cache.clear()
            self._position_cache[key] = positions
        return positions

    def _interpolated(self, table: Tensor, grid: tuple[int, int]) -> Tensor:
        n_class = 0 if self.no_embed_class else 1
        patches = interpolate_positions(
            table[:, n_class:], grid, offset=self._offset, antialias=self._antialias
        )
        return torch.cat([table[:, :1], patches], dim=1) if n_class else patches

    def _pos_embed(self, x: Tensor) -> Tensor:
        """Add positions and prefix tokens to patches ``(B, h, w, C)``."""
        positions = self.positions((x.shape[1], x.shape[2]))
        x = x.flatten(1, 2)
        prefix = [self.cls_token.expand(x.shape[0], -1, -1)]
        if self.reg_token is not None:
            prefix.append(self.reg_token.expand(x.shape[0], -1, -1))
        if self.no_embed_class:
            return torch.cat([*prefix, x + positions], dim=1)
        return torch.cat([*prefix, x], dim=1) + positions


class Encoder(nn.Module):
    """A vision transformer that gives four feature maps of stride 14.

    Parameters
    ----------
    design : EncoderDesign
        Its dimensions; the weights are random.
    initialise : bool, default True
        Whether to draw start values; not needed where weights are loaded.

    Notes
    -----
    Maps are taken after each quarter of the blocks; **the final LayerNorm is
    applied to every one**, and class and register tokens are left out.
    Attention is torch's fused one.
    """

    vit: Any
    """The transformer, or the adapter wrapper around it."""

    def __init__(self, design: EncoderDesign, *, initialise: bool = True) -> None:
        super().__init__()
        self.design = design
        self.patch = PATCH
        self.channels = design.channels
        self.vit = DinoTransformer(design, initialise=initialise)

    @property
    def adapted(self) -> bool:
        """Whether there are adapters that are not merged."""
        return not isinstance(self.vit, DinoTransformer)

    @property
    def backbone(self) -> nn.Module:
        """The module whose tensors a weights file holds, if it has no adapters."""
        backbone: nn.Module = self.vit
        return backbone

    def forward(self, x: Tensor) -> list[Tensor]:
        """Compute the feature maps.

        Parameters
        ----------
        x : Tensor, shape (B, 3, H, W)
            H and W multiples of 14.

        Returns
        -------
        list of Tensor
            Four maps ``(B, C, H/14, W/14)``, shallowest first.

        Raises
        ------
        ShapeError
            If `x` has another number of dimensions or channels, or a size that
            is no multiple of 14.
        """
        if x.ndim != 4 or x.shape[1] != 3 or x.shape[2] % PATCH or x.shape[3] % PATCH:
            raise ShapeError(
                f"the encoder takes (B, 3, H, W) with H and W multiples of {PATCH}, "
                f"not {tuple(x.shape)}"
            )
        maps: list[Tensor] = self.vit.forward_intermediates(
            x,
            indices=list(self.design.taps),
            norm=True,
            output_fmt="NCHW",
            intermediates_only=True,
        )
        return maps


def build_encoder(name: str, *, norm: str = "batch", initialise: bool = True) -> Any:
    """Build an encoder with random weights.

    Parameters
    ----------
    name : str
        One of `engine.models.designs.DESIGNS`.
    norm : {"batch", "group"}, default "batch"
        Normalisation of a U-Net; transformers have their own.
    initialise : bool, default True
        Whether to draw start values of a transformer; not needed where weights
        are loaded.

    Returns
    -------
    Encoder or UNetEncoder
        In training mode, float32, on the CPU.

    Raises
    ------
    ModelError
        If the name is unknown.
    SettingsError
        If the normalisation is.
    """
    design = encoder_design(name)
    if isinstance(design, UNetDesign):
        return UNetEncoder(design, norm=norm)
    return Encoder(design, initialise=initialise)
