"""Money moves only as the customer wants it: what is declined is gone, and a yes to it says nothing else."""

from __future__ import annotations

import pytest

from dialogues.phrases import willing
from dialogues.state import Stage
from tests.dialogues.build import LATE, PAID, keys, payloads
from tests.dialogues.test_in_passing import BOOK, Shop

pytestmark = pytest.mark.fast
REFUND = "option:refund_all"


def _about_to_cancel() -> Shop:
    shop = Shop(PAID)
    plan = shop.says("order_cancel", "order_cancel")
    assert REFUND in payloads(plan)
    return shop


@pytest.mark.parametrize("words", [
    "先不要取消", "耳机我还要的啊，别给我取消了", "不退了", "耳機我還要的，不是要取消",
    "no, I don't want a refund", "please don't cancel it", "Do not cancel my order!", "I still want it",
])  # fmt: skip
def test_declining_it_all_leaves_the_order_as_it_is(words: str) -> None:
    shop = _about_to_cancel()
    plan = shop.says(words, "order_cancel", negated=True)
    assert "answer.left_as_it_is" in keys(plan) and REFUND not in payloads(plan)
    assert "refund_all" in shop.state.options_refused and not shop.state.options_done
    told = [option.id for option in BOOK.of("order_cancel").options if option.id in shop.state.options_refused]
    assert list(shop.state.options_refused) == told  # in the playbook's order: the same inputs give the same decision


def test_declined_after_a_question_it_is_not_the_way_out_any_more() -> None:
    shop = _about_to_cancel()
    assert REFUND not in payloads(shop.says("will you cancel it? please don't", "order_cancel", negated=True))
    shop.says("yes", "affirm")
    assert not shop.state.options_done


def test_in_a_matter_that_goes_on_the_other_ways_out_are_offered_and_naming_it_brings_it_back() -> None:
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.taps("fact:wish:compensation")
    plan = shop.says("I don't want a refund, where is my parcel", "delivery_problem", negated=True)
    assert REFUND not in payloads(plan) and "option:expedite" in payloads(plan)
    assert REFUND in payloads(shop.says("ok then give me a refund", "refund")) and not shop.state.options_done


@pytest.mark.parametrize("words", [
    "我不取消了，可以改成L嗎？", "我不是要取消，我要把M改成L", "别取消，帮我换成L码",
    "no I don't want a refund. I mean change the size to L", "change it to L instead",
])  # fmt: skip
def test_a_wish_to_change_it_while_it_is_to_be_cancelled_is_a_change_of_the_same_order(words: str) -> None:
    shop = _about_to_cancel()
    plan = shop.says(words, "order_cancel", negated=True, asks="whether" if "嗎" in words else "")
    assert shop.state.issue == "order_change" and shop.state.facts["order_number"] == PAID.number
    assert "option:change_order" in payloads(plan) and not shop.state.options_done


@pytest.mark.parametrize("words", [
    "对，照我说的办", "好，两个都有结果了再叫我",
    "yes, as I told you", "ok, once the new one is here",
])  # fmt: skip
def test_a_yes_with_something_else_in_it_is_asked_about_and_a_plain_one_does_it(words: str) -> None:
    shop = _about_to_cancel()
    plan = shop.says(words, "affirm")
    assert keys(plan) == ("clarify.whether_option",) and REFUND in payloads(plan) and not shop.state.options_done
    shop.says("好的，谢谢", "affirm")
    assert shop.state.options_done == ("refund_all",) and shop.state.stage is not Stage.OFFER


@pytest.mark.parametrize("words", [
    "對，等我換好再說", "我先問一下我太太可以嗎", "我再諗吓先", "稍等，我找一下單子", "我考虑一下", "等我问问我老公",
    "let me ask my wife first", "hang on a minute", "I need to think about it",
])  # fmt: skip
def test_who_wants_a_moment_gets_it_and_a_bare_yes_after_that_is_asked_about(words: str) -> None:
    shop = _about_to_cancel()
    assert keys(shop.says(words, "affirm")) == ("listen.no_hurry",) and not shop.state.options_done
    plan = shop.says("可以", "affirm")
    assert keys(plan) == ("clarify.whether_option",) and not shop.state.options_done
    shop.says("好的，谢谢", "affirm")
    assert shop.state.options_done == ("refund_all",)


@pytest.mark.parametrize(
    "words", ["等了六天了", "等等，運費誰出？", "我想问一下什么时候到", "I have been waiting a minute"]
)
def test_who_waits_for_us_or_asks_wants_no_moment(words: str) -> None:
    assert not willing.puts_off(words)


@pytest.mark.parametrize("words", [
    "你们怎么还不退款", "if you don't refund me I'll sue", "I never got my refund", "why don't you cancel it",
    "还要等多久", "I still want my refund", "you do not refund people", "I still want it cancelled",
])  # fmt: skip
def test_a_complaint_that_nothing_was_paid_back_declines_nothing(words: str) -> None:
    assert not willing.declines(words)


@pytest.mark.parametrize("words", ["都不要，没有一个好的", "這幾個都不合適", "None of these, thanks."])
def test_who_wants_none_of_the_ways_out_refuses_them_however_it_is_heard(words: str) -> None:
    shop = Shop(LATE)
    shop.says("late", "delivery_problem")
    shop.says(words, "ask_alternative", unsure=True)
    shop.says(words, "ask_alternative", unsure=True)
    assert shop.state.handover_reason == "offers_refused"


@pytest.mark.parametrize("words", ["不必了，我要跟主管說。", "不用了，叫你们经理来", "No. I want your supervisor."])
def test_a_person_is_asked_for_in_one_clause_whatever_the_other_declines(words: str) -> None:
    shop = Shop(LATE)
    shop.says("late", "delivery_problem")
    shop.says(words, "deny")
    assert shop.state.handover_reason == "asked"


@pytest.mark.parametrize(("words", "sure"), [("forget it, refund", False), ("不等了，退", True), ("算了，退", True)])
def test_who_gives_up_on_one_thing_and_names_the_other_is_not_told_that_nothing_happens(words: str, sure: bool) -> None:
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.taps("fact:wish:compensation")
    plan = shop.says(words, "refund", unsure=not sure)
    assert "answer.left_as_it_is" not in keys(plan)
    assert "refund_all" in (*shop.state.options_done, *shop.state.options_open)


@pytest.mark.parametrize(
    "words", ["stop saying sorry, where is it", "别跟我道歉，东西在哪", "不要道歉了，東西到底在哪"]
)
def test_where_it_is_gets_told_though_it_was_hardly_heard(words: str) -> None:
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    plan = shop.says(words, "unresolved", unsure=True, asks="where")
    assert "answer.order.overdue" in keys(plan) and "answer.not_that" not in keys(plan)
