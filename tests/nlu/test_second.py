"""The second reading weighs the scores of all heads together."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.second import First, Second

pytestmark = pytest.mark.fast

MANY = 1200
LABELS = (("cancel", "refund", "status"), ("angry", "neutral"))


def first_reading(seed: int = 0) -> tuple[First, list[str], list[str], np.ndarray]:
    """A head that takes every angry "refund" for "cancel", though the order of the words tells them apart."""
    chance = np.random.default_rng(seed)
    truth, anger = chance.integers(0, 3, MANY), chance.random(MANY) < 0.4
    heard = np.where((truth == 1) & anger, 0, truth)
    intent = np.eye(3)[heard] + 0.1 * chance.normal(size=(MANY, 3))
    phrased = np.eye(3)[truth] + 0.4 * chance.normal(size=(MANY, 3))
    emotion = np.stack([anger, ~anger], axis=1) + 0.1 * chance.normal(size=(MANY, 2))
    marks = anger[:, None] + 0.1 * chance.normal(size=(MANY, 2))
    reading = First(*(each.astype(np.float32) for each in (intent, phrased, emotion, emotion, anger * 2.0, marks)))
    return (
        reading,
        [LABELS[0][n] for n in truth],
        ["angry" if each else "neutral" for each in anger],
        np.stack([anger, np.zeros(MANY)], axis=1).astype(np.float32),
    )


def learnt(seed: int = 0) -> Second:
    first, intents, emotions, marks = first_reading(seed)
    return Second.learn(first, intents, emotions, marks[:, 0] * 2, marks, LABELS)


def test_what_one_head_mistakes_is_put_right_by_the_others() -> None:
    first, intents, _, _ = first_reading(1)
    wanted = np.array([LABELS[0].index(intent) for intent in intents])
    before = (first.intent.argmax(axis=1) == wanted).mean()
    after = (learnt().scores(first)[:, :3].argmax(axis=1) == wanted).mean()
    assert before < 0.9
    assert after > before + 0.05


def test_columns_are_those_of_the_heads_side_by_side() -> None:
    first, _, emotions, marks = first_reading(1)
    scores = learnt().scores(first)
    assert scores.shape == (MANY, 3 + 2 + 1 + 2)
    assert (scores[:, 3:5].argmax(axis=1) == [LABELS[1].index(each) for each in emotions]).mean() > 0.95
    assert np.allclose(scores[marks[:, 0] > 0, 5], 2.0, atol=0.2)
    assert ((scores[:, 6] > 0) == marks[:, 0]).mean() > 0.95


def test_a_mark_that_nobody_has_is_never_near() -> None:
    first, *_ = first_reading(1)
    assert (learnt().scores(first)[:, 7] < -5).all()


def test_arrays_give_the_same_second_reading_back() -> None:
    first, *_ = first_reading(1)
    one = learnt()
    other = Second.from_arrays(one.to_arrays())
    assert other is not None
    assert np.allclose(one.scores(first), other.scores(first))
    assert Second.from_arrays({}) is None
