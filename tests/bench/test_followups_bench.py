"""The benchmark's rows are such as the product sets: they fall due, are sent once, and are counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.house import quiet_services
from bot.hub import Hub
from bot.jobs import Jobs
from bot.settings import Settings
from bot.timers import DurableTimers
from models.session import Database
from tests.bench import pending


class _Nobody:
    def wake(self) -> None:
        pass


async def test_pending_rows_are_filled_in_fire_once_and_are_counted(database: Database):
    timers = DurableTimers(database)
    await timers.prepare()
    services = replace(quiet_services(Settings(), database), timers=timers)
    await pending.add_far(database, timers, 50)
    await pending.add_due(database, timers, 20, datetime.now(UTC) - timedelta(seconds=5), 0.01)
    assert (await pending.look(database)).lost == 20
    jobs = Jobs(services, Hub(), _Nobody())
    assert (await jobs.run_all_due(), await jobs.run_all_due()) == (20, 0)
    fired = await pending.look(database)
    assert (fired.sent, fired.lost, fired.doubled) == (20, 0, 0)
    assert 4 < fired.at(0.5) < 60
    assert await pending.size_mb(database) > 0
    await timers.stop()
