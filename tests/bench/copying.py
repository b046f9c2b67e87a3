"""Copies of played conversations, made by the database itself: many rows, in the shape in which the core left them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    case,
    cast,
    column,
    delete,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from actions.insights.records import WEEK
from models import search
from models.conversations import Conversation
from models.customers import Customer
from models.followups import Followup
from models.handovers import Handover
from models.insights import InsightCell, InsightChange, InsightShare
from models.messages import Message
from models.moments import Moment
from models.outbox import OutboxEntry
from models.promises import Promise
from models.search import SearchText
from models.session import Database

TABLES = (Customer, Conversation, Message, Moment, Promise, Followup, Handover, OutboxEntry, SearchText, InsightShare)
OWN_IDS = {"id", "turn_id", "conversation_id", "customer_id", "promise_id", "message_id"}
SPREAD_DAYS, AT_ONCE, ROWS_AT_ONCE = 730, 40, 5000


async def copies_of(database: Database, messages: int) -> int:
    """Copies what was played, and counted, until there are so many messages; says how many there are.

    What was played stays in tables of its own: copies can be added to those of an earlier run.
    """
    async with database.write() as session:
        if not await session.run_sync(lambda sync: inspect(sync.connection()).has_table("copies")):
            await session.execute(text("CREATE TABLE copies (prefix VARCHAR(6), days INTEGER)"))
            for model in TABLES:
                name = model.__tablename__
                await session.execute(text(f"CREATE TABLE played_{name} AS SELECT * FROM {name}"))
        known = (await session.execute(text("SELECT count(*) FROM copies"))).scalar_one()
        of_one = (await session.execute(text("SELECT count(*) FROM played_messages"))).scalar_one()
        wanted = -(-messages // of_one) - 1  # copies, beside what was played
        rows = [{"prefix": f"x{number:05x}", "days": Random(f"copy {number}").randrange(SPREAD_DAYS)}
                for number in range(known, wanted)]  # fmt: skip
        if rows:
            await session.execute(text("INSERT INTO copies VALUES (:prefix, :days)"), rows)
    async with database.engine.connect() as connection:
        await connection.run_sync(search.take_away)  # it is built faster at the end than row by row
        await connection.commit()
    indexes = await _without_indexes(database)
    for start in range(0, len(rows), AT_ONCE):
        of = rows[start : start + AT_ONCE]
        async with _write_plainly(database) as session:
            for model in TABLES:
                await _copy(session, model.__table__, of[0]["prefix"], of[-1]["prefix"], database.is_sqlite)  # type: ignore[attr-defined]
    await _count_copies(database)
    async with database.engine.connect() as connection:
        for index in indexes:
            await connection.execute(text(index))
        await connection.run_sync(search.prepare)
        if database.is_sqlite:
            await connection.execute(text(f"INSERT INTO {search.FTS}({search.FTS}) VALUES ('rebuild')"))
        await connection.execute(text("ANALYZE"))
        await connection.commit()
    async with database.read() as session:
        return int((await session.execute(select(func.count()).select_from(Message))).scalar_one())


async def _without_indexes(database: Database) -> list[str]:
    """Takes PostgreSQL's indexes away, except keys: they too are made faster at the end. The statements that do so."""
    if database.is_sqlite:
        return []
    named = text(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(:tables)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
    )
    async with database.write() as session:
        tables = [model.__tablename__ for model in TABLES]
        found = (await session.execute(named, {"tables": tables})).tuples().all()
        for name, _ in found:
            await session.execute(text(f"DROP INDEX {name}"))
    return [made for _, made in found]


@asynccontextmanager
async def _write_plainly(database: Database) -> AsyncIterator[AsyncSession]:
    """Without triggers and checks of keys on PostgreSQL: copies of rows that passed them pass them too."""
    async with database.write() as session:
        if not database.is_sqlite:
            await session.execute(text("SET LOCAL session_replication_role = replica"))
        yield session


async def _count_copies(database: Database) -> None:
    """Counts as the rollup finds them: what all conversations added, also the copied ones."""
    share = InsightShare.__table__.c
    sqlite, postgresql = func.date(share.day, "-6 days", "weekday 1"), cast(func.date_trunc("week", share.day), Date)
    week = sqlite if database.is_sqlite else postgresql
    rest = [share[name] for name in ("channel", "locale", "issue", "kind", "detail")]
    sums = [func.sum(share[name]) for name in ("n", "total", "squares")]
    names = ["what", "days", "day", *(each.name for each in rest), "n", "total", "squares"]
    async with database.write() as session:
        await session.execute(delete(InsightChange))
        await session.execute(delete(InsightCell))
        for days, day in ((1, share.day), (WEEK, week)):
            made = select(share.what, literal(days), day, *rest, *sums).group_by(share.what, day, *rest)
            await session.execute(insert(InsightCell).from_select(names, made, include_defaults=False))


async def _copy(session: AsyncSession, table: Table, first: str, last: str, sqlite: bool) -> None:
    copies = select(column("prefix", String), column("days", Integer)).select_from(text("copies")).subquery()
    played = table.to_metadata(MetaData(), name=f"played_{table.name}")
    columns = [each for each in played.columns if not (table is SearchText.__table__ and each.name == "id")]
    made = select(*(_copied(each, copies.c.prefix, copies.c.days, sqlite) for each in columns))
    made = made.select_from(played.join(copies, literal(True))).where(copies.c.prefix.between(first, last))
    await session.execute(insert(table).from_select([each.name for each in columns], made, include_defaults=False))


def _copied(of: Column[Any], prefix: Any, days: Any, sqlite: bool) -> Any:
    if of.name in OWN_IDS:  # played ids are random: what is left of them is still one of a kind
        return case((of.is_(None) | (of == ""), of), else_=prefix + func.substr(of, 7))
    if of.name in ("token_hash", "address"):
        return literal(None)
    if isinstance(of.type, Date):
        return func.date(of, literal("-") + cast(days, String) + literal(" days")) if sqlite else of - days
    if isinstance(getattr(of.type, "impl", of.type), DateTime):
        if sqlite:
            return func.strftime("%Y-%m-%d %H:%M:%f000", of, literal("-") + cast(days, String) + literal(" days"))
        return of - days * text("interval '1 day'")
    return of
