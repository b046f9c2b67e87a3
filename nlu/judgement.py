"""From scores to words: intent with calibrated confidence, feeling with intensity, needs, flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlu.features import Floats
from nlu.linear import sigmoid, softmax

# Of the intents heard rightly, this share may be called unsure (the shop's patience with questions).
FALSE_ALARMS = 0.09


@dataclass(frozen=True)
class Calibration:
    """Learnt on messages held out by voice.

    temperature: what intent scores are divided by before they become probabilities; unsure_below: a
    confidence; thresholds: a probability for each need and flag above which it is heard.
    """

    temperature: float = 1.0
    unsure_below: float = 0.3
    thresholds: Mapping[str, float] | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "temperature": self.temperature,
            "unsure_below": self.unsure_below,
            "thresholds": dict(self.thresholds or {}),
        }


def fit_temperature(scores: Floats, wanted: Sequence[int]) -> float:
    """The temperature under which the held-out labels are likeliest (golden section on its logarithm)."""
    rows = np.arange(len(wanted))

    def cost(logarithm: float) -> float:
        chances = softmax(scores / np.exp(logarithm))
        return float(-np.log(np.maximum(chances[rows, wanted], 1e-9)).mean())

    low, high, golden = -3.0, 3.0, 0.618034
    for _ in range(40):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if cost(left) < cost(right) else (left, high)
    return float(np.exp((low + high) / 2))


def fit_unsure(chances: Floats, wanted: Sequence[int]) -> float:
    """The confidence below which FALSE_ALARMS of the rightly heard messages lie."""
    right = chances.argmax(axis=1) == np.asarray(wanted)
    return float(np.quantile(chances.max(axis=1)[right], FALSE_ALARMS)) if right.any() else 0.5


def fit_threshold(chances: Floats, wanted: Floats, floor: float = 0.15) -> float:
    """The threshold with the best F1 for one mark."""
    best, best_f1 = 0.5, -1.0
    for threshold in np.arange(floor, 0.8, 0.025):
        heard = chances >= threshold
        hits = float((heard * wanted).sum())
        f1 = 2 * hits / max(1.0, float(heard.sum() + wanted.sum()))
        if f1 > best_f1:
            best, best_f1 = float(threshold), f1
    return best


def intensity_of(steps: Floats) -> int:
    """1, 2 or 3 from the scores of "at least 2" and "at least 3"."""
    chances = sigmoid(steps)
    return int(round(1.0 + float(chances.sum())))
