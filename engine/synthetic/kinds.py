"""Generators by the name of the task that they make samples for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from engine.errors import SettingsError
from engine.synthetic.crater import synthetic_crater
from engine.synthetic.das import synthetic_das
from engine.synthetic.facies import synthetic_facies
from engine.synthetic.salt import synthetic_salt
from engine.synthetic.sample import Sample, Seed
from engine.synthetic.seismic import synthetic_section


def _fault(seed: Seed, shape: tuple[int, int]) -> Sample:
    return Sample(*synthetic_section(seed, shape))


def _crater(seed: Seed, shape: tuple[int, int]) -> Sample:
    sample = synthetic_crater(seed, shape)
    return Sample(sample.amplitudes, sample.labels)


def _das(seed: Seed, shape: tuple[int, int]) -> Sample:
    sample = synthetic_das(seed, shape)
    return Sample(sample.amplitudes, sample.labels)


KINDS: Mapping[str, Callable[[Seed, tuple[int, int]], Sample]] = MappingProxyType(
    {
        "das": _das,
        "facies": synthetic_facies,
        "fault": _fault,
        "crater": _crater,
        "salt": synthetic_salt,
    }
)


def synthetic_sample(kind: str, seed: Seed, shape: tuple[int, int] = (224, 224)) -> Sample:
    """Generate a sample of a kind with the ranges that the kind was tuned to.

    Parameters
    ----------
    kind : str
        A key of `KINDS`, the name of a task.
    seed : int or tuple of int
        The same seed gives the same sample.
    shape : tuple of int
        ``(rows, cols)``, each at least 16.

    Returns
    -------
    Sample
        Amplitudes and labels.

    Raises
    ------
    SettingsError
        If `kind` is unknown or `shape` too small.
    """
    try:
        generate = KINDS[kind]
    except KeyError:
        raise SettingsError(
            f"no synthetic data of the kind {kind!r}",
            hint=f"Choose one of: {', '.join(sorted(KINDS))}.",
        ) from None
    return generate(seed, shape)
