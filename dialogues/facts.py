"""What the playbook needs to know: looked up before it is asked, learnt from what the customer says."""

from __future__ import annotations

import re

from dialogues.draft import Draft
from dialogues.playbook import Fact
from dialogues.reading import Order, World
from dialogues.state import State

_FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)")
# Dialogue acts that answer no question for a fact in free words.
_NOT_AN_ANSWER = frozenset({
    "dont_know", "deny", "request_human", "goodbye", "ask_reason", "ask_alternative", "greet", "thank",
    "stop_contact", "bot_identity", "chitchat", "out_of_scope", "unresolved", "resolved",
})  # fmt: skip


def learn(draft: Draft) -> tuple[Draft, bool]:
    """The draft with the facts that this turn gives, and whether it gave any."""
    found = _in_choice(draft) | _named(draft) | _in_words(draft)
    fresh = {name: value for name, value in found.items() if draft.state.facts.get(name) != value}
    if not fresh:
        return draft, bool(found)
    draft = draft.set(facts={**draft.state.facts, **fresh})
    return draft.because("learnt " + ", ".join(sorted(fresh))), True


def _in_choice(draft: Draft) -> dict[str, str]:
    name, eq, value = draft.reading.choice.removeprefix("fact:").partition("=")
    return {name: value} if draft.reading.choice.startswith("fact:") and eq else {}


def _named(draft: Draft) -> dict[str, str]:
    """Order number and the phone's last four digits, wherever they stand in the message."""
    reading, found = draft.reading, dict[str, str]()
    if reading.choice:
        return found
    number = reading.first("order_number")
    if number and not _FOUR_DIGITS.fullmatch(number):
        found["order_number"] = number
    elif order := _order_told_by_item(draft.world, reading.text):
        found["order_number"] = order.number
    if phone := reading.first("phone"):
        found["phone_last4"] = re.sub(r"\D", "", phone)[-4:]
    elif draft.state.asked_now in ("order_number", "phone_last4"):
        rest = reading.text.replace(found.get("order_number", "\0"), " ")
        if digits := _FOUR_DIGITS.findall(rest):
            found["phone_last4"] = digits[-1]
    return found


def _order_told_by_item(world: World, text: str) -> Order | None:
    named = [order for order in world.orders if order.item and order.item.casefold() in text.casefold()]
    return named[0] if len(named) == 1 else None


def _in_words(draft: Draft) -> dict[str, str]:
    """A free answer to the fact that was just asked."""
    state, reading = draft.state, draft.reading
    fact = draft.book.of(state.issue).fact(state.asked_now) if draft.book.is_issue(state.issue) else None
    if fact is None or fact.kind != "text" or reading.choice or reading.intent in _NOT_AN_ANSWER:
        return {}
    return {fact.name: reading.text[:500]}


def look_up_order(draft: Draft) -> Draft:
    """Settles which order is meant when the visible orders leave no doubt."""
    if draft.order is not None or "order_number" in draft.state.facts or len(draft.world.orders) != 1:
        return draft
    number = draft.world.orders[0].number
    return draft.set(facts={**draft.state.facts, "order_number": number}).because("looked up the only order")


def is_settled(state: State, fact: Fact) -> bool:
    """True when a fact needs no asking: it is known, or the customer refused it."""
    return fact.name in state.facts or fact.name in state.refused_facts


def missing(draft: Draft) -> tuple[Fact, ...]:
    """Required facts of the open issue that are neither known nor refused, in SPIN order."""
    facts = (f for f in draft.playbook.facts if f.required and not is_settled(draft.state, f))
    phases = ("situation", "problem", "implication", "need")
    return tuple(sorted(facts, key=lambda fact: phases.index(fact.phase)))


def give_up_ignored(draft: Draft) -> Draft:
    """A fact asked often enough and still missing counts as refused."""
    limit = draft.numbers.fact_asked_at_most
    ignored = tuple(f.name for f in missing(draft) if draft.state.asked.get(f.name, 0) >= limit)
    if not ignored:
        return draft
    draft = draft.set(refused_facts=(*draft.state.refused_facts, *ignored))
    return draft.because(f"asked {limit} times without an answer: {', '.join(ignored)}")
