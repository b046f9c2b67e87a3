"""Linear readers over sparse features, used with numpy alone; separators.py finds most of their weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from nlu.features import Floats, Ints


@dataclass(frozen=True)
class Linear:
    """Scores = values x weights + bias. weights: (features, labels), bias: (labels)."""

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats

    def scores(self, numbers: Ints, values: Floats) -> Floats:
        """Scores of one message, from the numbers and values of its features: (labels)."""
        rows = self.weights.take(numbers, axis=0).astype(np.float32)
        return np.asarray(values @ rows + self.bias, dtype=np.float32)

    def matrix_scores(self, matrix: sparse.csr_matrix) -> Floats:
        """Scores of many messages: (messages, labels)."""
        return np.asarray(matrix @ self.weights.astype(np.float32) + self.bias, dtype=np.float32)


def softmax(scores: Floats) -> Floats:
    """Probabilities along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)


def sigmoid(scores: Floats) -> Floats:
    """Probability of yes for each score."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * scores)), dtype=np.float32)


def side_by_side(heads: Sequence[Linear]) -> Linear:
    """One reader whose columns are those of all heads in turn, so that a message is looked up once."""
    return Linear(
        tuple(label for head in heads for label in head.labels),
        np.concatenate([head.weights for head in heads], axis=1),
        np.concatenate([head.bias for head in heads]),
    )


def fit_amount(matrix: sparse.csr_matrix, name: str, wanted: Floats, *, decay: float = 1.0) -> Linear:
    """A number: ridge regression, pulled towards the mean by `decay`."""
    from sklearn.linear_model import Ridge

    machine = Ridge(alpha=decay, solver="sparse_cg", tol=1e-3).fit(matrix, wanted)
    weights = np.asarray(machine.coef_, dtype=np.float32).reshape(-1, 1)
    return Linear((name,), weights, np.array([machine.intercept_], dtype=np.float32))
