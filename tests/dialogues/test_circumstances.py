"""What surrounds the matter: a record that says otherwise, a day by which it is needed, a death, an impostor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogues import impostors, record
from dialogues.circumstances import grief
from dialogues.comeback import back_from_staff
from dialogues.draft import Draft
from dialogues.phrases import danger
from dialogues.phrases.notes import tellable
from dialogues.state import Owner, Stage
from tests.dialogues.build import LATE, NUMBERS, PAID, SHIPPED, effects, keys, payloads, reading, world
from tests.dialogues.test_in_passing import BOOK, DELIVERED, Shop

pytestmark = pytest.mark.fast


def heard(text: str) -> Draft:
    return Draft(Shop().state, reading(text=text), world(), BOOK, NUMBERS)


# The record


@pytest.mark.parametrize(
    "text", ["可我没收到啊", "我根本沒收到", "未收到貨", "I never got it", "Nobody delivered anything", "还没发货吗"]
)
def test_what_is_called_delivered_and_is_not_there_is_told_as_the_record_has_it(text: str):
    shop = Shop(DELIVERED)
    plan = shop.says(text, "resolved", unsure=True)
    assert keys(plan)[0] == "record.delivered" and "option:trace" in payloads(plan)
    assert shop.state.issue == "delivery_problem"


@pytest.mark.parametrize(
    "text",
    ["退款没收到", "I never got my refund", "发票还没收到", "验证码没收到", "I haven't tried it since it arrived"],
)
def test_other_things_that_did_not_come_are_no_denial(text: str):
    assert not record.differs(DELIVERED, text)


def test_heated_the_record_is_told_and_the_customer_is_not_called_right():
    shop = Shop(DELIVERED)
    plan = shop.says("it never arrived!!", "delivery_problem", emotion="angry")
    assert keys(plan)[:3] == ("record.delivered", "empathise.angry.sorry", "accept.look")


def test_a_number_of_another_thing_is_told_and_the_thing_is_looked_at():
    shop = Shop(SHIPPED, DELIVERED)
    plan = shop.says("where is my rice cooker, order 2026110500031", "order_status",
                     entities={"order_number": DELIVERED.number})  # fmt: skip
    assert keys(plan)[:2] == ("record.another_thing", "answer.order.shipped")


def test_nobody_unproven_hears_what_the_record_says():
    shop = Shop(DELIVERED, linked=False)
    assert not any(key.startswith("record.") for key in keys(shop.says("I never got it", "delivery_problem")))


# Which order


def test_the_one_order_that_can_be_late_is_not_asked_for():
    shop = Shop(LATE, replace(PAID, eta="2026-11-30"), DELIVERED)
    shop.says("it is late", "delivery_problem")
    assert shop.state.facts["order_number"] == LATE.number and shop.state.stage is Stage.OFFER


def test_two_that_fit_are_asked_about():
    shop = Shop(SHIPPED, PAID, DELIVERED)
    assert keys(shop.says("where is it", "order_status")) == ("ask.which_order",)


# By when


def test_a_day_before_the_order_comes_is_said_to_be_too_early_for_it():
    shop = Shop(SHIPPED)
    plan = shop.says("will it be here by Friday for her birthday?", "order_status", needs=("speed",),
                     entities={"date": "2026-11-27"})  # fmt: skip
    assert keys(plan)[:2] == ("answer.order.shipped", "answer.too_late") and "option:expedite" in payloads(plan)
    plan = shop.taps("option:expedite")
    assert keys(plan) == ("act.expedite", "act.deadline", "promise.courier_report")


def test_a_day_after_it_is_in_time_and_nothing_else_is_offered():
    shop = Shop(SHIPPED)
    plan = shop.says("do I get it before the 5th?", "order_status", entities={"date": "2026-12-05"})
    assert keys(plan) == ("answer.order.shipped", "answer.in_time", "confirm.light")


def test_of_a_parcel_whose_day_went_by_nobody_says_that_it_comes_in_time():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    plan = shop.says("does it get here before the 5th?", "order_status", entities={"date": "2026-12-05"})
    assert keys(plan) == ("answer.order.overdue", "answer.no_new_day")


def test_the_deadline_is_in_the_brief_and_in_what_is_asked_of_the_shop():
    shop = Shop(LATE)
    shop.says("the baby has nothing to eat tonight, we ran out", "delivery_problem")
    shop.says("a person please", "request_human")
    [handover] = effects(shop.plan, "handover")
    assert handover["brief"]["facts"]["occasion"] == "waiting"


@pytest.mark.parametrize("text", ["And what if it doesn't come?", "那要是明天还不到呢？", "萬一趕不上怎麼辦？"])
def test_what_happens_if_it_does_not_come_is_answered(text: str):
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    assert keys(shop.says(text, "ask_alternative", asks="whether", conditional=True)) == ("answer.if_not.open",)
    shop.taps("option:expedite")
    assert keys(shop.says(text, "order_status", unsure=True)) == ("answer.if_not.promised",)


# A death


@pytest.mark.parametrize(
    "text",
    ["My mother died last week", "我爸上周去世了", "阿嬤過世了", "my late father's funeral", "my mum has passed"],
)
def test_a_death_is_heard(text: str):
    assert grief.told(heard(text))


@pytest.mark.parametrize(
    "text", ["my phone died", "my wife's laptop died", "气死我了", "他走了没", "the battery is dead"]
)
def test_a_broken_thing_is_no_death(text: str):
    assert not grief.told(heard(text))


def test_a_mourner_is_met_first_and_offered_no_new_one_first_and_no_survey():
    shop = Shop(DELIVERED)
    plan = shop.says("my father died, I want to send it back", "return_exchange", emotion="disappointed")
    assert keys(plan)[:2] == ("empathise.grief", "accept.grief")
    assert payloads(plan)[0] == "option:return_refund"
    shop.taps("option:return_refund")
    plan = shop.says("that is settled then", "resolved")
    assert keys(plan)[0] == "thank.quiet" and "survey.ask" not in keys(plan)


# Impostors


@pytest.mark.parametrize("text", [
    "我收到一条短信说我的订单有问题要点链接退款，是你们发的吗？", "有人自稱你們客服打電話來說要解除分期",
    "Is this text from you? It says my parcel is held", "someone called saying they're from your shop",
    "is this a phishing email", "did you really send me a text about a fee?",
])  # fmt: skip
def test_somebody_who_may_be_an_impostor_is_suspected(text: str):
    assert impostors.suspected(heard(text))


@pytest.mark.parametrize(
    "text",
    ["你们就是骗子！", "you are scammers", "can you text me when it ships", "发短信通知我一下", "你们客服电话是多少"],
)
def test_an_insult_or_a_wish_is_no_suspicion(text: str):
    assert not impostors.suspected(heard(text))


def test_what_was_given_away_already_goes_to_a_person_with_what_to_do_now():
    shop = Shop(PAID)
    plan = shop.says("a text from you guys asked for my code and I gave it", "account_problem")
    assert keys(plan)[0] == "answer.impostor.given" and shop.state.owner is Owner.QUEUE


# Notes of staff


def test_a_note_on_the_matter_is_told_and_one_on_the_customer_is_not():
    assert tellable("已催派送，明早到", "zh-CN") == "已催派送，明早到"
    assert tellable("Courier will deliver tomorrow.", "en") == "Courier will deliver tomorrow"
    for note in ("客人很难缠，已退款", "customer is rude, refunded", "退款已办，别告诉他", "明早到"):
        assert not tellable(note, "en")
    told = back_from_staff(Shop().state, "courier will deliver tomorrow")
    assert [act.key for act in told.acts] == ["handover.back", "handover.note"]


# Choices in words


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("那你帮我催一下吧 我就要这个 不要退钱", "expedite"),
        ("那就催一催吧", "expedite"),
        ("find out where it is please", "expedite"),
    ],
)
def test_a_way_out_named_in_words_is_taken(text: str, option: str):
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.says(text, "privacy_request", unsure=True)
    assert shop.state.options_done == (option,)


@pytest.mark.parametrize(
    "text", ["new one. do i have to send the bits back", "换一双，要38码", "那换吧", "send the right ones please"]
)
def test_an_exchange_named_in_words_is_taken_and_the_size_is_carried(text: str):
    shop = Shop(DELIVERED)
    shop.says("it broke", "item_problem")
    plan = shop.says(text, "return_exchange", unsure=True, asks="whether" if "do i" in text else "")
    assert shop.state.options_done == ("exchange",)
    assert ("restate.change" in keys(plan)) == ("38" in text)


def test_money_is_never_moved_by_half_a_word():
    shop = Shop(DELIVERED)
    shop.says("it broke", "item_problem")
    shop.says("退吧，就是想问下拆过包装会不会扣钱", "refund", asks="whether")
    assert not shop.state.options_done


def test_what_is_booked_is_booked_anew_for_another_day():
    shop = Shop(DELIVERED)
    shop.says("it broke", "item_problem")
    shop.taps("option:exchange")
    plan = shop.says("可以禮拜六再來收嗎？平日我都不在家", "order_change", unsure=True, asks="whether")
    assert keys(plan) == ("act.rebooked", "restate.change", "act.exchange", "promise.pickup")
    assert shop.state.options_done == ("exchange",) and shop.state.booked


# Danger


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("the buckle doesn't click", danger.THING),
        ("杯盖裂了还敢用吗", danger.THING),
        ("it is smoking", danger.FIRE),
        ("help", danger.OTHER),
    ],
)
def test_the_kind_of_danger_is_told_from_the_words(text: str, kind: str):
    assert danger.kind_of(text) == kind


def test_while_people_come_the_wall_of_numbers_is_not_said_again():
    shop = Shop(DELIVERED)
    shop.says("a piece of glass came off and cut him", "item_problem", emotion="anxious", safety=True)
    plan = shop.says("he is fine, I just want my money", "refund", emotion="anxious", safety=True)
    assert not any(key.startswith("safety.") for key in keys(plan))


def test_a_parked_matter_named_while_ways_out_lie_open_is_taken_up_and_the_other_comes_back():
    shop = Shop(SHIPPED, DELIVERED)
    shop.says("the flask leaks, and my rice cooker is late", "item_problem", also=("delivery_problem",))
    shop.says("the flask", "provide_info")
    assert shop.state.stage is Stage.OFFER and shop.state.parked == ("delivery_problem",)
    shop.says("and the rice cooker?", "product_question", unsure=True)
    assert shop.state.issue == "delivery_problem" and shop.state.parked == ("item_problem",)


# What is under way


@pytest.mark.parametrize(
    "text", ["so nothing is getting picked up, right?", "到底有没有在办？", "所以現在到底幾件事在辦？"]
)
def test_whether_anything_is_under_way_is_said_plainly(text: str):
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    assert keys(shop.says(text, "service_complaint", unsure=True)) == ("answer.nothing_yet",)
    shop.taps("option:expedite")
    assert keys(shop.says(text, "service_complaint", unsure=True))[0] == "promise.courier_report"


def test_who_leaves_without_having_chosen_hears_that_nothing_was_started():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    assert keys(shop.says("bye", "goodbye")) == ("answer.nothing_yet", "close.goodbye")


def test_what_was_asked_for_is_told_again_when_it_is_asked_about():
    shop = Shop(DELIVERED)
    shop.says("wrong size, swap it for a 38", "return_exchange")
    shop.taps("option:exchange")
    plan = shop.says("that is the 38, right?", "item_problem", asks="whether")
    assert keys(plan)[0] == "restate.change" and shop.state.options_done == ("exchange",)


@pytest.mark.parametrize("text", [
    "the zip of the cat carrier came apart on the first walk", "the clip of the lead snapped, the dog ran off",
    "宝宝背带的扣子自己松开了，幸好没事", "貓包的拉鍊第二天就壞了",
])  # fmt: skip
def test_a_fastening_that_fails_near_a_child_or_a_pet_is_asked_about_and_worked_on(text: str):
    shop = Shop(DELIVERED)
    plan = shop.says(text, "item_problem", safety=True)
    assert keys(plan)[0] == "safety.whether" and shop.state.owner is Owner.BOT and "offer" in plan.act_names()
    plan = shop.says("no, nobody was hurt", "deny")
    assert keys(plan)[0] == "listen.unhurt" and not shop.state.options_refused
    assert shop.says("her finger is bleeding now", "item_problem", safety=True).state.owner is Owner.QUEUE


@pytest.mark.parametrize("text", [
    "the strap snapped and my baby fell on her head", "the dog lead is wound round his neck, the clip is stuck",
    "the car seat buckle came undone with my son in it", "宝宝餐椅的扣子断了，孩子摔下来了",
    "安全座椅的扣子鬆了，女兒在裡面",
])  # fmt: skip
def test_harm_and_what_holds_a_life_stay_an_emergency(text: str):
    shop = Shop(DELIVERED)
    assert shop.says(text, "item_problem", safety=True).state.owner is Owner.QUEUE


def test_mocking_praise_of_a_mishap_is_a_complaint_and_true_praise_is_not():
    shop = Shop(DELIVERED)
    plan = shop.says("oh brilliant, two left shoes, genius", "praise", emotion="happy")
    assert "empathise" in plan.act_names() and shop.state.issue == "item_problem"
    assert (
        keys(Shop(DELIVERED).says("the lid broke and you replaced it within a day, lovely", "praise"))[0]
        == "thank.praise"
    )


def test_thanks_and_a_question_where_it_is_are_both_answered():
    plan = Shop(SHIPPED).says("your people were lovely, and where is the rice cooker?", "praise", asks="where")
    assert keys(plan)[:2] == ("thank.praise", "answer.order.shipped")


@pytest.mark.parametrize(
    "text", ["the invoice is wrong, let me speak to someone", "发票开错了，给我找个人来说", "少了螺絲，我要找真人"]
)
def test_a_plain_wish_for_a_person_counts_whatever_else_was_heard(text: str):
    assert Shop(DELIVERED).says(text, "invoice").state.owner is Owner.QUEUE


def test_whether_it_comes_today_is_told_however_angry_the_question():
    shop = Shop(LATE)
    plan = shop.says("is it coming today or not?!", "delivery_problem", emotion="angry", intensity=3)
    assert {"answer.order.overdue", "answer.no_new_day"} <= set(keys(plan)) and "offer" not in plan.act_names()
    here = Shop(replace(LATE, status="out_for_delivery"))
    plan = here.says("今天到底来不来", "delivery_problem", emotion="angry", intensity=3, language="zh")
    assert "answer.order.out_for_delivery" in keys(plan)


def test_who_tells_what_went_wrong_with_their_points_is_read_no_rule():
    plan = Shop().says("my points of two years were gone yesterday", "membership", emotion="disappointed")
    assert "option:points_check" in payloads(plan) and not plan.calls


def test_not_wanting_to_send_it_back_is_no_parcel_that_is_missing():
    shop = Shop(DELIVERED)
    shop.says("the flask leaks", "item_problem")
    plan = shop.says("I'd prefer not to send it away for weeks", "", unsure=True)
    assert not any(key.startswith("record.") for key in keys(plan))


def test_something_unsafe_for_a_child_is_not_to_be_used_whatever_else_is_said():
    shop = Shop(DELIVERED)
    plan = shop.says("the buckle of the car seat doesn't click", "repair_warranty")
    assert keys(plan)[0] == "safety.thing" and shop.state.owner is Owner.BOT
    assert "safety.thing" not in keys(shop.says("the buckle of the car seat is loose", "repair_warranty"))
