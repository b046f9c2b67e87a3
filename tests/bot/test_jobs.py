"""Follow-ups that ring at the same moment: together where that goes, alone where it does not, none forgotten."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from actions.services import utc_now
from bot.hub import Hub
from bot.jobs import Jobs
from models.followups import Followup
from models.session import Database
from tests.actions.world import World
from tests.bench import pending


class Wakes:
    """Nobody delivers here."""

    def wake(self) -> None:
        """Nothing."""


@pytest.fixture
def jobs(world: World) -> Jobs:
    world.services.clock = utc_now
    return Jobs(world.services, Hub(), Wakes())


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


async def _due(database: Database, count: int) -> list[str]:
    """So many due ones, each of a customer of its own; their ids."""
    await pending.add_conversations(database, "due", count)
    due_at = datetime.now(UTC) - timedelta(seconds=1)
    async with database.write() as session:
        for n in range(count):
            session.add(Followup(
                id=f"due-{n}", conversation_id=f"due-{n}", kind="outcome_check", due_at=due_at, created_at=due_at
            ))  # fmt: skip
    return [f"due-{n}" for n in range(count)]


async def _status(database: Database) -> dict[str, tuple[str, int]]:
    async with database.read() as session:
        rows = (await session.execute(select(Followup))).scalars()
        return {row.id: (row.status, row.tries) for row in rows}


async def test_all_that_ring_at_once_are_sent_once(jobs: Jobs, database: Database):
    ids = await _due(database, 40)
    await asyncio.gather(*(jobs.ring(each) for each in (*ids, *ids)))
    assert set((await _status(database)).values()) == {("sent", 0)}
    async with database.read() as session:
        said = (await session.execute(text("SELECT turn_id FROM messages"))).scalars().all()
    assert sorted(said) == sorted(ids)


async def test_one_that_cannot_be_dealt_with_holds_up_no_other(jobs: Jobs, database: Database):
    ids = await _due(database, 6)
    async with database.write() as session:
        await session.execute(text("UPDATE conversations SET state = '{\"stage\": \"unheard of\"}' WHERE id = 'due-3'"))
    await asyncio.gather(*(jobs.ring(each) for each in ids))
    status = await _status(database)
    assert status.pop("due-3") == ("pending", 1), "put off"
    assert set(status.values()) == {("sent", 0)}
