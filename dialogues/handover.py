"""When a human takes over, and why: the first reason that applies is named."""

from __future__ import annotations

from datetime import datetime

from dialogues.numbers import Numbers
from dialogues.reading import Reading
from dialogues.state import State

# In the order of precedence. The last three come from outside a customer's turn.
REASONS = (
    "safety", "threat", "abuse", "asked", "rule", "action_failed", "heat", "unresolved", "offers_refused",
    "missing_facts", "misunderstood", "survey", "agent_silent", "engine_down",
)  # fmt: skip


def abused_lately(state: State, now: datetime, numbers: Numbers) -> bool:
    """True when the customer was abusive before, within the boundary's memory."""
    if not state.abused_at:
        return False
    hours = (now - datetime.fromisoformat(state.abused_at)).total_seconds() / 3600
    return hours <= numbers.abuse_again_within_hours


def too_hot(state: State, numbers: Numbers) -> str:
    """Why the feelings alone call for a human, or "". ``state`` already holds this turn's heat."""
    heats = state.heats
    if len(heats) >= 2 and min(heats[-2:]) >= numbers.heat_for_human:
        return f"heat {heats[-2]} and {heats[-1]}: {numbers.heat_for_human} or more twice running"
    if len(heats) >= 3 and heats[-3] < heats[-2] < heats[-1] and heats[-1] >= numbers.rising_ends_at:
        return f"heat rose {heats[-3]}, {heats[-2]}, {heats[-1]}, ending at {numbers.rising_ends_at} or more"
    return ""


def reason_in_turn(
    state: State, before: State, reading: Reading, now: datetime, numbers: Numbers, rule_issues: frozenset[str]
) -> tuple[str, str] | None:
    """(reason, why in words) when this turn by itself goes to a human, else None.

    ``state`` already holds this turn's heat; ``before`` tells of abuse in earlier turns.
    """
    spoken = not reading.choice
    sure = spoken and not reading.unsure
    if reading.safety:
        return "safety", "the message speaks of harm"
    if sure and reading.intent == "escalation_threat":
        return "threat", f"escalation threat heard at {reading.confidence:.2f}"
    if reading.emotion == "abusive" and abused_lately(before, now, numbers):
        return "abuse", f"abuse again within {numbers.abuse_again_within_hours:g} h"
    if reading.choice == "human" or (spoken and reading.intent == "request_human"):
        return "asked", "the customer asks for a person"
    if sure and reading.intent in rule_issues:
        return "rule", f"the shop marks {reading.intent} for staff"
    why = too_hot(state, numbers)
    return ("heat", why) if why else None
