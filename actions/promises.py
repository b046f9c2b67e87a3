"""Records promises and follow-ups, and settles what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.customers import Customer
from models.followups import Followup
from models.promises import Promise


def record_promise(
    session: AsyncSession,
    *,
    promise_id: str,
    conversation_id: str,
    turn_id: str,
    data: Mapping[str, Any],
    now: datetime,
) -> Promise:
    """A new open promise."""
    promise = Promise(
        id=promise_id, conversation_id=conversation_id, turn_id=turn_id, issue=data["issue"], key=data["key"],
        owner=data["owner"], due_at=datetime.fromisoformat(data["due_at"]),
        told_due_at=datetime.fromisoformat(data["told_due_at"]), created_at=now,
    )  # fmt: skip
    session.add(promise)
    return promise


def schedule_followup(
    session: AsyncSession,
    *,
    followup_id: str,
    conversation_id: str,
    promise_id: str | None,
    data: Mapping[str, Any],
    now: datetime,
) -> Followup:
    """A new pending follow-up."""
    followup = Followup(
        id=followup_id, conversation_id=conversation_id, promise_id=promise_id, kind=data["kind"],
        due_at=datetime.fromisoformat(data["due_at"]), created_at=now,
    )  # fmt: skip
    session.add(followup)
    return followup


async def replace_followup(session: AsyncSession, conversation_id: str, kind: str, now: datetime) -> None:
    """One outcome check at a time: a newer one takes the place of the older."""
    if kind != "outcome_check":
        return
    older = (Followup.conversation_id == conversation_id) & (Followup.kind == kind) & (Followup.status == "pending")
    await session.execute(update(Followup).where(older).values(status="cancelled", reason="replaced", closed_at=now))


async def withdraw_promise(session: AsyncSession, conversation_id: str, key: str, now: datetime) -> None:
    """What was promised for something that was undone is no longer owed, and no longer checked."""
    for promise in await open_promises(session, conversation_id):
        if promise.key == key:
            promise.status, promise.closed_at = "undone", now
            checks = (Followup.promise_id == promise.id) & (Followup.status == "pending")
            await session.execute(
                update(Followup).where(checks).values(status="cancelled", reason="undone", closed_at=now)
            )


async def open_promises(session: AsyncSession, conversation_id: str) -> list[Promise]:
    """The promises of a conversation that are still to be kept."""
    query = select(Promise).where(Promise.conversation_id == conversation_id, Promise.status == "open")
    return list((await session.execute(query)).scalars())


async def stop_contact(session: AsyncSession, conversation_id: str, customer_id: str, now: datetime) -> None:
    """No unsolicited message any more: pending follow-ups are cancelled, open promises pass to the duty team."""
    pending = (Followup.conversation_id == conversation_id) & (Followup.status == "pending")
    await session.execute(
        update(Followup).where(pending).values(status="cancelled", reason="stop_contact", closed_at=now)
    )
    still_open = (Promise.conversation_id == conversation_id) & (Promise.status == "open")
    await session.execute(update(Promise).where(still_open).values(owner="duty_team"))
    await session.execute(update(Customer).where(Customer.id == customer_id).values(contact_stopped_at=now))


# Built once, for it runs in every turn. Nothing of it is loaded in the session, so there is nothing to synchronise.
_OLDER_NUDGES = (
    update(Followup)
    .where(Followup.conversation_id == bindparam("of"), Followup.kind == "nudge", Followup.status == "pending")
    .values(status="cancelled", reason="answered", closed_at=bindparam("now"))
)
_NO_SYNC = {"synchronize_session": False}


async def renew_nudge(
    session: AsyncSession, conversation_id: str, due_at: datetime | None, followup_id: str, now: datetime
) -> None:
    """The customer wrote: an older reminder is off, a new one is due when something is open."""
    await session.execute(_OLDER_NUDGES, {"of": conversation_id, "now": now}, execution_options=_NO_SYNC)
    if due_at is not None:
        session.add(
            Followup(id=followup_id, conversation_id=conversation_id, kind="nudge", due_at=due_at, created_at=now)
        )
