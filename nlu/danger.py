"""Whether somebody is in danger, weighed by itself.

What people want when they tell of a danger differs from one writer to the next, so scores of intents mislead here. The
marks and the feelings are weighed together with the order of the words: how much likelier they are from somebody who
tells of a danger than from anybody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlu.corpus import Example
from nlu.features import Floats
from nlu.labels import FLAGS
from nlu.second import First, weigh_mark

SAFETY = FLAGS[0]
# The two columns of the trigram model, behind those of intents and emotions: told of no danger, and of one.
COLUMNS = 2
_COST = 0.01


def counted_too(counted: Sequence[Sequence[int]], examples: Sequence[Example], columns: int) -> list[list[int]]:
    """The columns that each message counts for, with one of these two; columns: how many there are without them."""
    return [[*before, columns + (SAFETY in example.flags)] for before, example in zip(counted, examples, strict=True)]


def likelier(told: Floats, tokens: Any) -> Floats:
    """By how much the words are likelier from somebody in danger: (messages).

    told: their logarithms of likelihood, with the two columns last; tokens: how many each message has, since a longer
    one says the same more often.
    """
    return np.asarray((told[:, -1] - told[:, -2]) / np.sqrt(np.asarray(tokens) + 1.0), dtype=np.float32)


@dataclass(frozen=True)
class Danger:
    """weights: (evidence, 1), bias: (1)."""

    weights: Floats
    bias: Floats

    @classmethod
    def learn(cls, first: First, likelier: Floats, truth: Any) -> Danger:
        """likelier: as of the function; truth: whether each message tells of a danger. All (messages)."""
        return cls(*weigh_mark(_evidence(first, likelier), truth, _COST))

    def scores(self, first: First, likelier: Floats) -> Floats:
        """Log-odds: (messages)."""
        return np.asarray((_evidence(first, likelier) @ self.weights + self.bias)[:, 0], dtype=np.float32)

    def to_arrays(self) -> dict[str, Any]:
        """For model.npz."""
        return {"danger_weights": self.weights, "danger_bias": self.bias}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Danger | None:
        """None when there was too little to learn it from."""
        return cls(arrays["danger_weights"], arrays["danger_bias"]) if "danger_weights" in arrays else None


def _evidence(first: First, likelier: Floats) -> Floats:
    parts = [3.0 * first.marks, 3.0 * first.emotion, first.intensity[:, None], likelier[:, None]]
    return np.asarray(np.concatenate(parts, axis=1), dtype=np.float32)
