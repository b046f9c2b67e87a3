"""From outside: what a reply asks for, told by its words and choices, and what a script needs of a server."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from bot.talk.script import Agent, Script, Shop, Wait
from bot.talk.seen import Reply
from dialogues.wording import wording

LONGEST_WAIT = timedelta(seconds=10)
_ASK = "ask."
# Wording keys that ask for something else than the fact they are named after.
_ASKS = {
    "verify": ("order_number", "phone_last4"), "verify_again": ("order_number", "phone_last4"),
    "which_order": ("order_number",),
}  # fmt: skip

Person = Mapping[str, Any]


def facts_asked(replies: Iterable[Reply]) -> tuple[str, ...]:
    """The facts that these bubbles ask for: by a sentence of the catalogues, or by a choice that would answer."""
    found: dict[str, None] = {}
    for reply in replies:
        for pattern, facts in _sentences():
            if pattern.search(reply.text):
                found |= dict.fromkeys(facts)
        for choice in reply.choices:
            name, eq, _ = choice["payload"].removeprefix("fact:").partition("=")
            if eq and choice["payload"].startswith("fact:"):
                found[name] = None
    return tuple(found)


@lru_cache(maxsize=1)
def _sentences() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    return tuple(
        (_pattern(text), _ASKS.get(key.removeprefix(_ASK), (key.removeprefix(_ASK),)))
        for catalogue in wording().catalogues.values()
        for key, texts in catalogue.items() if key.startswith(_ASK)
        for text in texts
    )  # fmt: skip


def _pattern(text: str) -> re.Pattern[str]:
    """A catalogue sentence as a pattern: anything may stand where a parameter stands."""
    parts = [re.escape(literal) + (".+?" if name is not None else "")
             for literal, name, _, _ in string.Formatter().parse(text)]  # fmt: skip
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def person_for(script: Script, people: Sequence[Person]) -> Person | None:
    """The server's demonstration customer that the script's customer is: same name, or an order in common."""
    customer = script.customer
    numbers = {order.number for order in customer.orders}
    for person in people:
        theirs = {str(order["number"]) for order in person.get("orders", ())}
        if (customer.name and person.get("name") == customer.name) or numbers & theirs:
            return person
    return None


def why_not(script: Script, people: Sequence[Person]) -> str:
    """Why a script cannot be played on a running server, or ""."""
    if script.channel != "web":
        return f"a running server is reached by its web chat, this is {script.channel}"
    if "now" in script.given:
        return "the clock of a running server cannot be set (now)"
    if "shop" in script.given or any(isinstance(entry.does, Shop) for entry in script.entries):
        return "the shop of a running server cannot be changed (shop)"
    if any(isinstance(entry.does, Wait) and entry.does.length > LONGEST_WAIT for entry in script.entries):
        return f"the clock of a running server cannot be moved (wait above {LONGEST_WAIT.seconds} s)"
    if any(isinstance(entry.does, Agent) for entry in script.entries):
        return "staff cannot be played on a running server (agent)"
    needs_person = script.customer.known or script.customer.orders
    if needs_person and person_for(script, people) is None:
        return "no demonstration customer of the server has this name or these orders (customer)"
    return ""
