"""The outbox's rows: what waits to be delivered, and what was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Row, Table, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.conversations import Conversation
from models.messages import Message
from models.outbox import OutboxEntry

BATCH = 200
Said = Row[Any]  # a message as far as a page is told of it


class Waiting(NamedTuple):
    """An undelivered reply, the channel it goes to, the trace of the message it answers."""

    id: str
    conversation_id: str
    turn_id: str
    seq: int
    channel: str
    trace_id: str


_AFTER = (
    select(
        Message.seq, Message.author, Message.name, Message.text, Message.choices, Message.wording, Message.attachments,
        Message.external_id, Message.in_reply_to, Message.created_at,
    )
    .where(Message.conversation_id == bindparam("conversation_id"), Message.seq > bindparam("seq"))
    .order_by(Message.seq)
)  # fmt: skip


_PENDING = (
    select(
        OutboxEntry.id, OutboxEntry.conversation_id, OutboxEntry.turn_id, OutboxEntry.seq, Conversation.channel,
        Message.trace_id,
    )
    .join(Conversation, Conversation.id == OutboxEntry.conversation_id)
    .join(Message, Message.id == OutboxEntry.id)
    .where(OutboxEntry.status == "pending", Conversation.channel.in_(bindparam("channels", expanding=True)))
    .order_by(OutboxEntry.conversation_id, OutboxEntry.seq)
    .limit(BATCH)
)  # fmt: skip


async def pending(session: AsyncSession, channels: Sequence[str]) -> list[Waiting]:
    """Undelivered replies of these channels, in order within each conversation."""
    return [Waiting(*row) for row in (await session.execute(_PENDING, {"channels": list(channels)})).all()]


async def is_anything_due(session: AsyncSession, channels: Sequence[str], now: datetime) -> bool:
    """True when a courier of these channels may find work."""
    due = (
        select(OutboxEntry.id)
        .join(Conversation, Conversation.id == OutboxEntry.conversation_id)
        .where(
            OutboxEntry.status == "pending", Conversation.channel.in_(channels),
            or_(OutboxEntry.next_at.is_(None), OutboxEntry.next_at <= now),
            or_(OutboxEntry.leased_until.is_(None), OutboxEntry.leased_until <= now),
        )
        .limit(1)
    )  # fmt: skip
    return (await session.execute(due)).first() is not None


_SENT = (
    update(cast(Table, OutboxEntry.__table__))
    .where(OutboxEntry.id.in_(bindparam("ids", expanding=True)))
    .values(status="sent", sent_at=bindparam("now"))
)


async def mark_sent(session: AsyncSession, ids: Sequence[str], now: datetime) -> None:
    """Notes that these replies were delivered."""
    await session.execute(_SENT, {"ids": list(ids), "now": now})


async def mark_all_sent(session: AsyncSession, conversation_id: str) -> None:
    """Notes that everything in a conversation was delivered as it was said: made-up customers listen nowhere."""
    sent = update(OutboxEntry).where(OutboxEntry.conversation_id == conversation_id)
    sent = sent.values(status="sent", sent_at=OutboxEntry.created_at)
    await session.execute(sent, execution_options={"synchronize_session": False})


async def conversations_unanswered(session: AsyncSession, *, before: datetime | None = None) -> list[str]:
    """Conversations in which a customer's message awaits its turn, since that time: for instance after a crash."""
    query = select(Message.conversation_id).where(Message.author == "customer", Message.turn_id.is_(None)).distinct()
    if before is not None:
        query = query.where(Message.created_at < before)
    return list((await session.execute(query)).scalars())


async def message_at(session: AsyncSession, conversation_id: str, seq: int) -> Message | None:
    """The message with that number."""
    query = select(Message).where(Message.conversation_id == conversation_id, Message.seq == seq)
    return (await session.execute(query)).scalar_one_or_none()


async def messages_after(session: AsyncSession, conversation_id: str, seq: int) -> Sequence[Said]:
    """What was said in the messages of a conversation with a number greater than ``seq``, in order."""
    return (await session.execute(_AFTER, {"conversation_id": conversation_id, "seq": seq})).all()
