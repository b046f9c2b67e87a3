"""Each of several questions is answered, a case that is not so as that case, and an undo tells what stands."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dialogues.state import Stage
from tests.dialogues.build import PAID, keys, names, payloads
from tests.dialogues.test_in_passing import DELIVERED, Shop

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    "text",
    [
        "The flask leaks, swap it please. And does the new one come with a German plug?",
        "杯子漏水，想换一个。另外新的带不带杯套？",
        "杯子漏水，想換一個。另外新的有附杯套嗎？",
    ],
)
def test_what_no_article_answers_is_said_not_to_be_known_beside_the_ways_out(text: str):
    plan = Shop(DELIVERED, **{"beside.0": False}).says(text, "item_problem")
    assert keys(plan)[-2:] == ("answer.not_that", "offer.asked_for") and "option:exchange" in payloads(plan)


@pytest.mark.parametrize(
    "text", ["It leaks. Why does this keep happening?", "It leaks, can you swap it?", "杯子漏水，怎么办？"]
)
def test_a_why_or_a_request_is_no_question_for_an_article(text: str):
    assert "answer.not_that" not in keys(Shop(DELIVERED).says(text, "item_problem"))


def test_beside_a_yes_what_is_asked_is_answered_from_what_was_booked():
    shop = Shop(DELIVERED)
    shop.says("it leaks, swap it please", "item_problem")
    shop.taps("option:exchange")
    plan = shop.says("and do I have to post the old one back?", "return_exchange", asks="whether")
    assert keys(plan) == ("answer.tells.back.collected",)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("what if I dropped it myself?", "own_doing"),
        ("要是我自己摔的呢？", "own_doing"),
        ("如果是自己弄壞的呢？", "own_doing"),
        ("what if it can't be repaired?", "open"),
        ("and if the new one leaks as well?", "again"),
    ],
)
def test_a_case_is_answered_as_that_case(text: str, key: str):
    shop = Shop(DELIVERED)
    shop.says("it stopped keeping warm", "repair_warranty")
    assert keys(shop.says(text, "ask_alternative", unsure=True)) == (f"answer.if_not.{key}",)


def test_a_case_with_money_in_it_opens_and_does_nothing():
    shop = Shop(PAID)
    shop.says("send it to 5 Hill Road instead", "order_change")
    plan = shop.says("if I cancel, how fast is the money back?", "refund", conditional=True, asks="duration")
    assert shop.state.issue == "order_change" and names(plan) == ("answer",) and not shop.state.options_done


def test_after_a_tapped_undo_what_stands_is_told_and_whether_it_is_well_is_not_asked():
    shop = Shop(PAID)
    shop.says("cancel it please", "order_cancel")
    shop.taps("option:refund_all")
    plan = shop.taps("undo:refund_all")
    assert keys(plan)[0] == "act.undone" and keys(plan)[1].startswith("answer.order.paid")
    assert names(plan) == ("act", "answer") and not shop.state.checked_at


def test_after_an_exchange_is_undone_it_is_said_that_nobody_comes():
    shop = Shop(DELIVERED)
    shop.says("swap it", "return_exchange")
    shop.taps("option:exchange")
    assert keys(shop.taps("undo:exchange"))[:2] == ("act.undone", "answer.stands.exchange")
    shop = Shop(DELIVERED)
    shop.says("swap it", "return_exchange")
    shop.taps("option:exchange")
    shop.says("I changed my mind", "order_cancel")
    assert keys(shop.says("so nobody is coming to collect it?", "business_info", unsure=True)) == (
        "answer.nothing_booked",
    )


def test_left_as_it_is_says_what_stands():
    shop = Shop(PAID)
    shop.says("cancel it please", "order_cancel")
    shop.taps("option:refund_all")
    shop.says("no wait", "deny")
    assert keys(shop.taps("no"))[:2] == ("answer.booked", "promise.money_back")


# A detail given early


def test_a_day_told_before_a_collection_is_offered_goes_into_what_is_booked():
    shop = Shop(DELIVERED)
    text = "It's the wrong size, swap it for a 6. Thursday suits me for the pick-up, from my office, 9 Park Row"
    shop.says(text, "return_exchange", entities={"date": "2026-11-26"})
    plan = shop.says("yes please", "affirm")
    told = next(act for act in plan.acts if act.key == "restate.change")
    assert all(each in told.params["change"] for each in ("for a 6", "Thursday suits me", "9 Park Row"))
    assert shop.state.facts["pickup_day"] == "2026-11-26"


@pytest.mark.parametrize(
    "text", ["make a note that I'm not available on Wednesday", "周三我不在家，别来取", "禮拜三我出差不在"]
)
def test_a_day_on_which_nobody_is_there_moves_what_would_be_collected_on_it(text: str):
    shop = Shop(DELIVERED)
    shop.says("it leaks, I want to swap it", "item_problem")
    shop.taps("option:exchange")
    promised = datetime.fromisoformat(shop.state.due_of("pickup", DELIVERED.number)).date()
    shop.says(text, "escalation_threat", unsure=True, entities={"date": promised.isoformat()})
    assert "pickup_when" in shop.state.facts
    assert datetime.fromisoformat(shop.state.due_of("pickup", DELIVERED.number)).date() == promised + timedelta(days=1)


def test_a_particular_wish_once_something_is_booked_gives_nothing_up():
    shop = Shop(DELIVERED, knowledge=False)
    shop.says("it leaks, I want to swap it", "item_problem")
    shop.taps("option:exchange")
    plan = shop.says("will I get a loan one meanwhile?", "ask_alternative", asks="whether")
    assert keys(plan) == ("offer.referred",) and "exchange" in shop.state.options_done


def test_who_is_unhappy_about_what_does_not_work_is_not_asked_to_go_on():
    shop = Shop(DELIVERED)
    text = "That's the fourth time I'm telling you. It leaks. Nobody called."
    plan = shop.says(text, "service_complaint", unsure=True, emotion="frustrated", intensity=2)
    assert shop.state.issue == "item_problem" and "option:exchange" in payloads(plan)


def test_still_not_said_to_a_guess_is_about_what_was_guessed():
    shop = Shop(DELIVERED)
    shop.says("it is plugged in and stays cold", "repair_warranty", unsure=True)
    assert shop.state.guess == "repair_warranty"
    shop.says("it still won't", "unresolved")
    assert shop.state.issue == "repair_warranty" and shop.state.options_open


def test_a_yes_says_nothing_of_what_an_order_is_to_become():
    shop = Shop(PAID)
    shop.says("I want to change something about my order", "order_change")
    shop.says("yes", "affirm")
    assert "change" not in shop.state.facts


def test_an_address_told_with_the_first_of_two_matters_is_not_asked_for_again():
    shop = Shop(PAID, DELIVERED)
    shop.says(
        f"I've moved to 5 Orchard Close, Leeds LS6 2AB, so the {PAID.item} should go there. "
        "I need an invoice for the flask.",
        "invoice",
    )
    assert shop.state.parked == ("order_change",)
    shop.taps("option:invoice_send")
    plan = shop.says("fine", "resolved")
    assert "ask" not in names(plan) and "option:change_order" in payloads(plan)
    assert "5 Orchard Close" in shop.state.facts["change"]


@pytest.mark.parametrize("text", ["let me know when they've got it", "收到了告诉我一声", "寄到了通知我一下喔"])
def test_who_wants_to_be_told_hears_until_when_and_is_not_taken_to_be_done(text: str):
    shop = Shop(DELIVERED)
    shop.says("it leaks, I want to swap it", "item_problem")
    shop.taps("option:exchange")
    plan = shop.says(text, "resolved")
    assert "promise.pickup" in keys(plan) and shop.state.stage is not Stage.CLOSED


@pytest.mark.parametrize("text", ["no no, nothing needed. have a lovely day", "不用办了，没关系", "不用處理了，謝謝"])
def test_who_needs_nothing_is_left_in_peace(text: str):
    shop = Shop(DELIVERED)
    shop.says("the box had a tear", "item_problem")
    plan = shop.says(text, "deny")
    assert "answer.left_as_it_is" in keys(plan) and not shop.state.options_done
