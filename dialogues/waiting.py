"""While people are awaited: the bot reassures, notes what is said, and lets the customer leave the queue."""

from __future__ import annotations

import re
from datetime import datetime

from dialogues import (
    by_when,
    confirming,
    exploring,
    language,
    matters,
    offers,
    owning,
    particulars,
    passing,
    telling,
    whereabouts,
)
from dialogues.circumstances import alarm, reaching
from dialogues.draft import Draft
from dialogues.eoac import Signal
from dialogues.episodes import CALL_BACK
from dialogues.escalate import brief
from dialogues.handover import REASONS
from dialogues.meaning import LATE, names_a_parcel
from dialogues.phrases import advice, feeling, story
from dialogues.phrases.complaints import says_promised
from dialogues.phrases.refusing import WANTS_NOT
from dialogues.reading import NEGATIVE
from dialogues.state import Owner

_NO_PERSON = re.compile(
    rf"(?:{WANTS_NOT})(?:再)?(?:转|轉|找|叫|等|接)?(?:人工|真人|客服|专员|專員|同事|主管|人了)"
    rf"|(?:{WANTS_NOT})(?:再)?(?:转|轉|找|搵|叫|等)人"
    r"|\b(?:never ?mind|forget|skip|cancel|(?:do ?n[o']?t|no longer) (?:need|want)) (?:about )?(?:the |a |an |your )?"
    r"(?:person|human|agent|colleague|handover|transfer|call)\b", re.IGNORECASE,
)  # fmt: skip

_ANYBODY = re.compile(
    r"(?:谁|誰|邊個)(?:在|喺)?[^，]{0,4}(?:处理|處理|负责|負責|跟)|有(?:没|沒)?有?人|人呢|没人|沒人|冇人|还在吗|還在嗎|是不是没人|打给我|打給我|会不会打|會不會打"
    r"|\bwho(?:'s| is) (?:dealing|handling|looking|responsible|in charge)\b"
    r"|\b(?:anyone|anybody|somebody|nobody|someone)\b|\b(?:ring|call|phone) me\b", re.IGNORECASE,
)  # fmt: skip

_RINGS = re.compile(
    r"打(?!开|開)|电话|電話|联[系络]|聯[繫絡]|找我|\b(?:call|ring|phone|contact|get in touch)\b", re.IGNORECASE
)
_IN_VAIN = ("handover.nobody", "recover.broken")  # wording that tells of a wait that led to nothing


def in_queue(draft: Draft, signal: Signal, found: tuple[str, str] | None) -> Draft:
    """A turn while a human is awaited. A graver reason takes the place of the one that was given."""
    in_danger = draft.state.handover_reason == "safety" and not _NO_PERSON.search(draft.reading.text)
    if in_danger and by_when.is_asked(draft) and _RINGS.search(draft.reading.text):
        return _how_long_yet(draft.set(asked_now="").because("awaited"))
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
    if owning.is_raised(draft):
        draft = owning.owned(draft, raised=True)
        return _how_long_yet(draft) if owning.is_owned_now(draft) else draft
    reproached = feeling.is_reproach(draft.reading)
    asked = draft.reading.puts_question and not reproached
    if asked and (kind := advice.asked(draft.reading.text)):
        return draft.say("decline", f"decline.{kind}")
    if answered := answer_waiting(draft):
        return reaching.said_back(answered, waiting=True)
    if signal is Signal.WHY and draft.has_issue:
        draft = draft.say("explain", f"explain.{draft.state.issue}", offers.params_of(draft))
    if signal is Signal.ASIDE and draft.reading.intent == "bot_identity" and not reproached:
        draft = draft.say("answer", "answer.bot_identity")
    if language.asked_for(draft.state.locale, draft.reading):
        draft = draft.say("greet", "greet.language")
        return draft.say("listen", "listen.waiting")
    if (noted := reaching.said_back(draft, waiting=True)) is not draft:
        return noted
    if signal in (Signal.BYE, Signal.THANKS) or draft.reading.intent in ("goodbye", "thank"):
        return draft.say("close", "close.queued")
    if asked:
        return draft.say("listen", "listen.waiting_asked")
    if words := story.told(draft.reading):
        return draft.say("listen", reaching.TOLD, {"words": f"={words}"})
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


def answer_waiting(draft: Draft) -> Draft | None:
    """A question while people are awaited: what is known is answered, and None is left for them.

    Whether it is done, what was booked, where the order is, how long it takes, an article; in danger none of these.
    """
    state, reading = draft.state, draft.reading
    of_people = bool(_ANYBODY.search(reading.text))
    held_against = reading.puts_question and says_promised(reading.text)  # "didn't you say three minutes?"
    of_people = of_people or held_against or (_has_waited_in_vain(draft) and reading.emotion in NEGATIVE)
    anybody = of_people or (reading.intent == "request_human" and not reading.unsure)
    if reading.choice or not (reading.puts_question or anybody) or state.handover_reason == "safety":
        return _how_long_yet(draft) if anybody and not reading.choice else None
    if particulars.asks_if_done(reading) and draft.has_issue and (told := particulars.told_if_done(draft)):
        return told
    if draft.has_issue and (told := particulars.told(draft)):
        return told
    if _asks_after_an_order(draft) and (told := telling.told_order(draft, whereabouts.order_named(draft))):
        return told
    matter = draft.book.is_issue(reading.intent) and not reading.unsure
    told_in_articles = matter and (draft.book.of(reading.intent).knowledge or draft.book.of(reading.intent).rule)
    if told_in_articles and (found := passing.from_article(draft)):
        return found
    if anybody:
        return _how_long_yet(draft)
    if reading.asks in by_when.TIME and draft.has_issue and (promised := confirming.told_promise(draft)):
        return promised
    if reading.asks in by_when.TIME:
        return _how_long_yet(draft)
    return None


def before_people(draft: Draft, reason: str) -> Draft:
    """What articles say to a question about a matter that is kept for staff, in front of calling them."""
    reading = draft.reading
    if reason != "rule" or not reading.puts_question:
        return draft
    return telling.quote_article(draft, question=reading.text, issue=reading.intent) or draft


def _asks_after_an_order(draft: Draft) -> bool:
    """True for a question where a parcel is, or whether and when it comes; not for "has nobody come yet?"."""
    reading, names_it = draft.reading, whereabouts.order_named(draft) is not None or names_a_parcel(draft.reading.text)
    if _ANYBODY.search(reading.text) and not names_it:
        return False
    heard = reading.intent in ("order_status", LATE) and not reading.unsure
    return telling.asks_if_coming(reading.text) or (heard and names_it)


def _how_long_yet(draft: Draft) -> Draft:
    """How long it takes until somebody comes, or when the duty team gets in touch where that is promised.

    Once that was promised and not kept, no other time is told than the one that stands.
    """
    draft = draft.because("how_long")
    due = draft.state.promised.get(CALL_BACK, "")
    if due and datetime.fromisoformat(due) > draft.world.now:
        return owning.owned(draft, raised=False).say("promise", f"promise.{CALL_BACK}", {"due": f"time:{due}"})
    if _has_waited_in_vain(draft):
        return draft.say("listen", "answer.waiting_on")
    return draft.say("listen", "answer.waiting", {"minutes": str(draft.numbers.queue_minutes)})


def _has_waited_in_vain(draft: Draft) -> bool:
    """True once nobody came and no call-back stands."""
    due = draft.state.promised.get(CALL_BACK, "")
    stands = bool(due) and datetime.fromisoformat(due) > draft.world.now
    return not stands and any(variant.startswith(_IN_VAIN) for variant in draft.state.said[-story.LATELY :])
