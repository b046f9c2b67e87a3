"""When an episode ends and the next begins, and what outlives it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dialogues.numbers import Numbers
from dialogues.reading import World
from dialogues.state import Owner, Stage, State
from dialogues.values import changed

CALL_BACK = "call_back"  # the promise that the duty team gets in touch
_PROVEN = ("order_number", "phone_last4")


def hours_since(moment: str, now: datetime) -> float:
    """Hours from an ISO moment until now; 0 when there was none."""
    return (now - datetime.fromisoformat(moment)).total_seconds() / 3600 if moment else 0.0


def is_pending(state: State, now: datetime) -> bool:
    """True while something is still awaited: a person, or the time of a promise."""
    promised = any(datetime.fromisoformat(due) >= now for due in state.promised.values())
    return state.owner is not Owner.BOT or promised


def aged(state: State, world: World, numbers: Numbers) -> State:
    """The state after a silence: an episode ends after 72 h with nothing pending."""
    silent = hours_since(state.last_turn_at, world.now)
    if silent < numbers.episode_ends_after_hours or state.stage in (Stage.IDLE, Stage.CLOSED):
        return state
    if is_pending(state, world.now):
        return state
    return changed(new_episode(state), heats=(), strained=0, note="")


def new_episode(state: State, **changes: Any) -> State:
    """A fresh episode. What outlives the old one: who speaks, who they are, how they feel and write, what is promised
    and booked.

    A customer who proved to know an order keeps it: that is what they are verified for.
    """
    facts = {name: value for name, value in state.facts.items() if name in _PROVEN} if state.verified else {}
    fresh = State(
        facts=facts, episode=state.episode + 1, booked=state.booked,
        heat=state.heat, heats=state.heats, strained=state.strained, abused_at=state.abused_at,
        promised=state.promised, slipped=state.slipped, surveyed_at=state.surveyed_at,
        contact_stopped=state.contact_stopped,
        owner=state.owner, handover_reason=state.handover_reason, note=state.note, verified=state.verified,
        locale=state.locale, style=state.style, said=state.said, last_turn_at=state.last_turn_at,
        version=state.version,
    )  # fmt: skip
    return changed(fresh, **changes)


def taken_over(state: State) -> State:
    """The state when a member of staff accepts: from here on they speak, and a promised call-back is kept."""
    return changed(state.without_promise(CALL_BACK), owner=Owner.HUMAN, asked_now="")


def handed_back(state: State, note: str = "") -> State:
    """The state when staff give a conversation back to the bot: the episode and its counters go on, at Action.

    Somebody did something, so the next thing is to confirm; the note goes into the next brief.
    """
    worked_on = state.stage not in (Stage.IDLE, Stage.CLOSED)
    return changed(
        state, owner=Owner.BOT, handover_reason="", note=note, misunderstood=0, asked_now="", options_open=(),
        stage=Stage.ACTION if worked_on else state.stage,
    )  # fmt: skip
