"""Small builders: a reading, an order, a world, and a book made for testing, which no shop owner changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dialogues.decide import decide
from dialogues.numbers import Numbers
from dialogues.plan import Plan
from dialogues.playbook import Book, Fact, Option, Playbook, Promised
from dialogues.reading import Found, Order, Reading, Result, World
from dialogues.state import State

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NUMBERS = Numbers()
SHIPPED = Order(number="2026111800042", status="shipped", item="rice cooker", amount="399.00", currency="CNY",
                placed="2026-11-18", eta="2026-11-30", tracking="SF1234567890")  # fmt: skip
LATE = replace(SHIPPED, eta="2026-11-20")
PAID = Order(number="2026112000015", status="paid", item="desk lamp", amount="42.50", currency="GBP",
             placed="2026-11-21", eta="2026-11-26")  # fmt: skip

_ORDER = Fact("order_number", kind="order")
_WISH = Fact("wish", kind="choice", phase="need", required=False,
             choices={"speed": "wish.speed", "compensation": "wish.money"})  # fmt: skip
_FACE = Option("duty_team", meets=("certainty",), promise=Promised("duty_team", 22))
_HUMAN = Option("human_now", meets=("respect",), handover="asked")

BOOK = Book({
    "delivery_problem": Playbook(
        "delivery_problem", verified=True, facts=(_ORDER, _WISH), becomes=("order_status", "refund"),
        options=(
            Option("expedite", statuses=("shipped",), meets=("speed",), port="orders", action="expedite",
                   promise=Promised("courier_report", 22)),
            Option("refund_all", statuses=("paid", "shipped"), meets=("compensation",), intents=("refund",),
                   irreversible=True, port="refunds", action="create", undo="cancel",
                   promise=Promised("money_back", 72, buffer_hours=24)),
            Option("reship", statuses=("shipped",), meets=("speed",), irreversible=True, port="orders",
                   action="reship", promise=Promised("ship_today", 22)),
            _FACE, _HUMAN,
        ),
    ),
    "order_status": Playbook("order_status", answers=True, verified=True, facts=(_ORDER,),
                             becomes=("delivery_problem",), options=(_FACE, _HUMAN)),
    "item_problem": Playbook(
        "item_problem", becomes=("refund",),
        facts=(
            Fact("deadline", phase="implication"),
            Fact("trouble", kind="choice", phase="problem",
                 choices={"broken": "wish.exchange", "missing": "wish.speed"}),
            Fact("opened", kind="choice", phase="situation", choices={"yes": "choice.yes", "no": "choice.no"}),
        ),
        options=(
            Option("exchange", meets=("fairness",), port="returns", action="exchange", instant=True),
            Option("allowance", meets=("compensation",), requires=("trouble",), promise=Promised("duty_team", 22)),
            _HUMAN,
        ),
    ),
    "usage_help": Playbook("usage_help", knowledge=True, options=(_FACE, _HUMAN)),
    "product_question": Playbook(
        "product_question", kind="zero", knowledge=True,
        options=(Option("checkout", port="orders", action="checkout", kind="first"), _FACE, _HUMAN)),
    "invoice": Playbook("invoice", understood=False, options=(_FACE, _HUMAN)),
    "privacy_request": Playbook("privacy_request", rule=True),
    "escalation_threat": Playbook("escalation_threat", kind="ultimate"),
    "refund": Playbook("refund", verified=True, facts=(_ORDER, _WISH), options=(
        Option("refund_all", statuses=("paid", "shipped"), meets=("compensation",), intents=("refund",),
               irreversible=True, port="refunds", action="create", promise=Promised("money_back", 72)), _FACE, _HUMAN)),
})  # fmt: skip


def reading(intent: str = "", emotion: str = "neutral", intensity: int | None = None, **more: Any) -> Reading:
    """A turn as it was heard; a feeling that is named is plain (2) unless told otherwise."""
    strength = intensity if intensity is not None else 0 if emotion == "neutral" else 2
    text = more.pop("text", "yes" if intent == "affirm" else intent or more.get("choice", ""))
    entities = tuple(Found(kind, value) for kind, value in more.pop("entities", {}).items())
    return Reading(text=text, language=more.pop("language", "en"), intent=intent, emotion=emotion,
                   intensity=strength, entities=entities, **more)  # fmt: skip


def tap(payload: str) -> Reading:
    """A tapped choice."""
    return reading(choice=payload)


def world(*orders: Order, linked: bool = True, after_hours: float = 0, **more: Any) -> World:
    """The world with these orders in sight, some hours after NOW."""
    now = NOW + timedelta(hours=after_hours)
    return World(now=now, orders=orders, linked=linked, opens_at=(now + timedelta(hours=12)).isoformat(), **more)


Ports = Mapping[str, bool]


def answered(state: State, said: Reading, around: World, ports: Ports | None = None, book: Book = BOOK,
             numbers: Numbers = NUMBERS, decide: Any = decide) -> Plan:  # fmt: skip
    """The final plan: the calls that it asks for are answered, well unless ``ports`` says otherwise."""
    for _ in range(5):
        plan: Plan = decide(state, said, around, book, numbers)
        if not plan.calls:
            return plan
        results = {call.key: _result(call.key, (ports or {}).get(call.key, True)) for call in plan.calls}
        if any(call.key == "verify" for call in plan.calls) and results["verify"].ok:
            around = replace(around, orders=(replace(SHIPPED, number=plan.calls[0].params["order_number"]),))
        around = replace(around, results={**around.results, **results})
    raise AssertionError("still calling")


def _result(key: str, ok: bool) -> Result:
    if not ok:
        return Result(False, {} if key in ("verify", "knowledge") else {"failed": "yes"})
    articles = {
        "quote": "Press the button.",
        "title": "First use",
        "link": "https://shop.example/first-use",
        "key": "first-use:1",
    }
    return Result(True, articles if key == "knowledge" else {})


class Talk:
    """A conversation with the machine: each turn moves the state on and keeps the last plan."""

    def __init__(self, *orders: Order, state: State | None = None, **around: Any) -> None:
        self.state = state or State(locale="en")
        self.around = world(*orders, **around)
        self.plan = Plan(self.state)
        self.hours = 0.0

    def says(self, intent: str = "", emotion: str = "neutral", intensity: int | None = None, *,
             ports: Ports | None = None, **more: Any) -> Plan:  # fmt: skip
        """The customer writes."""
        return self.hears(reading(intent, emotion, intensity, **more), ports)

    def taps(self, payload: str, ports: Ports | None = None) -> Plan:
        """The customer taps a choice."""
        return self.hears(tap(payload), ports)

    def hears(self, said: Reading, ports: Ports | None = None) -> Plan:
        """One turn."""
        self.plan = answered(self.state, said, self.around, ports)
        self.state = self.plan.state
        return self.plan

    def waits(self, hours: float) -> None:
        """Time passes."""
        self.hours += hours
        self.around = replace(self.around, now=NOW + timedelta(hours=self.hours))


def names(plan: Plan) -> tuple[str, ...]:
    """What the reply does, in order."""
    return plan.act_names()


def keys(plan: Plan) -> tuple[str, ...]:
    """The wording keys of the reply, in order."""
    return tuple(act.key for act in plan.acts)


def payloads(plan: Plan) -> tuple[str, ...]:
    """What can be tapped, in order."""
    return tuple(choice.payload for act in plan.acts for choice in act.choices)


def effects(plan: Plan, name: str) -> tuple[Mapping[str, Any], ...]:
    """The data of every effect of that name."""
    return tuple(effect.data for effect in plan.effects if effect.name == name)
