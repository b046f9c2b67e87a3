"""A question while something is open: answered in passing, so that the matter stays where it was.

What was promised answers first, then the order, then the shop's articles, then what the ways out themselves say.
"""

from __future__ import annotations

import re

from dialogues import (
    amending,
    asked_for,
    by_when,
    confirming,
    facts,
    in_case,
    offering,
    offers,
    order_at_hand,
    particulars,
    picking,
    referring,
    remedies,
    telling,
    under_way,
    whereabouts,
)
from dialogues.asking import HUMAN
from dialogues.circumstances import collecting, variant
from dialogues.circumstances.deadline import comes_to_nothing
from dialogues.draft import Draft
from dialogues.eoac import WORKED_ON, Signal
from dialogues.order_at_hand import VERIFYING
from dialogues.phrases import denied, reversing, which_matter, willing
from dialogues.phrases.clauses import asks, asks_when, only_names
from dialogues.playbook import STATUSES
from dialogues.reading import Order
from dialogues.state import Stage

# A question that is neither the matter again nor another way of putting it.
_BESIDE_THE_MATTER = frozenset({Signal.UNCLEAR, Signal.OTHER, Signal.INFORM, Signal.UNKNOWN, Signal.QUESTION})
# "Will it still come?", asked once something was taken back.
_STILL = re.compile(
    r"(?:还|還|仲)(?:会|會|能|可以|有|算|要)|(?:现在|現在|而家|那)[^，]{0,3}(?:会|會)|\b(?:can|will|is|are|do|does) \w+ still\b",
    re.IGNORECASE,
)
WHERE = frozenset({"where", "what", "how"})
# "So it comes as it was, right?", which a yes is not.
_SO_THEN = re.compile(r"[对對是]吧[?？]?$|\b(?:right|correct|yes)\?$", re.IGNORECASE)
_NUMBER = re.compile(r"(?:订单|訂單|单|單)(?:号|號|编号|編號)|\b(?:order|reference) (?:number|no\b|#)", re.IGNORECASE)
_SAYS_AGAIN = frozenset({Signal.SAME, Signal.ISSUE, Signal.OTHER, Signal.UNCLEAR, Signal.INFORM})
_TURNS_BACK = frozenset({Signal.UNDO, Signal.INSTEAD})  # "can it be un-cancelled?" wants it, whatever else it asks


def answer(draft: Draft, signal: Signal) -> Draft | None:
    """The draft with the question of this turn answered, or None when it asks nothing that can be answered here."""
    state, reading = draft.state, draft.reading
    if signal is Signal.ELSE:
        return None
    if case := in_case.answered(draft, signal):
        return case
    if signal in _TURNS_BACK or comes_to_nothing(reading.text):
        return None
    if signal is Signal.SAME and (only_names(reading.text) or asked_for.asks_for_a_remedy(draft)):
        return None
    told_more = not {collecting.PICKUP, facts.CHANGE}.isdisjoint(draft.learnt)
    if state.lies_open and draft.has_issue and signal in _SAYS_AGAIN and not told_more and picking.is_done(draft):
        return under_way.so_far(draft)
    taken_back = confirming.WITHDRAWN in state.asked and not draft.done and signal in _SAYS_AGAIN
    if taken_back and draft.has_issue and reversing.goes_on(reversing.wish(reading.text)):
        return under_way.so_far(draft)  # "can it be un-cancelled?", once it is
    if state.stage in WORKED_ON and willing.wants_word(reading.text) and (told := confirming.told_promise(draft)):
        return confirming.confirm(told)
    if state.lies_open and draft.booked and under_way.asks_if_off(reading.text):
        return under_way.so_far(draft)  # of what stands, and what no longer does
    asked = state.lies_open and draft.has_issue and particulars.asks_if_done(reading)
    if asked and (told := particulars.told_if_done(draft)):
        return offering.and_on(told)
    said_again = (
        state.stage in WORKED_ON and signal in _SAYS_AGAIN | {Signal.NO, Signal.YES} and variant.says_again(draft)
    )
    if reading.choice or not (reading.puts_question or said_again):
        return None
    if state.lies_open and draft.has_issue and denied.fears(reading.text) and (told := whereabouts.told(draft)):
        return told
    asks_what_stands = under_way.is_asked(reading.text) or under_way.asks_if_off(reading.text)
    if state.lies_open and draft.has_issue and asks_what_stands and not _asks_of_another(draft, signal):
        return under_way.so_far(draft)
    if state.stage in WORKED_ON and not {collecting.PICKUP, facts.CHANGE}.isdisjoint(draft.learnt):
        return amending.amend(draft)
    if state.stage in WORKED_ON and (told := under_way.as_told(draft)):
        return told
    awaited = state.lies_open and signal in whereabouts.ASKING and telling.is_refund_awaited(draft)
    if awaited and draft.order and asks_when(reading.text):
        return _confirmed(telling.how_the_refund_goes(draft, draft.order), "confirm.light")
    if state.lies_open and draft.has_issue and signal in whereabouts.ASKING and (told := particulars.told(draft)):
        return offering.and_on(told)
    asked_of_others = signal in whereabouts.ASKING and referring.is_asked_of_others(reading.text)
    if asked_of_others and (put := referring.put_beyond(draft)):
        return put
    if whereabouts.is_asked(draft, signal) and not _another_order(draft) and (told := whereabouts.told(draft)):
        return told
    if signal is Signal.YES and state.stage in WORKED_ON and _SO_THEN.search(reading.text):
        return under_way.so_far(draft)
    if signal not in whereabouts.ASKING:
        return None
    if not telling.wants_repair(reading.text) and (told := telling.told_warranty(draft)):
        return _confirmed(told, "confirm.light")
    if reading.asks in WHERE and _asks_for_the_number(draft, signal):
        return _where_the_number_is(draft)
    if not state.lies_open or not draft.has_issue:
        return None
    if other := _another_order(draft):
        return _booked_for(draft, other) or _confirmed(telling.tell(draft, other))
    if by_when.is_asked(draft) and confirming.standing_promise(draft) and not _asks_of_another(draft, signal):
        return _when(draft)
    if not (_is_general(draft, signal) or whereabouts.is_of_the_ways_out(draft)):
        return None
    return _beside_the_ways_out(draft, signal) if state.stage is Stage.OFFER else _beside_what_is_done(draft, signal)


def _booked_for(draft: Draft, order: Order) -> Draft | None:
    """What is booked for another of their orders, where something is; the matter at hand stays as it was."""
    facts_here = draft.state.facts
    there = draft.set(facts={**facts_here, "order_number": order.number})
    told = telling.how_the_remedy_goes(there, order)
    return told.set(facts=facts_here) if told else None


def _confirmed(draft: Draft, key: str = "confirm.full") -> Draft:
    """On with the matter where it was; where nothing lies open, whether that will do is asked."""
    return offering.keep_open(draft) if draft.state.stage is Stage.OFFER else confirming.confirm(draft, key)


def _asks_of_another(draft: Draft, signal: Signal) -> bool:
    """True for "and when do I get my points?" while a collection is booked: no promise about that answers it."""
    intent = draft.reading.intent
    remedy = any(intent in option.intents for option in draft.playbook.options)
    own = intent not in denied.GIVES_UP and not remedy  # "is it cancelled?" is asked of what is booked
    return signal is Signal.OTHER and own and which_matter.named_alone(intent, draft.reading.text)


def _another_order(draft: Draft) -> Order | None:
    """The order beside the one at hand that a question in passing is about, for a customer who may hear of it."""
    order = whereabouts.order_named(draft)
    known = draft.number
    another = order is not None and known and order.number != known and order.status in STATUSES
    asked_of = draft.proven and not draft.state.parked and not order_at_hand.asks_for_a_matter(draft)
    return order if another and asked_of else None


def _is_general(draft: Draft, signal: Signal) -> bool:
    """True for a question that an article or the ways out may answer, not one that is a matter of its own."""
    intent = draft.reading.intent
    if signal is Signal.OTHER:
        return draft.book.is_issue(intent) and draft.book.of(intent).knowledge
    if signal is Signal.QUESTION:
        return not draft.book.of(intent).answers
    return signal is not Signal.SAME or not draft.playbook.knowledge


def _when(draft: Draft) -> Draft | None:
    """When it will be: what was promised, and where the money or the new one is asked for, how long that takes."""
    standing = confirming.standing_promise(draft)
    money_elsewhere = standing is not None and standing[0] != "money_back" and draft.reading.intent == whereabouts.MONEY
    the_new = standing is not None and standing[0] == "pickup" and bool(remedies.THE_NEW.search(draft.reading.text))
    if (money_elsewhere or the_new) and (found := from_article(draft)):
        if found.calls:
            return found
        draft = found
    promised = confirming.told_promise(draft)
    return confirming.confirm(promised) if promised else None


def _beside_the_ways_out(draft: Draft, signal: Signal) -> Draft | None:
    """From the ways out, which say by when, or from an article; they stay open to be tapped.

    What neither tells is said not to be known, and a person is offered.
    """
    of_news = by_when.is_asked(draft) and bool(whereabouts.NEWS.search(draft.reading.text))
    if (of_news or by_when.asks_sooner(draft)) and (soonest := by_when.soonest(draft)):
        return soonest
    if found := from_article(draft):
        return found if found.calls else offering.keep_open(found)
    if draft.reading.asks in by_when.TIME or by_when.is_asked(draft):
        return by_when.soonest(draft) or offering.keep_open(draft.say("answer", "answer.times").because("says_when"))
    return _not_known(draft) if signal in _BESIDE_THE_MATTER else None


def _beside_what_is_done(draft: Draft, signal: Signal) -> Draft | None:
    """A question once something is done or answered: from an article, else it is said not to be known."""
    worked_on = draft.state.options_done or draft.state.note or (draft.has_issue and draft.playbook.knowledge)
    if signal is Signal.UNCLEAR and not worked_on and _STILL.search(draft.reading.text):
        return under_way.so_far(draft)
    tells = signal is Signal.INFORM and not draft.state.options_done
    beside = signal in (Signal.UNCLEAR, Signal.OTHER, Signal.ISSUE, Signal.INFORM) and not tells
    if not (beside and (worked_on or signal is Signal.OTHER)):
        return None
    others = [option for option in draft.playbook.options if option not in draft.done]
    intent = draft.reading.intent
    of_what_is_done = any(intent in option.intents for option in draft.done)
    remedy = not of_what_is_done and any(intent in option.intents for option in others)
    if signal is Signal.ISSUE and (remedy or draft.reading.intensity >= 2):
        return None  # another way out is asked for, or it is not well
    if found := from_article(draft):
        return found if found.calls else confirming.confirm(found, "confirm.light")
    return None if signal is Signal.OTHER and _can_be_worked_on(draft) else _not_known(draft)


def _can_be_worked_on(draft: Draft) -> bool:
    """False for a matter of which the shop can do nothing but answer: put off, it would not be answered either."""
    return any(option.port for option in draft.book.of(draft.reading.intent).options)


def _not_known(draft: Draft) -> Draft:
    """Not known, and not guessed at; a colleague is asked on a word, or a person can be."""
    if wished := referring.asked_beyond(draft):
        put = referring.refer(draft, wished)
    else:
        put = referring.refer(draft, draft.reading.text, referring.FIND_OUT)
    if put:
        return put
    choices = () if any(option.handover for option in offers.open_options(draft)) else (HUMAN,)
    return offering.and_on(draft.say("answer", "answer.not_known", choices=choices).because("no_article"))


def from_article(draft: Draft) -> Draft | None:
    """As ``quote_article``, for what this turn asks: from the articles of the open matter, or of what was heard.

    What an article of something else says is no answer to a question about this.
    """
    reading, issue = draft.reading, draft.state.issue
    if reading.hurts and not asks(reading.text):
        return None
    vague = reading.unsure and (reading.hurts or not draft.has_issue or not draft.playbook.knowledge)
    heard = reading.intent if draft.book.is_issue(reading.intent) and not vague else ""
    browses = draft.has_issue and draft.playbook.knowledge and not heard  # one question, and then another
    within = telling.everywhere(draft) if browses else ",".join(dict.fromkeys(filter(None, (issue, heard))))
    return telling.quote_article(draft, question=reading.text, within=within)


def _asks_for_the_number(draft: Draft, signal: Signal) -> bool:
    """True when it is the order number that the customer does not know or find."""
    named = bool(_NUMBER.search(draft.reading.text)) and signal in (Signal.UNKNOWN, Signal.UNCLEAR, Signal.INFORM)
    return named or (draft.state.asked_now in VERIFYING and signal is Signal.UNKNOWN)


def _where_the_number_is(draft: Draft) -> Draft | None:
    """Asked for the order number the customer asks where it is: told once, then the number is given up."""
    if draft.state.asked.get("where", 0):
        return None
    draft = draft.set(asked={**draft.state.asked, "where": 1}).because("where_number")
    return draft.say("explain", "explain.order_number", choices=(HUMAN,))
