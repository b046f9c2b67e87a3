"""What was said around a turn, so that it can be judged."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages import Message

BEFORE, AFTER = 4, 3


async def around(session: AsyncSession, conversation_id: str, turn_id: str) -> list[dict[str, Any]]:
    """The messages before and after a turn's last message, in order."""
    of_turn = select(Message.seq).where(Message.id == turn_id)
    seq = (await session.execute(of_turn)).scalar_one_or_none()
    if seq is None:
        return []
    query = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq.between(seq - BEFORE, seq + AFTER))
        .order_by(Message.seq)
    )
    return [
        {"seq": message.seq, "author": message.author, "text": message.text, "at": message.created_at.isoformat(),
         "is_it": message.turn_id == turn_id and message.author == "customer"}
        for message in (await session.execute(query)).scalars()
    ]  # fmt: skip
