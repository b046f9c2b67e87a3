"""Random interleavings of messages, duplicates, lost networks, staff, follow-ups and killed processes.

``KAIROS_TEST_SEED`` chooses the same dice again; what falls between them is the machine's own chance. ``make chaos``
does the same at length.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.chaos import live_through, on_telegram
from tests.bot.conftest import MakeApplication
from tests.bot.fleet import SETTINGS, Fleet, fleet_of, free_port
from tests.bot.nursery import Nursery
from tests.telegram.emulator import Emulator


@pytest.fixture
def telegram() -> Iterator[Emulator]:
    """An emulated Telegram of this test's own."""
    with Emulator() as emulator:
        yield emulator


async def test_one_process_on_sqlite_answers_whatever_is_acknowledged_exactly_once(
    make_application: MakeApplication, telegram: Emulator
):
    application = make_application(PORT=str(free_port()), **SETTINGS, **on_telegram(telegram))
    fleet = Fleet([application], [], random.Random())
    print(await live_through(fleet, f"sqlite:///{application.sqlite_path}", telegram, kills=4, comebacks=10))


@pytest.mark.long
async def test_two_processes_and_two_workers_on_postgresql_do_so_together(
    nursery: Nursery, trained_model: Path, tmp_path: Path, postgresql_url: str, telegram: Emulator
):
    fleet = fleet_of(nursery, tmp_path, trained_model, postgresql_url, more=on_telegram(telegram))
    try:
        print(await live_through(fleet, postgresql_url, telegram, kills=5, comebacks=10))
    finally:
        for process in fleet.all:
            process.kill()
