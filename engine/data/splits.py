"""Division of files into a training and a validation part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.errors import DataError


@dataclass(frozen=True, slots=True)
class Split:
    """Positions of files, each in exactly one part.

    Parameters
    ----------
    training, validation : tuple of int
        Ascending positions in the list of pairs.
    """

    training: tuple[int, ...]
    validation: tuple[int, ...]


def split_files(n_files: int, *, validation: float, seed: int) -> Split:
    """Draw the validation part at random, file by file.

    Parameters
    ----------
    n_files : int
        Number of files, at least two.
    validation : float
        Share of the files to validate on, above 0 and below 1; at least one
        file goes to either part.
    seed : int
        Same seed and number, same split.

    Returns
    -------
    Split
        The two parts.

    Raises
    ------
    DataError
        If there are fewer than two files or the share is not between 0 and 1.
    """
    if not 0 < validation < 1:
        raise DataError(f"a validation share of {validation}", hint="Choose one such as 0.1.")
    if n_files < 2:
        raise DataError(
            f"{n_files} pair of image and mask cannot be split into training and validation",
            hint="Give at least two pairs.",
        )
    n_validation = min(max(1, round(n_files * validation)), n_files - 1)
    order = np.random.default_rng([seed, n_files]).permutation(n_files)
    return Split(
        training=tuple(sorted(int(i) for i in order[n_validation:])),
        validation=tuple(sorted(int(i) for i in order[:n_validation])),
    )
