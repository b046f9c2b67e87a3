"""A promise: made for the customer's day, shown by what happened since, and off when nobody is needed any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dialogues.comeback import Circumstances, decide_comeback
from dialogues.daytime import is_quiet
from dialogues.episodes import CALL_BACK
from dialogues.evidence import proof
from dialogues.reading import Order
from dialogues.state import Owner, Stage, State
from tests.dialogues.build import LATE, NUMBERS, answered, reading, world

pytestmark = pytest.mark.fast
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _order(status: str, tracking: str = "A1", refunds: int = 0, **more: Any) -> Order:
    paid = tuple({"status": "paid"} for _ in range(refunds))
    return Order(number="1", status=status, item="kettle", tracking=tracking, refunds=paid, **more)


@pytest.mark.parametrize(
    ("key", "then", "now", "kept"),
    [
        ("ship_today", _order("paid"), _order("shipped"), True),
        ("ship_today", _order("delivered"), _order("delivered"), False),  # the parcel that is missing
        ("ship_today", _order("shipped"), _order("delivered"), False),  # the first parcel, not the one sent again
        ("ship_today", _order("delivered"), _order("shipped", "A2"), True),
        ("courier_report", _order("shipped"), _order("out_for_delivery"), True),
        ("courier_report", _order("out_for_delivery"), _order("out_for_delivery"), False),
        ("courier_report", _order("delivered"), _order("delivered"), False),
        ("money_back", _order("delivered", refunds=1), _order("delivered", refunds=1), False),  # an earlier refund
        ("money_back", _order("delivered", refunds=1), _order("delivered", refunds=2), True),
        ("pickup", _order("delivered"), _order("returned"), True),
    ],
)
def test_only_what_happened_since_shows_that_a_promise_was_kept(key: str, then: Order, now: Order, kept: bool):
    seen = Circumstances(now=NOON, promise_key=key, promise_status="open", told_due=NOON.isoformat(), order=now,
                         shown_before=proof(key, then))  # fmt: skip
    comeback = decide_comeback("promise_check", State(stage=Stage.ACTION, issue="delivery_problem"), seen, NUMBERS)
    assert comeback.promise == ("kept" if kept else "slipped")


@pytest.mark.parametrize("zone", ["", "Europe/London", "America/New_York", "Asia/Taipei", "Pacific/Auckland"])
@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_nothing_is_promised_for_the_customers_night(zone: str, hour: int):
    now = NOON.replace(hour=hour)
    away = {"open": False, "opens_at": (now + timedelta(hours=6)).isoformat(), "timezone": zone}
    asked = answered(State(), reading("request_human"), replace(world(), now=now, **away))
    chased = answered(
        State(stage=Stage.OFFER, issue="delivery_problem", facts={"order_number": LATE.number}, asked_now="choice",
              options_open=("expedite",), options_shown=("expedite",)),
        reading(choice="option:expedite"), replace(world(LATE), now=now, timezone=zone),
    )  # fmt: skip
    for plan in (asked, chased):
        [promise] = [effect.data for effect in plan.effects if effect.name == "promise"]
        there = ZoneInfo(zone) if zone else UTC
        told, due = (datetime.fromisoformat(promise[name]).astimezone(there) for name in ("told_due_at", "due_at"))
        assert not is_quiet(told.hour, NUMBERS) and not is_quiet(due.hour, NUMBERS) and due <= told


@pytest.mark.parametrize("words", ["never mind, it's solved", "I don't need a person any more"])
def test_who_needs_nobody_any_more_is_not_called_back(words: str):
    waits = State(owner=Owner.QUEUE, handover_reason="asked", promised={CALL_BACK: NOON.isoformat()})
    intent = "resolved" if "solved" in words else "deny"
    plan = answered(waits, reading(intent, text=words), world())
    assert plan.state.owner is Owner.BOT and CALL_BACK not in plan.state.promised
    assert {"leave_queue", "withdraw"} <= {effect.name for effect in plan.effects}
