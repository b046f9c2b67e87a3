"""Linear readers over sparse features: trained with scipy, used with numpy alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

from nlu.features import Floats, Ints


@dataclass(frozen=True)
class Linear:
    """Scores = values x weights + bias. weights: (features, labels), bias: (labels)."""

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats

    def scores(self, numbers: Ints, values: Floats) -> Floats:
        """Scores of one message, from the numbers and values of its features: (labels)."""
        rows = self.weights[numbers].astype(np.float32)
        return np.asarray(values @ rows + self.bias, dtype=np.float32)

    def matrix_scores(self, matrix: sparse.csr_matrix) -> Floats:
        """Scores of many messages: (messages, labels)."""
        return np.asarray(matrix @ self.weights.astype(np.float32) + self.bias, dtype=np.float32)


def softmax(scores: Floats) -> Floats:
    """Probabilities along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)


def sigmoid(scores: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * scores)), dtype=np.float32)


def fit_choice(
    matrix: sparse.csr_matrix, labels: list[str], *, decay: float = 1.0, balance: float = 0.3, steps: int = 60
) -> Linear:
    """One of several: multinomial logistic regression.

    decay: strength of the pull towards zero; balance: 0 counts every message alike, 1 every label alike.
    """
    names = tuple(sorted(set(labels)))
    column = {name: number for number, name in enumerate(names)}
    wanted = np.zeros((len(labels), len(names)), dtype=np.float32)
    wanted[np.arange(len(labels)), [column[label] for label in labels]] = 1.0
    shares = wanted.mean(axis=0)
    weight = (wanted @ ((1.0 / (len(names) * shares)) ** balance)).astype(np.float32)

    def loss(scores: Floats) -> tuple[float, Floats]:
        chances = softmax(scores)
        picked = np.maximum((chances * wanted).sum(axis=1), 1e-12)
        return float(-(weight * np.log(picked)).sum()), (chances - wanted) * weight[:, None]

    return _fit(matrix, names, loss, decay, steps)


def fit_marks(
    matrix: sparse.csr_matrix, names: tuple[str, ...], wanted: Floats, *, decay: float = 1.0, steps: int = 60
) -> Linear:
    """Any of several: one logistic regression for each column of `wanted` (messages, names), 0 or 1."""

    def loss(scores: Floats) -> tuple[float, Floats]:
        chances = sigmoid(scores)
        cost = np.logaddexp(0.0, scores) - wanted * scores
        return float(cost.sum()), chances - wanted

    return _fit(matrix, names, loss, decay, steps)


def _fit(matrix: sparse.csr_matrix, names: tuple[str, ...], loss: Any, decay: float, steps: int) -> Linear:
    features = matrix.shape[1]
    turned = matrix.T.tocsr()
    shape = (features + 1, len(names))

    def cost(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        table = flat.reshape(shape).astype(np.float32)
        value, slope = loss(matrix @ table[:-1] + table[-1])
        gradient = np.empty(shape, dtype=np.float64)
        gradient[:-1] = turned @ slope
        gradient[:-1] += decay * table[:-1]
        gradient[-1] = slope.sum(axis=0)
        return value + 0.5 * decay * float(np.square(table[:-1]).sum()), gradient.ravel()

    result = optimize.minimize(
        cost,
        np.zeros(shape[0] * shape[1]),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": steps, "maxcor": 6},
    )
    table = result.x.reshape(shape).astype(np.float32)
    return Linear(names, table[:-1], table[-1])
