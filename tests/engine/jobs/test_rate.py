import pytest

from engine.jobs.rate import RecentRate


def test_loading_before_the_work_does_not_count():
    rate = RecentRate()
    rate.add(1.0, 0, 0)
    for second in range(4):
        rate.add(60.0 + second, 5 * second, 100)
    assert rate.per_s == pytest.approx(5)
    assert rate.left_s == pytest.approx((100 - 15) / 5)


def test_an_earlier_part_of_as_many_units_does_not_count():
    rate = RecentRate()
    for n in range(100):
        rate.add(n / 1000, n, 100)
    for n in range(1, 4):
        rate.add(10.0 + n, n, 100)
    assert rate.per_s == pytest.approx(1)
    assert rate.left_s == pytest.approx(97)


def test_only_the_last_twenty_seconds_count():
    rate = RecentRate()
    for second in range(100):
        rate.add(second, second * 10, 10_000)
    for second in range(40):
        rate.add(100 + second, 1000 + second, 10_000)
    assert rate.per_s == pytest.approx(1)


def test_slow_steps_are_averaged_over_five():
    rate = RecentRate()
    for n in range(10):
        rate.add(n * 60.0, n, 20)
    assert rate.per_s == pytest.approx(1 / 60)
    assert rate.left_s == pytest.approx(11 * 60)


def test_one_report_tells_no_rate():
    rate = RecentRate()
    assert rate.left_s is None
    rate.add(5.0, 3, 10)
    rate.add(9.0, 3, 10)
    assert rate.per_s is None
    assert rate.left_s is None
