"""Which ways out there are, in what order, and how one is picked."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dialogues.draft import Draft
from dialogues.plan import Choice
from dialogues.playbook import Option, Promised
from dialogues.reading import Order, World

_OPEN_STATUSES = frozenset({"paid", "shipped", "out_for_delivery"})


def rank(draft: Draft) -> tuple[Option, ...]:
    """The options that fit the order and were not refused or done, the customer's needs first."""
    wished = (draft.state.facts.get("wish", ""), *draft.reading.needs)
    open_options = [
        option for option in draft.playbook.options
        if option.fits(draft.order) and option.id not in draft.state.options_refused
    ]  # fmt: skip
    return tuple(sorted(open_options, key=lambda option: -sum(need in wished for need in option.meets)))


def as_choice(option: Option, draft: Draft) -> Choice:
    """The option as something to tap; its title states the effect."""
    return Choice(f"option.{option.id}", f"option:{option.id}", params_of(draft))


def named(draft: Draft) -> Option | None:
    """The shown option that this turn picks: tapped, by its position, or by plainly naming the remedy."""
    shown = [draft.playbook.option(i) for i in draft.state.options_shown] if _has_playbook(draft) else []
    options = [option for option in shown if option and option.id not in draft.state.options_refused]
    if draft.reading.choice:
        wanted = draft.reading.choice.removeprefix("option:")
        return next((option for option in options if option.id == wanted), None)
    if draft.state.asked_now != "choice":
        return None
    position = _position(draft.reading.first("ordinal"), draft.reading.text)
    if 0 < position <= len(options):
        return options[position - 1]
    plain = [option for option in options if draft.reading.intent in option.intents]
    return plain[0] if len(plain) == 1 and not draft.reading.unsure else None


def _has_playbook(draft: Draft) -> bool:
    return draft.book.is_issue(draft.state.issue)


def _position(ordinal: str, text: str) -> int:
    """The position an answer names: an ordinal heard, or a lone digit."""
    lone = re.fullmatch(r"\s*([1-9])\s*[.!)。]?\s*", text)
    figure = ordinal or (lone.group(1) if lone else "")
    return int(figure) if figure.isdecimal() else 0


def promise(draft: Draft, promised: Promised, params: dict[str, str]) -> Draft:
    """Records what is promised and says when the customer hears next."""
    due = draft.world.now + timedelta(hours=promised.due_hours)
    told = due + timedelta(hours=promised.buffer_hours)
    draft = draft.do("promise", key=promised.key, due_at=due.isoformat(), told_due_at=told.isoformat(),
                     owner=promised.owner, issue=draft.state.issue)  # fmt: skip
    draft = draft.do("followup", kind="promise_check", due_at=due.isoformat())
    return draft.say("promise", f"promise.{promised.key}", {**params, "due": f"time:{told.isoformat()}"})


def params_of(draft: Draft) -> dict[str, str]:
    """What the wording may say of the order at hand."""
    return order_params(draft.order) if draft.order else {}


def order_params(order: Order) -> dict[str, str]:
    """An order's wording parameters. Values with a prefix (date:, money:) are formatted for the locale."""
    params = {"order_number": order.number, "item": order.item, "quantity": str(order.quantity)}
    if order.amount:
        params["amount"] = f"money:{order.amount} {order.currency}"
    if order.tracking:
        params["tracking"] = order.tracking
    for name in ("eta", "placed", "delivered_at"):
        if value := getattr(order, name):
            params[name] = f"date:{value}"
    return params


def is_overdue(order: Order, world: World) -> bool:
    """True when the day the parcel was due has passed and it has not arrived."""
    return order.status in _OPEN_STATUSES and bool(order.eta) and date.fromisoformat(order.eta[:10]) < world.now.date()
