"""Opening conversations and recording what is written in them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from actions import attachments
from models.conversations import Conversation
from models.customers import Customer, Identity
from models.messages import Message, MessageVersion
from models.outbox import OutboxEntry


class UnknownConversation(LookupError):
    """There is no such conversation."""


@dataclass(eq=False)  # not frozen: an exception on its way is written to
class TooMany(Exception):
    """The customer writes faster than anybody may. ``wait_s``: when the next message is welcome."""

    wait_s: float


@dataclass(frozen=True)
class Measure:
    """How much one conversation may be written in: ``burst`` messages at once, ``per_s`` a second in the long run."""

    per_s: float
    burst: int


@dataclass(frozen=True)
class Inbound:
    """A customer's message as a channel hands it in. ``external_id`` is the channel's own id for it.

    ``uploads``: files taken in before that this message sends. ``files``: files that the channel still holds.
    """

    conversation_id: str
    external_id: str
    text: str
    received_at: datetime
    payload: str | None = None
    trace_id: str = ""
    uploads: tuple[str, ...] = ()
    files: tuple[attachments.ChannelFile, ...] = ()


@dataclass(frozen=True)
class Recorded:
    """A stored message. ``duplicate``: it was stored before, nothing new happened."""

    id: str
    seq: int
    at: datetime
    duplicate: bool
    answered: bool


# The statements of every turn, built once: putting one together costs more than running it.
_LOCKED = select(Conversation).where(Conversation.id == bindparam("id")).with_for_update()
_KNOWN = select(Message).where(
    Message.conversation_id == bindparam("conversation_id"), Message.external_id == bindparam("external_id")
)
_UNANSWERED = (
    select(
        Message.id, Message.text, Message.payload, Message.attachments, Message.external_id, Message.trace_id,
        Message.created_at,
    )
    .where(
        Message.conversation_id == bindparam("conversation_id"), Message.author == "customer", Message.turn_id.is_(None)
    )
    .order_by(Message.seq)
)  # fmt: skip
_ANSWERED = (
    update(cast(Table, Message.__table__))
    .where(Message.id.in_(bindparam("ids", expanding=True)))
    .values(turn_id=bindparam("turn"))
)


def hash_token(token: str) -> str:
    """A session token as it is stored: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


async def lock_conversation(session: AsyncSession, conversation_id: str) -> Conversation:
    """The conversation's row, locked until the transaction ends. Raises UnknownConversation."""
    row = (await session.execute(_LOCKED, {"id": conversation_id})).scalar_one_or_none()
    if row is None:
        raise UnknownConversation(conversation_id)
    return row


async def find_by_token(session: AsyncSession, token: str) -> Conversation | None:
    """The conversation that a session token opens."""
    query = select(Conversation).where(Conversation.token_hash == hash_token(token))
    return (await session.execute(query)).scalar_one_or_none()


async def find_by_address(session: AsyncSession, channel: str, address: str) -> Conversation | None:
    """The conversation with whom a channel reaches there."""
    query = select(Conversation).where(Conversation.channel == channel, Conversation.address == address)
    return (await session.execute(query)).scalar_one_or_none()


async def edit_message(
    session: AsyncSession, conversation_id: str, external_id: str, text: str, version_id: str, now: datetime
) -> Message | None:
    """Changes what a customer's message says; what it said is kept. None: there is no such message.

    One that is not answered yet is judged anew, also when that is under way. Raises UnknownConversation.
    """
    conversation = await lock_conversation(session, conversation_id)
    ids = {"conversation_id": conversation_id, "external_id": external_id}
    message = (await session.execute(_KNOWN, ids)).scalar_one_or_none()
    if message is None or message.text == text:
        return message
    session.add(MessageVersion(id=version_id, message_id=message.id, text=message.text, replaced_at=now))
    message.text, message.edited_at = text, now
    if message.turn_id is None:
        conversation.version += 1
    return message


async def open_conversation(
    session: AsyncSession,
    *,
    conversation_id: str,
    customer: Customer,
    channel: str,
    token: str | None,
    locale: str,
    now: datetime,
    address: str | None = None,
) -> Conversation:
    """A new conversation of that customer."""
    row = Conversation(
        id=conversation_id, customer_id=customer.id, channel=channel, locale=locale,
        token_hash=hash_token(token) if token else None, address=address, state={}, created_at=now, updated_at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


async def find_or_add_customer(
    session: AsyncSession,
    *,
    new_id: str,
    channel: str,
    external_id: str,
    name: str,
    timezone: str,
    linked: bool,
    now: datetime,
) -> Customer:
    """The customer whom the channel knows under that id, added when new. ``linked``: the shop vouches for the id."""
    query = select(Customer).join(Identity).where(Identity.channel == channel, Identity.external_id == external_id)
    customer = (await session.execute(query)).scalar_one_or_none()
    if customer is None:
        customer = Customer(id=new_id, name=name, timezone=timezone, created_at=now)
        identity = Identity(id=new_id, customer_id=new_id, channel=channel, external_id=external_id, linked=linked,
                            created_at=now)  # fmt: skip
        try:
            async with session.begin_nested():
                session.add(customer)
                await session.flush()
                session.add(identity)
                await session.flush()
        except IntegrityError:  # another page of the same customer was faster
            customer = (await session.execute(query)).scalar_one()
    elif timezone and customer.timezone != timezone:
        customer.timezone = timezone
    return customer


async def linked_account(session: AsyncSession, customer_id: str) -> str:
    """The shop account that a customer is verified for, or ""."""
    query = select(Identity.external_id).where(Identity.customer_id == customer_id, Identity.linked)
    return (await session.execute(query)).scalars().first() or ""


async def record_message(
    session: AsyncSession, inbound: Inbound, message_id: str, measure: Measure | None = None
) -> Recorded:
    """Stores a customer's message once. Raises UnknownConversation, UnknownUpload, or TooMany beyond the measure."""
    conversation = await lock_conversation(session, inbound.conversation_id)
    ids = {"conversation_id": inbound.conversation_id, "external_id": inbound.external_id}
    known = (await session.execute(_KNOWN, ids)).scalar_one_or_none()
    if known is not None:
        return Recorded(known.id, known.seq, known.created_at, True, known.turn_id is not None)
    if measure:
        _take_from_allowance(conversation, measure, inbound.received_at)
    message = add_message(
        session, conversation, message_id=message_id, author="customer", text=inbound.text,
        now=inbound.received_at, payload=inbound.payload, external_id=inbound.external_id, trace_id=inbound.trace_id,
    )  # fmt: skip
    await attachments.send_with(session, message, inbound.uploads)
    await attachments.expect(session, message, inbound.files)
    return Recorded(message.id, message.seq, message.created_at, False, False)


def _take_from_allowance(conversation: Conversation, measure: Measure, now: datetime) -> None:
    """A token bucket in the locked row, so that all processes hold the customer to one measure. Raises TooMany."""
    left = float(measure.burst)
    if conversation.allowance is not None and conversation.allowance_at is not None:
        since = max((now - conversation.allowance_at).total_seconds(), 0.0)
        left = min(left, conversation.allowance + since * measure.per_s)
    if left < 1:
        raise TooMany((1 - left) / measure.per_s)
    conversation.allowance, conversation.allowance_at = left - 1, now


def add_message(
    session: AsyncSession,
    conversation: Conversation,
    *,
    message_id: str,
    author: str,
    text: str,
    now: datetime,
    **columns: Any,
) -> Message:
    """Adds a message under the conversation's next number, to be delivered if it is not the customer's own.

    The conversation's row must be locked.
    """
    message = Message(
        id=message_id, conversation_id=conversation.id, seq=conversation.next_seq, author=author, text=text,
        created_at=now, **columns,
    )  # fmt: skip
    conversation.next_seq += 1
    conversation.updated_at = now
    session.add(message)
    if author != "customer":  # whoever writes to the customer: it is delivered on their channel
        session.add(OutboxEntry(id=message.id, conversation_id=conversation.id, turn_id=message.turn_id or message.id,
                                seq=message.seq, created_at=now))  # fmt: skip
    return message


def _notice_id(conversation_id: str, key: str) -> str:
    return hashlib.sha256(f"{conversation_id}:{key}".encode()).hexdigest()[:32]


async def has_notice(session: AsyncSession, conversation_id: str, key: str) -> bool:
    """True when that was answered with a notice already."""
    return await session.get(Message, _notice_id(conversation_id, key)) is not None


async def add_notice(
    session: AsyncSession,
    conversation: Conversation,
    *,
    key: str,
    text: str,
    choices: Sequence[Mapping[str, str]],
    now: datetime,
) -> None:
    """Something that the channel itself says, once for the ``key`` of what it answers. The row must be locked."""
    if not await has_notice(session, conversation.id, key):
        add_message(
            session, conversation, message_id=_notice_id(conversation.id, key), author="system", text=text, now=now,
            choices=[dict(choice) for choice in choices],
        )  # fmt: skip


async def unanswered(session: AsyncSession, conversation_id: str) -> Sequence[Row[Any]]:
    """What a turn needs of the customer's messages that none has taken up yet, in order."""
    return (await session.execute(_UNANSWERED, {"conversation_id": conversation_id})).all()


async def take_up(session: AsyncSession, message_ids: Sequence[str], turn_id: str) -> None:
    """That turn answers these messages."""
    await session.execute(_ANSWERED, {"ids": list(message_ids), "turn": turn_id})
