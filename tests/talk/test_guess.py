"""What can be told from outside, and which scripts a running server can play."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.talk.guess import facts_asked, person_for, why_not
from bot.talk.script import Agent, Customer, Entry, Say, Script, Shop, Wait
from bot.talk.seen import Reply
from dialogues.language import LOCALES
from dialogues.reading import Order
from dialogues.wording import wording

pytestmark = pytest.mark.fast

WANG = {"id": "demo-wang", "name": "王女士", "orders": [{"number": "2026111800042"}]}
EMMA = {"id": "demo-emma", "name": "Emma", "orders": [{"number": "2026112000015"}]}


def script(*does: Any, **more: Any) -> Script:
    entries = tuple(Entry(number, deed) for number, deed in enumerate(does or (Say(("hi",)),), 1))
    return Script("a", "a.yml", entries, **more)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_question_of_the_catalogues_is_known_by_its_words(locale: str) -> None:
    for key, facts in (
        ("ask.verify", {"order_number", "phone_last4"}), ("ask.phone_last4", {"phone_last4"}),
        ("ask.which_order", {"order_number"}), ("ask.wish", {"wish"}),
    ):  # fmt: skip
        for seed in "abc":
            text = f"… {wording().say(key, locale, seed=seed).text} …"
            assert set(facts_asked([Reply("bot", text)])) == facts


def test_a_choice_that_would_answer_tells_what_is_asked() -> None:
    choices = ({"title": "Lamp", "payload": "fact:order_number=1"}, {"title": "A person", "payload": "human"})
    assert facts_asked([Reply("bot", "Tap it.", choices)]) == ("order_number",)
    assert facts_asked([Reply("bot", "Goodbye.")]) == ()


def test_a_customer_is_a_demonstration_customer_by_name_or_by_an_order() -> None:
    order = Order(number="2026112000015", status="paid")
    assert person_for(script(customer=Customer(name="王女士")), [WANG, EMMA]) is WANG
    assert person_for(script(customer=Customer(orders=(order,))), [WANG, EMMA]) is EMMA
    assert person_for(script(customer=Customer(name="Zed")), [WANG, EMMA]) is None
    assert person_for(script(), [{"id": "x", "name": "", "orders": []}]) is None


@pytest.mark.parametrize(
    ("asked_for", "part"),
    [
        (script(channel="telegram"), "telegram"),
        (script(given=frozenset({"now"})), "(now)"),
        (script(given=frozenset({"shop"})), "(shop)"),
        (script(Shop(open=False)), "(shop)"),
        (script(Wait(timedelta(hours=1))), "(wait"),
        (script(Agent(accept=True)), "(agent)"),
        (script(customer=Customer(name="Zed", known=True)), "(customer)"),
        (script(customer=Customer(orders=(Order(number="1", status="paid"),))), "(customer)"),
    ],
)
def test_what_a_running_server_cannot_play_is_skipped_with_the_reason(asked_for: Script, part: str) -> None:
    assert part in why_not(asked_for, [WANG, EMMA])


@pytest.mark.parametrize(
    "asked_for",
    [script(), script(Wait(timedelta(seconds=2))), script(customer=Customer(name="Emma", known=True)),
     script(customer=Customer(name="Nobody in particular"))],
)  # fmt: skip
def test_the_rest_is_played(asked_for: Script) -> None:
    assert why_not(asked_for, [WANG, EMMA]) == ""
