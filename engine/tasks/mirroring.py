"""Averaging over a picture and its mirror image.

Known as test-time augmentation: Krizhevsky et al. (2012), "ImageNet classification
with deep convolutional neural networks", average over mirrored patches likewise.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

T = TypeVar("T", bound=np.generic)


def mirror_image(data: NDArray[T]) -> NDArray[T]:
    """Mirror a plane left to right.

    Parameters
    ----------
    data : ndarray, shape (..., rows, cols)
        Its rows stay in their order.

    Returns
    -------
    ndarray
        A copy of the same shape.
    """
    return np.ascontiguousarray(data[..., ::-1])


def average_mirrored(probabilities: Tensor, of_mirror_image: Tensor) -> Tensor:
    """Average what a model says of a plane and of its mirror image.

    Parameters
    ----------
    probabilities : Tensor, shape (K, rows, cols)
        Of the plane; overwritten.
    of_mirror_image : Tensor, shape (K, rows, cols)
        Of the plane mirrored left to right, as the model gave them.

    Returns
    -------
    Tensor
        Shape ``(K, rows, cols)``. Given the two in the other order, it is this one
        mirrored, to the last digit: both sums have the same terms.
    """
    return probabilities.add_(of_mirror_image.flip(-1)).mul_(0.5)
