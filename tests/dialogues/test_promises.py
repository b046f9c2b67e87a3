"""A promise: made for the customer's day, shown by what happened since, and off when nobody is needed any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dialogues.comeback import Circumstances, decide_comeback
from dialogues.daytime import is_quiet
from dialogues.episodes import CALL_BACK, handed_back
from dialogues.evidence import proof
from dialogues.order_at_hand import is_overdue
from dialogues.reading import Order, World
from dialogues.state import Owner, Stage, State
from tests.dialogues.build import LATE, NOW, NUMBERS, SHIPPED, answered, keys, payloads, reading, world
from tests.dialogues.test_in_passing import Shop

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


def _waited(stage: Stage = Stage.ACTION, *, slipped: bool = True, **more: Any) -> State:
    """A day after the courier was to be asked: put off with a word (``slipped``), or the time went by without one."""
    told, new = NOW.isoformat(), (NOW + timedelta(hours=20)).isoformat()
    return State(
        locale="en", stage=stage, issue="delivery_problem", facts={"order_number": LATE.number},
        options_shown=("expedite",), options_done=("expedite",), last_turn_at=(NOW - timedelta(hours=26)).isoformat(),
        promised={"courier_report": new if slipped else told}, slipped={"courier_report": told} if slipped else {},
        **more,
    )  # fmt: skip


AROUND = world(LATE, after_hours=1)
OWNED = ("recover.unkept.sorry", "recover.unkept.plain")


@pytest.mark.parametrize("stage", [Stage.ACTION, Stage.CONFIRM, Stage.CLOSED])
@pytest.mark.parametrize("slipped", [True, False])
@pytest.mark.parametrize(
    ("intent", "emotion", "text"),
    [("delivery_problem", "disappointed", "no news and no parcel"), ("service_complaint", "neutral", "you said today"),
     ("unresolved", "neutral", "not here yet"), ("", "angry", "你们不是答应今天回复吗")],
)  # fmt: skip
def test_a_promise_held_against_us_is_owned_first_and_other_ways_are_offered(
    stage: Stage, slipped: bool, intent: str, emotion: str, text: str
):
    said = reading(intent, emotion, text=text, unsure=not intent)
    plan = answered(_waited(stage, slipped=slipped), said, AROUND)
    keys = [act.key for act in plan.acts]
    assert sum(key in OWNED for key in keys) == 1 and plan.acts[0].name in ("accept", "empathise")
    assert plan.state.unresolved == 1 and plan.outcome == "reopened" and plan.state.options_open
    assert not plan.state.slipped and sum(act.apologises for act in plan.acts) <= 1


def test_the_second_time_a_person_hears_of_it():
    plan = answered(_waited(unresolved=1), reading("unresolved", "angry", text="you promised"), AROUND)
    assert plan.state.owner is Owner.QUEUE and any(act.key in OWNED for act in plan.acts)


def test_asked_calmly_it_is_owned_and_the_new_time_is_told():
    plan = answered(_waited(), reading("order_status", asks="whether", text="any word from the courier?"), AROUND)
    keys = [act.key for act in plan.acts]
    assert any(key in OWNED for key in keys) and "promise.courier_report" in keys and not plan.state.unresolved
    again = answered(plan.state, reading("order_status", asks="when", text="when was that again?"), AROUND)
    assert not any(act.key in OWNED for act in again.acts)


def test_after_goodbye_a_question_that_names_nothing_is_about_the_promise_that_was_not_kept():
    said = reading("usage_help", unsure=True, asks="whether", text="so did they find it?")
    plan = answered(_waited(Stage.CLOSED, slipped=False, contact_stopped=True), said, AROUND)
    assert any(act.key in OWNED for act in plan.acts) and plan.state.options_open


def test_whether_all_is_well_is_not_asked_before_what_was_put_off_is_due():
    now = NOW + timedelta(hours=3)
    seen = Circumstances(now=now, scheduled_at=NOW)
    comeback = decide_comeback("outcome_check", _waited(), seen, NUMBERS)
    assert comeback.verdict == "later" and comeback.at and comeback.at >= NOW + timedelta(hours=20)


def test_the_same_promise_for_two_orders_is_two_promises():
    other = replace(LATE, number="2026111900099", item="kettle")
    taken: dict[str, Any] = {"stage": Stage.OFFER, "asked_now": "choice", "options_open": ("expedite", "reship")}
    first = answered(State(issue="delivery_problem", facts={"order_number": LATE.number}, options_shown=("expedite",),
                           **taken), reading(choice="option:expedite"), world(LATE, other))  # fmt: skip
    there = replace(
        first.state, facts={"order_number": other.number}, options_done=(), options_shown=("expedite",), **taken
    )
    later = world(LATE, other, after_hours=2)
    both = answered(there, reading(choice="option:expedite"), later).state
    assert len(both.promised) == 2
    assert both.due_of("courier_report", LATE.number) < both.due_of("courier_report", other.number)
    seen = Circumstances(now=NOW + timedelta(hours=22), promise_key="courier_report", promise_order=LATE.number,
                         promise_status="open", told_due=both.due_of("courier_report", LATE.number))  # fmt: skip
    put_off = decide_comeback("promise_check", both, seen, NUMBERS).state
    assert put_off.due_of("courier_report", other.number) == both.due_of("courier_report", other.number)
    left = both.without_promise("courier_report", LATE.number)
    assert list(left.promised) == [f"courier_report {other.number}"]


@pytest.mark.parametrize("text", ["you said it would be chased and it still isn't here", "答应的又没做到"])
def test_who_is_let_down_again_beside_new_ways_out_is_given_a_person(text: str):
    first = answered(_waited(), reading("unresolved", "disappointed", text="still nothing"), AROUND)
    assert first.state.stage is Stage.OFFER
    said = reading("unresolved", "disappointed", text=text, unsure=True)
    plan = answered(first.state, said, AROUND)
    assert plan.state.owner is Owner.QUEUE and plan.state.handover_reason == "unresolved"
    asks = reading("refund", "disappointed", text="then give me my money back, all of it")
    assert answered(first.state, asks, AROUND).state.owner is Owner.BOT


@pytest.mark.parametrize("stage", [Stage.ACTION, Stage.CLOSED])
def test_nobody_is_told_late_of_what_they_say_is_settled(stage: Stage):
    plan = answered(_waited(stage), reading("resolved", text="it turned up this morning"), AROUND)
    assert not plan.state.promised and "withdraw" in {effect.name for effect in plan.effects}
    asked = replace(_waited(Stage.CONFIRM), asked_now="confirm")
    assert answered(asked, reading("resolved", text="all good"), AROUND).state.promised
    fresh = replace(_waited(), promised={"courier_report": (NOW + timedelta(hours=25)).isoformat()}, slipped={})
    assert answered(fresh, reading("resolved", text="all sorted then"), AROUND).state.promised
    to_be_done = replace(_waited(stage), options_done=("reship",), promised={"ship_today": NOW.isoformat()})
    assert answered(to_be_done, reading("resolved", text="all sorted"), AROUND).state.promised


def test_who_is_still_upset_after_a_person_saw_to_it_is_asked_how_they_are_and_not_whether_it_is_settled() -> None:
    shop = Shop(LATE)
    shop.says("this is a disgrace", "delivery_problem", emotion="angry", intensity=2)
    shop.state = handed_back(shop.state, "new one sent, arrives tomorrow")
    plan = shop.says("three days of my life gone", "delivery_problem", emotion="angry", intensity=2, unsure=True)
    assert "confirm.how_are_you" in keys(plan) and "option:refund_all" not in payloads(plan)


def test_what_is_due_today_where_the_customer_is_is_not_late() -> None:
    due_today = replace(SHIPPED, eta=NOW.date().isoformat())
    late_evening = World(now=NOW + timedelta(hours=16), timezone="America/Los_Angeles")
    assert late_evening.today == NOW.date() and not is_overdue(due_today, late_evening)
    assert is_overdue(due_today, replace(late_evening, timezone=""))
