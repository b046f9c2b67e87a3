"""Promises that members of staff make: recorded with a due time, kept, or told early when they slip."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions import conversations, followups, handovers, promises
from actions.desk.entries import Member, add_entry, clean_text, refuse
from actions.desk.sending import may_speak
from actions.services import Services
from actions.turns import keep_state, state_of
from dialogues.state import Owner, Stage, State
from models.promises import Promise

KEY = "staff"
BUFFER_SHARE = 0.2  # of the time until it is due, kept in reserve
LONGEST = timedelta(days=60)


async def record(conversation_id: str, member: Member, what: str, due_at: datetime, services: Services) -> Promise:
    """Records what was promised. It is checked when the customer was told it is due: kept by then, or told honestly.

    Only by who speaks with the customer, or a supervisor. Raises DeskRefused: empty, too_long, not_yours, bad_due (not
    in the future, or further than 60 days).
    """
    what = clean_text(what)
    now = services.clock()
    if due_at.tzinfo is None or not now < due_at <= now + LONGEST:
        raise refuse("bad_due")
    async with services.database.write() as session:
        conversation = await conversations.lock_conversation(session, conversation_id)
        handover = await handovers.current_handover(session, conversation_id)
        if not member.may_any and not may_speak(conversation, handover, member.id):
            raise refuse("not_yours", name=handover.agent if handover else "")
        state = state_of(conversation)
        ours = due_at - (due_at - now) * BUFFER_SHARE
        promise = promises.record_promise(
            session, promise_id=services.new_id(), conversation_id=conversation_id, turn_id=conversation_id, now=now,
            data={"key": KEY, "issue": state.issue, "owner": member.id, "due_at": ours.isoformat(),
                  "told_due_at": due_at.isoformat()},
        )  # fmt: skip
        promise.what = what
        await session.flush()
        await followups.schedule(
            session, services, conversation_id=conversation_id, kind="promise_check", due_at=due_at,
            promise_id=promise.id,
        )  # fmt: skip
        if state.owner is Owner.HUMAN:
            keep_state(conversation, _promised(state, due_at))
        await add_entry(session, conversation, "promise", member, services, what, promise=promise.id,
                        due=due_at.isoformat())  # fmt: skip
        return promise


def _promised(state: State, due_at: datetime) -> State:
    stage = Stage.ACTION if state.stage in (Stage.EXPLORE, Stage.OFFER) else state.stage
    return replace(state, promised={**state.promised, KEY: due_at.isoformat()}, stage=stage)


async def keep(promise_id: str, member: Member, services: Services) -> Promise:
    """Notes that a promise was kept; nothing checks it any more. Raises DeskRefused: unknown_promise."""
    async with services.database.write() as session:
        promise = await session.get(Promise, promise_id)
        if promise is None:
            raise refuse("unknown_promise")
        conversation = await conversations.lock_conversation(session, promise.conversation_id)
        if promise.status in promises.TO_BE_KEPT:
            await promises.close_promise(session, promise, "kept", services.clock())
            await add_entry(session, conversation, "promise_kept", member, services, promise.what, promise=promise.id)
        return promise


async def open_of(session: AsyncSession, conversation_id: str) -> list[Promise]:
    """The promises of a conversation that are still to be kept, the next due first."""
    query = select(Promise).where(Promise.conversation_id == conversation_id, Promise.status.in_(promises.TO_BE_KEPT))
    return list((await session.execute(query.order_by(Promise.told_due_at))).scalars())


def as_data(promise: Promise) -> dict[str, Any]:
    """A promise as pages read it."""
    return {"id": promise.id, "conversation": promise.conversation_id, "key": promise.key, "what": promise.what,
            "owner": promise.owner, "status": promise.status, "due_at": promise.due_at.isoformat(),
            "told_due_at": promise.told_due_at.isoformat()}  # fmt: skip
