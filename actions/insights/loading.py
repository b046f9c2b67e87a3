"""Reads conversations as records, many in a few statements."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.insights.records import ComeBack, Handed, Promised, Record, Turn
from dialogues.comeback import SLIPPED
from models.conversations import Conversation
from models.followups import Followup
from models.handovers import Handover
from models.messages import Message
from models.moments import Moment
from models.outbox import OutboxEntry
from models.promises import Promise

TOLD_BY_TAP = {"confirm:settled": "settled", "confirm:not_yet": "reopened"}


async def records_of(session: AsyncSession, ids: Sequence[str]) -> dict[str, Record]:
    """The records of these conversations, by id; those that are gone are left out."""
    about = await session.execute(
        select(Conversation.id, Conversation.channel, Conversation.locale, Conversation.customer_id).where(
            Conversation.id.in_(ids)
        )
    )
    handed = await _by_conversation(session, select(Handover).where(Handover.conversation_id.in_(ids)))
    moments = await _moments(session, ids)
    promises = await _by_conversation(session, select(Promise).where(Promise.conversation_id.in_(ids)))
    comebacks = await _by_conversation(session, select(Followup).where(Followup.conversation_id.in_(ids)))
    taps = await _taps(session, ids)
    delivery = await _delivery(session, ids)
    return {
        of: Record(
            channel=channel, locale=locale, customer=customer,
            turns=tuple(_turn(row, taps, handed[of]) for row in sorted(moments[of], key=lambda row: row.created_at)),
            promises=tuple(_promised(row, comebacks[of]) for row in promises[of]),
            comebacks=tuple(ComeBack(r.kind, r.status, r.created_at, r.closed_at, r.reason) for r in comebacks[of]),
            handovers=tuple(Handed(r.created_at, r.reason, r.agent_id, r.taken_at, r.first_reply_at)
                            for r in handed[of]),
            delivery=delivery[of],
        )
        for of, channel, locale, customer in about.all()
    }  # fmt: skip


async def _by_conversation(session: AsyncSession, query: Any) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in (await session.execute(query)).scalars():
        found[row.conversation_id].append(row)
    return found


# Not whole rows: the states around each turn are most of what a moment holds, and nothing here reads them.
_READ = (Moment.turn_id, Moment.conversation_id, Moment.created_at, Moment.episode, Moment.kind, Moment.issue,
         Moment.emotion, Moment.intensity, Moment.acts, Moment.wording, Moment.reasons, Moment.outcome, Moment.speaker,
         Moment.seconds, Moment.heard)  # fmt: skip


async def _moments(session: AsyncSession, ids: Sequence[str]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in (await session.execute(select(*_READ).where(Moment.conversation_id.in_(ids)))).all():
        found[row.conversation_id].append(row)
    return found


async def _taps(session: AsyncSession, ids: Sequence[str]) -> dict[str, str]:
    """What was tapped, by turn."""
    query = select(Message.turn_id, Message.payload).where(
        Message.conversation_id.in_(ids), Message.author == "customer", Message.payload.is_not(None)
    )
    return {turn: payload for turn, payload in (await session.execute(query)).all() if turn and payload}


async def _delivery(session: AsyncSession, ids: Sequence[str]) -> defaultdict[str, dict[str, int]]:
    """Replies by what became of them: at once, retried, dead."""
    query = select(OutboxEntry.conversation_id, OutboxEntry.status, OutboxEntry.attempts)
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for of, status, attempts in (await session.execute(query.where(OutboxEntry.conversation_id.in_(ids)))).all():
        found[of]["dead" if status == "dead" else "retried" if attempts > 1 else "at_once"] += 1
    return defaultdict(dict, {of: dict(counts) for of, counts in found.items()})


def _turn(row: Any, taps: dict[str, str], handed: Sequence[Handover]) -> Turn:
    tap = taps.get(row.turn_id, "")
    return Turn(
        at=row.created_at, episode=row.episode, kind=row.kind, issue=row.issue, emotion=row.emotion,
        intensity=row.intensity, tapped=bool(tap), acts=tuple(act["name"] for act in row.acts),
        variants=tuple(row.wording), reasons=tuple(row.reasons), outcome=_outcome(row, tap), speaker=row.speaker,
        seconds=row.seconds, agent=_agent_at(row.created_at, handed) if row.speaker == "human" else "",
        heard=bool(row.heard),
    )  # fmt: skip


def _outcome(row: Any, tap: str) -> str:
    """Whoever spoke asked the same question: a yes to a person counts like a yes to the bot."""
    if row.speaker != "human":
        return str(row.outcome)
    if tap:
        return TOLD_BY_TAP.get(tap, str(row.outcome))
    heard = row.heard.get("intent", "") if not row.heard.get("unsure") else ""
    return {"resolved": "settled", "unresolved": "reopened"}.get(heard, str(row.outcome))


def _agent_at(at: datetime, handed: Sequence[Handover]) -> str:
    taken = [row for row in handed if row.taken_at is not None and row.taken_at <= at]
    return max(taken, key=lambda row: row.taken_at or at).agent_id if taken else ""


def _promised(row: Promise, comebacks: Sequence[Followup]) -> Promised:
    slips = sum(each.promise_id == row.id and each.status == "sent" and each.reason == SLIPPED for each in comebacks)
    return Promised(row.created_at, row.key, row.issue, row.status, slips, row.told_due_at)
