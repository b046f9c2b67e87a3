"""Writes moments of truth: exactly one per customer turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from actions.turns import Turn
from dialogues.plan import Act, Plan
from dialogues.playbook import Book
from dialogues.reading import NEGATIVE
from dialogues.state import State
from models.moments import Moment

_ULTIMATE = frozenset({"praise", "suggestion", "escalation_threat"})
PROMPT_SECONDS = 15  # the 15-second rule
_SHOWN = ("stage", "conflict", "heat", "issue", "parked", "facts", "owner", "unresolved", "locale")


def kind_of(intent: str, issue: str, book: Book) -> str:
    """zero, first, second or ultimate. A dialogue act takes the kind of its episode."""
    if intent in _ULTIMATE:
        return "ultimate"
    touched = intent if book.is_issue(intent) else issue
    return book.of(touched).kind if book.is_issue(touched) else "zero"


def shown(state: State) -> dict[str, Any]:
    """The part of a state that a moment keeps. Verification figures are left out."""
    data = state.to_dict()
    kept = {name: data[name] for name in _SHOWN}
    kept["facts"] = {name: value for name, value in data["facts"].items() if name != "phone_last4"}
    return kept


def told(act: Act) -> dict[str, Any]:
    """An act as a moment keeps it: what it did, what it asked, how many choices it showed."""
    return {"name": act.name, "key": act.key, "question": act.question, "facts": list(act.facts),
            "choices": len(act.choices)}  # fmt: skip


async def record_moment(
    session: AsyncSession,
    *,
    moment_id: str,
    turn: Turn,
    plan: Plan,
    heard: Mapping[str, Any],
    book: Book,
    wording: Sequence[str],
    speaker: str,
    now: datetime,
) -> Moment:
    """Writes the moment of a turn and tells the one before it what the customer felt next.

    Of the five dimensions of service two are known later: empathy with the next turn, reliability with the promise.
    """
    intent, emotion, intensity = heard.get("intent", ""), heard.get("emotion", "neutral"), heard.get("intensity", 0)
    if heard:
        await _tell_previous(session, turn.conversation_id, emotion, intensity)
    seconds = max((now - turn.received_at).total_seconds(), 0.0)
    moment = Moment(
        id=moment_id, turn_id=turn.turn_id, conversation_id=turn.conversation_id, channel=turn.channel,
        episode=plan.state.episode, kind=plan.kind or kind_of(intent, plan.state.issue, book),
        touchpoint=intent or "unheard", issue=plan.state.issue, stage=plan.state.stage.value,
        conflict=plan.state.conflict.value, emotion=emotion, intensity=intensity, heat=plan.state.heat,
        needs=list(heard.get("needs") or ()), heard=dict(heard),
        before=shown(turn.state), after=shown(plan.state), acts=[told(act) for act in plan.acts], wording=list(wording),
        reasons=list(plan.reasons), speaker=speaker, seconds=seconds, expectation=plan.expectation,
        outcome=plan.outcome, created_at=now,
        rater={"responsiveness": seconds <= PROMPT_SECONDS, "assurance": plan.state.unresolved == 0,
               "empathy": None, "reliability": None, "tangibles": turn.channel},
    )  # fmt: skip
    session.add(moment)
    return moment


# The last moment of a conversation, without what it holds of the turn as a whole. Built once, for every turn runs it.
_LAST = (
    select(Moment)
    .options(load_only(Moment.emotion, Moment.intensity, Moment.rater))
    .where(Moment.conversation_id == bindparam("conversation_id"))
    .order_by(Moment.created_at.desc())
    .limit(1)
)


async def _tell_previous(session: AsyncSession, conversation_id: str, emotion: str, intensity: int) -> None:
    previous = (await session.execute(_LAST, {"conversation_id": conversation_id})).scalar_one_or_none()
    if previous is not None:
        previous.emotion_after, previous.intensity_after = emotion, intensity
        if previous.emotion in NEGATIVE and previous.intensity:
            better = emotion not in NEGATIVE or intensity < previous.intensity
            previous.rater = {**previous.rater, "empathy": better}


async def tell_of_promise(session: AsyncSession, turn_id: str, *, kept: bool) -> None:
    """Tells the moment in which something was promised whether the promise holds."""
    moment = (await session.execute(select(Moment).where(Moment.turn_id == turn_id))).scalar_one_or_none()
    if moment is not None:
        moment.rater = {**moment.rater, "reliability": kept}
