"""What is asked about a way out is answered from it, by the bot and while people are awaited."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.knowledge import look_up
from dialogues.particulars import asks_if_done, topics
from dialogues.phrases.clauses import questions_of
from dialogues.plan import Call
from dialogues.reading import Reading
from tests.dialogues.build import LATE, SHIPPED, keys, payloads
from tests.dialogues.test_in_passing import DELIVERED, Shop

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("who's paying for the courier?", "cost"), ("邮费谁来出", "cost"), ("郵資我要付嗎", "cost"),
        ("what do I do with the cracked one?", "back"), ("the old one doesn't need posting, does it", "back"),
        ("坏的那个我要自己去寄吗", "back"), ("舊的要寄回去嗎", "back"),
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


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("when do you close & do you ship? how much", ["when do you close", "do you ship?", "how much"]),
        ("and returns? how many days", ["returns? how many days"]), ("is it blue", ["is it blue"]),
        ("你们几点关门 在哪", ["你们几点关门", "在哪"]), ("全台都有送嗎 花蓮呢", ["全台都有送嗎 花蓮呢"]),
    ],
)  # fmt: skip
def test_the_questions_of_a_message_are_told_apart(text: str, questions: list[str]):
    assert questions_of(text) == questions


def test_every_question_is_answered_or_named_as_not_known():
    asked = {
        "locale": "en",
        "question": "what time do you open & do you deliver to Ireland? how much",
        "issue": "business_info",
    }
    found = look_up(Call("knowledge", "knowledge", "search", asked), "").data
    assert "10 am" in found["quote"] and "Ireland" in found["quote_2"] and found["unanswered"] == "how much"


def test_one_shared_word_is_no_answer_in_passing():
    asked = {"locale": "en", "question": "where will it get sent", "within": "invoice,order_status"}
    assert not look_up(Call("knowledge", "knowledge", "search", asked), "").ok


LAMP = replace(DELIVERED, number="2026110500032", item="lamp")
BOOTS = replace(SHIPPED, number="2026110500033", item="boots")


@pytest.mark.parametrize("heard", ["item_problem", "order_status"])
def test_two_orders_in_one_message_are_not_asked_apart(heard: str):
    shop = Shop(LAMP, BOOTS)
    plan = shop.says("the lamp is cracked, and when do the boots arrive?", heard, unsure=True)
    assert (shop.state.issue, shop.state.facts["order_number"]) == ("item_problem", LAMP.number)
    assert keys(plan)[0] == "answer.order.shipped" and "option:exchange" in payloads(plan)


def test_what_is_asked_of_another_order_beside_a_choice_is_answered_and_the_choice_done():
    shop = Shop(LAMP, BOOTS)
    shop.says("the lamp is cracked", "item_problem")
    plan = shop.says("swap it please, oh and are the boots on their way?", "return_exchange")
    assert shop.state.options_done == ("exchange",) and "answer.order.shipped" in keys(plan)


def test_where_are_my_two_orders_tells_of_both():
    plan = Shop(LAMP, BOOTS).says("where are both my orders", "order_status")
    assert keys(plan) == ("answer.order.delivered", "answer.order.shipped", "confirm.light")


def test_what_is_asked_of_another_order_is_told_of_that_and_leaves_the_matter():
    shop = Shop(LAMP, BOOTS)
    shop.says("the lamp never came though it says delivered", "delivery_problem")
    plan = shop.says("and the boots arrive on Wednesday, right", "order_status")
    assert keys(plan) == ("answer.order.shipped",) and shop.state.facts["order_number"] == LAMP.number


def test_who_comes_back_to_the_parked_matter_need_not_wait_and_loses_nothing():
    shop = Shop(LAMP, BOOTS)
    plan = shop.says("the lamp is cracked, and I need an invoice for the boots", "item_problem")
    assert shop.state.parked == ("invoice",) and "restate.parked_of" in keys(plan)
    plan = shop.says("so what about the invoice?", "invoice", asks="what")
    assert keys(plan)[0] == "restate.first_of" and shop.state.parked == ("item_problem",)
    assert (shop.state.issue, shop.state.facts["order_number"]) == ("invoice", BOOTS.number)
    shop.says("and what will you do about the crack?", "item_problem", asks="what")
    assert (shop.state.issue, shop.state.facts["order_number"]) == ("item_problem", LAMP.number)


def test_a_detail_that_articles_speak_of_leaves_the_matter_what_it_is():
    shop = Shop(replace(DELIVERED, warranty_until="2027-11-19"))
    shop.says("it stopped working, can it be repaired", "repair_warranty")
    plan = shop.says("I cleaned the filter already", "usage_help")
    assert shop.state.issue == "repair_warranty" and "option:repair" in payloads(plan)
