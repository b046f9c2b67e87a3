"""Two of their orders in one message: each is told of, or each keeps the matter that is raised about it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogues.draft import Draft
from dialogues.phrases import which_order
from dialogues.phrases.clauses import clauses_of
from dialogues.phrases.which_matter import MATTERS, STATUS, matter_of
from dialogues.reading import Order, Reading
from dialogues.state import WORDS_AT_MOST
from dialogues.values import changed

TOLD_AT_MOST = 3  # orders in one reply
_ALL = re.compile(
    r"[两兩二三几幾]\s*[个個]?(?:单|單|笔|筆|件|样|樣|张|張|份|个|個)|(?:订单|訂單|东西|東西|包裹)?都(?:到|发|發|在|送|寄|是)|所有的?(?:订单|訂單)|全部(?:订单|訂單)"
    r"|\b(?:both|all|two|three|each)\b(?: of)?(?: (?:my|the|these|those|them))*|\b(?:my|the) (?:orders|parcels|packages|deliveries)\b",
    re.IGNORECASE,
)


def asked_after(draft: Draft) -> Sequence[Order]:
    """The orders that a question after more than one means: those it names, else all; () where one is meant."""
    reading, orders = draft.reading, draft.world.orders
    if reading.choice or not draft.proven or "order_number" in draft.state.facts or len(orders) < 2:
        return ()
    named = which_order.pointed_at(orders, reading.text)
    found = named if len(named) > 1 else orders if _ALL.search(reading.text) and not named else ()
    return found[:TOLD_AT_MOST]


def parted(draft: Draft) -> Draft:
    """The draft in which a message about two orders is one about the first matter; the second is not lost.

    A mere question where the other one is, is answered beside the rest (``beside``); any other second matter is parked
    with its order. Nothing is parted where the words about one of them raise no matter, or the customer may not hear of
    orders.
    """
    reading, book = draft.reading, draft.book
    vague = reading.unsure and reading.intent in ("order_status", "delivery_problem") and not reading.choice
    if vague and book.is_issue(STATUS) and _ALL.search(reading.text) and MATTERS[STATUS].search(reading.text):
        return changed(draft, reading=changed(reading, intent=STATUS, unsure=False))
    parts = _parts(draft) if draft.proven and not reading.choice else []
    if any(which_order.ruled_out(order, reading.text) for _, order in parts):
        return draft  # "not the kettle, that is fine, the lamp": one is meant
    raised = [
        (matter, text, order) for matter, (text, order) in zip(_matters(parts, reading), parts, strict=True) if matter
    ]
    if len(parts) != 2 or len(raised) != 2 or not all(book.is_issue(matter) for matter, _, _ in raised):
        return draft
    asked = [book.of(matter).answers for matter, _, _ in raised]
    if all(asked):
        return draft  # asked of both in one go
    turned = asked[0] or (raised[1][0] == reading.intent != raised[0][0] and not asked[1])
    (matter, text, _), (other, words, order) = reversed(raised) if turned else raised
    sure = not reading.unsure or matter == reading.intent
    heard = changed(reading, text=text, also=(), **({} if sure and other != reading.intent else {"intent": matter}))
    draft = changed(draft, reading=changed(heard, unsure=False))
    if book.of(other).answers:
        return changed(draft, beside=order)
    state = draft.state
    parked = tuple(dict.fromkeys((*state.parked, other)))
    draft = draft.set(parked=parked, stories={**state.stories, other: with_number(words[:WORDS_AT_MOST], order.number)})
    return draft.because("parked", issues=other)


def with_number(story: str, number: str) -> str:
    """The words that raised a matter with its order's number, which makes a clause of its own."""
    return story if number in story else f"{story}; {number}".removeprefix("; ")


def _matters(parts: Sequence[tuple[str, Order]], reading: Reading) -> list[str]:
    """The matter that each part raises: what was heard beside goes to the one whose words name none. "" for none."""
    raised = [matter_of(text, reading.intent) for text, _ in parts]
    left = [matter for matter in (reading.intent, *reading.also) if matter not in raised]
    return [left[0] if not each and raised.count("") == len(left) == 1 else each for each in raised]


def _parts(draft: Draft) -> list[tuple[str, Order]]:
    """The runs of clauses that are about one order each, in order: each begins with its thing, or leads up to it.

    What is said before another order is named than the one at hand is about that.
    """
    parts: list[tuple[str, Order]] = []
    before, at_hand = "", draft.order if draft.state.lies_open else None
    for clause in clauses_of(draft.reading.text):
        order = which_order.named(draft.world.orders, clause)
        if order and at_hand and order != at_hand and not parts and matter_of(before, ""):
            parts.append((before.strip(), at_hand))
            before = ""
        if order and not (parts and parts[-1][1] == order):
            parts.append((f"{before} {clause}".strip(), order))
            before = ""
        elif parts:
            parts[-1] = (f"{parts[-1][0]}, {clause}", parts[-1][1])
        else:
            before = f"{before} {clause}"
    return parts if len({order.number for _, order in parts}) == len(parts) else []
