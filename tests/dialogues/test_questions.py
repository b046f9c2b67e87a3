"""Questions are answered where they stand: of the thing that they are about, and with no form to fill in after them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogues.order_at_hand import TRIED
from dialogues.phrases.clauses import asks
from dialogues.phrases.denied import fears
from dialogues.reading import Order
from dialogues.state import Stage
from dialogues.values import changed
from dialogues.wording import WordingError, flatten, wording
from tests.dialogues.build import LATE, PAID, keys, payloads
from tests.dialogues.test_in_passing import DELIVERED, Shop

pytestmark = pytest.mark.fast
BACK = Order("2026110100031", "returned", item="heater", amount="59.00", currency="GBP", placed="2026-11-01",
             refunds=({"amount": "59.00", "currency": "GBP", "status": "pending", "at": "2026-11-08"},))  # fmt: skip


@pytest.mark.parametrize("text", ["使唔使自己俾運費", "幾多日有錢", "運費幾多", "點解咁耐", "那發票呢", "幾耐先到"])
def test_cantonese_questions_are_questions(text: str):
    assert asks(text)


def test_a_sigh_at_the_end_asks_nothing():
    assert not asks("下單十天連影子都沒看到呢")


@pytest.mark.parametrize(
    "text", ["唔會退埋成張單㗎？", "你們不會又把我的單子取消吧", "it hasn't been cancelled, has it?"]
)
def test_a_feared_end_of_an_order_is_no_wish_for_it(text: str):
    assert fears(text)


def test_a_bare_did_not_get_it_is_of_the_invoice_while_that_is_the_matter():
    shop = Shop(DELIVERED)
    shop.says("the invoice", "invoice")
    assert not any(key.startswith("record.") for key in keys(shop.says("didn't get it", "delivery_problem")))
    assert keys(shop.says("the parcel never came", "delivery_problem"))[0].startswith("record.delivered")


def test_whom_the_state_of_a_refund_does_not_help_hears_what_can_be_done():
    calm = Shop(BACK).says("how is my refund going?", "refund", asks="how")
    assert keys(calm)[-1] == "confirm.light"
    worried = Shop(BACK).says("the bank says you never sent it", "refund", emotion="confused", intensity=1)
    assert keys(worried)[0] == "answer.refund.processing_since" and "option:refund_trace" in payloads(worried)


def test_of_a_thing_sent_back_it_is_the_money_that_is_awaited():
    shop = Shop(BACK)
    shop.says("how is my refund going?", "refund", asks="how")
    plan = shop.says("and what day will it be here?", "order_status", asks="when")
    assert not any(key.startswith("answer.order.") for key in keys(plan))
    shop.state = changed(shop.state, said=("answer.refund.processing_since#0",))
    assert "answer.not_that" in keys(shop.says("can it go to another card?", "refund", asks="whether"))


def test_a_question_answered_while_a_promise_stands_is_not_followed_by_one_of_ours():
    shop = Shop(LATE)
    shop.says("it is late, please chase the courier", "delivery_problem")
    shop.says("yes", "affirm")
    assert keys(shop.says("when will I hear from you?", "order_status", asks="when")) == ("promise.courier_report",)
    assert shop.state.stage is Stage.CONFIRM


def test_what_lies_open_tells_whether_they_come_for_it():
    shop = Shop(DELIVERED)
    shop.says("it is broken", "item_problem")
    plan = shop.says("I can't carry it, could somebody come and collect it?", "ask_alternative", asks="whether")
    assert keys(plan) == ("answer.tells.back.collected",) and not shop.state.refusals


def test_on_the_day_that_is_asked_about_the_answer_is_yes():
    shop = Shop(replace(PAID, eta="2026-11-24"))
    plan = shop.says("is it coming tomorrow?", "order_status", asks="whether", entities={"date": "2026-11-24"})
    assert keys(plan)[0] == "answer.asked_day.yes" and keys(plan)[0] in wording().catalogues["en"]


def test_a_key_that_yaml_takes_for_a_truth_value_is_refused():
    with pytest.raises(WordingError, match="quotation marks"):
        flatten({"asked_day": {True: ["yes"]}})


def test_what_was_answered_was_no_offer_to_refuse():
    shop = Shop(PAID)
    shop.says("when does it ship?", "order_status", asks="when")
    plan = shop.says("can't it go sooner?", "ask_alternative", asks="whether")
    assert "restate.refused" not in keys(plan) and not shop.state.refusals


@pytest.mark.parametrize("text", ["難道要我自己曬乾？", "我應該點做？", "what am I supposed to do?"])
def test_a_cry_for_what_to_do_refuses_nothing(text: str):
    shop = Shop(DELIVERED)
    shop.says("it is broken", "item_problem")
    shop.says(text, "ask_alternative", asks="whether")
    assert not shop.state.refusals and shop.state.options_open


def test_so_what_is_told_what_stands():
    shop = Shop(LATE)
    shop.says("it is late, please chase the courier", "delivery_problem")
    shop.says("yes", "affirm")
    assert "promise.courier_report" in keys(shop.says("所以呢", "ask_reason", asks="what"))


def test_only_the_digits_told_anew_go_with_the_number_told_before():
    shop = Shop(linked=False)
    shop.says("where is my order?", "order_status", asks="where")
    shop.state = changed(shop.state, facts={TRIED: PAID.number}, asked_now="order_number")
    shop.around = replace(shop.around, orders=(PAID,))
    shop.says("no, it is 6655", "provide_info", entities={"order_number": "6655"})
    assert shop.state.facts["order_number"] == PAID.number and shop.state.facts["phone_last4"] == "6655"


def test_a_remedy_of_a_neighbouring_matter_is_put_and_no_other_is_advised():
    shop = Shop(DELIVERED)
    shop.says("it has broken", "repair_warranty")
    assert "option:return_refund" not in payloads(shop.plan)
    plan = shop.says("退錢好了", "refund", unsure=True)
    assert payloads(plan)[0] == "option:return_refund"


def test_what_was_asked_with_a_matter_is_answered_once_its_ways_out_are_shown():
    shop = Shop(PAID)
    shop.says("地址填錯了，還來得及改嗎？改地址要另外收錢嗎？", "order_change", asks="whether")
    plan = shop.says("新地址是台南市東區大學路1號", "provide_info")
    assert any(key.startswith("answer.tells.cost") for key in keys(plan))
    assert any(
        key.startswith("answer.tells.cost") for key in keys(shop.says("費用你還沒回答我", "unresolved", unsure=True))
    )


def test_of_two_things_the_one_that_is_ruled_out_raises_no_matter():
    pot = replace(DELIVERED, number="2026111901711", item="電鍋")
    shop = Shop(replace(DELIVERED, item="血壓計"), pot)
    shop.says("壞了要修", "repair_warranty")
    shop.says(f"單子上是 {DELIVERED.number}", "provide_info", entities={"order_number": DELIVERED.number})
    plan = shop.says("不是血壓計啦，血壓計好好的，是電鍋壞了", "repair_warranty")
    assert plan.state.facts["order_number"] == pot.number and not plan.state.parked


@pytest.mark.parametrize("text", ["部吸塵機叉咗成晚電都冇反應，仲有冇保養？", "仲有冇保養㗎"])
def test_the_warranty_is_told_to_who_asks_in_cantonese(text: str):
    shop = Shop(replace(DELIVERED, warranty_until="2027-11-19"))
    assert keys(shop.says(text, "repair_warranty", asks="whether"))[0] == "answer.warranty.until"


def test_a_question_that_names_the_fault_again_reopens_nothing_that_is_booked():
    shop = Shop(DELIVERED)
    shop.says("it is cracked", "item_problem")
    shop.taps("option:exchange")
    shop.says("thanks", "thank")
    plan = shop.says("把手裂的那個要用原箱裝嗎？箱子我回收掉了", "repair_warranty", unsure=True, confidence=0.33)
    assert not {"option:return_refund", "option:allowance"}.intersection(payloads(plan))
