"""Comfort invents nothing: no grievance, no feeling and no fault that the words and the record do not bear out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogues import causes
from dialogues.phrases import feeling
from dialogues.state import Conflict, Owner, Stage, State
from tests.dialogues.build import LATE, PAID, keys, reading
from tests.dialogues.test_in_passing import DELIVERED, Shop

pytestmark = pytest.mark.fast


def _causes(plan) -> list[str]:
    return [act.params["cause"] for act in plan.acts if "cause" in act.params]


@pytest.mark.parametrize(("text", "locale"), [
    ("if I sent it back, how many days till the money arrives? it worries me", "en"),
    ("退款一般几天能到？有点担心", "zh-CN"), ("想先問退款要等幾天，有點不放心", "zh-TW"),
])  # fmt: skip
@pytest.mark.parametrize("emotion", ["anxious", "angry", "disappointed"])
def test_who_asks_about_a_refund_is_not_told_that_it_is_missing(text: str, locale: str, emotion: str):
    shop = Shop(PAID)
    shop.state = State(locale=locale)
    plan = shop.says(text, "refund", emotion=emotion)
    assert not _causes(plan) and "accept.plain" not in keys(plan)


@pytest.mark.parametrize("text", [
    "I've been waiting three weeks and the refund still hasn't arrived", "退款拖了三周一分钱没见到",
    "退款等了三個禮拜還沒入帳",
])  # fmt: skip
def test_who_tells_that_it_is_missing_hears_that(text: str):
    plan = Shop(PAID).says(text, "refund", emotion="angry")
    assert _causes(plan) == ["@cause_of.refund"] and "accept.plain" in keys(plan)


def test_a_refund_that_the_record_shows_as_paid_is_not_called_missing():
    paid_back = replace(DELIVERED, refunds=({"status": "paid"},))
    assert not _causes(Shop(paid_back).says("the refund still hasn't arrived", "refund", emotion="angry"))


@pytest.mark.parametrize(("text", "own"), [
    ("I typed the wrong postcode", True), ("it was my mistake, the size is off", True), ("我把门牌号填错了", True),
    ("地址寫成公司了，可以改嗎", True), ("you sent it to the wrong postcode", False), ("it's not my fault", False),
    ("你们把地址写错了", False), ("你們把尺寸填錯了", False),
])  # fmt: skip
def test_a_slip_of_their_own_is_told_from_one_of_ours(text: str, own: bool):
    assert causes.is_own_slip(text) is own


@pytest.mark.parametrize("emotion", ["anxious", "frustrated", "disappointed"])
def test_no_blame_is_taken_for_a_slip_of_their_own(emotion: str):
    plan = Shop(PAID).says("I put in the wrong house number, can it be changed", "order_change", emotion=emotion)
    assert not {"accept.plain", f"empathise.{emotion}.sorry"} & set(keys(plan))


@pytest.mark.parametrize(("text", "emotion"), [
    ("is a repair free, and do you collect it?", "neutral"), ("运费是谁出？要几天？", "neutral"),
    ("haha I'm not cross, just curious", "neutral"), ("我沒有生氣啦，是想問清楚", "neutral"),
    ("IT IS BROKEN AND NOBODY ANSWERS", "angry"), ("还要等多久！！", "angry"), ("你們到底要不要處理？", "angry"),
    ("where is it? I've been waiting since Monday", "angry"),
])  # fmt: skip
def test_an_anger_that_the_words_do_not_bear_out_is_not_taken_for_one(text: str, emotion: str):
    assert feeling.borne_out(reading("item_problem", "angry", text=text)).emotion == emotion


@pytest.mark.parametrize(("text", "heard", "intensity", "named"), [
    ("the lid does not close", "angry", 2, "mild"), ("盖子盖不上", "frustrated", 2, "mild"),
    ("盖子盖不上", "angry", 3, "angry"), ("蓋子又壞了！！", "angry", 2, "angry"),
    ("I need it by FRIDAY NIGHT", "anxious", 2, "anxious"), ("RENT IS DUE TOMORROW. when", "anxious", 3, "frustrated"),
    ("the sleeve is torn and I'm so annoyed", "anxious", 2, "frustrated"),
    ("我不是生气，就是有点担心", "anxious", 2, "anxious"),
])  # fmt: skip
def test_a_strong_feeling_is_named_only_where_it_is_sure(text: str, heard: str, intensity: int, named: str):
    assert feeling.named_as(reading("item_problem", heard, intensity, text=text)) == named


def test_feeling_and_cause_are_named_once_and_again_only_where_the_heat_rises():
    shop = Shop(DELIVERED)
    first = shop.says("the flask is cracked, ridiculous", "item_problem", emotion="angry")
    assert _causes(first) == ["@cause.broken"]  # the flask was named in the same breath
    for text in ("cracked from top to bottom!!", "are you joking!!"):
        assert "empathise" not in shop.says(text, "item_problem", emotion="angry").act_names()
    shop = Shop(DELIVERED)
    shop.says("the flask is cracked, ridiculous", "item_problem", emotion="angry")
    hotter = shop.says("the flask is cracked!!", "item_problem", emotion="angry", intensity=3)
    assert "empathise.angry.bare" in keys(hotter) and not _causes(hotter)


@pytest.mark.parametrize(("text", "locale", "word"), [
    ("it came shattered!!", "en", "=shattered"),
    ("收到就碎了！！", "zh-CN", "=碎"), ("收到就裂開了！！", "zh-TW", "=裂"),
])  # fmt: skip
def test_the_fault_is_called_by_their_own_word(text: str, locale: str, word: str):
    shop = Shop(DELIVERED)
    shop.state = State(locale=locale)
    plan = shop.says(text, "item_problem", emotion="angry", language=locale)
    assert [act.params["fault"] for act in plan.acts if "fault" in act.params] == [word]


@pytest.mark.parametrize("text", [
    "are you even reading this", "do you read anything I write", "你是机器人吗", "你到底有沒有在看我寫什麼",
])  # fmt: skip
def test_a_reproach_is_no_question_about_bots(text: str):
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem", emotion="angry")
    plan = shop.says(text, "bot_identity", emotion="frustrated")
    assert "answer.bot_identity" not in keys(plan) and shop.state.lies_open


def test_a_reproach_is_heard_as_one_also_where_no_feeling_was():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    assert keys(shop.says("did you read my message at all", "chitchat", asks="whether")) == (
        "listen.late",
        "offer.still",
    )


def test_who_asks_calmly_whether_it_is_a_bot_is_told():
    assert "answer.bot_identity" in keys(Shop(LATE).says("are you a bot?", "bot_identity"))


def test_a_call_back_that_was_not_kept_is_owned_and_the_feeling_not_named():
    shop = Shop(LATE)
    now = shop.around.now
    shop.state = State(
        stage=Stage.OFFER, conflict=Conflict.RESOLVE, issue="delivery_problem", owner=Owner.QUEUE, heats=(30,), heat=30,
        handover_reason="asked", empathised=1, locale="en", promised={"call_back": now.replace(hour=20).isoformat()},
        slipped={"call_back": now.replace(hour=9).isoformat()},
    )  # fmt: skip
    plan = shop.says("you said nine and look at the time!!", "escalation_threat", emotion="angry", intensity=3)
    assert keys(plan) == ("recover.unkept.sorry", "promise.call_back") and not shop.state.slipped
    assert not any(key.startswith("recover.unkept") for key in keys(shop.says("hello!!", "greet", emotion="angry")))
