"""Features as colours: what the encoder tells apart, seen at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from engine.core.principal_axes import principal_axes
from engine.errors import DataError
from engine.inference.feature_maps import FeatureMaps

_ENDS = (0.02, 0.98)  # shares of the patches below the darkest and brightest value


@dataclass(frozen=True, slots=True, eq=False)
class ColorBasis:
    """Three directions in feature space that become red, green and blue.

    One basis serves a whole volume, so that colours mean the same on every slice,
    and both states of an encoder, before and after it was adapted.

    Parameters
    ----------
    mean : Tensor, shape (C,)
        Of the features it was made of.
    directions : Tensor, shape (C, 3)
        Unit vectors, that of the largest variance first.
    low, high : Tensor, shape (3,)
        Projections that become 0 and 255.
    """

    mean: Tensor
    directions: Tensor
    low: Tensor
    high: Tensor

    @classmethod
    def fit(cls, sections: Sequence[FeatureMaps]) -> ColorBasis:
        """Find the principal components of some sections' features.

        Parameters
        ----------
        sections : sequence of FeatureMaps
            Spread over the volume.

        Returns
        -------
        ColorBasis
            The same for the same features: signs are fixed by the largest entry.

        Raises
        ------
        DataError
            If they hold fewer than four patches.
        """
        patches = torch.cat([maps.patches for maps in sections]).double()
        if len(patches) < 4:
            raise DataError("too few patches with data to find colours for")
        mean = patches.mean(dim=0)
        centred = patches - mean
        axes, _ = principal_axes(centred.cpu().numpy())
        directions = torch.from_numpy(axes).to(centred.device)
        values = centred @ directions
        low, high = (torch.quantile(values[:: 1 + len(values) // 10**6], q, dim=0) for q in _ENDS)
        return cls(*(item.float() for item in (mean, directions, low, high)))

    def picture(self, maps: FeatureMaps) -> NDArray[np.uint8]:
        """Colour a section.

        Parameters
        ----------
        maps : FeatureMaps
            Its features, by the same encoder or one adapted from it.

        Returns
        -------
        ndarray of uint8, shape (n_rows, n_cols, 4)
            Red, green, blue and alpha, which is 0 where the section has no data.
        """
        device = maps.maps.device
        mean, directions, low, high = (
            item.to(device) for item in (self.mean, self.directions, self.low, self.high)
        )

        def project(x: Tensor, size: tuple[int, int]) -> Tensor:
            centred = x.float() - mean[:, None, None]
            values = torch.einsum("bchw,cd->bdhw", centred, directions)
            shown = (values - low[:, None, None]) / (high - low).clamp_min(1e-12)[:, None, None]
            return F.interpolate(shown, size=size, mode="bilinear", align_corners=False)

        colors = np.zeros((*maps.shape, 4), dtype=np.uint8)
        plane = maps.blend(project)
        if plane is not None:
            shown = plane.clamp(0, 1).mul(255).round().to(torch.uint8)
            colors[..., :3] = shown.permute(1, 2, 0).cpu().numpy()
            colors[..., 3] = np.where(maps.no_data, 0, 255)
        return colors
