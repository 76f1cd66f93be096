"""Shares with intervals, and differences of shares.

The interval is Wilson's score interval (E. B. Wilson, "Probable inference, the law of succession,
and statistical inference", JASA 22, 1927); that of a difference is Newcombe's hybrid score
interval, method 10 (R. G. Newcombe, Statistics in Medicine 17, 1998). Both stay within what is
possible and hold for small numbers, where the usual approximation does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt

from adjudge.audit.picture import Difference, Rate

SMALL = 10
"""Below so many tickets a share is shown as two counts, and compared with nothing."""

_Z = 1.959963984540054  # the standard normal quantile of 0.975


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of the share `count` of `total`; `total` is not 0."""
    share, z2 = count / total, _Z * _Z
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z / (1 + z2 / total) * sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    # At the ends rounding would leave a speck beside 0 and 1.
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == total else min(1.0, middle + half)
    return low, high


def rate(count: int, total: int, small: int = SMALL) -> Rate:
    """Return a share with its interval; without numbers where there is nothing to divide by."""
    if total == 0:
        return Rate(count, total, None, None, None, True)
    low, high = wilson(count, total)
    return Rate(count, total, count / total, low, high, total < small)


def difference(name: str, before: Rate, after: Rate) -> Difference:
    """Return the change from one rate to another with its 95 % interval."""
    if before.share is None or after.share is None:
        return Difference(name, before, after, None, None, None, False)
    change = after.share - before.share
    low = change - sqrt(
        (after.share - _number(after.low)) ** 2 + (_number(before.high) - before.share) ** 2
    )
    high = change + sqrt(
        (_number(after.high) - after.share) ** 2 + (before.share - _number(before.low)) ** 2
    )
    return Difference(name, before, after, change, low, high, low > 0 or high < 0)


def _number(value: float | None) -> float:
    return 0.0 if value is None else value


def quantile(values: Sequence[float], share: float) -> float | None:
    """Return the smallest value that at least `share` of the values do not exceed."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]
