"""Copies of played conversations, made by the database itself: many rows, in the shape in which the core left them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
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

from actions.insights.reading import DIMENSIONS
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
FILLED = tuple(model.__tablename__ for model in TABLES)
SUMS = ("n", "total", "squares")
OWN_IDS = {"id", "turn_id", "conversation_id", "customer_id", "promise_id", "message_id"}
SPREAD_DAYS, AT_ONCE, MEMORY = 730, 40, "1GB"


async def copies_of(database: Database, messages: int) -> int:
    """Copies what was played, and counted, until there are so many messages; says how many there are.

    What was played stays in tables of its own: copies can be added to those of an earlier run. One that was interrupted
    leaves a database behind that is of no use.
    """
    async with database.write() as session:
        if not await session.run_sync(lambda sync: inspect(sync.connection()).has_table("copies")):
            await session.execute(text("CREATE TABLE copies (prefix VARCHAR(6), days INTEGER)"))
            for name in FILLED:
                await session.execute(text(f"CREATE TABLE played_{name} AS SELECT * FROM {name}"))
        known = (await session.execute(text("SELECT count(*) FROM copies"))).scalar_one()
        of_one = (await session.execute(text("SELECT count(*) FROM played_messages"))).scalar_one()
        wanted = -(-messages // of_one) - 1  # copies, beside what was played
        days = sorted(
            (Random(f"copy {number}").randrange(SPREAD_DAYS) for number in range(known, wanted)), reverse=True
        )
        rows = [
            {"prefix": f"x{number:05x}", "days": each} for number, each in enumerate(days, known)
        ]  # the oldest first
        if rows:
            await session.execute(text("INSERT INTO copies VALUES (:prefix, :days)"), rows)
    async with database.engine.connect() as connection:
        await connection.run_sync(search.take_away)  # it is built faster at the end than row by row
        await connection.commit()
    await _set_indexes_aside(database)
    lanes = [TABLES] if database.is_sqlite else [TABLES[::2], TABLES[1::2]]  # PostgreSQL writes two tables at once
    await asyncio.gather(*(_fill(database, tables, [row["prefix"] for row in rows]) for tables in lanes))
    await _make_ready(database)
    async with database.read() as session:
        return int((await session.execute(select(func.count()).select_from(Message))).scalar_one())


async def _fill(database: Database, tables: Sequence[Any], prefixes: Sequence[str]) -> None:
    """Without triggers and checks of keys on PostgreSQL: copies of rows that passed them pass them too."""
    for start in range(0, len(prefixes), AT_ONCE):
        some = prefixes[start : start + AT_ONCE]
        async with database.write() as session:
            if not database.is_sqlite:
                await session.execute(text("SET LOCAL session_replication_role = replica"))
            for model in tables:
                await _copy(session, model.__table__, some[0], some[-1], database.is_sqlite)


async def _set_indexes_aside(database: Database) -> None:
    """PostgreSQL's indexes, keys too, are left behind while rows come in: making them anew at the end is faster."""
    if not database.is_sqlite:
        async with database.write() as session:
            aside = (
                "UPDATE pg_index SET indisready = false, indisvalid = false WHERE indrelid = CAST(:table AS regclass)"
            )
            await session.execute(text(aside), [{"table": name} for name in FILLED])


async def _make_ready(database: Database) -> None:
    """Counts, indexes, the index of words, and what a database gets to know of its tables in time."""
    if database.is_sqlite:
        await _count_copies(database)
        async with database.engine.connect() as connection:
            await connection.run_sync(search.prepare)
            await connection.execute(text(f"INSERT INTO {search.FTS}({search.FTS}) VALUES ('rebuild')"))
            await connection.execute(text("ANALYZE"))
            await connection.commit()
        return
    await asyncio.gather(_count_copies(database), _make_indexes(database), _make_index_of_words(database))
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(f"VACUUM ANALYZE {', '.join((*FILLED, InsightCell.__tablename__))}"))


async def _make_indexes(database: Database) -> None:
    for name in FILLED:
        async with database.write() as session:
            await session.execute(text(f"SET LOCAL maintenance_work_mem = '{MEMORY}'"))
            await session.execute(text(f"REINDEX TABLE {name}"))


async def _make_index_of_words(database: Database) -> None:
    async with database.engine.connect() as connection:
        await connection.execute(text(f"SET LOCAL maintenance_work_mem = '{MEMORY}'"))
        await connection.run_sync(search.prepare)
        await connection.commit()


async def _count_copies(database: Database) -> None:
    """Counts as the rollup finds them: what all conversations added, also the copied ones. They lie in the order of
    their days, as they do where they came with them.
    """
    share, cell = InsightShare.__table__.c, InsightCell.__table__.c
    sqlite, postgresql = func.date(cell.day, "-6 days", "weekday 1"), cast(func.date_trunc("week", cell.day), Date)
    week = sqlite if database.is_sqlite else postgresql
    async with database.write() as session:
        if not database.is_sqlite:
            await session.execute(text(f"SET LOCAL work_mem = '{MEMORY}'"))
        await session.execute(delete(InsightChange))
        await session.execute(delete(InsightCell))
        for days, day, kept, added in (
            (1, share.day, DIMENSIONS, select().select_from(InsightShare)),
            (WEEK, week, DIMENSIONS, select().where(cell.days == 1)),
            (WEEK, cell.day, (), select().where(cell.days == WEEK)),
        ):
            of = share if days == 1 else cell
            by = [of.what, day, *(of[name] for name in kept), of.detail]
            sums = [func.sum(of[name]) for name in SUMS]
            rest = {"days": days} | {name: "" for name in DIMENSIONS if name not in kept}
            made = added.add_columns(*by, *sums, *map(literal, rest.values())).group_by(*by).order_by(day)
            names = ["what", "day", *kept, "detail", *SUMS, *rest]
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
