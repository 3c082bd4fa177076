"""Which patches of a section look like the ones that were pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import DataError
from engine.inference.feature_maps import FeatureMaps

_REACH = 3  # samples round a click whose features are averaged, about half a patch in all


@dataclass(frozen=True, slots=True)
class SimilarityQuery:
    """Places that are to be alike, and places that are not.

    Parameters
    ----------
    like : tuple of (int, int)
        Rows and columns that were pointed at; at least one.
    unlike : tuple of (int, int), default ()
        Rows and columns that must not be selected.

    Raises
    ------
    DataError
        If nothing is to be alike.
    """

    like: tuple[tuple[int, int], ...]
    unlike: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if not self.like:
            raise DataError("nothing to compare with", hint="Click what you look for first.")


def similarity(maps: FeatureMaps, query: SimilarityQuery) -> NDArray[np.uint8]:
    """Compare all patches of a section with those at some places.

    Parameters
    ----------
    maps : FeatureMaps
        Features of the section.
    query : SimilarityQuery
        The places.

    Returns
    -------
    ndarray of uint8, shape (n_rows, n_cols)
        Cosine similarity, 255 for one and 0 for zero or less; 0 where the section
        has no data.

    Raises
    ------
    DataError
        If there are no data at the places.

    Notes
    -----
    Features lose the mean of the section first, which all patches share and which
    would make every cosine high. Compared is with the mean direction of the places
    that are alike, less that of the others, as Rocchio moved a query [1]_.

    References
    ----------
    .. [1] Rocchio, "Relevance feedback in information retrieval", in Salton (ed.), The
       SMART retrieval system, 1971.
    """
    if not len(maps.maps):
        raise DataError("the section has no data", hint="Choose another slice.")
    mean = maps.patches.mean(dim=0)
    wanted = _direction(maps, query.like, mean)
    if query.unlike:
        wanted = wanted - _direction(maps, query.unlike, mean)
    wanted = F.normalize(wanted, dim=0)

    def compare(x: Tensor, size: tuple[int, int]) -> Tensor:
        centred = F.normalize(x.float() - mean[:, None, None], dim=1)
        cosines = (centred * wanted[:, None, None]).sum(dim=1, keepdim=True)
        return F.interpolate(cosines, size=size, mode="bilinear", align_corners=False)

    plane = maps.blend(compare)
    if plane is None:
        return np.zeros(maps.shape, dtype=np.uint8)
    cosines = plane[0].clamp(0, 1).mul(255).round().to(torch.uint8).cpu().numpy()
    cosines = cosines.copy()
    cosines[maps.no_data] = 0
    return cosines


def _direction(maps: FeatureMaps, places: Sequence[tuple[int, int]], mean: Tensor) -> Tensor:
    """Return the mean of the unit features at and round some places."""
    n_rows, n_cols = maps.shape
    near = [
        (min(max(row + down, 0), n_rows - 1), min(max(col + across, 0), n_cols - 1))
        for row, col in places
        for down in (-_REACH, 0, _REACH)
        for across in (-_REACH, 0, _REACH)
    ]
    rows, cols = (np.array(axis, dtype=np.int64) for axis in zip(*near, strict=True))
    live = ~maps.no_data[rows, cols]
    if not live.any():
        raise DataError("there are no data where you clicked", hint="Click where there are some.")
    found = maps.at(rows[live], cols[live])
    units = F.normalize(found.features - mean, dim=1) * found.shares[:, None]
    return F.normalize(units.sum(dim=0), dim=0)
