"""Another of their orders is named than the one at hand: that one is meant in its place, or a matter beside."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dialogues import undoing
from dialogues.draft import Draft
from dialogues.eoac import OVER, Signal
from dialogues.phrases import which_order
from dialogues.reading import Order
from dialogues.values import changed

# "No, the kettle", 「不是，是檯燈」.
_CORRECTS = re.compile(
    r"不是|不对|不對|错|錯|我说的是|我說的是|我是说|我是說|我讲的是|我講的是|唔係"
    r"|\b(?:no|not|wrong|i mean|i meant|mistake)\b|n't\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"还有|還有|另外|顺便|順便|也(?:要|想|是|坏|壞|有|没|沒)|同时|同時|仲有"
    r"|\b(?:also|as well|another thing|besides|plus)\b|\btoo(?=\s*(?:[,.!]|$))",
    re.IGNORECASE,
)


def named(draft: Draft, found: Mapping[str, str]) -> Order | None:
    """The order in sight that the customer writes of while a matter of another one is open."""
    state, number = draft.state, found.get("order_number", "")
    known = state.facts.get("order_number", "")
    if draft.reading.choice or state.stage in OVER or not known or number == known:
        return None
    return draft.world.order(number)


def is_unseen(draft: Draft, found: Mapping[str, str]) -> bool:
    """True for another number than the one at hand that has to be proved first: from one who is not known here."""
    number, known = found.get("order_number", ""), draft.number
    another = bool(number and known) and number != known and draft.world.order(number) is None
    return another and draft.state.lies_open and not draft.world.linked


def without_the_ruled_out(draft: Draft) -> Draft:
    """The draft in which the order at hand is open again where the customer says that its thing is not meant."""
    state, order = draft.state, draft.order
    the_only_one = draft.world.linked and len(draft.world.orders) == 1
    if order is None or the_only_one or draft.reading.choice or not state.lies_open or state.options_done:
        return draft
    if not which_order.ruled_out(order, draft.reading.text):
        return draft
    rest = {name: value for name, value in state.facts.items() if name != "order_number"}
    asked = {name: times for name, times in state.asked.items() if name != "order_number"}
    draft = draft.set(facts=rest, asked=asked, verified=False, options_shown=(), options_open=(), options_refused=())
    return draft.because("not_that_order")


def taken(draft: Draft, order: Order, signal: Signal) -> tuple[Draft, Signal]:
    """The draft, and what the turn means: OTHER for a matter beside, ELSE for one that comes first, else CORRECTS.

    UNDO where what is booked for that order is taken back.
    """
    there = draft.set(facts={**draft.state.facts, "order_number": order.number}, options_done=())
    if undoing.takes_back(there):
        return draft, Signal.UNDO
    beside = bool(_BESIDE.search(draft.reading.text))
    apart = signal is Signal.OTHER or (signal is Signal.ISSUE and _was_named(draft))
    if is_correction(draft) or not draft.has_issue or not (beside or apart):
        return draft, Signal.CORRECTS
    draft = _as_a_matter(draft)
    if beside or not draft.state.lies_open:
        return draft, Signal.OTHER
    matter = draft.reading.intent
    return draft.set(parked=(matter, *(each for each in draft.state.parked if each != matter))), Signal.ELSE


def is_correction(draft: Draft) -> bool:
    """True for words that put the order named in the place of the one at hand."""
    return bool(_CORRECTS.search(draft.reading.text))


def _as_a_matter(draft: Draft) -> Draft:
    """The draft in which the turn raises a matter: the one that was heard, else the open one again, of that order."""
    intent = draft.reading.intent
    matter = intent if draft.book.is_issue(intent) else draft.state.issue
    return changed(draft, reading=changed(draft.reading, intent=matter, unsure=False))


def _was_named(draft: Draft) -> bool:
    """True when the customer spoke of the order at hand when the open matter was raised."""
    story = draft.state.stories.get(draft.state.issue, "")
    return draft.order is not None and which_order.meant(draft.world.orders, story) == draft.order
