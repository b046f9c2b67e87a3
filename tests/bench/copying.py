"""Copies of played conversations, made by the database itself: many rows, in the shape in which the core left them."""

from __future__ import annotations

from random import Random
from typing import Any

from sqlalchemy import Column, DateTime, Integer, String, Table, case, cast, column, func, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from models.conversations import Conversation
from models.customers import Customer
from models.followups import Followup
from models.handovers import Handover
from models.messages import Message
from models.moments import Moment
from models.outbox import OutboxEntry
from models.promises import Promise
from models.search import SearchText
from models.session import Database

TABLES = (Customer, Conversation, Message, Moment, Promise, Followup, Handover, OutboxEntry, SearchText)
OWN_IDS = {"id", "turn_id", "conversation_id", "customer_id", "promise_id", "message_id"}
SPREAD_DAYS, AT_ONCE = 730, 40


async def copies_of(database: Database, messages: int) -> int:
    """Copies what was played until there are so many messages; says how many there are."""
    async with database.write() as session:
        await session.execute(text("CREATE TABLE copies (prefix VARCHAR(6), days INTEGER)"))
        have = (await session.execute(select(func.count()).select_from(Message))).scalar_one()
        chance = Random("copies")
        numbers = range(-(-(messages - have) // have))
        rows = [{"prefix": f"x{number:05x}", "days": chance.randrange(SPREAD_DAYS)} for number in numbers]
        if rows:
            await session.execute(text("INSERT INTO copies VALUES (:prefix, :days)"), rows)
    for start in range(0, len(rows), AT_ONCE):
        of = rows[start : start + AT_ONCE]
        async with database.write() as session:
            for model in TABLES:
                await _copy(session, model.__table__, of[0]["prefix"], of[-1]["prefix"], database.is_sqlite)  # type: ignore[attr-defined]
    async with database.write() as session:
        await session.execute(text("DROP TABLE copies"))
        await session.execute(text("ANALYZE"))
        return int((await session.execute(select(func.count()).select_from(Message))).scalar_one())


async def _copy(session: AsyncSession, table: Table, first: str, last: str, sqlite: bool) -> None:
    copies = select(column("prefix", String), column("days", Integer)).select_from(text("copies")).subquery()
    columns = [each for each in table.columns if not (table is SearchText.__table__ and each.name == "id")]
    of = table.c.message_id if table is SearchText.__table__ else table.c.id
    made = select(*(_copied(each, copies.c.prefix, copies.c.days, sqlite) for each in columns))
    made = made.select_from(table.join(copies, literal(True)))
    made = made.where(~of.like("x%"), copies.c.prefix.between(first, last))
    await session.execute(insert(table).from_select([each.name for each in columns], made, include_defaults=False))


def _copied(of: Column[Any], prefix: Any, days: Any, sqlite: bool) -> Any:
    if of.name in OWN_IDS:  # played ids are random: what is left of them is still one of a kind
        return case((of.is_(None) | (of == ""), of), else_=prefix + func.substr(of, 7))
    if of.name in ("token_hash", "address"):
        return literal(None)
    if isinstance(getattr(of.type, "impl", of.type), DateTime):
        if sqlite:
            return func.strftime("%Y-%m-%d %H:%M:%f000", of, literal("-") + cast(days, String) + literal(" days"))
        return of - days * text("interval '1 day'")
    return of
