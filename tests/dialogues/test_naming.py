"""A way out is taken from its title or plain words, whatever the hearing made of them, and for as long as it holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogues.state import Stage
from tests.dialogues.build import LATE, PAID, SHIPPED, keys, payloads
from tests.dialogues.test_in_passing import DELIVERED, Shop

pytestmark = pytest.mark.fast
CHARGE = {"amount": "42.50", "currency": "GBP", "at": "2026-11-21"}
TWICE = replace(PAID, charges=(CHARGE, CHARGE))


def charged_twice() -> Shop:
    shop = Shop(TWICE)
    shop.says("I was charged twice", "payment_problem")
    assert {"option:refund_extra", "option:payment_check", "option:refund_all"} <= set(payloads(shop.plan))
    return shop


@pytest.mark.parametrize(
    "heard",
    [{"intent": "payment_problem"}, {"intent": "out_of_scope", "unsure": True}, {"intent": "refund", "unsure": True}],
)
@pytest.mark.parametrize(
    "text",
    [
        "Refund the extra charge please.",
        "The first one. Refund the extra charge.",
        "把多扣的钱退给我",
        "那就把多扣的錢退給我吧，謝謝",
        "只退多扣的那一笔269",
        "只退多扣的那一筆",
    ],
)  # fmt: skip
def test_what_is_on_the_screen_is_taken_from_its_title_or_plain_words(text: str, heard: dict):
    shop = charged_twice()
    shop.says(text, **heard)
    assert shop.state.options_done == ("refund_extra",)


@pytest.mark.parametrize(("text", "intent"), [
    ("發票再寄一次給我", "invoice"), ("換門號，需改登入電話", "account_problem"),
    ("仲有冇第二個方法", "ask_alternative"), ("好嘞下次再来找你哈", "goodbye"),
    ("the replacement blender is excellent", "praise"), ("second one, also chipped", "item_problem"),
])  # fmt: skip
def test_words_of_a_matter_that_is_surely_another_one_pick_nothing(text: str, intent: str):
    shop = Shop(replace(SHIPPED, status="delivered"))
    shop.says("it broke", "item_problem")
    shop.says(text, intent)
    assert shop.state.options_done == ()


def test_a_way_out_named_in_a_no_is_asked_about_and_then_done():
    shop = Shop(replace(SHIPPED, status="delivered"))
    shop.says("it broke", "item_problem")
    shop.says("No to the refund. Send the new one", "deny")
    assert (shop.state.options_done, shop.state.options_open) == ((), ("exchange",))
    shop.says("yes", "affirm")
    assert shop.state.options_done == ("exchange",)


@pytest.mark.parametrize(
    "text",
    [
        "Don't refund the extra charge",
        "Do you refund the extra charge?",
        "Refund the extra charge if it is quick",
        "不要把多扣的钱退给我",
        "把多扣的錢退給我會怎麼樣？",
    ],
)
def test_a_title_beside_a_dont_a_question_or_a_condition_does_nothing(text: str):
    shop = charged_twice()
    shop.says(text, "payment_problem")
    assert not shop.state.options_done


@pytest.mark.parametrize(
    "text", ["全额退款（订单取消）", "全額退款 £42.50（訂單取消）吧", "refund £42.50 in full (order cancelled), please"]
)
def test_a_title_that_moves_money_is_taken_with_or_without_its_price(text: str):
    shop = charged_twice()
    shop.says(text, "chitchat")
    assert shop.state.options_done == ("refund_all",)


def shown_earlier() -> Shop:
    """Chasing the courier lies open alone; the full refund was shown some turns before."""
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shown = tuple(dict.fromkeys((*shop.state.options_shown, "refund_all", "trace")))
    shop.state = replace(shop.state, options_shown=shown, options_open=("expedite",))
    return shop


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("那先帮我取消吧", "order_cancel"),
        ("刚才那个全额退款呢，我要那个", "refund"),
        ("剛才那個全額退款呢，我要那個", "ask_alternative"),
        ("that full refund from before? I'll take that", "out_of_scope"),
    ],
)
def test_what_was_shown_earlier_is_offered_when_it_is_named(text: str, intent: str):
    shop = shown_earlier()
    shop.says(text, intent)
    assert "refund_all" in shop.state.options_done or "option:refund_all" in payloads(shop.plan)


@pytest.mark.parametrize("text", ["全额退款（订单取消）", "全額退款", "Refund in full please"])
def test_what_was_shown_earlier_is_done_by_its_title_also_when_it_was_refused_before(text: str):
    shop = shown_earlier()
    refused = replace(shop.state, options_refused=("refund_all",))
    shop.says(text, "refund")
    assert shop.state.options_done == ("refund_all",)
    shop.state = refused
    shop.says(text, "chitchat")
    assert shop.state.options_done == ("refund_all",), "who types its title has changed their mind"


@pytest.mark.parametrize(
    "text", ["揀第一個，退多扣的", "选第一个，查清我付的钱在哪里", "The first one. Find out where my money is."]
)
def test_a_place_and_words_that_disagree_are_asked_about(text: str):
    shop = charged_twice()
    order = ("payment_check", "refund_extra") if "退" in text else ("refund_extra", "payment_check")
    shop.state = replace(shop.state, options_open=order)
    plan = shop.says(text, "affirm")
    assert keys(plan)[-1] == "clarify.which_option" and not shop.state.options_done
    assert payloads(plan)[:2] == tuple(f"option:{name}" for name in order) and shop.state.stage is Stage.OFFER


def test_a_place_and_words_that_agree_are_taken():
    shop = charged_twice()
    assert shop.state.options_open[0] == "refund_extra"
    shop.says("选第一个，退多扣的", "affirm")
    assert shop.state.options_done == ("refund_extra",)


def test_a_title_that_sounds_like_keeping_it_as_it_is_is_no_withdrawal():
    shop = Shop(LATE)
    shop.says("it is late", "item_problem")
    shop.state = replace(shop.state, issue="item_problem", stage=Stage.OFFER, asked_now="choice",
                         options_open=("allowance",), options_shown=("allowance",))  # fmt: skip
    shop.says("I'll keep it, make me an offer", "out_of_scope")
    assert keys(shop.plan)[0] != "answer.left_as_it_is"


@pytest.mark.parametrize(
    "text", ["可以換一件新的嗎？", "沒有換新的可以按嗎", "换新的行不行？", "can I get a replacement?"]
)
def test_whether_it_can_be_had_is_a_question_and_no_yes_to_it(text: str):
    shop = Shop(DELIVERED)
    shop.says("it came broken", "item_problem")
    shop.says(text, "return_exchange", asks="whether")
    assert shop.state.stage is Stage.OFFER and not shop.state.options_done


@pytest.mark.parametrize(
    "text", ["不用催了，重寄我也不要", "别催了，也别补发", "don't chase it, and I don't want a new one either"]
)
def test_what_is_ruled_out_by_name_leaves_the_rest_open(text: str):
    shop = Shop(LATE)
    shop.says("it never came", "delivery_problem")
    plan = shop.says(text, "deny")
    assert set(shop.state.options_refused) == {"expedite", "reship"} and "option:refund_all" in payloads(plan)


def test_a_yes_with_a_size_in_it_picks_what_brings_another_one():
    shop = Shop(replace(SHIPPED, status="delivered"))
    shop.says("it broke", "item_problem")
    shop.says("ok do that, size 42, black", "provide_info", unsure=True)
    assert shop.state.options_done == ("exchange",)


@pytest.mark.parametrize("text", ["唔使打喇，直接退錢得唔得", "能不能直接退钱", "可不可以全額退款"])
def test_a_question_put_both_ways_rules_nothing_out(text: str):
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    assert set(payloads(shop.says(text, "refund", asks="whether"))) >= {"option:refund_all"}
    assert shop.state.options_open == ("refund_all",)


@pytest.mark.parametrize(
    "text", ["我问的是多扣的那1299，退的话几天到账？", "the extra charge I mean, how long would that take"]
)
def test_what_is_only_spoken_of_is_not_set_going(text: str):
    shop = Shop(TWICE)
    shop.says("charged twice", "payment_problem")
    shop.says(text, "refund", asks="duration", emotion="frustrated", intensity=2)
    assert not shop.state.options_done


def test_a_person_stands_last_so_that_a_number_means_its_place():
    shop = Shop(DELIVERED, knowledge=False)
    shop.says("it leaks", "item_problem")
    plan = shop.says("is it dishwasher proof?", "product_question", asks="whether")
    tapped = [payload for payload in payloads(plan) if payload != "human"]
    assert list(payloads(plan)) == [*tapped, *(["human"] if "human" in payloads(plan) else [])]
