"""The order at hand: named in the message with what proves it, or looked up where those in sight leave no doubt."""

from __future__ import annotations

import re
from datetime import date

from dialogues import record, remedies
from dialogues.circumstances import pieces
from dialogues.draft import Draft
from dialogues.phrases import which_order
from dialogues.reading import Order, World

VERIFYING = ("order_number", "phone_last4")
TRIED = "order_tried"  # the fact: the number told with digits that did not fit it
LAST_FOUR = 4
_FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)")
_YEAR = re.compile("(?:19|20)\\d\\d")
# Words by which a customer tells the end of the phone number before it is asked for.
_PHONE_ENDS = re.compile(
    "(?:手机|手機|电话|電話|号码|號碼)[^，,。.]{0,8}(?:尾号|尾號|末四|末4|后四|後四|后4|後4|尾数|尾數)|(?:尾号|尾號)\\s*(?:是|系|係)?\\s*\\d{4}"
    r"|(?:last|final) (?:four|4)|\b(?:phone|mobile|number)\b.{0,20}\b(?:ends|ending|end)\b",
    re.IGNORECASE,
)


def named(draft: Draft) -> dict[str, str]:
    """Order number and the phone's last four digits, wherever they stand in the message."""
    reading, found = draft.reading, dict[str, str]()
    number = reading.first("order_number")
    if two := record.of_another_thing(draft):
        found["order_number"] = two[1].number
    elif number and not _FOUR_DIGITS.fullmatch(number) and not is_another_number(draft, number):
        found["order_number"] = number
    elif (
        order := which_order.meant(draft.world.orders, reading.text, reading.first("tracking_number"))
    ) and not _in_passing(draft, order.number):
        found["order_number"] = order.number
    phone, ends_only = re.sub(r"\D", "", reading.first("phone")), bool(_FOUR_DIGITS.fullmatch(number))
    text = reading.text if ends_only else reading.text.replace(number or "\0", " ")
    if len(phone) > LAST_FOUR:
        found["phone_last4"] = phone[-LAST_FOUR:]
    elif digits := _FOUR_DIGITS.findall(text):  # the last of them: "1220, no, 1222"
        asked = draft.state.asked_now in VERIFYING or _PHONE_ENDS.search(reading.text)
        if asked or (number and not _YEAR.fullmatch(digits[-1])):
            found["phone_last4"] = digits[-1]
    if draft.state.asked_now not in VERIFYING:
        return found
    tried = draft.state.facts.get(TRIED, "")
    if tried and "order_number" not in found and "phone_last4" in found:
        return {**found, "order_number": tried}  # only the digits were wrong
    return pieces.told(draft, found)


def _in_passing(draft: Draft, number: str) -> bool:
    """True while something about one order lies open and another is only asked about: the matter stays where it is."""
    state = draft.state
    known = state.facts.get("order_number", "")
    asks = draft.reading.puts_question and not asks_for_a_matter(draft)
    return bool(asks and known and known != number and state.lies_open and not state.parked)


def asks_for_a_matter(draft: Draft) -> bool:
    """True for "can I return the kettle?": a question by its form that something be done, and nothing to look up."""
    reading = draft.reading
    if reading.unsure or not draft.book.is_issue(reading.intent):
        return False
    playbook = draft.book.of(reading.intent)
    return not (playbook.answers or playbook.knowledge)


def is_another_number(draft: Draft, number: str) -> bool:
    """True for a number that was not asked for and is made like none of the orders in sight: a tax or model number."""
    orders = draft.world.orders
    seen = bool(draft.world.linked and orders) and draft.state.asked_now != "order_number"
    return seen and all(len(order.number) != len(number) for order in orders)


def look_up(draft: Draft) -> Draft:
    """Settles which order is meant when the visible orders leave no doubt."""
    if draft.order is not None or "order_number" in draft.state.facts:
        return draft
    orders, why = draft.world.orders, "only_order"
    if len(orders) == 1 and not draft.world.linked and which_order.ruled_out(orders[0], draft.reading.text):
        return draft
    if len(orders) > 1:
        orders, why = remedies.asked_after(draft) or _that_fit(draft), "only_fitting"
    if len(orders) != 1:
        return draft
    return draft.set(facts={**draft.state.facts, "order_number": orders[0].number}).because(why)


def _that_fit(draft: Draft) -> tuple[Order, ...]:
    """The orders that the open matter can be about, by what the playbook says of them (``meant``); () for no telling.

    An overdue one comes before the others that are on their way.
    """
    fact = draft.playbook.fact("order_number") if draft.has_issue else None
    if fact is None or not fact.meant or not draft.proven:
        return ()
    fit = tuple(order for order in draft.world.orders if order.status in fact.meant)
    late = tuple(order for order in fit if is_overdue(order, draft.world))
    return late or fit


def is_overdue(order: Order, world: World) -> bool:
    """True when the day the parcel was due has passed and it has not arrived."""
    return order.is_coming and bool(order.eta) and date.fromisoformat(order.eta[:10]) < world.today
