"""The second reading: what all heads said at first, weighed together.

A head alone cannot know that a message which reads like two intents, in this order of words and with this feeling, is
mostly a third. So the scores of all heads become the evidence for each of them: a small logistic regression for every
label, learnt on messages whose voices the first reading had not heard.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from nlu.features import Floats
from nlu.linear import softmax

# How sharp a first reading becomes when its scores are turned into shares, and how much each kind of evidence weighs.
_SHARP = {"intent": 0.2, "emotion": 0.3}
_LOUD = 3.0
# What all messages on the wrong side cost together. So low, evidence that holds for some voices only is not believed.
_COST = 108.0
_MARK_COST = 0.01
_NEVER = -9.0
AT_ONCE = 2


@dataclass(frozen=True)
class First:
    """Scores of the first reading of many messages: (messages, labels) each, intensity (messages).

    phrased, felt: what the order of the words alone says of the intents and of the emotions.
    """

    intent: Floats
    phrased: Floats
    emotion: Floats
    felt: Floats
    intensity: Floats
    marks: Floats

    def evidence(self) -> Floats:
        """(messages, evidence)."""
        every: Floats = np.concatenate(
            [
                _LOUD * self.intent,
                self.phrased,
                _LOUD * softmax(self.intent / _SHARP["intent"]),
                _LOUD * self.emotion,
                self.felt,
                _LOUD * softmax(self.emotion / _SHARP["emotion"]),
                _LOUD * self.marks,
                self.intensity[:, None],
            ],
            axis=1,
        ).astype(np.float32)
        return every


@dataclass(frozen=True)
class Second:
    """weights: (evidence, columns), bias: (columns); columns are those of all heads, as in Trained."""

    weights: Floats
    bias: Floats

    def scores(self, first: First) -> Floats:
        """(messages, columns): log-odds, and the intensity of a feeling."""
        return np.asarray(first.evidence() @ self.weights + self.bias, dtype=np.float32)

    @classmethod
    def learn(
        cls,
        first: First,
        intents: Sequence[str],
        emotions: Sequence[str],
        amounts: Floats,
        marks: Floats,
        labels: tuple[tuple[str, ...], tuple[str, ...]],
    ) -> Second:
        """labels: those of the intents and of the emotions, in the order of the columns of `first`."""
        evidence = first.evidence()
        shares = {label: emotions.count(label) / len(emotions) for label in set(emotions)}
        rare = {label: float(0.35 * share**-0.5) for label, share in shares.items()}
        with (
            warnings.catch_warnings(),
            threadpool_limits(1),
            ThreadPoolExecutor(AT_ONCE) as pool,
        ):  # side by side instead of one by one on all cores
            warnings.filterwarnings("ignore", "lbfgs failed to converge")  # few steps are meant: more hear no better
            parts = list(
                pool.map(
                    lambda lesson: lesson(),
                    [
                        lambda: _choice(evidence, intents, labels[0], None),
                        lambda: _choice(evidence, emotions, labels[1], rare),
                        lambda: _amount(evidence, amounts),
                        *(
                            partial(weigh_mark, evidence, marks[:, column] > 0.5, _MARK_COST)
                            for column in range(marks.shape[1])
                        ),
                    ],
                )
            )
        return cls(np.concatenate([weights for weights, _ in parts], axis=1), np.concatenate([b for _, b in parts]))

    def to_arrays(self) -> dict[str, Any]:
        """For model.npz."""
        return {"second_weights": self.weights, "second_bias": self.bias}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Second | None:
        """None when there was too little to learn it from."""
        return cls(arrays["second_weights"], arrays["second_bias"]) if "second_weights" in arrays else None


def _choice(
    evidence: Floats, wanted: Sequence[str], labels: tuple[str, ...], weight: Mapping[str, float] | None
) -> tuple[Floats, Floats]:
    if len(set(wanted)) < 2:
        return np.zeros((evidence.shape[1], len(labels)), np.float32), np.zeros(len(labels), np.float32)
    by_number = {labels.index(label): share for label, share in weight.items()} if weight else None
    return _logistic(evidence, [labels.index(each) for each in wanted], len(labels), _COST / len(evidence), by_number)


def _logistic(
    evidence: Floats, wanted: Any, columns: int, cost: float, weight: Mapping[int, float] | None = None
) -> tuple[Floats, Floats]:
    """One label of several; labels that nobody wanted are never near."""
    from sklearn.linear_model import LogisticRegression

    centre = evidence.mean(axis=0)  # seen from there, the best weights are found in a quarter of the steps
    machine = LogisticRegression(C=cost, max_iter=30, tol=1e-3, class_weight=weight).fit(evidence - centre, wanted)
    weights, bias = machine.coef_, machine.intercept_ - machine.coef_ @ centre
    if len(machine.classes_) == 2:
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    every = np.zeros((evidence.shape[1], columns), np.float32)
    level = np.full(columns, _NEVER, np.float32)
    every[:, machine.classes_], level[machine.classes_] = weights.T, bias
    return every, level


def _amount(evidence: Floats, amounts: Floats) -> tuple[Floats, Floats]:
    """How strong a feeling is where there is one: it is asked for only then."""
    from sklearn.linear_model import Ridge

    felt = amounts > 0 if (amounts > 0).sum() > 1 else amounts >= 0
    ridge = Ridge(alpha=10.0).fit(evidence[felt], amounts[felt])
    return np.asarray(ridge.coef_, np.float32)[:, None], np.array([ridge.intercept_], np.float32)


def weigh_mark(evidence: Floats, truth: Any, cost: float) -> tuple[Floats, Floats]:
    """Weights (evidence, 1) and bias (1). A mark that no message or every message has is never or always heard."""
    if truth.all() or not truth.any():
        sure = -_NEVER if truth.any() else _NEVER
        return np.zeros((evidence.shape[1], 1), np.float32), np.array([sure], np.float32)
    weights, bias = _logistic(evidence, truth.astype(int), 2, cost)
    return 2 * weights[:, 1:], 2 * bias[1:]
