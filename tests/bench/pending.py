"""Fills a database with pending follow-ups and their timers, by the statements of the database itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.timers import DurableTimers
from dialogues.state import Stage, State
from models.conversations import Conversation
from models.customers import Customer
from models.followups import Followup
from models.insights import InsightChange
from models.messages import Message
from models.session import Database

SHARED = 1000  # conversations that those far in the future belong to
TEMPLATE = "template"
# When the n-th falls due, in seconds: said to be fractions, or PostgreSQL multiplies by a whole number.
_AT = "(CAST(:first AS DOUBLE PRECISION) + n * CAST(:every AS DOUBLE PRECISION))"


@dataclass(frozen=True)
class Fired:
    """What became of those that fell due. Lateness in seconds, sorted."""

    sent: int
    lost: int
    doubled: int
    late: tuple[float, ...]

    def at(self, share: float) -> float:
        """The lateness below which that share of them lies."""
        return self.late[min(int(len(self.late) * share), len(self.late) - 1)] if self.late else float("nan")


def noon_zone(now: datetime) -> str:
    """A time zone in which it is about noon: nobody is asleep there."""
    west = (now.hour - 12) % 24
    return f"Etc/GMT+{west}" if west <= 12 else f"Etc/GMT-{24 - west}"


async def add_far(database: Database, timers: DurableTimers, count: int) -> None:
    """So many that fall due tomorrow and later."""
    await add_conversations(database, "far", min(SHARED, count))
    await _add(database, timers, "far", count, datetime.now(UTC) + timedelta(days=1), 0.05, min(SHARED, count))
    async with database.write() as session:  # pending for a day already: the measured pages have counted them
        await session.execute(delete(InsightChange))


async def add_due(database: Database, timers: DurableTimers, count: int, first: datetime, every_s: float) -> None:
    """So many that fall due from then on, one after the other, each of a customer of its own."""
    await add_conversations(database, "due", count)
    await _add(database, timers, "due", count, first, every_s, count)


async def look(database: Database) -> Fired:
    """What became of the due ones so far."""
    async with database.read() as session:
        sent = (await session.execute(
            select(Followup.due_at, Followup.closed_at).where(Followup.id.startswith("due-"), Followup.status == "sent")
        )).all()  # fmt: skip
        lost = len((await session.execute(
            select(Followup.id).where(Followup.id.startswith("due-"), Followup.status != "sent")
        )).all())  # fmt: skip
        said = list((await session.execute(
            select(Message.turn_id).where(Message.turn_id.startswith("due-"))
        )).scalars())  # fmt: skip
    late = sorted((closed - due).total_seconds() for due, closed in sent)
    return Fired(len(sent), lost, len(said) - len(set(said)), tuple(late))


async def size_mb(database: Database) -> int:
    """What the database takes on disk."""
    pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    async with database.read() as session:
        size = await session.execute(text(
            pages if database.is_sqlite else "SELECT pg_database_size(current_database())"
        ))  # fmt: skip
        return round(int(size.scalar_one()) / 1e6)


async def add_conversations(database: Database, kind: str, count: int) -> None:
    """So many closed conversations, each of a customer of its own, at noon on their clocks: KIND-0, KIND-1, …"""
    now = datetime.now(UTC)
    closed = replace(State(), stage=Stage.CLOSED, issue="delivery_problem", locale="en").to_dict()
    state = {key: value for key, value in closed.items() if key not in ("owner", "version")}
    ids = [f"{kind}-{n}" for n in range(count)]
    async with database.write() as session:
        await session.execute(insert(Customer), [
            {"id": each, "name": "", "timezone": noon_zone(now), "created_at": now} for each in ids
        ])  # fmt: skip
        await session.execute(insert(Conversation), [
            {"id": each, "customer_id": each, "channel": "web", "locale": "en", "state": state, "created_at": now,
             "updated_at": now} for each in ids
        ])  # fmt: skip


async def _add(
    database: Database, timers: DurableTimers, kind: str, count: int, first: datetime, every_s: float, shared: int
) -> None:
    """Rows of ours and of the timers, copied from one that was set as the product sets it."""
    numbers = (
        "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count)"
        if database.is_sqlite else "WITH numbers AS (SELECT generate_series(0, :count - 1) AS n)"
    )  # fmt: skip
    due = f"strftime('%Y-%m-%d %H:%M:%f000', {_AT}, 'unixepoch')" if database.is_sqlite else f"to_timestamp({_AT})"
    given = {"count": count, "first": first.timestamp(), "every": every_s, "shared": shared}
    async with database.write() as session:
        now = "strftime('%Y-%m-%d %H:%M:%f000', 'now')" if database.is_sqlite else "now()"
        await session.execute(text(
            f"INSERT INTO followups (id, conversation_id, kind, status, reason, due_at, tries, created_at) {numbers} "
            f"SELECT '{kind}-' || n, '{kind}-' || (n % :shared), 'outcome_check', 'pending', '', {due}, 0, {now} "
            "FROM numbers"
        ), given)  # fmt: skip
        await timers.set(session, TEMPLATE, first)
        template = f"{TEMPLATE}@{int(first.timestamp())}"
        prefix = "" if database.is_sqlite else "dbos."
        for table in ("workflow_status", "workflow_input"):
            await _copy(session, database.is_sqlite, f"{prefix}{table}", numbers, kind, {**given, "of": template})
        for table in ("workflow_input", "workflow_status"):
            await session.execute(
                text(f"DELETE FROM {prefix}{table} WHERE workflow_uuid = :of"), {"of": template}
            )  # fmt: skip


async def _copy(
    session: AsyncSession, is_sqlite: bool, table: str, numbers: str, kind: str, given: dict[str, object]
) -> None:
    whole = "INTEGER" if is_sqlite else "BIGINT"
    columns = list((await session.execute(text(f"SELECT * FROM {table} LIMIT 0"))).keys())
    known = {
        "workflow_uuid": f"'{kind}-' || n || '@' || CAST({_AT} AS {whole})",
        "delay_until_epoch_ms": f"CAST({_AT} * 1000 AS {whole})",
        "inputs": f"replace(inputs, '{TEMPLATE}', '{kind}-' || n)",
    }
    chosen = ", ".join(known.get(name, name) for name in columns)
    await session.execute(text(
        f"INSERT INTO {table} ({', '.join(columns)}) {numbers} SELECT {chosen} FROM {table}, numbers "
        "WHERE workflow_uuid = :of"
    ), given)  # fmt: skip
