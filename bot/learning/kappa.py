"""How far two raters agree beyond chance: Cohen's kappa."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from nlu.labels import NEEDS

Pair = tuple[Mapping[str, Any], Mapping[str, Any]]


def kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float | None:
    """-1 to 1; None where both always said the same one thing, for then chance alone agrees fully."""
    n = len(one)
    if n == 0:
        return None
    observed = sum(a == b for a, b in zip(one, other, strict=True)) / n
    first, second = Counter(one), Counter(other)
    expected = sum(first[label] * second[label] for label in first) / n**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def agreement(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Kappa and the share of the same labels, for what was said of each turn by two raters."""
    told: dict[str, Any] = {"n": len(pairs)}
    if not pairs:
        return told
    for name in ("intent", "emotion"):
        told[name] = _figures([a[name] for a, _ in pairs], [b[name] for _, b in pairs])
    told["intensity_within_one"] = round(
        sum(abs(a["intensity"] - b["intensity"]) <= 1 for a, b in pairs) / len(pairs), 4
    )
    needs = [(need in a.get("needs", ()), need in b.get("needs", ())) for a, b in pairs for need in NEEDS]
    told["needs"] = _figures([a for a, _ in needs], [b for _, b in needs])
    return told


def _figures(one: Sequence[Hashable], other: Sequence[Hashable]) -> dict[str, float | None]:
    found = kappa(one, other)
    return {
        "kappa": None if found is None else round(found, 4),
        "same": round(sum(a == b for a, b in zip(one, other, strict=True)) / len(one), 4),
    }
