"""Separators found together are as good as those found one by one, and the same every time."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.svm import LinearSVC

from nlu.features import of_length_one
from nlu.linear import Linear
from nlu.separators import Sought, separate

pytestmark = pytest.mark.fast

LABELS = [f"l{number % 5}" for number in range(400)]


def messages() -> sparse.csr_matrix:
    """Each label has features of its own; most features are anyone's."""
    chance = np.random.RandomState(1)
    matrix = chance.rand(400, 300) * (chance.rand(400, 300) < 0.05)
    for row, label in enumerate(LABELS):
        matrix[row, int(label[1]) * 5 : int(label[1]) * 5 + 5] += chance.rand(5) * (chance.rand(5) < 0.4)
    return of_length_one(sparse.csr_matrix(matrix, dtype=np.float32))


def loss(matrix: sparse.csr_matrix, reader: Linear, wanted: np.ndarray) -> float:
    """What is made as small as it can be, for a cost of 1."""
    wrong = np.maximum(0.0, 1.0 - np.where(wanted, 1.0, -1.0) * reader.matrix_scores(matrix))
    return float(0.5 * (reader.weights**2).sum() + (wrong**2).sum())


def test_separators_are_nearly_as_good_as_can_be() -> None:
    matrix, sought = messages(), Sought.one_of(LABELS, 1.0)
    [found] = separate(matrix, [sought])
    best = LinearSVC(C=1.0, tol=1e-5, max_iter=10_000, intercept_scaling=0.2, random_state=0).fit(matrix, LABELS)
    aim = Linear(tuple(best.classes_), best.coef_.T.astype(np.float32), best.intercept_.astype(np.float32))
    assert found.labels == aim.labels
    assert loss(matrix, found, sought.wanted) < 1.02 * loss(matrix, aim, sought.wanted)


def test_heads_are_found_side_by_side_and_the_same_every_time() -> None:
    matrix = messages()
    choice = Sought.one_of(LABELS, 0.3, balanced=True)
    marks = Sought.any_of(("always", "never", "l0"), choice.wanted[:, [0, 0, 0]] | [True, False, False], 1.0)
    marks.wanted[:, 1] = False
    first, again = (separate(matrix, [choice, marks]) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert np.array_equal(one.weights, other.weights) and np.array_equal(one.bias, other.bias)
    told = first[1].matrix_scores(matrix)
    assert (told[:, 0] > 0).all() and (told[:, 1] < 0).all()
    assert ((told[:, 2] > 0) == choice.wanted[:, 0]).mean() > 0.9
