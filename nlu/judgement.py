"""From scores to words: calibrated confidence, thresholds, intensity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from nlu.features import Floats
from nlu.linear import sigmoid, softmax

# Of the intents heard rightly, this share may be called unsure (the shop's patience with questions). The
# finished model, which has read every voice, raises a little fewer than those that calibrate it.
FALSE_ALARMS = 0.145
_STEP = 0.025


@dataclass(frozen=True)
class Calibration:
    """Learnt on messages held out by voice.

    temperature: what intent scores are divided by before they become probabilities.
    doubt: weights over `signs_of_doubt`, the last one a constant, whose sum is the log-odds that the
      first intent is right.
    unsure_below: a confidence. thresholds: the score for each need and flag from which on it is heard.
    """

    temperature: float = 1.0
    doubt: tuple[float, ...] = ()
    unsure_below: float = 0.3
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values."""
        return asdict(self) | {"thresholds": dict(self.thresholds)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibration:
        """Raises KeyError for a missing field."""
        return cls(
            float(data["temperature"]),
            tuple(data["doubt"]),
            float(data["unsure_below"]),
            dict(data["thresholds"]),
        )

    def chances(self, scores: Floats) -> Floats:
        """Probabilities of the intents."""
        return softmax(scores / self.temperature)

    def confidence(self, scores: Floats, phrased: Floats, features: int, tokens: int) -> float:
        """The probability that the intent with the highest score is right."""
        if not self.doubt:
            return float(self.chances(scores).max())
        signs = signs_of_doubt(
            scores[None, :], phrased[None, :], np.array([features]), np.array([tokens]), self.temperature
        )
        return float(sigmoid(signs @ np.asarray(self.doubt, dtype=np.float32))[0])


def signs_of_doubt(scores: Floats, phrased: Floats, features: Any, tokens: Any, temperature: float) -> Floats:
    """What tells a right first intent from a wrong one: (messages, signs), the last sign is always 1.

    The three best scores, the lead of the first, how many labels were within reach, how even the
    probabilities are, how far the order of the words alone agrees, how much of the message was known and
    how long it is.
    """
    best = -np.sort(-scores, axis=1)
    best = np.pad(best, ((0, 0), (0, max(0, 3 - best.shape[1]))), constant_values=-1.0)
    chances = softmax(scores / temperature)
    evenness = -(chances * np.log(chances + 1e-9)).sum(axis=1)
    first = scores.argmax(axis=1)
    agreed = phrased[np.arange(len(scores)), first]
    signs = [
        best[:, 0],
        best[:, 1],
        best[:, 2],
        best[:, 0] - best[:, 1],
        chances.max(axis=1),
        evenness,
        (scores > 0).sum(axis=1),
        (scores > -0.5).sum(axis=1),
        agreed,
        agreed - phrased.max(axis=1),
        np.log1p(features),
        np.log1p(tokens),
        np.ones(len(scores)),
    ]
    return np.asarray(np.stack(signs, axis=1), dtype=np.float32)


def fit_doubt(signs: Floats, right: Floats) -> tuple[float, ...]:
    """Logistic regression of "the first intent was right" on the signs."""
    from scipy import optimize  # 30 MB, which only who trains needs

    def cost(weights: Any) -> tuple[float, Any]:
        scores = signs @ weights
        slope = signs.T @ (sigmoid(scores) - right) / len(right) + 1e-4 * weights
        loss = (np.logaddexp(0.0, scores) - right * scores).mean() + 0.5e-4 * float(weights @ weights)
        return float(loss), slope

    start = np.zeros(signs.shape[1])
    found = optimize.minimize(cost, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return tuple(round(float(weight), 5) for weight in found.x)


def fit_temperature(scores: Floats, wanted: Sequence[int]) -> float:
    """The temperature under which the held-out labels are likeliest (golden section on its logarithm)."""
    rows = np.arange(len(wanted))

    def cost(logarithm: float) -> float:
        chances = softmax(scores / np.exp(logarithm))
        return float(-np.log(np.maximum(chances[rows, wanted], 1e-9)).mean())

    low, high, golden = -4.0, 3.0, 0.618034
    for _ in range(40):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if cost(left) < cost(right) else (left, high)
    return float(np.exp((low + high) / 2))


def fit_unsure(confidences: Floats, right: Floats) -> float:
    """The confidence below which FALSE_ALARMS of the rightly heard messages lie."""
    kept = confidences[right > 0.5]
    return float(np.quantile(kept, FALSE_ALARMS)) if len(kept) else 0.5


def fit_threshold(scores: Floats, wanted: Floats, *, recall_counts: float = 1.0) -> float:
    """The score with the best F for one mark; one that is never wanted is never heard.

    recall_counts: how many times as much a miss weighs as a false alarm (the beta of F-beta).
    """
    if not wanted.any():
        return 9.0
    weight = recall_counts**2
    best, best_f = 0.0, -1.0
    for threshold in np.arange(-4.0, 3.0, _STEP):
        heard = scores >= threshold
        hits = float((heard * wanted).sum())
        f = (1 + weight) * hits / max(1.0, weight * float(wanted.sum()) + float(heard.sum()))
        if f > best_f:
            best, best_f = float(threshold), f
    return round(best, 4)


def intensity_of(amount: float) -> int:
    """1, 2 or 3 from the regressed intensity of a message that shows a feeling."""
    return int(min(3, max(1, round(amount))))
