"""Once somebody may be in danger, every turn stays with that until a person takes over."""

from __future__ import annotations

import pytest

from dialogues.circumstances import alarm
from dialogues.episodes import handed_back, taken_over
from dialogues.phrases import advice, danger
from dialogues.state import Owner
from tests.dialogues.build import keys
from tests.dialogues.test_in_passing import DELIVERED, Shop

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(("text", "kind"), [
    ("the whole kitchen smells of gas", danger.GAS), ("家里有煤气味，头晕", danger.GAS),
    ("鈕扣電池被弟弟吞下去了", danger.POISON), ("the toddler drank the descaler, a cleaner", danger.POISON),
    ("水壶漏电，手现在还麻", danger.ELECTRIC), ("the toaster gave me a nasty shock", danger.ELECTRIC),
    ("行動電源鼓起來又冒煙", danger.BATTERY), ("the battery is swollen and hot", danger.BATTERY),
    ("开水全浇我腿上了", danger.BODY), ("soup maker burst, boiling water on my arm", danger.BODY),
])  # fmt: skip
def test_the_kind_of_danger_is_told_from_the_words(text: str, kind: str):
    assert danger.kind_of(text) == kind


@pytest.mark.parametrize(("first", "then", "key"), [
    ("I can smell gas from the hob", "shall i put the lights on to look", "safety.gas"),
    ("充电宝鼓包冒烟了", "能不能浇水", "safety.battery"),
    ("the kettle lid flew off and scalded my son", "butter or toothpaste?", "decline.urgent"),
    ("弟弟誤喝了清潔劑", "要不要讓他喝牛奶", "decline.urgent"),
    ("被这个插座电到了", "我妈要是碰到怎么办", "safety.electric"),
    ("I can't go on, I want to end it all", "nobody would notice", "safety.despair"),
    ("被水壶电了一下", "手还是麻的", "safety.hospital"),
    ("the drill cut my hand", "it's getting really swollen", "safety.hospital"),
])  # fmt: skip
def test_what_is_asked_in_danger_is_never_looked_up(first: str, then: str, key: str):
    shop = Shop(DELIVERED)
    shop.says(first, "item_problem", emotion="anxious", intensity=2, safety=True)
    plan = shop.says(then, "usage_help")
    assert key in keys(plan) and not plan.calls and shop.state.owner is Owner.QUEUE


@pytest.mark.parametrize(("text", "unsure"), [
    ("and when do I get my refund?", False), ("退不退？就回答一个字！", True), ("誰賠我醫藥費？", True),
])  # fmt: skip
def test_the_order_may_still_be_spoken_of(text: str, unsure: bool):
    shop = Shop(DELIVERED)
    shop.says("the knife slipped out of its box and cut me", "item_problem", safety=True)
    plan = shop.says(text, "refund", unsure=unsure)
    assert not any(key.startswith(("safety.", "decline.")) for key in keys(plan))


def test_good_news_is_met_with_gladness_and_somebody_still_comes():
    shop = Shop(DELIVERED)
    shop.says("the plug is burning", "item_problem", safety=True)
    assert keys(shop.says("it's out, everyone is fine", "resolved")) == ("listen.safe_now",)
    assert shop.state.owner is Owner.QUEUE


def test_who_is_still_unwell_after_staff_gave_it_back_is_sent_to_a_doctor():
    shop = Shop(DELIVERED)
    shop.says("got a nasty shock off the lamp", "item_problem", safety=True)
    assert shop.state.facts[alarm.DANGER] == danger.ELECTRIC
    shop.state = handed_back(taken_over(shop.state))
    assert keys(shop.says("my arm is still numb", "unresolved")) == ("safety.hospital",)


def test_a_thing_named_after_the_body_asks_for_no_advice():
    assert not advice.asked("血压计早就在用了") and not advice.asked("the blood pressure monitor is fine")
    assert advice.asked("我血压高能吃这个药吗") == "medical"


@pytest.mark.parametrize(
    "text", ["打開盒子全是碎玻璃，真有創意", "smashed glass in the box, what a welcome", "玻璃杯寄来碎成渣了"]
)
def test_glass_that_came_in_pieces_is_no_emergency(text: str):
    shop = Shop(DELIVERED)
    shop.says(text, "item_problem", emotion="angry", intensity=2, safety=True)
    assert shop.state.owner is Owner.BOT


@pytest.mark.parametrize("text", ["踩到碎玻璃流血了", "米饭里有碎玻璃", "my son got hold of the broken glass"])
def test_glass_that_cuts_or_is_eaten_is_one(text: str):
    shop = Shop(DELIVERED)
    shop.says(text, "item_problem", safety=True)
    assert shop.state.owner is Owner.QUEUE


@pytest.mark.parametrize(
    ("unhurt", "then"),
    [("我没受伤", "换一个新的，碎的要不要寄回去？"), ("nobody was hurt", "send me a new one. do you need it back?")],
)  # fmt: skip
def test_who_said_that_nobody_was_hurt_is_not_sent_to_a_doctor(unhurt: str, then: str):
    shop = Shop(DELIVERED)
    shop.says("the glass burst in my hand", "item_problem", safety=True)
    shop.says(unhurt, "deny", unsure=True)
    plan = shop.says(then, "item_problem")
    assert not any(key.startswith(("safety.", "decline.")) for key in keys(plan))
