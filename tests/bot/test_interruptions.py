"""Random interleavings of messages, duplicates, lost networks, staff, follow-ups and killed processes.

``KAIROS_TEST_SEED`` chooses the same dice again; what falls between them is the machine's own chance. ``make chaos``
does the same at length.
"""

from __future__ import annotations

import random
from pathlib import Path

from tests.bot.chaos import SETTINGS, Fleet, fleet_of, free_port, live_through
from tests.bot.conftest import MakeApplication
from tests.bot.nursery import Nursery


async def test_one_process_on_sqlite_answers_whatever_is_acknowledged_exactly_once(make_application: MakeApplication):
    application = make_application(PORT=str(free_port()), **SETTINGS)
    fleet = Fleet([application], [], random.Random())
    print(await live_through(fleet, f"sqlite:///{application.sqlite_path}", kills=15, comebacks=30))


async def test_two_processes_and_two_workers_on_postgresql_do_so_together(
    nursery: Nursery, trained_model: Path, tmp_path: Path, postgresql_url: str
):
    fleet = fleet_of(nursery, tmp_path, trained_model, postgresql_url)
    try:
        print(await live_through(fleet, postgresql_url, kills=12, comebacks=30))
    finally:
        for process in fleet.all:
            process.kill()
