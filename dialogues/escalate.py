"""Handing a conversation to people: always with a reason, a brief and a notice of what happens and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dialogues.circumstances import reaching
from dialogues.draft import Draft
from dialogues.episodes import CALL_BACK
from dialogues.plan import OPENING_ACTS, Effect
from dialogues.state import Owner
from dialogues.values import changed

_OUR_FAULT = frozenset({"action_failed", "agent_silent", "engine_down"})
_CLOSED_FOR = timedelta(hours=12)  # when nobody told when the desk opens


def hand_over(draft: Draft, reason: str, why: str) -> Draft:
    """Puts the conversation into the queue and tells the customer. The reason is kept with figures."""
    draft = draft.because("handover", handover=reason, why=why)
    if reason in _OUR_FAULT:
        draft = draft.set(faults=draft.state.faults + 1)
    draft = draft.do("handover", reason=reason, why=why, brief=brief(draft, reason))
    draft = draft.set(owner=Owner.QUEUE, handover_reason=reason, asked_now="", options_open=()).ends_as("handed_over")
    params = {"why": f"@handover.why.{reason}", "minutes": str(draft.numbers.queue_minutes)}
    if draft.world.open:
        return reaching.said_back(draft.say("handover", "handover.open", params), waiting=False)
    return promise_call_back(reaching.said_back(draft.say("handover", "handover.closed", params), waiting=False))


def promise_call_back(draft: Draft) -> Draft:
    """The duty team calls back: a promise with a time, which is not in the customer's night."""
    due = call_back_due(draft)
    draft = draft.promise(CALL_BACK, due=due, told=due, owner="duty_team", of_order=False)
    return draft.say("promise", f"promise.{CALL_BACK}", {"due": f"time:{due.isoformat()}"})


def call_back_due(draft: Draft) -> datetime:
    """By when the duty team gets in touch: once the desk is open, and not in the customer's night."""
    opens = draft.world.opens_at
    opened = datetime.fromisoformat(opens) if opens else draft.world.now + _CLOSED_FOR
    return draft.by_day(opened, opened)[1]


def brief(draft: Draft, reason: str) -> dict[str, Any]:
    """What a member of staff needs to know before the first word."""
    state, reading = draft.state, draft.reading
    now = draft.world.now
    return {
        "issue": state.issue or reading.intent,
        "last_words": reading.text[:500],
        "emotion": reading.emotion,
        "intensity": reading.intensity,
        "needs": list(state.needs),
        "heats": list(state.heats),
        "stage": state.stage.value,
        "conflict": state.conflict.value,
        "steps_said": [act.name for act in draft.acts if act.name in OPENING_ACTS],
        "facts": {name: value for name, value in state.facts.items() if name != "phone_last4"},
        "refused_facts": list(state.refused_facts),
        "offered": list(state.options_shown),
        "refused": list(state.options_refused),
        "done": list(state.options_done),
        "parked": list(state.parked),
        "promises": {
            name.partition(" ")[0]: due for name, due in state.promised.items() if datetime.fromisoformat(due) >= now
        },
        "unresolved": state.unresolved,
        "apologised": state.apologised,
        "style": dict(state.style),
        "note": state.note,
        "next_step": _next_step(draft, reason),
    }


def with_whole_brief(draft: Draft) -> Draft:
    """The draft with the steps that were said in front of a handover in its brief too."""
    effects = tuple(_told_all(draft, effect) if "brief" in effect.data else effect for effect in draft.effects)
    return changed(draft, effects=effects)


def _told_all(draft: Draft, effect: Effect) -> Effect:
    return Effect(effect.name, {**effect.data, "brief": brief(draft, effect.data["reason"])})


def _next_step(draft: Draft, reason: str) -> str:
    """What the member of staff does first, as a code that the desk puts into words."""
    state = draft.state
    if reason == "safety":
        return "safe"
    if reason in ("threat", "abuse", "heat", "survey"):
        return "hear_out"
    if reason == "missing_facts" and state.refused_facts:
        return f"find:{state.refused_facts[-1]}"
    if reason == "missing_facts":
        return "find:order_number"
    if reason in ("action_failed", "rule"):
        return "act"
    if reason in ("unresolved", "offers_refused"):
        return "offer_more"
    return "explore" if not state.issue else "offer" if not state.options_done else "confirm"
