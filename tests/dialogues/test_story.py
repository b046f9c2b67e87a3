"""What is said back to customers of what they told: their own words, the part that weighs most, and nothing else."""

from __future__ import annotations

import pytest

from dialogues.phrases import story
from dialogues.state import Owner, State
from tests.dialogues.build import LATE, SHIPPED, keys, reading
from tests.dialogues.test_in_passing import DELIVERED, Shop

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(("text", "words"), [
    ("Hello. The kettle worked for a fortnight, and since Sunday it trips the fuse. Please fix it.",
     "The kettle worked for a fortnight, and since Sunday it trips the fuse"),
    ("I WAITED IN ALL DAY AND NOBODY CAME", "i waited in all day and nobody came"),
    ("So when is it coming? My mother lives alone and has no oven.", "My mother lives alone and has no oven"),
    ("对了，客厅的灯是我自己装的，装完第二天就闪，你们管不管？", "客厅的灯是我自己装的，装完第二天就闪"),
    ("我等了整整三個禮拜，太誇張了吧？我要退錢", "我等了整整三個禮拜"),
])  # fmt: skip
def test_what_happened_is_said_back_without_question_and_wish(text: str, words: str):
    assert story.told(reading("item_problem", text=text)) == words


@pytest.mark.parametrize("text", [
    "This is outrageous!!", "I want my money back today", "when will it come?", "我要退款", "气死我了",
    "my card is 4929 1234 5678 9012 since Monday", "if it isn't here by Friday",
    "I don't understand any of this today",
])  # fmt: skip
def test_feelings_wishes_questions_and_private_figures_are_not_said_back(text: str):
    assert story.told(reading("item_problem", text=text)) == ""


def test_insults_are_not_said_back():
    assert not story.told(reading("item_problem", "abusive", text="it broke on Monday and you are all liars"))


def test_who_waits_for_a_person_sees_each_fact_taken_in():
    shop = Shop(DELIVERED)
    plan = shop.says("a person please, the flask came without its lid", "request_human")
    assert keys(plan)[0] == "listen.told"
    plan = shop.says("the seal was cut when it came", "item_problem", asks="")
    assert keys(plan) == ("listen.waiting_told",) and plan.acts[0].params["words"] == "=the seal was cut when it came"
    assert keys(shop.says("I have it on film, who pays for a new one?", asks="who")) == ("listen.waiting_asked",)


def test_more_of_the_story_is_said_back_and_not_called_unclear():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    plan = shop.says("we live on the sixth floor without a lift", "", unsure=True)
    assert keys(plan) == ("restate.told", "offer.still") and shop.state.misunderstood == 0


def test_a_feeling_that_goes_on_is_named_once_and_then_each_new_thing_is_heard():
    shop = Shop(LATE)
    first = shop.says("it is three days late", "delivery_problem", emotion="frustrated")
    assert keys(first)[:2] == ("listen.told", "empathise.frustrated.sorry")
    again = shop.says("I rang the depot twice and got no answer", "delivery_problem", emotion="frustrated")
    assert keys(again)[0] == "listen.told" and "empathise" not in again.act_names()
    hotter = shop.says("I lost a day's pay", "delivery_problem", emotion="angry", intensity=3)
    assert "empathise" in hotter.act_names()


def test_while_waiting_the_same_worry_is_comforted_once():
    shop = Shop(SHIPPED)
    shop.says("a person please", "request_human", emotion="anxious")
    plan = shop.says("my son is ill and it holds his medicine", "delivery_problem", emotion="anxious")
    assert keys(plan) == ("listen.waiting_told",) and shop.state.owner is Owner.QUEUE


def test_who_told_everything_is_not_asked_what_happened():
    shop = Shop()
    plan = shop.says("on Tuesday it was 99 and today it is 69", "price_promotion", emotion="disappointed", unsure=True)
    assert keys(plan) == ("listen.told", "empathise.disappointed.bare", "clarify.guess_heard")


def test_words_are_said_back_once_in_a_while_and_no_scraps_of_them():
    text = "it fell apart on the second day and I had guests"
    assert story.to_say_back(State(), reading("item_problem", text=text))
    assert not story.to_say_back(State(said=("restate.told#1", "offer.still#0")), reading("item_problem", text=text))
    assert not story.to_say_back(State(), reading("item_problem", text="it broke again"))


def test_a_plea_is_not_read_back():
    assert not story.told(reading("item_problem", text="我老公说还是要的 能给我恢复不"))
