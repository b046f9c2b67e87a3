"""Naming a way out is a yes only when it is said outright: a question, a condition or a "don't" does nothing."""

from __future__ import annotations

from typing import Any

import pytest

from dialogues.phrases.ordinals import position
from dialogues.reading import Reading
from tests.dialogues.build import LATE, payloads
from tests.dialogues.test_in_passing import Shop

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    "put", [{}, {"asks": "duration"}, {"asks": "whether"}, {"negated": True}, {"conditional": True}]
)
def test_a_remedy_named_in_a_question_a_condition_or_with_a_dont_is_no_yes(put: dict[str, Any]) -> None:
    shop = _offered_the_price()
    shop.says("refund the money then", "refund", **put)
    assert ("refund_all" in shop.state.options_done) is not bool(put)


def _offered_the_price() -> Shop:
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.taps("fact:wish:compensation")
    assert "option:refund_all" in payloads(shop.plan)
    return shop


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("第一个", 1),
        ("第二種吧", 2),
        ("选3", 3),
        ("就第一個好了，謝謝", 1),
        ("2", 2),
        ("the first one", 1),
        ("option 2", 2),
        ("I'll take the second", 2),
        ("number one", 1),
        ("third one please", 3),
        ("第一次买你们家的东西", 0),
        ("the first one broke", 0),
        ("2026111800042", 0),
        ("", 0),
    ],
)
def test_a_place_in_a_list_is_heard_in_words(text: str, place: int) -> None:
    assert position(Reading(text, "en", "affirm")) == place


@pytest.mark.parametrize(
    "text",
    ["any news on my refund", "worried my refund got lost", "查一下退款进度", "退款「審批中」好久了", "差价退我",
     "把剩下的退给我", "退的钱是回微信还是回卡里", "just refund the deposit"],
)  # fmt: skip
def test_a_refund_that_is_awaited_or_another_sum_is_no_yes_to_the_whole_price(text: str):
    shop = _offered_the_price()
    shop.says(text, "refund")
    assert not shop.state.options_done
