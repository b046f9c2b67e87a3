"""Only one remedy stands for an order: another takes its place, and what was booked outlives its episode."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogues.episodes import handed_back
from dialogues.reading import Order
from dialogues.state import Owner, Stage
from tests.dialogues.build import LATE, NOW, SHIPPED, effects, keys, payloads
from tests.dialogues.test_in_passing import DELIVERED, Shop

pytestmark = pytest.mark.fast
KETTLE = replace(DELIVERED, item="kettle", warranty_until="2027-11-19")
RETURNING = replace(KETTLE, refunds=({"amount": "29.00", "currency": "GBP", "status": "awaiting_return"},))


def repaired() -> Shop:
    shop = Shop(KETTLE)
    shop.says("it stopped working", "repair_warranty")
    shop.taps("option:repair")
    return shop


def exchanged(*orders: Order) -> Shop:
    shop = Shop(KETTLE, *orders)
    shop.says("the kettle leaks", "item_problem")
    shop.taps("option:exchange")
    return shop


# One in place of the other


@pytest.mark.parametrize("text", ["actually no, exchange it instead", "算了，还是换个新的", "不修了，直接換一台新的"])
def test_another_remedy_named_plainly_is_done_in_place_of_the_one_that_is_booked(text: str):
    shop = repaired()
    plan = shop.says(text, "deny", unsure=True)
    assert keys(plan) == ("act.replaced", "act.exchange", "promise.pickup")
    assert [each["key"] for each in effects(plan, "withdraw")] == ["pickup"]
    assert shop.state.booked == {KETTLE.number: "exchange"} and shop.state.options_done == ("exchange",)


@pytest.mark.parametrize(
    "text", ["I'd rather have my money back", "我改主意了，还是退钱吧", "想想還是直接退錢給我好了"]
)
def test_money_in_place_of_what_is_booked_is_offered_with_what_it_replaces(text: str):
    shop = exchanged()
    plan = shop.says(text, "refund")
    assert "restate.booked" in keys(plan) and "option:return_refund" in payloads(plan)
    assert shop.state.booked == {KETTLE.number: "exchange"}
    assert keys(shop.taps("option:return_refund"))[:2] == ("act.replaced", "act.return_refund")
    assert shop.state.booked == {KETTLE.number: "return_refund"}


def test_money_back_that_is_booked_can_be_changed_into_a_new_one():
    shop = Shop(RETURNING)
    shop.state = replace(
        shop.state, stage=Stage.CONFIRM, issue="refund", facts={"order_number": KETTLE.number},
        options_done=("return_refund",), booked={KETTLE.number: "return_refund"},
    )  # fmt: skip
    plan = shop.says("no, exchange it instead", "return_exchange")
    assert keys(plan)[:2] == ("act.replaced", "act.exchange")


def test_what_cannot_be_taken_back_still_stands_and_nothing_else_is_booked():
    shop = repaired()
    shop.knows = {"undo.repair": False}
    plan = shop.says("exchange it instead", "return_exchange")
    assert keys(plan)[-2:] == ("answer.stays_booked", "handover.open") and shop.state.owner is Owner.QUEUE
    assert shop.state.booked == {KETTLE.number: "repair"} and not effects(plan, "promise")


def test_what_is_booked_already_is_not_taken_for_a_change_of_mind():
    shop = exchanged()
    plan = shop.says("changed my mind, exchange it after all", "deny", unsure=True)
    assert "act.undone" not in keys(plan) and shop.state.booked == {KETTLE.number: "exchange"}


def test_what_stands_beside_a_remedy_is_left_alone():
    shop = Shop(SHIPPED)
    shop.says("where is it, chase it", "delivery_problem")
    shop.taps("option:expedite")
    plan = shop.says("could you send a new one instead", "return_exchange")
    assert "act.replaced" not in keys(plan)


@pytest.mark.parametrize("text", ["so what is booked now?", "那还会来收两次吗", "are two couriers coming?"])
def test_what_is_booked_is_told_once(text: str):
    assert keys(exchanged().says(text, "order_status", unsure=True))[:2] == ("answer.booked", "promise.pickup")


# Later


def closed(*orders: Order) -> Shop:
    shop = exchanged(*orders)
    shop.says("fine, thanks", "resolved")
    assert shop.state.stage is Stage.CLOSED
    return shop


@pytest.mark.parametrize("text", ["when will the new one get here?", "新的什么时候能到？", "新的那雙什麼時候會到？"])
def test_after_the_end_the_new_one_is_told_of_and_not_the_old_delivery(text: str):
    shop = closed(LATE)
    plan = shop.says(text, "order_status", asks="when")
    assert keys(plan)[:2] == ("answer.booked", "promise.pickup")
    assert shop.state.facts["order_number"] == KETTLE.number


def test_after_the_end_another_remedy_still_takes_the_place_of_the_booked_one():
    shop = closed()
    shop.says("I would like my money back", "refund")
    assert keys(shop.taps("option:return_refund"))[:2] == ("act.replaced", "act.return_refund")


def test_what_is_booked_is_not_booked_again():
    shop = closed()
    assert "option:exchange" not in payloads(shop.says("swap it", "return_exchange"))


def test_once_collected_the_rest_is_told():
    shop = closed()
    shop.state = shop.state.without_promise("pickup", shop.state.facts["order_number"])
    shop.around = replace(shop.around, orders=(replace(KETTLE, status="returned"),))
    plan = shop.says("where is the new one", "order_status", asks="where")
    assert keys(plan)[0] == "answer.under_way"


# Which one


@pytest.mark.parametrize(
    ("text", "intent", "unsure"),
    [
        ("make sure it says black", "affirm", True),
        ("and it should be the large size", "order_change", False),
        ("記得要黑色的喔", "provide_info", True),
        ("尺寸改成38號", "order_change", False),
        ("could you send it in navy please?", "product_question", False),
    ],
)
def test_a_colour_or_a_size_is_a_detail_of_the_swap_and_no_change_of_an_order(text: str, intent: str, unsure: bool):
    shop = Shop(KETTLE)
    shop.says("swap it please", "return_exchange")
    plan = shop.says(text, intent, unsure=unsure)
    assert keys(plan)[0] == "restate.change" and "option:exchange" in payloads(plan)
    plan = shop.taps("option:exchange")
    assert keys(plan)[:2] == ("restate.change", "act.exchange") and plan.acts[0].params["change"].startswith("=")


def test_a_colour_told_once_the_swap_is_booked_is_booked_with_it_and_is_added_to():
    shop = exchanged()
    plan = shop.says("make sure it says black", "affirm", unsure=True)
    assert keys(plan) == ("act.rebooked", "restate.change", "act.exchange", "promise.pickup")
    shop.says("尺寸改成38號", "order_change")
    assert shop.state.facts["variant"] == "make sure it says black · 尺寸改成38號"
    shop.says("打錯了，39號", "provide_info", unsure=True)
    assert shop.state.facts["variant"] == "make sure it says black · 39號"
    assert shop.state.booked == {KETTLE.number: "exchange"} and shop.state.issue == "item_problem"


def test_a_complaint_or_a_question_that_names_a_colour_is_no_detail():
    shop = exchanged()
    shop.says("is the black one in stock?", "product_question", asks="whether")
    shop.says("the black one is broken as well!", "item_problem", emotion="angry")
    assert "variant" not in shop.state.facts


# Two orders

LAMP = replace(SHIPPED, number="2026112000031", item="desk lamp")
LAMP_HERE = replace(LAMP, status="delivered", delivered_at="2026-11-20")


@pytest.mark.parametrize("text", ["no, the kettle", "不是，是kettle", "the kettle, not the lamp!"])
def test_the_other_order_is_followed_at_once(text: str):
    shop = Shop(LAMP_HERE, KETTLE)
    shop.says("the lamp is broken", "item_problem")
    assert shop.state.facts["order_number"] == LAMP.number
    plan = shop.says(text, "deny")
    assert shop.state.facts["order_number"] == KETTLE.number and shop.state.issue == "item_problem"
    assert "option:exchange" in payloads(plan) and not shop.state.options_refused


def test_what_was_booked_for_the_wrong_order_is_taken_back():
    shop = Shop(LAMP_HERE, KETTLE)
    shop.says("the lamp is broken", "item_problem")
    shop.taps("option:exchange")
    plan = shop.says("no, I meant the kettle", "deny")
    assert keys(plan)[0] == "act.undone" and shop.state.booked == {}
    assert shop.state.facts["order_number"] == KETTLE.number and "option:exchange" in payloads(plan)


def test_a_matter_of_the_other_order_comes_first_and_takes_no_deadline_along():
    shop = Shop(LAMP, KETTLE)
    shop.says("will the lamp be here in time for the birthday? it is late", "delivery_problem", needs=("speed",))
    assert shop.state.facts["occasion"] == "birthday"
    plan = shop.says("can I send the kettle back?", "return_exchange", asks="whether")
    assert (shop.state.issue, shop.state.facts) == ("return_exchange", {"order_number": KETTLE.number})
    assert "restate.first_of" in keys(plan) and shop.state.parked == ("delivery_problem",)
    shop.taps("option:return_refund")
    shop.says("fine", "resolved")
    assert (shop.state.issue, shop.state.facts["order_number"]) == ("delivery_problem", LAMP.number)


def test_a_matter_of_the_other_order_beside_the_open_one_waits_for_its_turn():
    shop = Shop(LAMP, KETTLE)
    shop.says("the lamp is late", "delivery_problem")
    plan = shop.says("I also want to send the kettle back", "return_exchange")
    assert shop.state.facts["order_number"] == LAMP.number and "restate.parked_of" in keys(plan)
    shop.says("no, the kettle", "deny")
    assert (shop.state.issue, shop.state.facts["order_number"]) == ("return_exchange", KETTLE.number)


def test_the_order_told_after_a_guess_agrees_to_it():
    shop = Shop(LAMP_HERE, KETTLE)
    shop.says("something has to go back", "return_exchange", unsure=True)
    assert shop.state.asked_now == "clarify"
    plan = shop.says("the lamp", "usage_help", unsure=True)
    assert shop.state.issue == "return_exchange" and "option:return_refund" in payloads(plan)


def test_a_day_by_which_it_is_to_go_back_is_no_day_by_which_it_is_needed():
    shop = Shop(KETTLE)
    shop.says(
        "I need to return it before I go on holiday on Friday", "return_exchange", entities={"date": "2026-11-27"}
    )
    assert "needed_by" not in shop.state.facts and "occasion" not in shop.state.facts


# After a member of staff


def handed_over(note: str, **more) -> Shop:
    shop = Shop(KETTLE)
    shop.state = replace(shop.state, stage=Stage.EXPLORE, issue="item_problem", facts={"order_number": KETTLE.number})
    shop.state = replace(handed_back(shop.state, note), **more)
    return shop


@pytest.mark.parametrize(
    ("text", "intent", "asks"),
    [
        ("so when is the new one coming?", "order_status", "when"),
        ("and is the exchange booked?", "order_status", "whether"),
        ("I want to exchange it", "return_exchange", ""),
    ],
)
def test_what_staff_arranged_is_told_and_not_offered_anew(text: str, intent: str, asks: str):
    shop = handed_over("exchange booked, new kettle arrives Thursday")
    plan = shop.says(text, intent, asks=asks)
    assert keys(plan)[0] == "handover.note" and "offer" not in plan.act_names() and not shop.state.options_done


def test_what_staff_promised_is_told_with_its_time_where_their_note_is_not_for_the_customer():
    due = (NOW + timedelta(hours=5)).isoformat()
    shop = handed_over("rude customer, refund submitted", promised={"staff": due})
    assert keys(shop.says("when do I get my refund", "refund", asks="when"))[0] == "promise.staff"
    shop = handed_over("rude customer, refund submitted")
    assert keys(shop.says("when do I get my refund", "refund", asks="when"))[0] == "answer.with_staff"


def test_another_remedy_than_the_one_staff_arranged_is_theirs_to_decide():
    shop = handed_over("exchange booked, new kettle arrives Thursday")
    plan = shop.says("I'd rather have a refund", "refund")
    assert shop.state.owner is Owner.QUEUE and effects(plan, "handover")[0]["reason"] == "offers_refused"


def test_what_is_not_well_after_staff_is_worked_on_without_what_they_arranged():
    shop = handed_over("换货已登记，周四送到")
    plan = shop.says("it is still broken!", "unresolved", emotion="angry")
    assert "option:exchange" not in payloads(plan) and "offer" in plan.act_names()


# By the hour


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("where is my lamp? I leave in 40 minutes", 40),
        ("will it be here within two hours?", 120),
        ("I've only got half an hour", 30),
        ("我还有半小时就要出门了，到哪了", 30),
        ("我一個半小時後要上飛機", 90),
        ("四十五分钟之后我就走了", 45),
    ],
)
def test_minutes_and_hours_are_a_deadline(text: str, minutes: int):
    shop = Shop(replace(LAMP, status="out_for_delivery", eta="2026-11-23"))
    plan = shop.says(text, "order_status", asks="where")
    assert shop.state.facts["needed_by"] == (NOW + timedelta(minutes=minutes)).isoformat(timespec="minutes")
    assert "answer.tight_hour" in keys(plan)


@pytest.mark.parametrize(
    "text", ["I have been waiting for two hours", "等了两个小时了", "call me in 40 minutes", "超过两个小时了"]
)
def test_a_wait_or_a_call_is_no_deadline(text: str):
    shop = Shop(LAMP)
    shop.says(text, "order_status")
    assert "needed_by" not in shop.state.facts


@pytest.mark.parametrize(
    ("text", "first"),
    [("the kettle is too small, I'd like the 2L, and can you send the lamp to my new address", "the kettle first"),
     ("kettle不太顺手想处理下，另外lamp要改一下收件地址", "先弄kettle"),
     ("kettle不太順手想處理，還有lamp想改地址", "先處理kettle")],
)  # fmt: skip
def test_of_two_matters_each_keeps_its_order_whichever_comes_first(text: str, first: str):
    shop = Shop(replace(LAMP, status="paid"), KETTLE)
    shop.says(text, "order_change", also=("return_exchange",))
    assert (shop.state.issue, shop.state.facts["order_number"]) == ("order_change", LAMP.number)
    shop.says(first, "provide_info", unsure=True)
    assert (shop.state.issue, shop.state.facts["order_number"]) == ("return_exchange", KETTLE.number)
    shop.taps("option:exchange")
    plan = shop.says("now the lamp: 7 Mill Lane, York", "provide_info")
    assert (shop.state.issue, shop.state.facts["order_number"]) == ("order_change", LAMP.number)
    assert "option:refund_all" not in payloads(plan)
    plan = shop.says("and when will they come for the kettle?", "order_status", asks="when")
    assert "promise.pickup" in keys(plan) and not any(key.startswith("answer.order.") for key in keys(plan))
    assert shop.state.facts["order_number"] == LAMP.number


@pytest.mark.parametrize("text", ["when will I have the new one?", "什么时候能收到新的？", "幾時可以收到新嗰張？"])
def test_when_it_will_be_is_asked_of_the_ways_out_where_the_thing_is_there_already(text: str):
    shop = Shop(KETTLE)
    shop.says("the invoice has the wrong name", "invoice")
    plan = shop.says(text, "order_status", asks="when")
    assert "answer.soonest" in keys(plan) and shop.state.options_open and not shop.state.parked
