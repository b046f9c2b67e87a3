"""The outbox's rows for channels that can fail: claimed by one process, tried again, given up, replayed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from actions import conversations
from models.conversations import Conversation
from models.messages import Message
from models.outbox import OutboxEntry

LEASE = timedelta(seconds=60)  # longer than any attempt may take
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 300.0
TRIED_AT_LEAST, TRIED_FOR = 8, timedelta(hours=24)
BLOCKED = "the customer blocked us on this channel"
STATUSES = ("pending", "sent", "dead")


@dataclass(frozen=True)
class Parcel:
    """A message to deliver. ``key`` is its id; ``unsure``: an earlier attempt may have delivered it already.

    ``parts_sent``: how much of it went out before. ``files``: what comes with it, as the message tells it.
    """

    key: str
    conversation_id: str
    channel: str
    address: str
    seq: int
    author: str
    name: str
    text: str
    choices: tuple[dict[str, Any], ...]
    files: tuple[dict[str, Any], ...]
    trace_id: str
    parts_sent: int
    attempts: int
    unsure: bool
    created_at: datetime


class Listed(NamedTuple):
    """A row of the outbox with what people want to know of it."""

    entry: OutboxEntry
    channel: str
    unreachable_at: datetime | None


def pause_s(attempts: int, chance: float) -> float:
    """Seconds until the next try after so many: doubling up to five minutes, with jitter (``chance`` from 0 to 1)."""
    ceiling = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(attempts - 1, 20))
    return float(ceiling * (0.5 + chance / 2))


def is_hopeless(parcel: Parcel, now: datetime) -> bool:
    """True when it was tried often and long enough."""
    return parcel.attempts >= TRIED_AT_LEAST and now - parcel.created_at > TRIED_FOR


async def claim(session: AsyncSession, channels: Collection[str], now: datetime, limit: int) -> list[Parcel]:
    """Takes the next messages to deliver, one a conversation, for this process alone.

    A conversation's later messages wait for its earlier ones. On PostgreSQL rows that another process is taking are
    skipped; on SQLite there is one writer.
    """
    earlier = aliased(OutboxEntry)
    is_behind = exists().where(
        earlier.conversation_id == OutboxEntry.conversation_id, earlier.status == "pending",
        earlier.seq < OutboxEntry.seq,
    )  # fmt: skip
    query = (
        select(OutboxEntry, Conversation, Message)
        .join(Conversation, Conversation.id == OutboxEntry.conversation_id)
        .join(Message, Message.id == OutboxEntry.id)
        .where(
            OutboxEntry.status == "pending", Conversation.channel.in_(channels), Conversation.address.is_not(None),
            ~is_behind, or_(OutboxEntry.next_at.is_(None), OutboxEntry.next_at <= now),
            or_(OutboxEntry.leased_until.is_(None), OutboxEntry.leased_until <= now),
        )
        .order_by(OutboxEntry.created_at)
        .limit(limit)
        .with_for_update(of=OutboxEntry, skip_locked=True)
    )  # fmt: skip
    taken = []
    for entry, conversation, message in (await session.execute(query)).all():
        if conversation.unreachable_at is not None:
            entry.status, entry.last_error = "dead", BLOCKED
            continue
        unsure = entry.leased_until is not None
        entry.leased_until = now + LEASE
        entry.attempts += 1
        taken.append(Parcel(
            key=entry.id, conversation_id=conversation.id, channel=conversation.channel,
            address=conversation.address or "", seq=entry.seq, author=message.author, name=message.name,
            text=message.text,
            choices=tuple(message.choices), files=_kept(message), trace_id=message.trace_id,
            parts_sent=entry.parts_sent, attempts=entry.attempts, unsure=unsure, created_at=entry.created_at,
        ))  # fmt: skip
    return taken


def _kept(message: Message) -> tuple[dict[str, Any], ...]:
    return tuple(file for file in message.attachments if file["status"] == "kept")


async def end_claims(session: AsyncSession, now: datetime) -> None:
    """No other process lives: what one has claimed before is free at once, and its outcome is not known."""
    claimed = (OutboxEntry.status == "pending") & (OutboxEntry.leased_until > now)
    freed = update(OutboxEntry).where(claimed).values(leased_until=now)
    await session.execute(freed, execution_options={"synchronize_session": False})


async def note_part(session: AsyncSession, key: str, parts_sent: int, now: datetime) -> None:
    """One more part of a long message went out; the claim holds on."""
    await _note(session, key, parts_sent=parts_sent, leased_until=now + LEASE)


async def note_sent(session: AsyncSession, key: str, external_ref: str, now: datetime) -> None:
    """It was delivered."""
    await _note(session, key, status="sent", sent_at=now, leased_until=None, next_at=None, external_ref=external_ref,
                last_error="")  # fmt: skip


async def note_later(
    session: AsyncSession, key: str, next_at: datetime, error: str, unsure_since: datetime | None = None
) -> None:
    """It was not delivered, or nobody can tell since ``unsure_since``; it is tried again then."""
    await _note(session, key, leased_until=unsure_since, next_at=next_at, last_error=error[:300])


async def note_dead(session: AsyncSession, key: str, error: str) -> None:
    """It will not be delivered."""
    await _note(session, key, status="dead", leased_until=None, next_at=None, last_error=error[:300])


async def note_unreachable(session: AsyncSession, conversation_id: str, now: datetime) -> None:
    """The customer blocked us: nothing waits for them any more, and it is remembered."""
    conversation = await conversations.lock_conversation(session, conversation_id)
    conversation.unreachable_at = conversation.unreachable_at or now
    waiting = (OutboxEntry.conversation_id == conversation_id) & (OutboxEntry.status == "pending")
    gone = update(OutboxEntry).where(waiting).values(status="dead", leased_until=None, last_error=BLOCKED)
    await session.execute(gone, execution_options={"synchronize_session": False})


async def note_reachable(session: AsyncSession, conversation_id: str) -> None:
    """The customer is back."""
    conversation = await conversations.lock_conversation(session, conversation_id)
    conversation.unreachable_at = None


async def listed(session: AsyncSession, *, status: str, limit: int) -> list[Listed]:
    """Messages of that status ("" for all), the oldest first."""
    query = (
        select(OutboxEntry, Conversation.channel, Conversation.unreachable_at)
        .join(Conversation, Conversation.id == OutboxEntry.conversation_id)
        .order_by(OutboxEntry.created_at, OutboxEntry.seq)
        .limit(limit)
    )
    if status:
        query = query.where(OutboxEntry.status == status)
    return [Listed(*row) for row in (await session.execute(query)).all()]


async def replay(session: AsyncSession, keys: Sequence[str], *, everything: bool = False) -> int:
    """Puts dead messages (named by their ids' first characters, or all) back in line; says how many."""
    which = or_(*(OutboxEntry.id.startswith(key, autoescape=True) for key in keys)) if keys else None
    if which is None and not everything:
        return 0
    dead = select(OutboxEntry).where(OutboxEntry.status == "dead")
    rows = list((await session.execute(dead if which is None else dead.where(which))).scalars())
    for row in rows:
        row.status, row.attempts, row.next_at, row.leased_until = "pending", 0, None, None
    return len(rows)


async def _note(session: AsyncSession, key: str, **values: Any) -> None:
    statement = update(OutboxEntry).where(OutboxEntry.id == key, OutboxEntry.status == "pending").values(**values)
    await session.execute(statement, execution_options={"synchronize_session": False})
