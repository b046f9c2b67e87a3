"""The turns around the matter: greeting, thanks, small talk, misunderstanding, goodbye."""

from __future__ import annotations

import re
from datetime import datetime

from dialogues import (
    amending,
    asking,
    comfort,
    confirming,
    exploring,
    language,
    matters,
    offering,
    offers,
    passing,
    picking,
    referring,
    telling,
    unclear,
    under_way,
)
from dialogues.draft import COMFORT_BUBBLE, Draft
from dialogues.eoac import WORKED_ON, Signal
from dialogues.phrases import advice, danger, feeling, manners, notes, story
from dialogues.phrases.clauses import asks_when
from dialogues.state import Stage
from dialogues.values import changed


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
        return unclear.unclear(draft)
    return ready(draft).set(asked_now="nothing")


def thank(draft: Draft) -> Draft:
    """Answers thanks or good news when nothing is open."""
    return draft.say("thank", "thank.plain").set(asked_now="")


def welcome(draft: Draft) -> Draft:
    """Thanks while a matter is open: you are welcome, and on with it, unless the thanks are for an answer.

    What lies beside an answer can still be tapped; a guess that was asked about stays with them.
    """
    state = draft.state
    if state.asked_now == "clarify" and manners.only_thanks(draft.reading.text):
        return draft.say("thank", "thank.plain")
    if state.stage is Stage.EXPLORE:
        return exploring.explore(draft)
    unanswered = state.stage is Stage.OFFER and draft.playbook.knowledge and not draft.done
    draft = draft.say("thank", "thank.for_now" if unanswered else "thank.plain")
    if state.stage is Stage.OFFER and state.asked_now == picking.BESIDE:
        return offering.keep_open(draft)
    if state.stage is Stage.OFFER and not draft.done:
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
    reading = draft.reading
    vague = reading.intent in feeling.VAGUE or reading.unsure
    guess = draft.state.guess if draft.state.asked_now == "clarify" and not draft.has_issue else ""
    if not ((draft.has_issue or guess) and vague and feeling.is_reproach(reading)):
        return None
    if guess:
        return asking.check_understanding(offering.said_back(draft) or draft, guess).because("reproached")
    return exploring.resume(offering.said_back(draft) or _read_back(draft)).because("reproached")


def _read_back(draft: Draft) -> Draft:
    """What was read so far: the words that raised the matter, else what is late or was told before."""
    raised = changed(
        draft.reading, text=draft.state.stories.get(draft.state.issue, ""), intent=draft.state.issue, emotion="neutral"
    )
    if words := story.worth_it(story.told(raised)):
        return draft.say("listen", "listen.read", {"words": f"={words}"}, bubble=COMFORT_BUBBLE)
    return comfort.reflected(draft)


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
    advised = advice.asked(draft.reading.text)
    if not advised and (put := referring.put_beyond(draft)):
        return put
    return _keep_open(draft.say("decline", f"decline.{advised or 'out_of_scope'}"))


def _keep_open(draft: Draft) -> Draft:
    """Shows open options again, so that an aside does not lose them."""
    return exploring.resume(draft) if draft.state.stage is Stage.OFFER else draft


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
    if promised := confirming.told_promise(under_way.told_booked(draft)):
        return confirming.confirm(promised)
    if exploring.asks_anew(draft):
        return exploring.from_articles(draft)
    if _answered_only(draft):
        answered = exploring.answer(draft)
        taken_back = confirming.WITHDRAWN in draft.state.asked  # whether it goes on is worth a second telling
        if taken_back or asks_when(draft.reading.text) or not telling.tells_nothing_new(answered):
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
