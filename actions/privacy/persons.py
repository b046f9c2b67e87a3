"""Everything in the database that belongs to a person, found by the tables themselves.

A row is a person's when it names their customer, one of their conversations, one of their messages, or something that
was made of these. A table that is added later and names one of them is covered without a word here; one that holds
personal data in another way would not be, and a test asks for a decision about every table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.attachments import Attachment
from models.base import Base
from models.conversations import Conversation
from models.customers import Customer, Identity
from models.insights import InsightShare
from models.learning import ReviewItem
from models.messages import Message

# Nobody's: the shop's own, or the proof itself.
NOT_OF_PERSONS = frozenset({
    "audit_log", "canned_replies", "erasures", "hearing_releases", "identity_secrets", "insight_cells",
    "insight_studies", "log_exports", "model_versions", "review_cursor", "saved_searches", "seats", "shop_orders",
    "shop_requests", "shop_settings", "sign_in_failures", "staff", "staff_links", "staff_sessions", "training_sets",
})  # fmt: skip
# What a conversation added to the counts is taken back by who counts (actions/insights/rollup.py), which needs these.
OF_COUNTS = frozenset({"insight_changes", "insight_shares"})
FOUND_AT_MOST = 20


@dataclass(frozen=True)
class Found:
    """A person that may be meant."""

    id: str
    name: str
    accounts: tuple[str, ...]
    conversations: int
    since: datetime
    last: datetime | None


async def find(session: AsyncSession, text: str) -> list[Found]:
    """By id, by account or channel identity in full, by conversation id, or by a part of the name."""
    text = text.strip()
    if not text:
        return []
    known = Customer.id.in_(select(Identity.customer_id).where(Identity.external_id == text))
    spoke = Customer.id.in_(select(Conversation.customer_id).where(Conversation.id == text))
    named = Customer.name.icontains(text, autoescape=True)
    query = (
        select(Customer, func.count(Conversation.id), func.max(Conversation.updated_at))
        .outerjoin(Conversation, Conversation.customer_id == Customer.id)
        .where(or_(Customer.id == text, known, spoke, named))
        .group_by(Customer.id)
        .order_by(func.max(Conversation.updated_at).desc())
        .limit(FOUND_AT_MOST)
    )
    rows = (await session.execute(query)).all()
    ids = [customer.id for customer, _, _ in rows]
    accounts: dict[str, list[str]] = {}
    of = select(Identity.customer_id, Identity.channel, Identity.external_id).where(
        Identity.customer_id.in_(ids), Identity.linked
    )
    for customer_id, channel, external_id in (await session.execute(of)).all():
        accounts.setdefault(customer_id, []).append(f"{channel}: {external_id}")
    return [
        Found(customer.id, customer.name, tuple(accounts.get(customer.id, ())), count, customer.created_at, last)
        for customer, count, last in rows
    ]


def tables_of(customer_id: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Each table with the condition that a row is this person's, what refers before what is referred to."""
    conversations = select(Conversation.id).where(Conversation.customer_id == customer_id)
    messages = select(Message.id).where(Message.conversation_id.in_(conversations))
    items = select(ReviewItem.id).where(ReviewItem.conversation_id.in_(conversations))
    accounts = select(Identity.external_id).where(Identity.customer_id == customer_id, Identity.linked)
    by_column: Sequence[tuple[str, Callable[[Any], ColumnElement[bool]]]] = (
        ("customer_id", lambda column: column == customer_id),
        ("conversation_id", lambda column: column.in_(conversations)),
        ("message_id", lambda column: column.in_(messages)),
        ("item_id", lambda column: column.in_(items)),
        ("account", lambda column: column.in_(accounts)),
    )
    tables = [table for table in reversed(Base.metadata.sorted_tables) if table.name not in NOT_OF_PERSONS | OF_COUNTS]
    # What is found through an identity goes before the identities, though no key says so.
    for table in sorted(tables, key=lambda each: each.name != "links"):
        if table.name == "customers":
            yield table, table.c.id == customer_id
            continue
        for name, condition in by_column:
            if name in table.c:
                yield table, condition(table.c[name])
                break


async def count(session: AsyncSession, customer_id: str) -> dict[str, int]:
    """How many rows of a person each table has; those without any are left out."""
    found: dict[str, int] = {}
    for table, is_theirs in tables_of(customer_id):
        rows = (await session.execute(select(func.count()).select_from(table).where(is_theirs))).scalar_one()
        if rows:
            found[table.name] = int(rows)
    return found


async def files_of(session: AsyncSession, customer_id: str) -> list[str]:
    """The ids of files that a person sent."""
    conversations = select(Conversation.id).where(Conversation.customer_id == customer_id)
    query = select(Attachment.id).where(Attachment.conversation_id.in_(conversations))
    return list((await session.execute(query)).scalars())


async def conversations_of(session: AsyncSession, customer_id: str) -> list[str]:
    """The ids of a person's conversations."""
    query = select(Conversation.id).where(Conversation.customer_id == customer_id)
    return list((await session.execute(query)).scalars())


async def counted(session: AsyncSession, conversations: Sequence[str]) -> int:
    """How many of these conversations are still part of the counts."""
    query = select(func.count(InsightShare.conversation_id.distinct())).where(
        InsightShare.conversation_id.in_(conversations)
    )
    return int((await session.execute(query)).scalar_one())


SECRET = frozenset({"token_hash"})


async def everything(session: AsyncSession, customer_id: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of a person by table, as JSON-ready values, to be handed to them."""
    told: dict[str, list[dict[str, Any]]] = {}
    for table, is_theirs in tables_of(customer_id):
        rows = (await session.execute(select(table).where(is_theirs))).mappings().all()
        if rows:
            told[table.name] = [
                {name: value.isoformat() if isinstance(value, datetime) else value
                 for name, value in row.items() if name not in SECRET} for row in rows
            ]  # fmt: skip
    return told
