"""What staff arranged before they handed back: it counts, is told again when asked after, and is not offered anew."""

from __future__ import annotations

from datetime import datetime

from dialogues.asking import HUMAN
from dialogues.because import because
from dialogues.confirming import CONFIRMED, confirm, told_promise
from dialogues.draft import Draft
from dialogues.eoac import WORKED_ON, Signal
from dialogues.escalate import hand_over
from dialogues.phrases import notes
from dialogues.phrases.clauses import asks
from dialogues.state import Stage

STAFF = "staff"  # the promise of a member of staff
_ASKING_AFTER = frozenset({"when", "duration", "where", "whether", "what", "how"})
_AS_SAID = {"refund": "refunds", "repair_warranty": "repairs"}  # issues that are a remedy by themselves
_COMES_BACK_TO_IT = frozenset({Signal.ISSUE, Signal.SAME, Signal.QUESTION, Signal.OTHER, Signal.UNCLEAR, Signal.INFORM})


def answer(draft: Draft, signal: Signal) -> Draft | None:
    """What staff arranged, told to who comes back to it; another remedy instead is theirs to decide.

    None where nothing was arranged, something is wrong with it, or the bot did something of its own since.
    """
    state, reading = draft.state, draft.reading
    if reading.choice or signal not in _COMES_BACK_TO_IT or told_promise(draft) or not _is_under_way(draft):
        return None
    if reading.repeat:
        return None
    arranged, wanted = notes.remedies(state.note), notes.remedies(reading.text)
    if not wanted and not reading.unsure and (port := _AS_SAID.get(reading.intent)):
        wanted = frozenset({port})
    if reading.hurts:
        calmly = wanted <= arranged and not state.asked.get(CONFIRMED) and state.stage is not Stage.IDLE
        return confirm(draft.because("arranged", note=state.note)) if calmly and draft.in_conflict else None
    asked = reading.asks in _ASKING_AFTER or asks(reading.text)
    if arranged and wanted and not wanted & arranged:
        why = because("arranged", note=state.note)
        return None if asked else hand_over(draft, "offers_refused", why)
    if not (asked or wanted & arranged or signal is Signal.SAME):
        return None
    return confirm(_told(draft).because("arranged", note=state.note))


def _is_under_way(draft: Draft) -> bool:
    """True while staff's word stands in this episode, or is asked after in the next."""
    state = draft.state
    if not (state.note or state.promised.get(STAFF)):
        return False
    fresh = state.stage is Stage.IDLE and draft.has_issue and draft.playbook.verified
    return state.stage in WORKED_ON or fresh


def _told(draft: Draft) -> Draft:
    """The note where the customer may read it, and by when; a person is offered where neither says anything."""
    state = draft.state
    before = len(draft.acts)
    if note := notes.tellable(state.note, state.locale):
        draft = draft.say("answer", "handover.note", {"note": f"={note}"})
    due = state.promised.get(STAFF, "")
    if due and datetime.fromisoformat(due) > draft.world.now:
        draft = draft.say("promise", "promise.staff", {"due": f"time:{due}"})
    if len(draft.acts) > before:
        return draft
    return draft.say("answer", "answer.with_staff", choices=(HUMAN,))
