"""While people are awaited: the bot reassures, notes what is said, and lets the customer leave the queue."""

from __future__ import annotations

import re

from dialogues import advice, alarm, exploring, language, matters, offers, passing, story
from dialogues.draft import Draft
from dialogues.eoac import Signal
from dialogues.episodes import CALL_BACK
from dialogues.escalate import brief
from dialogues.handover import REASONS
from dialogues.state import Owner

_NO_PERSON = re.compile(
    "(?:不用|不需要|不必|不要|别|別|唔使|唔駛)(?:再)?(?:转|轉|找|叫|等|接)?(?:人工|真人|客服|专员|專員|同事|主管|人了)"
    "|(?:不用|不需要|不必|不要|别|別|唔使|唔駛)(?:再)?(?:转|轉|找|搵|叫|等)人"
    r"|\b(?:never ?mind|forget|skip|cancel|(?:do ?n[o']?t|no longer) (?:need|want)) (?:about )?(?:the |a |an |your )?"
    r"(?:person|human|agent|colleague|handover|transfer|call)\b", re.IGNORECASE,
)  # fmt: skip


def in_queue(draft: Draft, signal: Signal, found: tuple[str, str] | None) -> Draft:
    """A turn while a human is awaited. A graver reason takes the place of the one that was given."""
    in_danger = draft.state.handover_reason == "safety" and not _NO_PERSON.search(draft.reading.text)
    if in_danger and (said := alarm.answer(draft, signal)):
        return said.set(asked_now="").because("awaited")
    if signal is Signal.SETTLED:
        return matters.settle(_needs_nobody(draft).because("settled_waiting"))
    if signal is Signal.OTHER and draft.reading.intent not in draft.state.parked:
        draft = draft.set(parked=(*draft.state.parked, draft.reading.intent))
    if found and REASONS.index(found[0]) < _rank(draft.state.handover_reason):
        reason, why = found
        draft = draft.set(handover_reason=reason).because("graver", handover=reason, why=why)
        draft = draft.do("raise_handover", reason=reason, why=why, brief=brief(draft, reason))
    if signal not in (Signal.BYE, Signal.THANKS) and _NO_PERSON.search(draft.reading.text) and not found:
        return exploring.resume(_needs_nobody(draft).say("greet", "greet.stays").because("wants_nobody"))
    draft = draft.set(asked_now="").because("awaited")
    asked = draft.reading.puts_question
    if asked and (kind := advice.asked(draft.reading.text)):
        return draft.say("decline", f"decline.{kind}")
    if answered := passing.answer_waiting(draft):
        return answered
    if signal is Signal.WHY and draft.has_issue:
        draft = draft.say("explain", f"explain.{draft.state.issue}", offers.params_of(draft))
    if signal is Signal.ASIDE and draft.reading.intent == "bot_identity":
        draft = draft.say("answer", "answer.bot_identity")
    if language.asked_for(draft.state.locale, draft.reading):
        draft = draft.say("greet", "greet.language")
        return draft.say("listen", "listen.waiting")
    if signal in (Signal.BYE, Signal.THANKS) or draft.reading.intent in ("goodbye", "thank"):
        return draft.say("close", "close.queued")
    if asked:
        return draft.say("listen", "listen.waiting_asked")
    if words := story.told(draft.reading):
        return draft.say("listen", "listen.waiting_told", {"words": f"={words}"})
    return draft.say("listen", "listen.waiting")


def _rank(reason: str) -> int:
    return REASONS.index(reason) if reason in REASONS else len(REASONS)


def _needs_nobody(draft: Draft) -> Draft:
    """The customer needs nobody any more: the call-back that was promised for the wait is not owed either."""
    draft = leave(draft)
    return draft.withdraw(CALL_BACK) if draft.due_of(CALL_BACK) else draft


def leave(draft: Draft) -> Draft:
    """Out of the queue."""
    return draft.set(owner=Owner.BOT, handover_reason="").do("leave_queue")
