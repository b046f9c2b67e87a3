"""Keeps the counts true: whatever changed since is counted anew, and all of it can be built from the rows.

Not in the transaction of the turn, but by catching up. Counts are few rows that many conversations share: a turn that
added to them would wait for every other turn of the day, and a customer would wait for statistics. So a turn only
leaves a note (``insight_changes``, written by a trigger in its own transaction, a row nobody else touches), and one
process at a time counts each noted conversation anew, takes back what it added before, and adds what it adds now, all
in one transaction with the removal of the notes. The high-water mark is the set of notes itself: a note is removed by
its own number once what it tells of was read. A plain "last number seen" would lose a note whose transaction took its
number early and committed late. Counting twice cannot happen, and a conversation that was erased takes its counts with
it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from actions.insights.counting import cells_of
from actions.insights.loading import records_of
from actions.insights.records import WEEK, Cells, Key, Value, by_week, over_all
from actions.services import Services
from models.conversations import Conversation
from models.insights import InsightCell, InsightChange, InsightShare

BATCH = 200  # notes at once: a transaction of some tenths of a second
KEYS = ("what", "days", "day", "channel", "locale", "issue", "kind", "detail")
ONE_AT_A_TIME = 0x696E7369  # the advisory lock of whoever counts
NOTHING = Value()


async def catch_up(services: Services, *, batches: int = 10_000) -> int:
    """Counts what changed; says how many conversations. Another process that counts already is left to it."""
    done = 0
    for _ in range(batches):
        counted = await _one_batch(services)
        if not counted:
            break
        done += counted
    return done


async def rebuild(services: Services) -> int:
    """Forgets all counts and counts every conversation anew; says how many. Pages fill up meanwhile."""
    async with services.database.write() as session:
        await _lock(session)
        for table in (InsightCell, InsightShare, InsightChange):
            await session.execute(delete(table))
        await session.execute(insert(InsightChange).from_select(["conversation_id"], select(Conversation.id)))
    return await catch_up(services)


async def behind(session: AsyncSession) -> bool:
    """True while something waits to be counted."""
    return (await session.execute(select(InsightChange.id).limit(1))).first() is not None


async def _lock(session: AsyncSession) -> None:
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME})


async def _one_batch(services: Services) -> int:
    database = services.database
    if not database.is_sqlite:
        async with database.read() as session:  # without a note there is nothing to lock for
            if not await behind(session):
                return 0
    async with database.write() as session:
        await _lock(session)
        notes = select(InsightChange.id, InsightChange.conversation_id).order_by(InsightChange.id).limit(BATCH)
        seen = (await session.execute(notes)).all()
        if not seen:
            return 0
        ids = sorted({of for _, of in seen})
        await _recount(session, ids, services)
        await session.execute(delete(InsightChange).where(InsightChange.id.in_([number for number, _ in seen])))
        return len(ids)


async def _recount(session: AsyncSession, ids: Sequence[str], services: Services) -> None:
    records = await records_of(session, ids)
    changes: defaultdict[Key, Value] = defaultdict(Value)
    for key, value in await _added_by(session, ids):
        changes[key] += -value
    fresh: list[dict[str, Any]] = []
    for of in ids:
        now: Cells = cells_of(records[of], lambda at: services.hours.local(at).date()) if of in records else {}
        for key, value in now.items():
            changes[key] += value
            fresh.append({"conversation_id": of, **_row(key, value)})
    await session.execute(delete(InsightShare).where(InsightShare.conversation_id.in_(ids)))
    if fresh:
        await session.execute(insert(InsightShare), fresh)
    await _add(cell_rows(changes), session)


def _is_something(value: Value) -> bool:
    return value.n != 0 or abs(value.total) > 1e-9 or abs(value.squares) > 1e-9


async def _added_by(session: AsyncSession, ids: Sequence[str]) -> list[tuple[Key, Value]]:
    """What these conversations added to the counts."""
    columns = [getattr(InsightShare, name) for name in (*Key.__annotations__, *Value.__annotations__)]
    rows = await session.execute(select(*columns).where(InsightShare.conversation_id.in_(ids)))
    return [(Key(what, day.isoformat(), *key), Value(n, total, squares))
            for what, day, *key, n, total, squares in rows.all()]  # fmt: skip


def _row(key: Key, value: Value) -> dict[str, Any]:
    return {**vars(key), "day": date.fromisoformat(key.day), **vars(value)}


def cell_rows(counts: Cells) -> list[dict[str, Any]]:
    """The rows of ``insight_cells`` that these counts by the day come to: by the day, by the week, and over all."""
    weeks = by_week(counts)
    return [
        {"days": days, **_row(key, value)}
        for days, cells in ((1, counts), (WEEK, weeks), (WEEK, over_all(weeks)))
        for key, value in sorted(cells.items())
        if _is_something(value)
    ]


async def _add(changes: Sequence[dict[str, Any]], session: AsyncSession) -> None:
    """Adds to the counts; a count that falls to nothing is removed.

    One statement for all rows, of one row each: putting together a statement of many rows costs more than running it.
    """
    if not changes:
        return
    table = cast(Table, InsightCell.__table__)
    add = (postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert)(table)
    sums = {name: table.c[name] + add.excluded[name] for name in ("n", "total", "squares")}
    upsert = add.on_conflict_do_update(index_elements=KEYS, set_=sums)
    connection = await session.connection()
    await connection.execute(upsert, changes)
    if fewer := [{f"of_{name}": row[name] for name in KEYS} for row in changes if row["n"] < 0]:
        these = [table.c[name] == bindparam(f"of_{name}") for name in KEYS]
        await connection.execute(delete(table).where(*these, table.c.n <= 0), fewer)
