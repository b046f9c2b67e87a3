"""Prices and terms of one place are not told for another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dialogues.circumstances import place
from dialogues.draft import Draft
from dialogues.state import State
from tests.dialogues.build import BOOK, NUMBERS, PAID, reading, world

pytestmark = pytest.mark.fast


def _draft(
    text: str = "", locale: str = "en", zone: str = "", facts: dict[str, str] | None = None, **more: Any
) -> Draft:
    state = State(locale=locale, facts=facts or {})
    around = replace(world(*more.get("orders", ())), timezone=zone)
    return Draft(state, reading("business_info", text=text), around, BOOK, NUMBERS)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("what does it cost to ship to Singapore?", "SG"), ("送去澳門運費點計", "MO"), ("寄到马来西亚要几天", "MY"),
        ("do you post to Northern Ireland", "GB"), ("I'm flying to Japan on Friday", ""), ("香港版的插头吗", ""),
        ("I live in Ireland, what's the postage", "IE"),
    ],
)  # fmt: skip
def test_a_place_is_heard_where_something_goes_there(text: str, named: str):
    assert place.told(_draft(text)).get(place.PLACE, "") == named


@pytest.mark.parametrize(
    ("quote", "locale", "zone", "facts", "said"),
    [
        ("宅配 NT$80", "zh-TW", "Asia/Hong_Kong", {}, True),
        ("宅配 NT$80", "zh-TW", "Asia/Taipei", {}, False),
        ("宅配 NT$80", "zh-TW", "", {}, False),
        ("Standard delivery is £3.95", "en", "Europe/London", {"place": "HK"}, True),  # as asked a turn before
        ("Standard delivery is £3.95 in the UK and to Hong Kong", "en", "", {"place": "HK"}, False),
        ("Opened items can come back", "en", "Asia/Hong_Kong", {}, False),
    ],
)
def test_money_of_another_place_is_said_to_be_of_that_place(
    quote: str, locale: str, zone: str, facts: dict[str, str], said: bool
):
    plan = place.qualified(_draft(locale=locale, zone=zone, facts=facts), quote)
    assert [act.key for act in plan.acts] == (["answer.elsewhere"] if said else [])


def test_who_paid_here_is_here_wherever_the_clock_stands():
    facts = {"order_number": PAID.number}
    draft = _draft(zone="Asia/Tokyo", facts=facts, orders=(PAID,))
    assert place.where(draft) == "GB" and not place.qualified(draft, "It is £3.95").acts
