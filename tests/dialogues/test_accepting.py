"""A yes with more attached is a yes: to the one way out just put, or to the one it names; what follows is answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogues.state import Stage
from tests.dialogues.build import LATE, PAID, keys, names
from tests.dialogues.test_in_passing import DELIVERED, Shop

pytestmark = pytest.mark.fast
ADDRESS = "please send it to 5 Hill Road, Leeds LS8 2PQ instead"


def _asked_to_change() -> Shop:
    shop = Shop(PAID)
    assert "offer.asked_for" in keys(shop.says(ADDRESS, "order_change"))
    return shop


@pytest.mark.parametrize("text", [
    "Yes please. Is it still with you, or on the road?", "Sure, do that. What does it cost me?",
    "Okay. When do I hear back?", "好的，办吧。东西发走了吗？", "可以，現在還來得及嗎？", "好。要多付運費嗎？",
    "Yes, go for it. And what if it has left already?",
])  # fmt: skip
def test_a_yes_to_the_one_way_out_just_put_counts_whatever_is_asked_after_it(text: str):
    shop = _asked_to_change()
    plan = shop.says(text, "order_status", asks="whether")
    assert shop.state.options_done == ("change_order",) and names(plan).count("act") == 1


@pytest.mark.parametrize("text", [
    "Yes, if it's free. Is it?", "Ok, how long does that take?", "好，要多久？", "Yes. No wait, has it left?",
    "Yes, but not before Friday. Can you?", "好的。先别，东西发走了吗？", "可以，如果不用付運費的話，要嗎？",
    "Yes. Or could you cancel it for me?", "Maybe yes, when is that?",
])  # fmt: skip
def test_a_yes_that_is_taken_back_tied_or_only_hears_is_asked_about(text: str):
    shop = _asked_to_change()
    shop.says(text, "order_status", asks="whether")
    assert not shop.state.options_done


@pytest.mark.parametrize(("text", "done"), [
    ("Yes, cancel it. When is the money back?", True), ("Yes. When is the money back?", True),
    ("好的。钱什么时候到？", True), ("可以。款項哪天入帳？", True),
    ("Yes, when is the money back?", False), ("好的，钱什么时候到？", False),
    ("Yes. But why can't I keep it?", False), ("可以。不過如果已經出貨呢？", False), ("好。先别动，钱几天到？", False),
])  # fmt: skip
def test_where_money_moves_the_yes_is_a_sentence_of_its_own_and_nothing_after_it_says_no(text: str, done: bool):
    shop = Shop(PAID)
    shop.says("please cancel it", "order_cancel")
    shop.says(text, "order_status", asks="when")
    assert (shop.state.options_done == ("refund_all",)) is done


@pytest.mark.parametrize(("text", "intent", "done"), [
    ("So I do the searching. Fine, chase them then. Does it make it by Friday?", "order_status", "expedite"),
    ("又是我等。好吧，那就催一下快递。周五前到得了吗？", "order_status", "expedite"),
    ("可以，催一下吧，今天會到嗎？", "order_status", "expedite"),
    ("Right. Have someone chase the courier then. And write down that I called.", "service_complaint", "expedite"),
])  # fmt: skip
def test_of_several_ways_out_the_one_that_the_yes_names_is_done(text: str, intent: str, done: str):
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.says(text, intent)
    assert shop.state.options_done == (done,)


@pytest.mark.parametrize("text", [
    "So I get to wait. All right, post another one then. Would that arrive by Saturday?",
    "又要我等。行，那就给我补寄一个吧。周六前能到吗？", "又要我等。好，那幫我補寄。請問週六前會到嗎？",
])  # fmt: skip
def test_what_cannot_be_undone_is_asked_about_once_and_the_question_answered(text: str):
    shop = Shop(LATE, **{"beside.0": False})
    shop.says("it is late", "delivery_problem")
    plan = shop.says(text, "order_status", asks="whether")
    assert keys(plan)[-1] == "clarify.whether_option" and "answer" in names(plan) and not shop.state.options_done
    assert shop.state.options_open == ("reship",)
    shop.says("Yes. When does it come?", "order_status", asks="when")
    assert shop.state.options_done == ("reship",)


def test_a_yes_to_several_that_names_none_or_money_does_nothing():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    for text in ("好的。今天會到嗎？", "Fine, refund me the lot then. Will it be here today?"):
        shop.says(text, "order_status", asks="whether")
        assert not shop.state.options_done and shop.state.stage is Stage.OFFER


@pytest.mark.parametrize("text", [
    "Lovely, still covered. Then please book the repair, do you collect it?",
    "太好了，还在保。那就麻烦安排维修吧，是你们上门取吗？", "太好了，那就麻煩幫我修吧，謝謝",
])  # fmt: skip
def test_thanks_with_a_request_is_a_request(text: str):
    shop = Shop(replace(DELIVERED, warranty_until="2027-11-19"))
    shop.says("is my flask under warranty?", "repair_warranty", asks="whether")
    assert shop.state.asked_now == "confirm"
    plan = shop.says(text, "affirm")
    assert "offer" in names(plan) and shop.state.stage is Stage.OFFER and "repair" in shop.state.options_open


@pytest.mark.parametrize("text", ["43码？", "寄43，别弄错", "寄43號，別寄錯", "size 43?"])
def test_which_one_told_after_a_booking_is_booked_and_said_back_once(text: str):
    shop = Shop(DELIVERED, **{"beside.0": False})
    shop.says("too small, swap it please", "return_exchange")
    shop.taps("option:exchange")
    plan = shop.says(text, "product_question" if text.endswith(("?", "？")) else "provide_info", unsure=True)
    assert keys(plan).count("restate.change") == 1 and "43" in shop.state.facts["variant"]
    again = shop.says("43 please, don't get it wrong", "provide_info", unsure=True)
    assert keys(again).count("restate.change") == 1 and "act" not in names(again)
    assert shop.state.options_done == ("exchange",)
    asked = shop.says("is the 43 in stock?", "product_question", asks="whether")
    assert keys(asked)[:2] == ("restate.change", "answer.not_that")


def test_which_one_asked_for_before_the_booking_goes_into_it():
    shop = Shop(DELIVERED)
    shop.says("小了，换一双吧", "return_exchange")
    assert "restate.change" in keys(shop.says("43码？", "provide_info")) and not shop.state.options_done
    assert "restate.change" in keys(shop.taps("option:exchange"))
    assert shop.state.facts["variant"] == "43码" and "exchange" in shop.state.options_done


@pytest.mark.parametrize(
    ("text", "intent"), [("right then. evening.", "greet"), ("好！！好极了！！孙女叫奶奶", "praise")]
)
def test_money_never_moves_on_a_greeting_or_praise(text: str, intent: str):
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.says("can I have my money back?", "refund", asks="whether")
    assert shop.state.options_open == ("refund_all",)
    shop.says(text, intent)
    assert shop.state.options_done == ()


@pytest.mark.parametrize("text", ["明天不用来了，周三再来取", "don't come tomorrow, collect it on Friday"])
def test_what_cannot_be_booked_anew_for_another_day_goes_to_people(text: str):
    shop = Shop(DELIVERED, **{"undo.exchange": False})
    shop.says("too small, swap it please", "return_exchange")
    shop.taps("option:exchange")
    plan = shop.says(text, "order_cancel", unsure=True)
    assert keys(plan) == ("restate.change", "act.duty_team", "promise.duty_team")
    assert shop.state.booked == {DELIVERED.number: "exchange"}


@pytest.mark.parametrize(
    "text", ["小了", "鞋子太大了", "42有吗", "25號有嗎", "it's too small", "那就退款吧，你们上门来取"]
)
def test_a_word_is_enough_from_who_has_what_they_bought(text: str):
    plan = Shop(DELIVERED).says(text, "affirm" if "退" in text else "resolved", unsure="退" not in text)
    assert "offer" in names(plan)
