"""The turns around the matter: greeting, thanks, small talk, misunderstanding, goodbye."""

from __future__ import annotations

import re
from datetime import datetime

from dialogues import (
    amending,
    asking,
    confirming,
    exploring,
    facts,
    language,
    matters,
    offering,
    offers,
    passing,
    telling,
)
from dialogues.because import because
from dialogues.conflict import UNCOMFORTED
from dialogues.draft import COMFORT_BUBBLE, Draft
from dialogues.eoac import WORKED_ON, Signal
from dialogues.escalate import hand_over
from dialogues.phrases import advice, danger, feeling, notes, story
from dialogues.phrases.clauses import asks, clauses_of, is_request
from dialogues.phrases.naming import size
from dialogues.phrases.weighed import FAULT
from dialogues.reading import NEGATIVE
from dialogues.state import Stage

HEARD_OUT = "heard_out"  # counted like what is asked
HEARD_OUT_AT_MOST = 3  # turns
_OVER = re.compile(r"[了过過]|\b(?:was|did|had|asked|told)\b", re.IGNORECASE)  # "I asked my son to order one"
STORY_AT_LEAST = 14  # Chinese characters or words

OUTCRY = 6  # words or Chinese characters that are only an outcry


def greet(draft: Draft) -> Draft:
    """Greets and is ready."""
    return draft.say("greet", "greet.hello").set(asked_now="")


# "Sorry I snapped", said by who was heated before.
_SAYS_SORRY = re.compile(r"对不起|對不起|不好意思|抱歉|對唔住|唔好意思|\b(?:sorry|apolog\w+)\b", re.IGNORECASE)
_FOR_THE_TONE = re.compile(
    r"刚才|剛才|剛剛|刚刚|头先|頭先|口气|口氣|语气|語氣|话说|話說|说重|說重|態度|态度|骂|罵|激动|激動|脾气|脾氣|冲动|衝動|火气|火氣|兇|凶"
    r"|\b(?:shout\w*|swear\w*|swore|language|rude|snapp\w*|temper|tone|rant\w*|out of order|harsh\w*|earlier|before|took it out|didn'?t mean)\b",
    re.IGNORECASE,
)
# Signals that say nothing of the matter once the apology or the wish for a language is answered.
_NOTHING_MORE = frozenset({
    Signal.UNCLEAR, Signal.SCOPE, Signal.ASIDE, Signal.GREET, Signal.THANKS, Signal.NO, Signal.YES, Signal.INFORM,
    Signal.SETTLED, Signal.UNKNOWN, Signal.UNSETTLED, Signal.ANOTHER,
})  # fmt: skip


def kindly(draft: Draft, signal: Signal) -> Draft | None:
    """An apology is accepted, and a language that is asked for is spoken from here; None where neither is said."""
    state, reading = draft.state, draft.reading
    if reading.choice or signal not in _NOTHING_MORE:
        return None
    if language.asked_for(state.locale, reading):
        draft = draft.say("greet", "greet.language", bubble=COMFORT_BUBBLE)
        if asked := passing.answer(draft, signal):
            return asked
        return exploring.resume(draft) if draft.has_issue else draft.say("greet", "greet.ready")
    was_heated = state.abused_at or any(heat >= draft.numbers.conflict_starts_at for heat in state.heats[:-1])
    calm = reading.emotion != "abusive" and reading.intensity < 2
    if was_heated and calm and _SAYS_SORRY.search(reading.text) and _FOR_THE_TONE.search(reading.text):
        return exploring.resume(draft.say("listen", "listen.forgiven", bubble=COMFORT_BUBBLE))
    return None


def withdraw(draft: Draft) -> Draft:
    """Nothing is wanted after all: nothing is done, and that is said."""
    draft = draft.set(options_open=()).say("answer", "answer.left_as_it_is").because("withdrawn")
    draft = draft.set(asked={**draft.state.asked, confirming.WITHDRAWN: 1})
    return confirming.confirm(draft) if draft.state.parked else draft.set(stage=Stage.CONFIRM, asked_now="confirm")


def wait(draft: Draft) -> Draft:
    """They take their time: nothing is asked anew, given up or done; what lies open can be tapped whenever they like."""
    return offering.and_on(draft.say("listen", "listen.no_hurry"))


def ready(draft: Draft) -> Draft:
    """Nothing is open: says that it listens."""
    return draft.say("greet", "greet.ready").set(asked_now="")


def no_need(draft: Draft) -> Draft:
    """A no when nothing is open: fine. Said once more it is not understood."""
    if draft.state.asked_now == "nothing":
        return unclear(draft)
    return ready(draft).set(asked_now="nothing")


def thank(draft: Draft) -> Draft:
    """Answers thanks or good news when nothing is open."""
    return draft.say("thank", "thank.plain").set(asked_now="")


def welcome(draft: Draft) -> Draft:
    """Thanks while a matter is open: you are welcome, and on with it: the ways out, or is it truly well?"""
    draft = draft.say("thank", "thank.plain")
    if draft.state.stage is Stage.OFFER and not draft.done:
        return offering.offer(draft, restate="", key="offer.nothing_yet")
    return exploring.resume(draft)


def aside(draft: Draft) -> Draft:
    """Answers small talk, praise, a suggestion or "are you a robot", and goes on where things were."""
    intent = draft.reading.intent
    if intent in ("praise", "suggestion"):
        draft = draft.say("thank", f"thank.{intent}", bubble=COMFORT_BUBBLE)
        if _asks_for_a_parcel(draft):
            return exploring.explore(draft.set(issue="order_status").because("on_to", issue="order_status"))
    else:
        draft = draft.say("answer", f"answer.{'bot_identity' if intent == 'bot_identity' else 'chitchat'}")
    return _keep_open(draft)


def heard_out(draft: Draft) -> Draft | None:
    """A reproach about not being read, while a matter is open, gets what they said and where it stands; else None."""
    vague = draft.reading.intent in feeling.VAGUE
    if not (draft.has_issue and vague and feeling.is_reproach(draft.reading)):
        return None
    draft = offering.said_back(draft) or draft.say("listen", "listen.repeat", bubble=COMFORT_BUBBLE)
    return exploring.resume(draft).because("reproached")


def _asks_for_a_parcel(draft: Draft) -> bool:
    """True for "thanks for last time, and where is the lamp?" while nothing is open and something is on its way."""
    idle = not draft.state.lies_open and draft.book.is_issue("order_status")
    coming = draft.proven and any(order.is_coming for order in draft.world.orders)
    return idle and coming and draft.reading.asks in ("where", "when")


def is_reassured(draft: Draft) -> bool:
    """True for "nobody was hurt" while that was asked about: nothing is refused by it."""
    state, reading = draft.state, draft.reading
    asked = bool(state.asked.get(danger.CAUTION)) and state.lies_open and draft.has_issue and not reading.choice
    return asked and danger.is_unhurt(reading.text)


def reassured(draft: Draft) -> Draft:
    """Glad of it, and on with the matter."""
    draft = draft.set(misunderstood=0).say("listen", "listen.unhurt", bubble=COMFORT_BUBBLE)
    return exploring.resume(draft.because("unhurt"))


def decline(draft: Draft) -> Draft:
    """Says plainly that this is not something the shop does; a wish for medical or legal advice learns where to ask."""
    return _keep_open(draft.say("decline", f"decline.{advice.asked(draft.reading.text) or 'out_of_scope'}"))


def _keep_open(draft: Draft) -> Draft:
    """Shows open options again, so that an aside does not lose them."""
    return exploring.resume(draft) if draft.state.stage is Stage.OFFER else draft


def about_what(draft: Draft) -> Draft:
    """A detail without a matter: asks what it is about."""
    return asking.clarify(draft, "clarify.about_what")


def unclear(draft: Draft) -> Draft:
    """Not understood: asks whether the best guess is right; the second time running a human is called.

    What only tells more of the matter that is open asks for nothing: it is said back.
    """
    if draft.has_issue and draft.state.lies_open and draft.state.asked_now != "clarify" and story.told(draft.reading):
        if draft.state.asked_now == "confirm" and draft.reading.emotion in NEGATIVE:
            return matters.reopen(draft)  # asked whether it is well, who tells what it came to says that it is not
        return exploring.resume(offering.said_back(draft) or draft).set(misunderstood=0)
    if _only_feels(draft):
        return exploring.resume(_felt(draft)).set(misunderstood=0)
    if _leads_up(draft):
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
    order = facts.look_up_order(draft).order
    arrived = draft.reading.intent == "unresolved" and order is not None and order.status == "delivered"
    guesses = (draft.reading.intent, draft.reading.runner_up, *((FAULT,) if arrived else ()))
    guess = next((each for each in guesses if draft.book.is_issue(each) and each != draft.state.guess), "")
    if guess:
        return asking.check_understanding(draft, guess)
    return asking.clarify(draft, "clarify.open")


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
    """True for a story that comes before the wish, as one tells it who is in no hurry: it asks and requests nothing yet."""
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


def explain(draft: Draft) -> Draft:
    """Why: what staff found out, or the reason; then what can be done."""
    if told := notes.tellable(draft.state.note, draft.state.locale):
        return exploring.resume(draft.say("explain", "handover.note", {"note": f"={told}"}))
    if not draft.has_issue:
        return asking.clarify(draft, "clarify.about_what")
    return exploring.resume(draft.say("explain", f"explain.{draft.state.issue}", offers.params_of(draft)))


def remind(draft: Draft) -> Draft:
    """The same matter again while it is being worked on: what was promised stands; nothing promised: it is not well."""
    if amended := amending.amend(draft):
        return amended
    if promised := confirming.told_promise(passing.told_booked(draft)):
        return confirming.confirm(promised)
    if exploring.asks_anew(draft):
        return exploring.from_articles(draft)
    if _answered_only(draft):
        answered = exploring.answer(draft)
        taken_back = confirming.WITHDRAWN in draft.state.asked  # whether it goes on is worth a second telling
        if taken_back or not telling.tells_nothing_new(answered):
            return answered
        return offering.offer(draft.say("answer", "answer.no_more").because("said_all"), restate="")
    nothing_tried = not (draft.done or draft.state.note or draft.playbook.knowledge)
    return exploring.explore(draft) if nothing_tried else matters.reopen(draft)


def _answered_only(draft: Draft) -> bool:
    return draft.has_issue and draft.playbook.answers and draft.order is not None and draft.proven


def close(draft: Draft) -> Draft:
    """Goodbye: the episode ends; what was promised stays promised, and what was parked comes first."""
    if draft.state.parked and draft.state.stage in WORKED_ON:
        return matters.take_up_parked(draft)
    if draft.has_issue and draft.state.stage is Stage.OFFER and not draft.done:
        draft = draft.say("answer", "answer.nothing_yet").because("nothing_yet")
    draft = draft.say("close", "close.goodbye").do("close", outcome="goodbye").ends_as("goodbye")
    return draft.set(stage=Stage.CLOSED, asked_now="", options_open=())


def stop_contact(draft: Draft) -> Draft:
    """No more messages: everything pending is cancelled at once."""
    owed = any(datetime.fromisoformat(due) > draft.world.now for due in draft.state.promised.values())
    key = "close.stop_contact_owed" if owed else "close.stop_contact"
    draft = draft.say("close", key).do("close", outcome="stopped").ends_as("stopped")
    draft = draft.set(stage=Stage.CLOSED, asked_now="", options_open=())
    return draft.because("silence")
