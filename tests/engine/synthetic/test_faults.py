"""Fault surfaces: where they lie and what they shift."""

import numpy as np
import pytest

from engine.synthetic.faults import Fault, displace


def grid(n=101):
    x = np.arange(n, dtype=np.float32)[:, None]
    z = np.broadcast_to(np.arange(n, dtype=np.float32), (n, n))
    return x, np.zeros((1, 1), dtype=np.float32), z


def fault(**changes):
    values = {
        "x": 50.0,
        "y": 0.0,
        "z": 50.0,
        "dip": 60.0,
        "leans_right": True,
        "throw": 10.0,
        "half_height": 1e6,
        "half_length": 1e6,
        "reach": 1e9,
    }
    return Fault(**(values | changes))


def cut(*faults, width=3.0):
    return displace(faults, *grid(), width=width, least_throw=1.0)


def test_the_throw_is_the_difference_between_both_sides():
    faulted = cut(fault(throw=10.0))
    shift = grid()[2] - faulted.z

    assert shift[95, 50] - shift[5, 50] == pytest.approx(10.0, abs=1e-3)


def test_the_hanging_wall_of_a_normal_fault_goes_down():
    shift = grid()[2] - cut(fault(leans_right=True, footwall_share=0.0)).z

    # The block above a surface that leans right lies on its right.
    assert shift[95, 50] == pytest.approx(10.0, abs=1e-3)
    assert shift[5, 50] == pytest.approx(0.0, abs=1e-3)


def test_a_mirrored_fault_mirrors_the_section():
    left, right = cut(fault(leans_right=False)), cut(fault(leans_right=True))

    # On the surface itself the side is a matter of rounding.
    off = ~(left.trace | right.trace[::-1])
    assert np.allclose(left.z[off], right.z[::-1][off], atol=1e-3)


def test_the_trace_has_the_dip_and_the_width_asked_for():
    trace = cut(fault(dip=60.0), width=3.0).trace

    x_of_row = [np.flatnonzero(trace[:, row]).mean() for row in (20, 80)]
    assert np.rad2deg(np.arctan2(60, x_of_row[1] - x_of_row[0])) == pytest.approx(60, abs=1.5)
    across = trace.sum(axis=0)[20:80].mean() * np.sin(np.deg2rad(60))
    assert across == pytest.approx(3.0, abs=0.4)


def test_displacement_ends_at_the_tips():
    faulted = cut(fault(half_height=20.0))

    assert np.array_equal(faulted.z[:, :28], grid()[2][:, :28])
    assert not faulted.trace[:, :30].any()
    assert faulted.trace[:, 45:55].any()


def test_a_throw_below_the_least_is_not_marked():
    assert not cut(fault(throw=0.9)).trace.any()


def test_a_younger_fault_offsets_the_trace_of_an_older_one():
    young = fault(x=50.0, dip=89.9, throw=20.0, footwall_share=0.0, leans_right=True)
    old = fault(x=50.0, dip=30.0, throw=5.0)
    trace = displace((young, old), *grid(), width=2.0, least_throw=1.0).trace

    # Just right of the young fault the old surface lies 20 samples deeper.
    left, right = (np.flatnonzero(trace[column]).mean() for column in (40, 60))
    undisturbed = 20 * np.tan(np.deg2rad(30))
    assert right - left == pytest.approx(undisturbed + 20, abs=2)


def test_damage_takes_reflectivity_away_at_the_fault_only():
    intact = cut(fault(damage=0.8)).intact

    assert intact[50, 50] == pytest.approx(0.2, abs=0.15)
    assert intact[5, 50] == pytest.approx(1.0, abs=1e-3)
