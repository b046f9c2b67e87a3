"""Opens and closes handovers. The owner of a conversation itself is a column of its row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.handovers import Handover

_OPEN = ("waiting", "taken")


def open_handover(
    session: AsyncSession,
    *,
    handover_id: str,
    conversation_id: str,
    turn_id: str,
    data: Mapping[str, Any],
    now: datetime,
) -> Handover:
    """Puts the conversation before the staff, with the reason and a brief."""
    handover = Handover(
        id=handover_id, conversation_id=conversation_id, turn_id=turn_id, reason=data["reason"], why=data["why"],
        brief=dict(data["brief"]), created_at=now,
    )  # fmt: skip
    session.add(handover)
    return handover


async def current_handover(session: AsyncSession, conversation_id: str) -> Handover | None:
    """The handover that is open now."""
    query = select(Handover).where(Handover.conversation_id == conversation_id, Handover.status.in_(_OPEN))
    return (await session.execute(query.order_by(Handover.created_at.desc()))).scalars().first()


async def raise_handover(session: AsyncSession, conversation_id: str, data: Mapping[str, Any]) -> None:
    """Gives the open handover a graver reason and a fresh brief."""
    if handover := await current_handover(session, conversation_id):
        handover.reason, handover.why, handover.brief = data["reason"], data["why"], dict(data["brief"])


async def close_handover(
    session: AsyncSession, conversation_id: str, status: str, now: datetime, note: str = ""
) -> None:
    """Ends the open handover, if there is one."""
    if handover := await current_handover(session, conversation_id):
        handover.status, handover.closed_at, handover.note = status, now, note
