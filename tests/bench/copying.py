"""Copies of played conversations, made by the database itself: many rows, in the shape in which the core left them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import (
    Column,
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
    literal,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from actions.insights.records import Key, Value, from_rows
from actions.insights.rollup import cell_rows
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

TABLES = (Customer, Conversation, Message, Moment, Promise, Followup, Handover, OutboxEntry, SearchText)
OWN_IDS = {"id", "turn_id", "conversation_id", "customer_id", "promise_id", "message_id"}
SPREAD_DAYS, AT_ONCE, ROWS_AT_ONCE = 730, 40, 5000


async def copies_of(database: Database, messages: int) -> int:
    """Copies what was played, and counted, until there are so many messages; says how many there are."""
    async with database.write() as session:
        await session.execute(text("CREATE TABLE copies (prefix VARCHAR(6), days INTEGER)"))
        have = (await session.execute(select(func.count()).select_from(Message))).scalar_one()
        chance = Random("copies")
        numbers = range(-(-(messages - have) // have))
        rows = [{"prefix": f"x{number:05x}", "days": chance.randrange(SPREAD_DAYS)} for number in numbers]
        if rows:
            await session.execute(text("INSERT INTO copies VALUES (:prefix, :days)"), rows)
        for model in TABLES:  # apart, so that no copying reads through the copies
            name = model.__tablename__
            await session.execute(text(f"CREATE TABLE played_{name} AS SELECT * FROM {name}"))
    async with database.engine.connect() as connection:
        await connection.run_sync(search.take_away)  # it is built faster at the end than row by row
        await connection.commit()
    for start in range(0, len(rows), AT_ONCE):
        of = rows[start : start + AT_ONCE]
        async with _write_plainly(database) as session:
            for model in TABLES:
                await _copy(session, model.__table__, of[0]["prefix"], of[-1]["prefix"], database.is_sqlite)  # type: ignore[attr-defined]
    await _count_copies(database, rows)
    async with database.engine.connect() as connection:
        await connection.run_sync(search.prepare)
        if database.is_sqlite:
            await connection.execute(text(f"INSERT INTO {search.FTS}({search.FTS}) VALUES ('rebuild')"))
        for name in ("copies", *(f"played_{model.__tablename__}" for model in TABLES)):
            await connection.execute(text(f"DROP TABLE {name}"))
        await connection.execute(text("ANALYZE"))
        await connection.commit()
    async with database.read() as session:
        return int((await session.execute(select(func.count()).select_from(Message))).scalar_one())


@asynccontextmanager
async def _write_plainly(database: Database) -> AsyncIterator[AsyncSession]:
    """Without triggers and checks of keys on PostgreSQL: copies of rows that passed them pass them too."""
    async with database.write() as session:
        if not database.is_sqlite:
            await session.execute(text("SET LOCAL session_replication_role = replica"))
        yield session


async def _count_copies(database: Database, copies: Sequence[Mapping[str, Any]]) -> None:
    """Counts of copies as the rollup finds them: those of what was played, on days that are moved like the rows."""
    async with database.read() as session:
        shares = (await session.execute(select(InsightShare))).scalars().all()
    played: defaultdict[Key, Value] = defaultdict(Value)
    for share in shares:
        for key, value in from_rows(share.cells).items():
            played[key] += value
    moved: defaultdict[Key, Value] = defaultdict(Value)
    for days, times in Counter([0, *(copy["days"] for copy in copies)]).items():
        for key, value in played.items():
            day = (date.fromisoformat(key.day) - timedelta(days)).isoformat()
            moved[replace(key, day=day)] += Value(value.n * times, value.total * times, value.squares * times)
    rows = cell_rows(moved)
    async with database.write() as session:
        await session.execute(delete(InsightChange))
        await session.execute(delete(InsightCell))
        for start in range(0, len(rows), ROWS_AT_ONCE):
            await session.execute(insert(InsightCell), rows[start : start + ROWS_AT_ONCE])
    for start in range(0, len(copies), AT_ONCE):
        async with database.write() as session:
            await session.execute(
                insert(InsightShare),
                [_moved(share, copy) for copy in copies[start : start + AT_ONCE] for share in shares],
            )


def _moved(share: InsightShare, copy: Mapping[str, Any]) -> dict[str, Any]:
    by = timedelta(copy["days"])
    return {
        "conversation_id": copy["prefix"] + share.conversation_id[6:], "first_day": share.first_day - by,
        "last_day": share.last_day - by,
        "cells": [[row[0], (date.fromisoformat(row[1]) - by).isoformat(), *row[2:]] for row in share.cells],
    }  # fmt: skip


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
    if isinstance(getattr(of.type, "impl", of.type), DateTime):
        if sqlite:
            return func.strftime("%Y-%m-%d %H:%M:%f000", of, literal("-") + cast(days, String) + literal(" days"))
        return of - days * text("interval '1 day'")
    return of
