"""Thanks and a polite no agree to nothing: who says them to an offer to ask somebody leaves it there."""

from __future__ import annotations

import pytest

from dialogues.phrases import manners
from dialogues.state import Stage
from tests.dialogues.build import LATE, keys, payloads
from tests.dialogues.test_in_passing import DELIVERED, Shop

pytestmark = pytest.mark.fast


@pytest.mark.parametrize("text", [
    "好吧，謝謝", "嗯嗯 謝謝你", "了解，感恩", "明白，唔該晒", "好呀，多謝晒", "知道了，谢谢", "ok, thanks",
    "Right, thanks anyway", "Thank you so much for your help",
])  # fmt: skip
def test_thanks_are_thanks_in_every_way_of_putting_them(text: str):
    assert manners.only_thanks(text) and not manners.needs_nothing(text)


@pytest.mark.parametrize(
    "text", ["不用了，謝謝", "沒關係，謝謝", "唔使喇，多謝", "算了", "No thanks", "never mind", "no need, thanks!"]
)
def test_a_polite_no_is_a_no(text: str):
    assert manners.needs_nothing(text) and not manners.only_thanks(text)


@pytest.mark.parametrize("text", [
    "退款好了，謝謝", "好的，麻煩了", "好，請他打給我，謝謝", "謝謝，那退款呢", "thanks, but where is it?",
    "yes please, thanks",
])  # fmt: skip
def test_thanks_with_a_wish_or_a_question_are_more(text: str):
    assert not manners.only_thanks(text) and not manners.needs_nothing(text)


@pytest.mark.parametrize(
    ("text", "intent"), [("ok, thanks", "thank"), ("好吧，謝謝", "affirm"), ("Right, thanks anyway", "")]
)
def test_thanks_for_an_offer_to_ask_somebody_register_nothing(text: str, intent: str):
    shop = Shop(DELIVERED)
    shop.says("can the box go in the dishwasher?", "usage_help", asks="whether")
    plan = shop.says(text, intent)
    assert keys(plan) == ("thank.for_now", "offer.nothing_yet") and "option:walk_through" in payloads(plan)
    assert keys(shop.says("no thanks", "deny"))[-1] == "close.goodbye" and not shop.state.options_done


def test_thanks_for_an_answer_beside_ways_out_bring_no_menu():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.says("how long does that take", "refund", asks="duration")
    assert keys(shop.says("thanks", "thank")) == ("thank.plain",)


def test_a_way_out_of_a_matter_is_still_agreed_to_with_thanks():
    shop = Shop(LATE)
    shop.says("it is late, please chase the courier", "delivery_problem")
    assert keys(shop.says("ok, thanks", "thank"))[0] == "act.expedite"


def test_a_guess_is_agreed_to_by_any_plain_yes_and_left_by_a_polite_no():
    shop = Shop(DELIVERED)
    shop.says("hm, the box", "return_exchange", unsure=True)
    assert shop.says("yes please", "", unsure=True).state.issue == "return_exchange"
    shop = Shop(DELIVERED)
    shop.says("hm, the box", "return_exchange", unsure=True)
    assert keys(shop.says("never mind", "deny")) == ("close.goodbye",) and shop.state.stage is Stage.CLOSED


def test_a_question_that_articles_may_answer_is_looked_up_though_it_was_heard_by_half():
    plan = Shop(DELIVERED).says(
        "can the box go in the dishwasher?", "usage_help", asks="whether", unsure=True, confidence=0.6
    )
    assert keys(plan)[0] == "answer.unknown"


@pytest.mark.parametrize(
    "text", ["好啦，到時再睇", "那我再想想，謝謝", "ok, I'll think about it later, let me ask my wife"]
)
def test_who_puts_it_off_has_agreed_to_nothing(text: str):
    shop = Shop(DELIVERED)
    shop.says("can the box go in the dishwasher?", "usage_help", asks="whether")
    shop.says(text, "affirm")
    assert not shop.state.options_done


def test_who_finds_it_hard_is_put_one_thing_at_a_time():
    shop = Shop(DELIVERED)
    shop.says("I am 82 and slow at typing", "greet")
    plan = shop.says("it has broken", "repair_warranty")
    assert sum(payload.startswith("option:") for payload in payloads(plan)) == 1 and "no" in payloads(plan)
