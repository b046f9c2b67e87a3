"""Schedules, moves and cancels follow-ups.

The row is the truth. A timer, set in the same transaction, only wakes somebody to look at it: it may come twice, too
early after the row was moved, or not at all, and then the row is found overdue.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from actions.services import Services
from models.followups import Followup

TRIES_AT_MOST = 5
PUT_OFF = timedelta(minutes=1)  # after the first failure, twice that after the second, and so on
_EACH_HAS_ITS_OWN = "promise_check"  # of all other kinds a newer follow-up takes the place of the older


async def schedule(
    session: AsyncSession,
    services: Services,
    *,
    conversation_id: str,
    kind: str,
    due_at: datetime,
    promise_id: str | None = None,
) -> Followup:
    """A new pending follow-up. A promise that it checks must be stored already."""
    if kind != _EACH_HAS_ITS_OWN:
        older = (Followup.conversation_id == conversation_id) & (Followup.kind == kind)
        await cancel(session, older, "replaced", services.clock())
    return await _add(session, services, conversation_id, kind, due_at, promise_id)


async def _add(
    session: AsyncSession,
    services: Services,
    conversation_id: str,
    kind: str,
    due_at: datetime,
    promise_id: str | None = None,
) -> Followup:
    followup = Followup(
        id=services.new_id(), conversation_id=conversation_id, promise_id=promise_id, kind=kind, status="pending",
        due_at=due_at, created_at=services.clock(),
    )  # fmt: skip
    session.add(followup)
    await services.timers.set(session, followup.id, due_at)
    return followup


async def move(session: AsyncSession, services: Services, followup: Followup, due_at: datetime) -> None:
    """The follow-up falls due at another time."""
    followup.due_at = due_at
    await services.timers.set(session, followup.id, due_at)


async def cancel(session: AsyncSession, which: ColumnElement[bool], reason: str, now: datetime) -> int:
    """Those of them that are pending will not be sent; says how many."""
    off = update(Followup).where(which, Followup.status == "pending")
    off = off.values(status="cancelled", reason=reason, closed_at=now)
    done = await session.execute(off, execution_options={"synchronize_session": "fetch"})
    return int(done.rowcount)  # type: ignore[attr-defined]


async def cancel_kinds(
    session: AsyncSession, conversation_id: str, kinds: Collection[str], reason: str, now: datetime
) -> int:
    """The pending ones of these kinds in a conversation are off; says how many."""
    return await cancel(session, (Followup.conversation_id == conversation_id) & Followup.kind.in_(kinds), reason, now)


# Built once, for one of them runs in every turn; of the table, for nothing of it is loaded in the session.
_ROWS = cast(Table, Followup.__table__)
_NUDGE = (Followup.conversation_id == bindparam("of")) & (Followup.kind == "nudge") & (Followup.status == "pending")
_MOVED = update(_ROWS).where(_NUDGE).values(due_at=bindparam("due"), created_at=bindparam("now"), tries=0)
_OFF = update(_ROWS).where(_NUDGE).values(status="cancelled", reason="answered", closed_at=bindparam("now"))


async def renew_nudge(session: AsyncSession, services: Services, conversation_id: str, due_at: datetime | None) -> None:
    """The customer wrote: the reminder moves to its new, later time; it is off when nothing is open any more.

    The timer that was set for the earlier time stays: who is woken by it sees that it is too early, and sets it anew.
    """
    now = services.clock()
    if due_at is None:
        await session.execute(_OFF, {"of": conversation_id, "now": now})
        return
    moved = await session.execute(_MOVED, {"of": conversation_id, "due": due_at, "now": now})
    if not moved.rowcount:  # type: ignore[attr-defined]
        await _add(session, services, conversation_id, "nudge", due_at)


async def put_off(session: AsyncSession, services: Services, followup_id: str, why: str) -> None:
    """It could not be dealt with for a reason that is ours: later again, and not for ever."""
    followup = await session.get(Followup, followup_id, with_for_update=True)
    if followup is None or followup.status != "pending":
        return
    now = services.clock()
    followup.tries += 1
    if followup.tries >= TRIES_AT_MOST:
        followup.status, followup.reason, followup.closed_at = "skipped", f"failed: {why}"[:200], now
    else:
        await move(session, services, followup, now + PUT_OFF * 2 ** (followup.tries - 1))


async def overdue(session: AsyncSession, since: datetime, limit: int) -> list[str]:
    """Pending ones that should have been dealt with before ``since``, the longest overdue first."""
    query = (
        select(Followup.id)
        .where(Followup.status == "pending", Followup.due_at < since)
        .order_by(Followup.due_at)
        .limit(limit)
    )
    return list((await session.execute(query)).scalars())


async def listed(
    session: AsyncSession, *, status: str = "", conversation_id: str = "", limit: int = 50
) -> list[Followup]:
    """Follow-ups, the next due first."""
    query = select(Followup).order_by(Followup.due_at, Followup.id).limit(limit)
    if status:
        query = query.where(Followup.status == status)
    if conversation_id:
        query = query.where(Followup.conversation_id == conversation_id)
    return list((await session.execute(query)).scalars())


async def beginning_with(session: AsyncSession, number: str) -> list[Followup]:
    """Follow-ups whose id begins so, two at most."""
    query = select(Followup).where(Followup.id.startswith(number, autoescape=True)).limit(2)
    return list((await session.execute(query)).scalars())
