"""Not understood: heard out, the best guess asked about, the second time running a person; a no to a guess."""

from __future__ import annotations

import re

from dialogues import amending, asking, exploring, matters, offering, offers, order_at_hand, referring, telling
from dialogues.because import because
from dialogues.conflict import UNCOMFORTED
from dialogues.draft import COMFORT_BUBBLE, Draft
from dialogues.escalate import hand_over
from dialogues.meaning import CHANGE, LATE
from dialogues.phrases import feeling, story
from dialogues.phrases.clauses import asks, clauses_of, is_request
from dialogues.phrases.script import size
from dialogues.phrases.weighed import FAULT
from dialogues.reading import NEGATIVE
from dialogues.state import Stage

REPAIR = "repair_warranty"
HEARD_OUT = "heard_out"  # counted like what is asked
HEARD_OUT_AT_MOST = 3  # turns
_OVER = re.compile(r"[了过過]|\b(?:was|did|had|asked|told)\b", re.IGNORECASE)  # "I asked my son to order one"
STORY_AT_LEAST = 14  # Chinese characters or words
OUTCRY = 6  # words or Chinese characters that are only an outcry


def about_what(draft: Draft) -> Draft:
    """A detail without a matter: asks what it is about, or whether it is what the words tell of the thing."""
    return (
        asking.check_understanding(draft, FAULT) if _is_broken(draft) else asking.clarify(draft, "clarify.about_what")
    )


def _is_broken(draft: Draft) -> bool:
    """True where the words tell that something does not work, of a customer to whom it was delivered."""
    order = order_at_hand.look_up(draft).order
    delivered = order is not None and order.status == "delivered"
    return delivered and draft.book.is_issue(FAULT) and telling.wants_repair(draft.reading.text)


def unclear(draft: Draft) -> Draft:
    """Not understood: asks whether the best guess is right; the second time running a human is called.

    What only tells more of the matter that is open asks for nothing: it is said back.
    """
    asks_for_change = draft.reading.intent == CHANGE and any(map(is_request, clauses_of(draft.reading.text)))
    if asks_for_change and (passed_on := amending.pass_on(draft)):
        return passed_on.set(misunderstood=0)
    if draft.has_issue and draft.state.lies_open and draft.state.asked_now != "clarify" and story.told(draft.reading):
        if draft.state.asked_now == "confirm" and draft.reading.emotion in NEGATIVE:
            return matters.reopen(draft)  # asked whether it is well, who tells what it came to says that it is not
        put = referring.put_beyond(draft)
        return (put or exploring.resume(offering.said_back(draft) or draft)).set(misunderstood=0)
    if _only_feels(draft):
        return exploring.resume(_felt(draft)).set(misunderstood=0)
    if put := referring.put_beyond(draft):
        return put.set(misunderstood=0)
    if _leads_up(draft) and not _has_come(draft):
        times = draft.state.asked.get(HEARD_OUT, 0) + 1
        draft = draft.set(asked={**draft.state.asked, HEARD_OUT: times}, stage=Stage.EXPLORE)
        return draft.say("listen", "listen.go_on").because("hears_out")
    times = draft.state.misunderstood + 1
    draft = draft.set(misunderstood=times)
    if times >= draft.numbers.misunderstood_before_human:
        return hand_over(draft, "misunderstood", because("not_understood", times=times))
    draft = draft.because("unsure", intent=draft.reading.intent, sure=draft.reading.confidence)
    if draft.has_issue and draft.state.lies_open:
        return _open_still(draft)
    heard = (draft.reading.intent, draft.reading.runner_up)
    broken = _is_broken(draft) and draft.reading.intent not in (FAULT, REPAIR)
    guesses = (FAULT, *heard) if broken or _has_come(draft) else heard
    guess = next((each for each in guesses if draft.book.is_issue(each) and each != draft.state.guess), "")
    if guess:
        return asking.check_understanding(draft, guess)
    return asking.clarify(draft, "clarify.open")


def _has_come(draft: Draft) -> bool:
    """True for a grievance about a delivery or about nothing named, where the one order in sight has arrived."""
    order = order_at_hand.look_up(draft).order
    late = draft.reading.intent == LATE and draft.reading.emotion in NEGATIVE
    return (
        (late or draft.reading.intent == "unresolved")
        and order is not None
        and order.status == "delivered"
        and draft.proven
    )


def _only_feels(draft: Draft) -> bool:
    """True for "argh, so annoying" while a matter lies open: a few words that ask nothing and tell how they feel."""
    state, reading = draft.state, draft.reading
    at_hand = draft.has_issue and state.lies_open and state.asked_now != "clarify"
    feels = reading.emotion in NEGATIVE and reading.emotion not in ("confused", "abusive")
    return at_hand and feels and not reading.puts_question and size(reading.text) <= OUTCRY


def _felt(draft: Draft) -> Draft:
    """The feeling is named, unless a conflict step does that."""
    if draft.temper not in UNCOMFORTED:
        return draft
    draft = draft.set(empathised=draft.state.empathised + 1)
    return draft.say("empathise", f"empathise.{feeling.named_as(draft.reading)}.bare", bubble=COMFORT_BUBBLE)


def _leads_up(draft: Draft) -> bool:
    """True for a story that comes before the wish, as one tells it who is in no hurry: nothing is asked for yet."""
    state, reading = draft.state, draft.reading
    told_enough = state.asked.get(HEARD_OUT, 0) >= HEARD_OUT_AT_MOST
    if draft.has_issue or reading.choice or told_enough or state.asked_now == "clarify":
        return False
    parts = clauses_of(reading.text)
    wished = any(asks(part) or (is_request(part) and not _OVER.search(part)) for part in parts)
    return (
        reading.intent != "unresolved"
        and len(parts) > 1
        and size(reading.text) >= STORY_AT_LEAST
        and not wished
        and reading.unsure
    )


def _open_still(draft: Draft) -> Draft:
    """Not understood while something is open: says so, and what is open can be tapped, or a person called."""
    if not draft.may_ask:
        return hand_over(draft, "misunderstood", because("not_understood_asked"))
    on_table = offers.open_options(draft) if draft.state.stage is Stage.OFFER else ()
    human = () if any(option.handover for option in on_table) else (asking.HUMAN,)
    key = "clarify.open" if on_table else "clarify.again"
    draft = draft.say("clarify", key, choices=(*offers.as_choices(on_table, draft), *human), question=True)
    return draft.set(asked_now="choice" if on_table else "confirm")


def misheard(draft: Draft) -> Draft:
    """A no in Explore: to a guess it means "not that"; to a question it means that the fact is refused."""
    if draft.state.asked_now != "clarify":
        return exploring.skip(draft)
    times = draft.state.misunderstood + 1
    draft = draft.set(misunderstood=times, guess="", issue="", understood="")
    if times >= draft.numbers.misunderstood_before_human:
        return hand_over(draft, "misunderstood", because("guessed_wrong", times=times))
    return asking.clarify(draft, "clarify.open")
