"""Fires what falls due: follow-ups, a queue that nobody takes, an agent's silence. Each once, its row is the truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions import conversations, followups
from actions.followup_firing import fire_followup, speak
from actions.handovers import current_handover
from actions.promises import record_promise
from actions.services import Services
from actions.turns import state_of
from dialogues.because import because
from dialogues.comeback import (
    Comeback,
    agent_went_silent,
    back_from_staff,
    nobody_came,
)
from dialogues.daytime import next_daytime
from models.conversations import Conversation
from models.customers import Customer
from models.followups import Followup
from models.handovers import Handover
from models.messages import Message
from models.promises import Promise

BATCH = 50


@dataclass(frozen=True)
class Job:
    """Something that falls due. ``kind``: followup, nobody, silent; ``id`` of its row."""

    due_at: datetime
    kind: str
    id: str
    conversation_id: str


async def upcoming(session: AsyncSession, services: Services, limit: int = BATCH) -> list[Job]:
    """What falls due next, soonest first."""
    jobs = [*await _followups(session, limit), *await waiting_jobs(session, services)]
    return sorted(jobs, key=lambda job: (job.due_at, job.id))[:limit]


async def _followups(session: AsyncSession, limit: int) -> list[Job]:
    query = select(Followup).where(Followup.status == "pending").order_by(Followup.due_at).limit(limit)
    return [
        Job(row.due_at, "followup", row.id, row.conversation_id) for row in (await session.execute(query)).scalars()
    ]


async def _waiting(session: AsyncSession, patience: timedelta) -> list[Job]:
    query = select(Handover).where(Handover.status == "waiting", Handover.told_at.is_(None))
    return [
        Job(row.created_at + patience, "nobody", row.id, row.conversation_id)
        for row in (await session.execute(query)).scalars()
    ]


async def _silent(session: AsyncSession, patience: timedelta) -> list[Job]:
    """Conversations that a human holds and in which the customer had the last word."""
    query = (
        select(Handover, Message.created_at)
        .join(Conversation, Conversation.id == Handover.conversation_id)
        .join(Message, (Message.conversation_id == Conversation.id) & (Message.seq == Conversation.next_seq - 1))
        .where(Handover.status == "taken", Message.author == "customer")
    )
    return [
        Job(at + patience, "silent", row.id, row.conversation_id) for row, at in (await session.execute(query)).all()
    ]


async def waiting_jobs(session: AsyncSession, services: Services) -> list[Job]:
    """Customers who wait for people: in the queue, or for the answer of one who fell silent."""
    return [
        *await _waiting(session, timedelta(minutes=services.numbers.queue_minutes)),
        *await _silent(session, timedelta(minutes=services.numbers.agent_silent_minutes)),
    ]


async def fire(job: Job, services: Services) -> bool:
    """Does a job that is due, unless somebody else did or it is no longer wanted. True when something was said."""
    if job.kind == "followup":
        return (await fire_followup(job.id, services)).spoke
    async with services.database.write() as session:
        conversation = await conversations.lock_conversation(session, job.conversation_id)
        now = services.clock()
        comeback = await _fire_handover(session, conversation, job, services, now)
        if comeback is None or comeback.verdict != "send":
            return False
        await speak(session, conversation, comeback, job.id, services, now)
        return True


async def _fire_handover(
    session: AsyncSession, conversation: Conversation, job: Job, services: Services, now: datetime
) -> Comeback | None:
    handover = await current_handover(session, conversation.id)
    if handover is None or handover.id != job.id or job.due_at > now:
        return None
    state = state_of(conversation)
    if job.kind == "nobody":
        if handover.status != "waiting" or handover.told_at is not None:
            return None
        handover.told_at = now
        return await _call_back(session, conversation, handover, services, now)
    if handover.status != "taken":
        return None
    handover.status, handover.closed_at, handover.note = "handed_back", now, "agent silent"
    session.add(Handover(
        id=services.new_id(), conversation_id=conversation.id, turn_id=handover.turn_id, reason="agent_silent",
        why=because("went_silent"), brief=handover.brief, created_at=now,
    ))  # fmt: skip
    return agent_went_silent(state)


async def _call_back(
    session: AsyncSession, conversation: Conversation, handover: Handover, services: Services, now: datetime
) -> Comeback | None:
    """Promises a call-back, unless one was promised already (as it is at once outside opening hours)."""
    query = select(Promise).where(
        Promise.conversation_id == conversation.id, Promise.key == "call_back", Promise.status == "open"
    )
    if (await session.execute(query)).scalars().first():
        return None
    within = timedelta(minutes=services.numbers.call_back_within_minutes)
    due = (
        services.hours.local(now + within) if services.hours.is_open(now + within) else services.hours.call_back_at(now)
    )
    customer = await session.get_one(Customer, conversation.customer_id)
    if customer.timezone:
        due = due.astimezone(ZoneInfo(customer.timezone))
    due = next_daytime(due, services.numbers)
    promise = record_promise(
        session, promise_id=services.new_id(), conversation_id=conversation.id, turn_id=handover.turn_id, now=now,
        data={"key": "call_back", "issue": state_of(conversation).issue, "owner": "duty_team",
              "due_at": due.isoformat(), "told_due_at": due.isoformat()},
    )  # fmt: skip
    await session.flush()
    await followups.schedule(
        session, services, conversation_id=conversation.id, kind="promise_check", due_at=due, promise_id=promise.id
    )
    return nobody_came(state_of(conversation), due)


async def give_back(session: AsyncSession, conversation: Conversation, note: str, services: Services) -> None:
    """Staff give a conversation back to the bot: the note is remembered, the customer hears who speaks from here on.

    The row must be locked and be the staff's; that is the caller's to check.
    """
    now = services.clock()
    origin = services.new_id()
    if handover := await current_handover(session, conversation.id):
        handover.status, handover.closed_at, handover.note = "handed_back", now, note
        origin = handover.id
    await speak(session, conversation, back_from_staff(state_of(conversation), note), origin, services, now)
