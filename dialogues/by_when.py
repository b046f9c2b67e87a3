"""By when: how soon the ways out are done, what happens if not, and whether that is what is asked."""

from __future__ import annotations

import re

from dialogues import confirming, offering, offers, order_at_hand, particulars
from dialogues.draft import Draft
from dialogues.phrases.clauses import asks_when
from dialogues.state import Stage

TIME = frozenset({"duration", "when"})
_WHETHER = frozenset({"whether", "how", "amount", "what"})
# "Can't it be today?", "will I have it by six?"
_SOONER = re.compile(
    r"今天|今晚|今日|明天|明早|明日|聽日|下班前|几点|幾點|点前|點前|快(?:点|點|一点|一點|些|啲)|早(?:点|點|一点|一點|些)|更快|来得及|來得及|赶得上|趕得上|能到账|最快"
    r"|\b(?:today|tonight|tomorrow|sooner|faster|quicker|earlier|quickly|in time|before (?:then|mon|tue|wed|thu|fri|sat|sun)\w*"
    r"|by (?:\d|then|mon|tue|wed|thu|fri|sat|sun|tonight|tomorrow)\w*|right now|straight away|soonest)\b",
    re.IGNORECASE,
)


def is_asked(draft: Draft) -> bool:
    """True for "when", and for "can't it be today?"."""
    reading = draft.reading
    if not reading.asks and asks_when(reading.text):
        return True
    return reading.asks in TIME or (reading.asks in _WHETHER and bool(_SOONER.search(reading.text)))


def asks_sooner(draft: Draft) -> bool:
    """True for a "when" that wants it sooner than it is offered."""
    return is_asked(draft) and bool(_SOONER.search(draft.reading.text))


def otherwise(draft: Draft) -> Draft | None:
    """What happens if it does not come or work out: what was promised, the ways out, or the order's day tell it."""
    state, order = draft.state, draft.order
    if standing := confirming.standing_promise(draft):
        draft = draft.say("answer", "answer.if_not.promised", {"due": f"time:{standing[1]}"})
        return confirming.confirm(draft.because("otherwise"))
    if state.stage is Stage.OFFER and state.options_open:
        return offering.keep_open(draft.say("answer", "answer.if_not.open").because("otherwise"))
    if (
        state.stage is Stage.CONFIRM
        and is_coming(draft)
        and order
        and order.eta
        and not order_at_hand.is_overdue(order, draft.world)
    ):
        draft = draft.say("answer", "answer.if_not.day", offers.order_params(order))
        return confirming.confirm(draft.because("otherwise"), "confirm.light")
    return None


def is_coming(draft: Draft) -> bool:
    """True while the order at hand is on its way to a customer who may hear of it."""
    return draft.order is not None and draft.order.is_coming and draft.proven


def soonest(draft: Draft) -> Draft | None:
    """By when the quickest of the ways out is done, said plainly; None where none says by when."""
    timed = [option for option in offers.open_options(draft) if option.promise and not option.fallback]
    if (one := particulars.named(draft)) in timed:
        timed = [one]
    timed = [option for option in timed if option.port] or timed  # what is done before what is talked about
    if not timed:
        return None
    due, option = min(((draft.when(o.promise)[1], o) for o in timed if o.promise), key=lambda each: each[0])
    params = {**offers.params_of(draft), "what": f"@deed.{option.id}", "due": f"time:{due.isoformat()}"}
    return offering.keep_open(draft.say("answer", "answer.soonest", params).because("says_when"))
