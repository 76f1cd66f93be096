"""Shares with intervals: known values, and what must always hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjudge.audit.statistics import difference, quantile, rate, wilson

counts = st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), pages 857 to 872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(
    count: int, total: int, low: float, high: float
) -> None:
    assert wilson(count, total) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("after", "before", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), pages 873 to 890, table II, method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_differences_have_the_published_intervals(
    after: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    found = difference("x", rate(*before), rate(*after))
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(counts)
def test_an_interval_holds_its_share_and_stays_within_bounds(pair: tuple[int, int]) -> None:
    found = rate(*pair)
    assert found.low is not None
    assert found.high is not None
    assert found.share is not None
    assert 0 <= found.low <= found.share <= found.high <= 1
    assert found.low < found.high


@given(counts)
def test_more_tickets_of_the_same_share_narrow_the_interval(pair: tuple[int, int]) -> None:
    count, total = pair
    low, high = wilson(count, total)
    nearer = wilson(count * 4, total * 4)
    assert nearer[1] - nearer[0] < high - low


@given(counts, counts)
def test_a_difference_turns_its_sign_with_its_sides(
    one: tuple[int, int], two: tuple[int, int]
) -> None:
    there, back = difference("x", rate(*one), rate(*two)), difference("x", rate(*two), rate(*one))
    assert there.change == pytest.approx(-(back.change or 0.0))
    assert there.low == pytest.approx(-(back.high or 0.0))
    assert there.clear == back.clear


def test_nothing_to_divide_by() -> None:
    empty = rate(0, 0)
    assert (empty.share, empty.low, empty.small) == (None, None, True)
    assert difference("x", empty, rate(1, 2)).change is None


def test_small_is_a_matter_of_the_total() -> None:
    assert rate(3, 9).small
    assert not rate(3, 10).small
    assert not rate(3, 9, small=5).small


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_quantile_is_not_exceeded_by_its_share(values: list[float], share: float) -> None:
    found = quantile(values, share)
    assert found in values
    within = sum(value <= found for value in values)  # type: ignore[operator]
    assert within >= share * len(values) - 1e-6


def test_the_median_of_nothing() -> None:
    assert quantile([], 0.5) is None
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
