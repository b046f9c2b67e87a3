"""How the turns around the matter sound: apologies, languages, closing hours, and no question too many."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogues import language
from dialogues.phrases.notes import tellable
from dialogues.phrases.weighed import weighed
from tests.dialogues.build import LATE, SHIPPED, keys, payloads, reading
from tests.dialogues.test_in_passing import BOOK, DELIVERED, Shop

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    "text", ["sorry for swearing at you earlier", "不好意思，刚才口气太冲", "對不起啦 剛剛口氣不好"]
)
def test_who_says_sorry_for_the_tone_hears_a_kind_word_and_loses_nothing(text: str):
    shop = Shop(DELIVERED)
    shop.says("you idiots, it is broken", "item_problem", emotion="abusive")
    plan = shop.says(text, "chitchat", unsure=True)
    assert keys(plan)[0] == "listen.forgiven" and any(each.startswith("option:") for each in payloads(plan))


def test_a_complaint_that_nobody_said_sorry_is_no_apology():
    shop = Shop(DELIVERED)
    shop.says("it is broken", "item_problem", emotion="angry")
    assert "listen.forgiven" not in keys(shop.says("nobody even said sorry for it", "unresolved", emotion="angry"))


@pytest.mark.parametrize(("present", "text", "locale"), [
    ("zh-CN", "can you reply in English please", "en"), ("zh-TW", "sorry my Chinese is not good", "en"),
    ("zh-CN", "english pls", "en"), ("zh-CN", "请用英文回复我", "en"), ("en", "can we talk in Chinese", "zh-CN"),
    ("en", "可以講中文嗎", "zh-TW"), ("en", "does the manual come in English", ""), ("zh-CN", "说明书是英文的吗", ""),
    ("en", "is it a Chinese brand", ""),
])  # fmt: skip
def test_a_language_that_is_asked_for_is_told_from_what_is_only_named(present: str, text: str, locale: str):
    heard = replace(reading("chitchat", text=text), language="zh-TW" if "講" in text else "")
    assert language.asked_for(present, heard) == locale


def test_a_language_is_honoured_at_once_and_the_matter_stays_open():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    plan = shop.says("请用中文跟我说", "out_of_scope")
    assert keys(plan)[0] == "greet.language" and plan.state.locale == "zh-CN" and "offer" in plan.act_names()


def test_outside_opening_hours_nobody_is_offered_a_person_now():
    shop = Shop(DELIVERED)
    shop.around = replace(shop.around, open=False, opens_at="2026-11-24T09:00:00+08:00")
    plan = shop.says("nobody treats me decently", "service_complaint")
    titles = {choice.key for act in plan.acts for choice in act.choices}
    assert "choice.human_later" in titles and not titles & {"choice.human", "option.human_now"}


def test_whether_it_answers_the_question_is_asked_once():
    shop = Shop(SHIPPED)
    assert "confirm" in shop.says("where is it", "order_status").act_names()
    assert "confirm" not in shop.says("and when does it come", "order_status", asks="when").act_names()


@pytest.mark.parametrize(("text", "intent", "emotion"), [
    ("五天了还没到 你们真厉害", "praise", "happy"), ("好棒棒喔 又要等", "affirm", "happy"),
    ("three days late, brilliant work", "chitchat", "neutral"), ("呵呵 等了八天了", "delivery_problem", "angry"),
])  # fmt: skip
def test_mocking_praise_of_a_wait_is_a_complaint(text: str, intent: str, emotion: str):
    heard = weighed(reading(intent, emotion, 1, text=text), BOOK)
    assert BOOK.is_issue(heard.intent) and heard.emotion in ("frustrated", "angry") and heard.intensity == 2


@pytest.mark.parametrize("text", ["still waiting for the second one, lovely lamp, thanks", "提前两天就送到了，真厉害"])
def test_true_praise_stays_praise(text: str):
    assert weighed(reading("praise", "happy", 1, text=text), BOOK).emotion == "happy"


@pytest.mark.parametrize(("note", "locale", "told"), [
    ("已登记安全事件，全额退款已安排，明天上门取件", "zh-CN", "全额退款已安排，明天上门取件"),
    ("Refund arranged, ticket logged", "en", "Refund arranged"), ("客訴已立案", "zh-TW", ""),
])  # fmt: skip
def test_the_desks_own_affairs_are_left_out_of_what_staff_arranged(note: str, locale: str, told: str):
    assert tellable(note, locale) == told


@pytest.mark.parametrize("text", [
    "I don't see very well, where is my lamp", "我今年八十二了，字太小看不清", "我不會打字 檯燈到哪了",
    "I'm 79 and not good with computers",
])  # fmt: skip
def test_who_finds_typing_hard_is_offered_a_call_and_taken_slowly(text: str):
    shop = Shop(SHIPPED)
    plan = shop.says(text, "order_status")
    assert keys(plan)[0] == "listen.ease" and "human" in payloads(plan)
    plan = shop.says("and when does it come", "order_status", asks="when")
    assert plan.style == "steady" and "listen.ease" not in keys(plan)


def test_of_somebody_else_nothing_is_taken_for_granted():
    assert "listen.ease" not in keys(Shop(SHIPPED).says("我妈七十多了，她等着用", "order_status"))
