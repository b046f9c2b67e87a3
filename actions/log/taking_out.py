"""Rows of the log on their way into a file: one a message, with what was heard in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from actions.audit import Author
from actions.log.filters import Filters, chosen
from models.conversations import Conversation
from models.customers import Customer
from models.handovers import Handover
from models.log import LogExport, LogExportSubject
from models.messages import Message
from models.moments import Moment
from models.session import Database

AT_ONCE = 100  # conversations read together
COLUMNS: Mapping[str, str] = {
    "conversation": "VARCHAR", "customer": "VARCHAR", "name": "VARCHAR", "channel": "VARCHAR", "language": "VARCHAR",
    "seq": "BIGINT", "at": "TIMESTAMPTZ", "author": "VARCHAR", "agent": "VARCHAR", "text": "VARCHAR",
    "tapped": "BOOLEAN", "turn": "VARCHAR", "intent": "VARCHAR", "confidence": "DOUBLE", "unsure": "BOOLEAN",
    "emotion": "VARCHAR", "intensity": "BIGINT", "heat": "BIGINT", "emotion_after": "VARCHAR",
    "intensity_after": "BIGINT", "needs": "VARCHAR", "issue": "VARCHAR", "kind": "VARCHAR", "stage": "VARCHAR",
    "conflict": "VARCHAR", "acts": "VARCHAR", "wording": "VARCHAR", "reasons": "VARCHAR", "speaker": "VARCHAR",
    "seconds": "DOUBLE", "expectation": "VARCHAR", "outcome": "VARCHAR", "handovers": "VARCHAR",
}  # fmt: skip
PERSONAL = ("name", "text", "reasons")  # columns in which something may lead to a person


async def rows(
    database: Database, filters: Filters, zone: ZoneInfo, *, at_most: int, redact: Callable[[str], str] | None,
    subjects: set[str],
) -> AsyncIterator[dict[str, Any]]:  # fmt: skip
    """The messages of the conversations that a search finds, the oldest conversation first.

    ``redact`` takes personal data out of texts; then names are left out too. ``subjects`` gets whose words they are.
    """
    async with database.read() as session:
        where = await chosen(session, filters, zone, sqlite=database.is_sqlite)
    last: tuple[datetime, str] | None = None
    told = 0
    while True:
        async with database.read() as session:
            batch = await _batch(session, where, last)
            if not batch:
                return
            last = (batch[-1].created_at, batch[-1].id)
            made = await _rows_of(session, batch, redact)
        subjects.update(conversation.customer_id for conversation in batch)
        for row in made:
            if told == at_most:
                return
            told += 1
            yield row


async def _batch(
    session: AsyncSession, where: Sequence[ColumnElement[bool]], last: tuple[datetime, str] | None
) -> list[Conversation]:
    in_order = tuple_(Conversation.created_at, Conversation.id)
    query = select(Conversation).where(Conversation.next_seq > 1, *where)
    if last is not None:
        query = query.where(in_order > last)
    query = query.order_by(Conversation.created_at, Conversation.id).limit(AT_ONCE)
    return list((await session.execute(query)).scalars())


async def _rows_of(
    session: AsyncSession, batch: list[Conversation], redact: Callable[[str], str] | None
) -> list[dict[str, Any]]:
    ids = [conversation.id for conversation in batch]
    order = {id: place for place, id in enumerate(ids)}
    by_id = {conversation.id: conversation for conversation in batch}
    of_customers = select(Customer.id, Customer.name).where(Customer.id.in_({each.customer_id for each in batch}))
    names: dict[str, str] = dict((await session.execute(of_customers)).all())
    moments = {
        moment.turn_id: moment
        for moment in (await session.execute(select(Moment).where(Moment.conversation_id.in_(ids)))).scalars()
    }
    handed: dict[str, list[str]] = {}
    of_handovers = select(Handover).where(Handover.conversation_id.in_(ids)).order_by(Handover.created_at)
    for handover in (await session.execute(of_handovers)).scalars():
        handed.setdefault(handover.conversation_id, []).append(handover.reason)
    messages = (await session.execute(select(Message).where(Message.conversation_id.in_(ids)))).scalars()
    made = []
    for message in sorted(messages, key=lambda each: (order[each.conversation_id], each.seq)):
        conversation = by_id[message.conversation_id]
        row = _row(message, conversation, names[conversation.customer_id], moments.get(message.id))
        row["handovers"] = " ".join(handed.get(conversation.id, ()))
        if redact is not None:
            name = names[conversation.customer_id]
            row = {**row, **{each: _unnamed(redact(row[each]), name) for each in PERSONAL if row[each]}, "name": ""}
        made.append(row)
    return made


def _unnamed(text: str, name: str) -> str:
    """Without the customer's own name, by which the assistant may have addressed them."""
    return text.replace(name, "[name]") if len(name) > 1 else text


def _row(message: Message, conversation: Conversation, name: str, moment: Moment | None) -> dict[str, Any]:
    """The moment belongs to the last message of its turn."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {
        "conversation": conversation.id, "customer": conversation.customer_id, "name": name,
        "channel": conversation.channel, "language": conversation.locale, "seq": message.seq,
        "at": message.created_at.isoformat(), "author": message.author,
        "agent": message.name if message.author == "agent" else "", "text": message.text,
        "tapped": bool(message.payload), "turn": message.turn_id or "", "wording": " ".join(message.wording),
    }  # fmt: skip
    if moment is not None:
        row |= {
            "intent": moment.touchpoint, "confidence": moment.heard.get("confidence"),
            "unsure": moment.heard.get("unsure"), "emotion": moment.emotion, "intensity": moment.intensity,
            "heat": moment.heat, "emotion_after": moment.emotion_after, "intensity_after": moment.intensity_after,
            "needs": " ".join(moment.needs), "issue": moment.issue, "kind": moment.kind, "stage": moment.stage,
            "conflict": moment.conflict, "acts": " ".join(act["name"] for act in moment.acts),
            "wording": " ".join(moment.wording), "reasons": " | ".join(map(str, moment.reasons)),
            "speaker": moment.speaker, "seconds": round(moment.seconds, 2), "expectation": moment.expectation,
            "outcome": moment.outcome,
        }  # fmt: skip
    return row


async def note(
    session: AsyncSession, *, export_id: str, author: Author, form: str, filters: Mapping[str, Any], redacted: bool,
    count: int, digest: str, subjects: set[str], now: datetime,
) -> None:  # fmt: skip
    """Writes down that a file went out, and whose words are in it."""
    session.add(LogExport(
        id=export_id, staff_id=author.id, staff_name=author.name, form=form, filters=dict(filters), redacted=redacted,
        rows=count, digest=digest, created_at=now,
    ))  # fmt: skip
    await session.flush()
    session.add_all(LogExportSubject(export_id=export_id, customer_id=customer) for customer in sorted(subjects))
