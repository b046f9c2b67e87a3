"""The order of words tells labels apart that share every word."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.phrasing import Phrasing, stand_out

pytestmark = pytest.mark.fast

MESSAGES = [
    ["can", "i", "return", "it"],
    ["i", "can", "return", "it"],
    ["can", "i", "get", "it"],
    ["i", "can", "get", "it"],
]
LABELS = [[0, 2], [1, 2], [0, 2], [1, 2]]


def test_the_order_of_the_same_words_decides() -> None:
    phrasing = Phrasing.learn(MESSAGES, LABELS, 3)
    asked, said = phrasing.tell(["can", "i", "swap", "it"]), phrasing.tell(["i", "can", "swap", "it"])
    assert asked[0] > asked[1]
    assert said[1] > said[0]


def test_unknown_and_no_words_are_told_without_a_crash() -> None:
    phrasing = Phrasing.learn(MESSAGES, LABELS, 3)
    for tokens in ([], ["never"], ["never", "seen", "before"] * 400):
        assert np.isfinite(phrasing.tell(tokens)).all()


def test_many_messages_are_told_as_one_is() -> None:
    phrasing = Phrasing.learn(MESSAGES, LABELS, 3)
    messages = [[], *MESSAGES, ["never"], ["can", "i", "never", "return"]] * 50
    assert np.allclose(phrasing.tell_all(messages), [phrasing.tell(message) for message in messages], atol=1e-5)
    assert phrasing.tell_all([]).shape == (0, 3)


def test_what_was_learnt_survives_being_stored() -> None:
    phrasing = Phrasing.learn(MESSAGES, LABELS, 3)
    arrays, notes = phrasing.to_parts()
    kept = Phrasing.from_parts(arrays, notes)
    for message in MESSAGES:
        assert np.array_equal(kept.tell(message), phrasing.tell(message))


def test_what_stands_out_is_counted_in_deviations() -> None:
    out = stand_out(np.array([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]], dtype=np.float32))
    assert out[0].mean() == pytest.approx(0.0, abs=1e-6)
    assert out[0].std() == pytest.approx(1.0)
    assert not out[1].any()
