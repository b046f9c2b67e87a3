"""Records promises, and settles what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from actions import followups
from actions.moments import tell_of_promise
from models.conversations import Conversation
from models.customers import Customer
from models.followups import Followup
from models.promises import Promise

TO_BE_KEPT = ("open", "slipped")  # one that slipped has a new time, and is still to be kept


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
        owner=data["owner"], order_number=data.get("order_number", ""),
        shown_before=data.get("shown_before", ""), due_at=datetime.fromisoformat(data["due_at"]),
        told_due_at=datetime.fromisoformat(data["told_due_at"]), created_at=now,
    )  # fmt: skip
    session.add(promise)
    return promise


async def withdraw_promise(
    session: AsyncSession, conversation_id: str, *, key: str, order_number: str = "", now: datetime
) -> None:
    """What was promised for something that was undone is no longer owed, and no longer checked.

    Of the same kind only what was promised for that order, or for none that is known.
    """
    for promise in await open_promises(session, conversation_id):
        of_it = not order_number or promise.order_number in ("", order_number)
        if promise.key == key and of_it:
            await close_promise(session, promise, "undone", now)


async def close_promise(session: AsyncSession, promise: Promise, status: str, now: datetime) -> None:
    """A promise is kept (perhaps early), broken or undone: it is closed, and its pending checks are off."""
    promise.status, promise.closed_at = status, now
    if status in ("kept", "broken"):
        await tell_of_promise(session, promise.turn_id, kept=status == "kept")
    await followups.cancel(session, Followup.promise_id == promise.id, f"the promise is {status}", now)


async def open_promises(session: AsyncSession, conversation_id: str) -> list[Promise]:
    """The promises of a conversation that are still to be kept."""
    query = select(Promise).where(Promise.conversation_id == conversation_id, Promise.status.in_(TO_BE_KEPT))
    return list((await session.execute(query)).scalars())


async def stop_contact(session: AsyncSession, customer_id: str, now: datetime) -> None:
    """No unsolicited message any more, in any conversation of that customer.

    Pending follow-ups are cancelled, open promises pass to the duty team.
    """
    theirs = select(Conversation.id).where(Conversation.customer_id == customer_id)
    await followups.cancel(session, Followup.conversation_id.in_(theirs), "stop_contact", now)
    still_open = Promise.conversation_id.in_(theirs) & Promise.status.in_(TO_BE_KEPT)
    passed_on = update(Promise).where(still_open).values(owner="duty_team")
    await session.execute(passed_on, execution_options={"synchronize_session": "fetch"})
    await session.execute(update(Customer).where(Customer.id == customer_id).values(contact_stopped_at=now))
