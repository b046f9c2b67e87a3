"""Shares and means with intervals, and the correction for many comparisons. Pure; each formula is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, inf, sqrt
from random import Random

from actions.insights.records import Value

Z95 = 1.959964


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval and how many it rests on."""

    value: float
    low: float
    high: float
    n: int


def share(part: int, whole: int) -> Estimate | None:
    """A share with Wilson's interval, which behaves for few and for extreme ones. None of nothing."""
    if whole <= 0:
        return None
    p, z2 = part / whole, Z95 * Z95
    middle = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z95 * sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    return Estimate(p, max(middle - half, 0.0), min(middle + half, 1.0), whole)


def share_change(before: Estimate, after: Estimate) -> Estimate:
    """The difference of two shares with Newcombe's interval (from both Wilson intervals)."""
    d = after.value - before.value
    low = d - sqrt((after.value - after.low) ** 2 + (before.high - before.value) ** 2)
    high = d + sqrt((after.high - after.value) ** 2 + (before.value - before.low) ** 2)
    return Estimate(d, low, high, before.n + after.n)


def mean(value: Value) -> Estimate | None:
    """A mean with its interval (normal; with one value there is none, and the interval is all numbers)."""
    if value.n <= 0:
        return None
    m = value.total / value.n
    half = Z95 * sqrt(variance(value) / value.n) if value.n > 1 else inf
    return Estimate(m, m - half, m + half, value.n)


def variance(value: Value) -> float:
    """The variance of a sample, from its sums."""
    if value.n < 2:
        return 0.0
    return max((value.squares - value.total * value.total / value.n) / (value.n - 1), 0.0)


def differs(one: Value, other: Value) -> float:
    """The two-sided p-value that two means are the same (Welch; normal). 1 where there is too little to tell."""
    if one.n < 2 or other.n < 2:
        return 1.0
    spread = sqrt(variance(one) / one.n + variance(other) / other.n)
    gap = abs(one.total / one.n - other.total / other.n)
    if spread == 0:
        return 1.0
    return erfc(gap / spread / sqrt(2))


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg: p-values such that calling those below q right is wrong in a share q of the calls."""
    m = len(p_values)
    order = sorted(range(m), key=lambda i: p_values[i], reverse=True)
    result, smallest = [1.0] * m, 1.0
    for rank, i in zip(range(m, 0, -1), order, strict=True):
        smallest = min(smallest, p_values[i] * m / rank)
        result[i] = smallest
    return result


def chances(arms: Sequence[Value], *, floor: float, seed: str, draws: int = 2000) -> list[float]:
    """How often each variant should be used: how often it is best when its mean is drawn by chance from what is known
    of it (Thompson sampling, normal, drawn to a common prior), and never less than ``floor``.

    An arm without data has the prior's mean and a wide spread, so that it is tried. ``floor`` x arms must be at most 1.
    """
    everything = Value()
    for arm in arms:
        everything = everything + arm
    prior, spread = (everything.total / everything.n if everything.n else 0.0), max(variance(everything), 0.25)
    chance = Random(seed)
    wins = [0] * len(arms)
    for _ in range(draws):
        drawn = [chance.gauss((arm.total + prior) / (arm.n + 1), sqrt(spread / (arm.n + 1))) for arm in arms]
        wins[max(range(len(arms)), key=drawn.__getitem__)] += 1
    free = 1.0 - floor * len(arms)
    return [floor + free * won / draws for won in wins]
