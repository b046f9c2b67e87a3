"""Where the parcel is, asked beside another matter: of it, of what was booked in its place, or of another order."""

from __future__ import annotations

import re

from dialogues import by_when, confirming, offering, offers, telling
from dialogues.circumstances import collecting
from dialogues.draft import Draft
from dialogues.eoac import WORKED_ON, Signal
from dialogues.meaning import names_a_parcel
from dialogues.phrases import which_order
from dialogues.reading import Order
from dialogues.state import Stage

MONEY = "refund"
_COLLECTS = re.compile(
    r"(?:来|來|上门|上門)?[取收](?:件|货|貨|走)?(?!到)|上门|上門|到府|\b(?:collect\w*|pick(?:ed|ing)?[ -]?up)\b",
    re.IGNORECASE,
)
NEWS = re.compile(r"知道|消息|答复|答覆|回复|回覆|结果|結果|\b(?:know|hear|news|answer|reply|told)\b", re.IGNORECASE)
# Turns in which a question can be answered in passing: those that pick, settle or end nothing.
ASKING = frozenset({
    Signal.ISSUE, Signal.SAME, Signal.QUESTION, Signal.OTHER, Signal.UNCLEAR, Signal.INFORM, Signal.UNKNOWN,
    Signal.WHY, Signal.THANKS,
})  # fmt: skip


def is_asked(draft: Draft, signal: Signal) -> bool:
    """True for "where has it got to, in this cold spell?", and "will they be here tomorrow?" beside another matter."""
    reading, state = draft.reading, draft.state
    if not state.lies_open or not draft.has_issue or draft.playbook.answers:
        return False
    status = draft.book.is_issue(reading.intent) and draft.book.of(reading.intent).answers and not reading.unsure
    if state.stage in WORKED_ON and NEWS.search(reading.text):
        return False  # of what was promised
    back = draft.order is not None and draft.order.status == "returned"
    if back and state.issue == MONEY and not names_a_parcel(reading.text):
        return False  # "and what day will it arrive?", of the money
    standing = confirming.standing_promise(draft)
    if standing and standing[0] in collecting.COLLECTING and _COLLECTS.search(reading.text):
        return False  # "which day do they pick it up?"
    if is_of_the_ways_out(draft):
        return False
    if not status or signal not in ASKING:
        where = reading.asks == "where" and by_when.is_coming(draft)
        return where and (signal is Signal.SCOPE or (reading.unsure and signal in ASKING))
    return state.stage in WORKED_ON or signal is not Signal.SAME or by_when.is_coming(draft)


def is_of_the_ways_out(draft: Draft) -> bool:
    """True for "when will I have it?" of what is put to them: the thing itself is there already."""
    timed = draft.reading.asks in by_when.TIME and draft.state.stage is Stage.OFFER and draft.order is not None
    asks_where = draft.book.is_issue(draft.reading.intent) and draft.book.of(draft.reading.intent).answers
    return timed and asks_where and not by_when.is_coming(draft)


def told(draft: Draft) -> Draft | None:
    """Where the parcel is, and on with the matter; where an exchange is booked or put to them, the new one is meant."""
    put = offers.open_options(draft) if not by_when.is_coming(draft) else ()
    swap = draft.booked or (put[0] if len(put) == 1 else None)
    takes = swap.tells.get("takes", "") if swap else ""
    if takes in ("exchange", "repair"):
        draft = draft.say("answer", f"answer.tells.takes.{takes}")
    elif draft.state.stage in WORKED_ON and not by_when.is_coming(draft) and confirming.standing_promise(draft):
        pass  # what is on its way was promised: the record tells of what came before
    elif (order_told := telling.told_order(draft)) is None:
        return None
    else:
        draft = order_told
    if draft.state.stage is Stage.OFFER:
        return offering.keep_open(draft)
    return confirming.confirm(confirming.told_promise(draft) or draft)


def order_named(draft: Draft) -> Order | None:
    """The order in sight that the message names."""
    return which_order.meant(draft.world.orders, draft.reading.text)
