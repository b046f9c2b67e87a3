"""The heads: what is told of every message, and how each is learnt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy import sparse

from nlu.corpus import Example
from nlu.features import Floats
from nlu.labels import FLAGS, NEEDS
from nlu.linear import Linear, fit_amount
from nlu.separators import Sought, separate

INTENSITY = "intensity"
HEADS = ("intent", "emotion", INTENSITY, "marks")
MARKS = NEEDS + FLAGS
# How dear a message on the wrong side is (docs/hearing.md).
_INTENT_COST = 1.0
_EMOTION_COST = 0.3
_MARKS_COST = 1.0


def marks_of(examples: Iterable[Example]) -> Floats:
    """Which needs and flags each message has: (messages, marks), 0 or 1."""
    rows = [[mark in example.needs or mark in example.flags for mark in MARKS] for example in examples]
    return np.array(rows, dtype=np.float32)


def learn_heads(
    matrix: sparse.csr_matrix, examples: Sequence[Example], progress: Callable[[float], None] = lambda _share: None
) -> dict[str, Linear]:
    """By the name of the head. matrix: (messages, features)."""
    intent, emotion, marks = separate(
        matrix,
        [
            Sought.one_of([example.intent for example in examples], _INTENT_COST),
            Sought.one_of([example.emotion for example in examples], _EMOTION_COST, balanced=True),
            Sought.any_of(MARKS, marks_of(examples) > 0.5, _MARKS_COST),
        ],
        progress,
    )
    amounts = np.array([example.intensity for example in examples], dtype=np.float32)
    return {"intent": intent, "emotion": emotion, INTENSITY: fit_amount(matrix, INTENSITY, amounts), "marks": marks}
