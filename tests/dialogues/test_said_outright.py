"""Naming a way out is a yes only when it is said outright: a question, a condition or a "don't" does nothing."""

from __future__ import annotations

import pytest

from dialogues.facts import position
from dialogues.offers import is_said_outright
from dialogues.reading import Reading

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    "text",
    [
        "全额退款的话要几天？先别退啊，我就问问",
        "取消了钱多久退我？先别给我取消啊",
        "退款要多久到账",
        "取消的话会扣手续费吗",
        "你给我退款了吗",
        "等下，你取消的是没付款那个吧？别把付了钱的给我取消了",
        "還是換大一號好了，L號還有嗎",
        "取消要唔要錢呀",
        "It will not cancel my order no?",
        "I don't want to cancel the order",
        "wait, will that cancel my order?",
        "How long would a refund take if I cancel",
        "what do I have to pay to send it back",
    ],
)
def test_what_is_asked_or_ruled_out_is_no_yes(text: str) -> None:
    assert not is_said_outright(text)


@pytest.mark.parametrize(
    "text",
    [
        "退钱！",
        "直接全额退款",
        "幫我取消",
        "just give me my money back then",
        "cancel it please",
        "Refund me.",
        "退返錢俾我",
    ],
)
def test_a_plain_wish_is_said_outright(text: str) -> None:
    assert is_said_outright(text)


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
