import numpy as np
import pytest

from engine.core.principal_axes import principal_axes


def test_they_are_those_of_a_singular_value_decomposition():
    centred = np.random.default_rng(0).normal(size=(200, 6)) * [5, 4, 3, 2, 1, 0.5]
    centred -= centred.mean(axis=0)
    axes, share = principal_axes(centred)
    _, scales, rows = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(np.abs(axes.T @ rows[:3].T), np.eye(3), atol=1e-9)
    assert share == pytest.approx((scales[:3] ** 2).sum() / (scales**2).sum())


def test_signs_do_not_depend_on_those_of_the_data():
    centred = np.random.default_rng(1).normal(size=(50, 4))
    np.testing.assert_allclose(principal_axes(centred)[0], principal_axes(-centred)[0])
    axes, _ = principal_axes(centred)
    assert (np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0) > 0).all()


def test_equal_features_hold_no_variance():
    axes, share = principal_axes(np.zeros((5, 4)))
    assert share == 0
    np.testing.assert_allclose(axes.T @ axes, np.eye(3))
