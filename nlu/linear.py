"""Linear readers over sparse features: trained with liblinear, used with numpy alone."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from nlu.features import Floats, Ints

# Separators this close to the best ones hear as well and are found sooner (docs/hearing.md). Where a few messages weigh
# as much as all others, it takes closer ones to hear them rightly.
_CLOSE = 0.3
_CLOSER = 0.1


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


def fit_choice(
    matrix: sparse.csr_matrix, labels: Sequence[str], *, cost: float = 1.0, balanced: bool = False
) -> Linear:
    """One of several: a large-margin separator for each label against the rest.

    cost: how dearly a message on the wrong side is paid for. Raises ValueError for fewer than two labels.
    """
    from sklearn.svm import LinearSVC

    names = tuple(sorted(set(labels)))
    if len(names) < 2:
        raise ValueError("at least two labels are needed to learn a difference")
    weight, close = ("balanced", _CLOSER) if balanced else (None, _CLOSE)
    machine = LinearSVC(C=cost, class_weight=weight, tol=close, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stopping before full convergence is meant
        machine.fit(matrix, labels)
    weights, bias = machine.coef_, machine.intercept_
    if len(names) == 2:  # one column stands for both
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    return Linear(names, np.ascontiguousarray(weights.T, dtype=np.float32), bias.astype(np.float32))


def fit_marks(matrix: sparse.csr_matrix, names: tuple[str, ...], wanted: Floats, *, cost: float = 0.3) -> Linear:
    """Any of several: a separator for each column of `wanted` (messages, names), 0 or 1.

    A mark that no message or every message has keeps weights of zero and is never or always heard.
    """
    columns = []
    for column in range(len(names)):
        truth = wanted[:, column] > 0.5
        if truth.all() or not truth.any():
            constant = 1.0 if truth.any() else -1.0
            empty = np.zeros((matrix.shape[1], 1), np.float32)
            columns.append(Linear((names[column],), empty, np.array([constant], np.float32)))
            continue
        both = fit_choice(matrix, ["yes" if each else "no" for each in truth], cost=cost, balanced=True)
        yes = both.labels.index("yes")
        columns.append(Linear((names[column],), both.weights[:, yes : yes + 1], both.bias[yes : yes + 1]))
    return side_by_side(columns)


def fit_amount(matrix: sparse.csr_matrix, name: str, wanted: Floats, *, decay: float = 1.0) -> Linear:
    """A number: ridge regression, pulled towards the mean by `decay`."""
    from sklearn.linear_model import Ridge

    machine = Ridge(alpha=decay, solver="sparse_cg", tol=1e-3).fit(matrix, wanted)
    weights = np.asarray(machine.coef_, dtype=np.float32).reshape(-1, 1)
    return Linear((name,), weights, np.array([machine.intercept_], dtype=np.float32))
