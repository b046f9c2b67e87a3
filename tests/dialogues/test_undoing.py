"""A change of mind once something was booked, told in words: what undoes is undone, what replaces is put plainly."""

from __future__ import annotations

import pytest

from tests.dialogues.build import LATE, PAID, effects, keys, payloads
from tests.dialogues.test_in_passing import DELIVERED, Shop
from tests.dialogues.test_remedies import KETTLE
from tests.dialogues.test_remedies import repaired as _repaired

pytestmark = pytest.mark.fast


def _cancelled() -> Shop:
    shop = Shop(PAID)
    shop.says("cancel my lamp order", "order_cancel")
    shop.taps("option:refund_all")
    return shop


@pytest.mark.parametrize("text", [
    "it works after all, can the collection be called off?", "no repair needed any more", "can I still cancel that?",
    "there's no need for you to come and collect it", "please call the courier off", "could it be cancelled?",
    "插头松了，不用来取了，能取消吗？", "机器好了，把维修取件取消掉就行", "报修可以取消了", "快递别上门了",
    "不用來收了，可以幫我取消嗎", "原來係插蘇鬆咗，唔使嚟收喇", "可唔可以取消",
])  # fmt: skip
def test_a_collection_that_is_not_needed_any_more_is_called_off_in_whatever_words(text: str):
    shop = _repaired()
    plan = shop.says(text, "order_cancel", unsure=True, asks="whether" if "?" in text else "")
    assert keys(plan)[:2] == ("act.undone", "answer.stands.repair") and shop.state.booked == {}
    assert [each["key"] for each in effects(plan, "withdraw")] == ["pickup"]


@pytest.mark.parametrize("text", [
    "can you un-cancel it?", "can it be uncancelled, yes or no", "is there any way to reverse the cancellation?",
    "can the cancellation be reversed?", "the other one doesn't fit, I want yours after all",
    "还能不取消吗", "那个取消可以收回吗？", "我還是要那盞燈",
    "可唔可以當我冇取消過", "能不能别取消了", "我都係想要返盞燈，可唔可以取消返個退款",
])  # fmt: skip
def test_an_order_that_was_cancelled_goes_on_when_it_is_wanted_after_all(text: str):
    shop = _cancelled()
    plan = shop.says(text, "order_cancel", asks="whether" if "?" in text else "")
    assert keys(plan)[0] == "act.undone" and keys(plan)[1].startswith("answer.order.paid")
    assert shop.state.options_done == () and [each["key"] for each in effects(plan, "withdraw")] == ["money_back"]
    assert keys(shop.says("can it be un-cancelled or not?", "order_cancel"))[0] == "answer.order.paid"
    assert keys(shop.says("那现在还会发货吗", "business_info", unsure=True, asks="whether")) == ("answer.order.paid",)


@pytest.mark.parametrize("text", [
    "how long can I still cancel it?", "if it works again can I cancel it?", "nobody has come to collect it",
    "the courier did not pick up", "can you call me?", "call the courier", "快递不来取了", "快递把我的取件取消了",
    "不用上门了，我自己寄过去", "明天不用来取了，后天再来", "为什么不能取消", "維修什麼時候可以取消",
    "no need to come on Friday, Saturday is better", "cancel the pick-up, I'll drop it off", "cancel my order",
])  # fmt: skip
def test_what_is_booked_stands_while_its_end_is_only_asked_about_told_or_put_another_way(text: str):
    shop = _repaired()
    plan = shop.says(text, "order_cancel", unsure=True, asks="whether" if "?" in text else "")
    assert "act.undone" not in keys(plan) and shop.state.booked == {KETTLE.number: "repair"}


@pytest.mark.parametrize("text", [
    "I want a refund after all", "我还是要你们退钱", "我还是要个说法", "取消订单退款", "was it uncancelled?",
    "can I cancel it?",
])  # fmt: skip
def test_a_cancellation_stands_while_nobody_wants_it_back(text: str):
    shop = _cancelled()
    assert "act.undone" not in keys(shop.says(text, "order_cancel", unsure=True))
    assert shop.state.options_done == ("refund_all",)


@pytest.mark.parametrize(("text", "yes"), [
    ("那我不換了，看評論說L號袖子很長，可以直接退貨嗎", "好，那就退吧"), ("就不换L了，直接退货退款行吗", "行，那退吧"),
    ("咁我唔換L喇，直接退錢得唔得", "好，咁退啦"),
    ("I won't swap it for the L then, can I get my money back?", "ok go ahead then"),
])  # fmt: skip
def test_money_instead_of_the_exchange_is_put_alone_with_what_it_replaces_and_one_yes_does_it(text: str, yes: str):
    shop = Shop(KETTLE)
    shop.says("it's too small, I want to exchange it for an L", "return_exchange")
    shop.taps("option:exchange")
    plan = shop.says(text, "return_exchange", asks="whether")
    assert keys(plan)[-1] == "offer.asked_for" and "restate.booked" in keys(plan)
    assert payloads(plan)[0] == "option:return_refund" and shop.state.booked == {KETTLE.number: "exchange"}
    assert keys(shop.says(yes, "affirm"))[:2] == ("act.replaced", "act.return_refund")


def test_a_swap_of_what_has_not_left_is_a_change_and_no_refund():
    shop = Shop(PAID)
    assert shop.says("想轉黑色得唔得？", "return_exchange").state.issue == "order_change"
    shop.says("好呀唔該", "affirm")
    assert shop.state.options_done == ("change_order",)
    shop.says("諗諗下都係白色靚啲，唔轉喇", "item_problem", unsure=True)
    assert not shop.state.options_done


def test_a_call_that_was_asked_for_is_taken_back_in_words():
    shop = Shop(DELIVERED)
    shop.says("they were rude", "service_complaint")
    shop.taps("option:supervisor")
    plan = shop.says("算了，不用打了，我自己去門市", "deny")
    assert keys(plan)[0] == "act.undone" and not shop.state.promised


def test_what_is_taken_back_before_it_was_done_is_left_as_it_is():
    shop = Shop(LATE)
    shop.says("a refund please, it is late", "delivery_problem")
    assert keys(shop.says("退款可以收回嗎", "refund", asks="whether")) == ("answer.left_as_it_is",)
