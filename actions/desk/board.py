"""The supervisor's board: who waits, who serves, how soon people answer, which promises are about to slip."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.desk import promising, queue, seats
from actions.promises import TO_BE_KEPT
from actions.services import Services
from models.conversations import Conversation
from models.customers import Customer
from models.desk import DeskEntry
from models.handovers import Handover
from models.promises import Promise

SOON = timedelta(minutes=60)
SHIFT = timedelta(hours=12)
PROMPT_SECONDS = 15
ALARMING = frozenset({"silent", "over_limit"})


async def board(session: AsyncSession, services: Services) -> dict[str, Any]:
    """Everything on the board, as it is now."""
    now = services.clock()
    rows = [row for row in await queue.active_rows(session, services) if row["status"] in ("waiting", "taken")]
    load = await seats.loads(session)
    return {
        "at": now.isoformat(), "waiting": sum(row["status"] == "waiting" for row in rows),
        "served": sum(row["status"] == "taken" for row in rows), "rows": rows,
        "agents": [seats.as_data(seat, load.get(seat.staff_id, 0), now) for seat in await seats.all_seats(session)],
        "first_reply": await _first_replies(session, now - SHIFT), "promises": await _promises(session, now),
        "alarms": [row for row in rows if ALARMING & {why["code"] for why in row["urgency"]["reasons"]}],
        "overrides": await _overrides(session, now - SHIFT), "limit_s": services.numbers.queue_minutes * 60,
        "alarm_s": services.numbers.agent_alarm_minutes * 60,
    }  # fmt: skip


async def _first_replies(session: AsyncSession, since: datetime) -> dict[str, Any]:
    """Seconds from the handover to the first word by a person, in this shift."""
    query = select(Handover.created_at, Handover.taken_at, Handover.first_reply_at).where(
        Handover.created_at >= since, Handover.first_reply_at.is_not(None)
    )
    found = (await session.execute(query)).all()
    seconds = sorted((first - begun).total_seconds() for begun, _, first in found if first)
    if not seconds:
        return {"n": 0, "median_s": None, "p90_s": None, "prompt": None}
    taken = [(first - at).total_seconds() <= PROMPT_SECONDS for _, at, first in found if at and first]
    return {"n": len(seconds), "median_s": median(seconds), "p90_s": seconds[(len(seconds) - 1) * 9 // 10],
            "prompt": round(sum(taken) / len(taken), 3) if taken else None}  # fmt: skip


async def _promises(session: AsyncSession, now: datetime) -> list[dict[str, Any]]:
    """Open promises that are due within the hour, or late; the next due first."""
    query = (
        select(Promise, Customer)
        .join(Conversation, Conversation.id == Promise.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(Promise.status.in_(TO_BE_KEPT), Promise.told_due_at <= now + SOON)
        .order_by(Promise.told_due_at)
        .limit(50)
    )
    return [
        {**promising.as_data(promise), "customer": customer.name, "customer_id": customer.id}
        for promise, customer in (await session.execute(query)).all()
    ]


async def _overrides(session: AsyncSession, since: datetime) -> int:
    query = select(func.count()).where(DeskEntry.kind == "override", DeskEntry.created_at >= since)
    return int((await session.execute(query)).scalar_one())
