"""What is asked about a way out is answered from it, by the bot and while people are awaited."""

from __future__ import annotations

import pytest

from dialogues.particulars import asks_if_done, topics
from dialogues.reading import Reading
from tests.dialogues.build import LATE, keys, payloads
from tests.dialogues.test_in_passing import DELIVERED, Shop

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("who's paying for the courier?", "cost"), ("邮费谁来出", "cost"), ("郵資我要付嗎", "cost"),
        ("what do I do with the cracked one?", "back"), ("坏的那个我要自己去寄吗", "back"), ("舊的要寄回去嗎", "back"),
        ("which card does it go to?", "to"), ("钱是退到我这儿还是退给他", "to"), ("發票會寄到哪個信箱", "to"),
    ],
)  # fmt: skip
def test_what_is_asked_about_a_way_out_is_heard_in_three_languages(text: str, topic: str):
    language = "en" if text.isascii() else "zh"
    assert topics(Reading(text, language, "order_status")) == (topic,)


@pytest.mark.parametrize(
    "text",
    [
        "so have you refunded it or not",
        "has the money gone back?",
        "is it changed yet",
        "到底退没退",
        "改好了没",
        "錢退出來了沒",
    ],
)
def test_whether_it_is_done_is_heard(text: str):
    assert asks_if_done(Reading(text, "en", "refund"))


@pytest.mark.parametrize("text", ["can it be changed?", "能退吗", "可以換嗎", "到没到", "I want it done", "有没有在办"])
def test_whether_it_can_be_done_is_another_question(text: str):
    assert not asks_if_done(Reading(text, "en", "refund"))


def test_what_was_booked_tells_who_pays_and_what_becomes_of_the_old_one():
    shop = Shop(DELIVERED)
    shop.says("it is cracked", "item_problem")
    shop.taps("option:exchange")
    plan = shop.says("do I have to post the cracked one back? and who pays?", "return_exchange", asks="whether")
    assert keys(plan) == ("answer.tells.cost.free", "answer.tells.back.collected")
    assert shop.state.issue == "item_problem" and "exchange" in shop.state.options_done


def test_what_a_way_out_tells_does_not_choose_it():
    shop = Shop(DELIVERED)
    shop.says("it is cracked", "item_problem")
    plan = shop.says("must I send the cracked one back?", "return_exchange", asks="whether")
    assert keys(plan)[0] == "answer.tells.back.collected" and "option:exchange" in payloads(plan)
    assert not shop.state.options_done


def test_in_the_queue_what_failed_is_said_not_to_be_done():
    shop = Shop(LATE, refund_all=False)
    shop.says("it is late", "delivery_problem")
    shop.taps("option:refund_all")
    plan = shop.says("so have you refunded it or not", "refund", asks="whether")
    assert keys(plan) == ("answer.not_done",)
