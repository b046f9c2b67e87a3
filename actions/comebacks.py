"""Fires what falls due: follow-ups, a queue that nobody takes, an agent's silence. Each once, its row is the truth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions import conversations, followups, replies
from actions.handovers import current_handover
from actions.promises import close_promise, record_promise
from actions.services import Services
from actions.turns import keep_state, state_of
from dialogues.comeback import (
    UNSOLICITED,
    Circumstances,
    Comeback,
    agent_went_silent,
    decide_comeback,
    nobody_came,
)
from dialogues.reading import Order
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


async def followup_job(session: AsyncSession, followup_id: str) -> Job | None:
    """The job of a pending follow-up."""
    row = await session.get(Followup, followup_id)
    if row is None or row.status != "pending":
        return None
    return Job(row.due_at, "followup", row.id, row.conversation_id)


async def fire(job: Job, services: Services) -> bool:
    """Does a job that is due, unless somebody else did or it is no longer wanted. True when something was said."""
    orders = await _orders(job, services) if job.kind == "followup" else ()
    async with services.database.write() as session:
        conversation = await conversations.lock_conversation(session, job.conversation_id)
        now = services.clock()
        if job.kind == "followup":
            comeback = await _fire_followup(session, conversation, job.id, orders, services, now)
        else:
            comeback = await _fire_handover(session, conversation, job, services, now)
        if comeback is None or comeback.verdict != "send":
            return False
        _speak(session, conversation, comeback, job.id, services, now)
        return True


async def _orders(job: Job, services: Services) -> tuple[Order, ...]:
    """What the shop's systems tell of the customer's orders, asked before any row is locked. Only a promise asks."""
    async with services.database.read() as session:
        followup = await session.get(Followup, job.id)
        if followup is None or followup.kind != "promise_check" or job.due_at > services.clock():
            return ()
        conversation = await session.get_one(Conversation, job.conversation_id)
        account = await conversations.linked_account(session, conversation.customer_id)
        state = state_of(conversation)
    number = state.facts.get("order_number", "") if state.verified else ""
    return await services.ports.orders(account=account, number=number) or ()


async def _fire_followup(
    session: AsyncSession,
    conversation: Conversation,
    followup_id: str,
    orders: tuple[Order, ...],
    services: Services,
    now: datetime,
) -> Comeback | None:
    followup = await session.get(Followup, followup_id, with_for_update=True)
    if followup is None or followup.status != "pending":
        return None
    if followup.due_at > now:  # it was moved since its timer was set
        await services.timers.set(session, followup.id, followup.due_at)
        return None
    promise = await session.get(Promise, followup.promise_id) if followup.promise_id else None
    seen = await _circumstances(session, conversation, followup, promise, orders, services, now)
    comeback = decide_comeback(followup.kind, state_of(conversation), seen, services.numbers)
    if comeback.verdict == "later":
        await followups.move(session, services, followup, comeback.at or now)
        return None
    followup.status = "sent" if comeback.verdict == "send" else "skipped"
    followup.reason, followup.closed_at = comeback.reason, now
    await session.flush()  # what was sent is not pending any more
    if promise and comeback.promise == "kept":
        await close_promise(session, promise, "kept", now)
    elif promise and comeback.promise and comeback.again_at:  # it slips: still to be kept, by the time now told
        promise.status, promise.due_at, promise.told_due_at = comeback.promise, comeback.again_at, comeback.again_at
    if comeback.again_at:
        await followups.schedule(session, services, conversation_id=conversation.id, kind=followup.kind,
                                 due_at=comeback.again_at, promise_id=followup.promise_id)  # fmt: skip
    return comeback


async def _circumstances(
    session: AsyncSession,
    conversation: Conversation,
    followup: Followup,
    promise: Promise | None,
    orders: tuple[Order, ...],
    services: Services,
    now: datetime,
) -> Circumstances:
    # Locked: another conversation of the same customer may have a follow-up due now, and the week's measure is one.
    customer = await session.get_one(Customer, conversation.customer_id, with_for_update=True)
    state = state_of(conversation)
    number = state.facts.get("order_number", "")
    since = now - timedelta(days=7)
    of_customer = select(Conversation.id).where(Conversation.customer_id == customer.id)
    unsolicited = select(func.count()).where(
        Followup.conversation_id.in_(of_customer), Followup.status == "sent", Followup.closed_at > since,
        Followup.kind.in_(UNSOLICITED),
    )  # fmt: skip
    nudges = select(func.count()).where(
        Followup.conversation_id == conversation.id, Followup.kind == "nudge", Followup.status == "sent",
        Followup.closed_at > now - timedelta(hours=services.numbers.nudge_again_after_hours + 1),
    )  # fmt: skip
    wrote = select(func.max(Message.created_at)).where(
        Message.conversation_id == conversation.id, Message.author == "customer"
    )
    return Circumstances(
        now=now.astimezone(ZoneInfo(customer.timezone or services.hours.timezone)),
        last_customer_at=(await session.execute(wrote)).scalar_one(),
        scheduled_at=followup.created_at,
        contact_stopped=customer.contact_stopped_at is not None and followup.created_at <= customer.contact_stopped_at,
        unsolicited_this_week=(await session.execute(unsolicited)).scalar_one(),
        promise_key=promise.key if promise else "",
        promise_status="open" if promise and promise.status == "slipped" else promise.status if promise else "",
        told_due=services.hours.local(promise.told_due_at).isoformat() if promise else "",
        nudged=(await session.execute(nudges)).scalar_one(),
        order=next((order for order in orders if order.number == number), None),
    )


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
        why="the agent was silent", brief=handover.brief, created_at=now,
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
    record_promise(
        session, promise_id=services.new_id(), conversation_id=conversation.id, turn_id=handover.turn_id, now=now,
        data={"key": "call_back", "issue": state_of(conversation).issue, "owner": "duty_team",
              "due_at": due.isoformat(), "told_due_at": due.isoformat()},
    )  # fmt: skip
    return nobody_came(state_of(conversation), due)


def _speak(
    session: AsyncSession,
    conversation: Conversation,
    comeback: Comeback,
    origin_id: str,
    services: Services,
    now: datetime,
) -> None:
    state = comeback.state
    bubbles = replies.compose(
        comeback.acts, services.wording, locale=state.locale, seed=conversation.id, used=state.said
    )
    variants = tuple(variant for bubble in bubbles for variant in bubble.wording)
    keep_state(conversation, replace(state, said=(*state.said, *variants)))
    replies.queue_replies(session, conversation, bubbles, origin=replies.Origin(origin_id), now=now, services=services)
