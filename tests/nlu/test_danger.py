"""Danger is weighed by marks, feelings and the order of the words, whatever is wanted beside it."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.corpus import Example
from nlu.danger import Danger, counted_too, likelier
from nlu.second import First

pytestmark = pytest.mark.fast

MANY = 400


def heard(seed: int) -> tuple[First, np.ndarray, np.ndarray]:
    """Half of what the mark misses is told by the order of the words; (reading, likelier, truth)."""
    chance = np.random.default_rng(seed)
    truth = chance.random(MANY) < 0.3
    noise = chance.normal(size=(MANY, 4)).astype(np.float32)
    marks = truth[:, None] * 1.0 + 0.8 * noise[:, :1]
    ordered = truth * 1.0 + 0.8 * noise[:, 1]
    nothing = np.zeros((MANY, 2), np.float32)
    reading = First(nothing, nothing, nothing, nothing, nothing[:, 0], marks.astype(np.float32))
    return reading, ordered.astype(np.float32), truth


def test_the_order_of_the_words_helps_to_tell_danger() -> None:
    first, ordered, truth = heard(0)
    danger = Danger.learn(first, ordered, truth)
    first, ordered, truth = heard(1)

    def right(scores: np.ndarray) -> float:
        return float(((scores > 0) == truth).mean())

    assert right(danger.scores(first, ordered)) > right(danger.scores(first, 0.0 * ordered)) + 0.02


def test_a_long_message_is_no_likelier_for_saying_the_same_more_often() -> None:
    told = np.array([[0.0, -4.0, -2.0], [0.0, -40.0, -20.0]], np.float32)
    short, long = likelier(told, [3, 399])
    assert short == pytest.approx(1.0)
    assert long == pytest.approx(1.0)


def test_every_message_counts_for_danger_or_for_none() -> None:
    examples = [Example("fire!", "en", "item_problem", flags=("safety",)), Example("hello", "en", "greet")]
    assert counted_too([[0], [1]], examples, 2) == [[0, 3], [1, 2]]


def test_it_is_kept_in_arrays_and_may_be_missing() -> None:
    first, ordered, truth = heard(0)
    danger = Danger.learn(first, ordered, truth)
    kept = Danger.from_arrays(danger.to_arrays())
    assert kept is not None
    assert np.array_equal(kept.scores(first, ordered), danger.scores(first, ordered))
    assert Danger.from_arrays({}) is None
