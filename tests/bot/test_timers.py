"""Durable timers: set with the transaction, rung once, also after the process that set them is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.timers import DurableTimers
from models.session import Database

WITHIN_S = 15


class Bell:
    """Notes what rang."""

    def __init__(self) -> None:
        self.rang: list[str] = []
        self.fails = 0
        self._rings = asyncio.Condition()

    async def ring(self, followup_id: str) -> None:
        async with self._rings:
            self.rang.append(followup_id)
            self._rings.notify_all()
        if self.fails:
            self.fails -= 1
            raise RuntimeError("not now")

    async def waits_for(self, *wanted: str) -> None:
        async with asyncio.timeout(WITHIN_S), self._rings:
            await self._rings.wait_for(lambda: set(wanted) <= set(self.rang))


@asynccontextmanager
async def _timers(database: Database, ring: Callable[[str], Awaitable[None]] | None = None) -> Any:
    timers = DurableTimers(database)
    await timers.prepare()
    try:
        if ring:
            await timers.start(ring, 0)
        yield timers
    finally:
        await timers.stop()


def _soon(seconds: float = 0.2) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def test_a_timer_rings_once_when_it_is_due(database: Database):
    bell = Bell()
    async with _timers(database, bell.ring) as timers:
        due = _soon()
        async with database.write() as session:
            await timers.set(session, "a", due)
            await timers.set(session, "later", _soon(3600))
        async with database.write() as session:
            await timers.set(session, "a", due)  # the same again
        await bell.waits_for("a")
        await asyncio.sleep(1.5)
    assert bell.rang == ["a"]


async def test_what_is_rolled_back_sets_no_timer(database: Database):
    bell = Bell()
    async with _timers(database, bell.ring) as timers:
        with pytest.raises(ZeroDivisionError):
            async with database.write() as session:
                await timers.set(session, "never", _soon())
                raise ZeroDivisionError
        async with database.write() as session:
            await timers.set(session, "b", _soon())
        await bell.waits_for("b")
        await asyncio.sleep(1.0)
    assert bell.rang == ["b"]


async def test_a_timer_outlives_the_process_that_set_it(database: Database):
    bell = Bell()
    async with _timers(database) as timers, database.write() as session:
        await timers.set(session, "c", _soon())
    await asyncio.sleep(0.5)
    async with _timers(database, bell.ring):
        await bell.waits_for("c")
    assert bell.rang == ["c"]


async def test_one_that_fails_keeps_no_other_from_ringing(database: Database):
    bell = Bell()
    bell.fails = 1
    async with _timers(database, bell.ring) as timers:
        for n in range(5):
            async with database.write() as session:
                await timers.set(session, f"d{n}", _soon())
        await bell.waits_for(*(f"d{n}" for n in range(5)))
    assert sorted(bell.rang) == [f"d{n}" for n in range(5)]
