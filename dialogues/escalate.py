"""Handing a conversation to people: always with a reason, a brief and a notice of what happens and when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dialogues.draft import Draft
from dialogues.plan import CONFLICT_ACTS
from dialogues.state import Owner

CALL_BACK_HOURS = 1


def hand_over(draft: Draft, reason: str, why: str) -> Draft:
    """Puts the conversation into the queue and tells the customer. The reason is kept with figures."""
    draft = draft.because(f"handover ({reason}): {why}")
    draft = draft.do("handover", reason=reason, why=why, brief=brief(draft))
    draft = draft.set(owner=Owner.QUEUE, handover_reason=reason, asked_now="").ends_as("handed_over")
    params = {"why": f"@handover.why.{reason}", "minutes": str(draft.numbers.queue_minutes)}
    if draft.world.open:
        return draft.say("handover", "handover.open", params)
    due = draft.world.opens_at or (draft.world.now + timedelta(hours=12)).isoformat()
    draft = draft.do("promise", key="call_back", due_at=due, told_due_at=due, owner="duty_team",
                     issue=draft.state.issue)  # fmt: skip
    draft = draft.say("handover", "handover.closed", params)
    return draft.say("promise", "promise.call_back", {"due": f"time:{due}"})


def brief(draft: Draft) -> dict[str, Any]:
    """What a member of staff needs to know before the first word."""
    state = draft.state
    return {
        "issue": state.issue or draft.reading.intent,
        "last_words": draft.reading.text[:500],
        "emotion": draft.reading.emotion,
        "intensity": draft.reading.intensity,
        "needs": list(draft.reading.needs),
        "heats": list(state.heats),
        "stage": state.stage.value,
        "conflict": state.conflict.value,
        "steps_said": [act.name for act in draft.acts if act.name in CONFLICT_ACTS],
        "facts": {name: value for name, value in state.facts.items() if name != "phone_last4"},
        "offered": list(state.options_shown),
        "refused": list(state.options_refused),
        "parked": list(state.parked),
        "unresolved": state.unresolved,
    }
