"""Random interleavings of messages, duplicates, lost networks and killed applications.

``KAIROS_TEST_SEED`` chooses the same dice again; what falls between them is the machine's own chance.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections import Counter

from models.session import Database
from tests.bot.conftest import MakeApplication
from tests.bot.interruptions import Customer, Watcher, check_clients, check_database
from tests.bot.nursery import Application

CUSTOMERS, LOCALES = 6, ("zh-CN", "zh-TW", "en")
SETTINGS = {"KAIROS_RATE_PER_S": "1000", "KAIROS_RATE_BURST": "10000", "KAIROS_FRAGMENT_WINDOW_S": "0.02"}


async def _moment_to_strike(customers: list[Customer], chance: random.Random) -> None:
    """Mostly in the middle of a turn: shortly after a message was stored, or after the bot began to answer it."""
    await asyncio.sleep(chance.uniform(0.1, 0.8))
    client = chance.choice(customers).client
    kind = chance.choice(("ack", "typing", "typing", ""))
    with contextlib.suppress(ConnectionError, TimeoutError):
        await client.wait_for(lambda f: f["type"] == kind, after=len(client.frames), within_s=1)
        await asyncio.sleep(chance.uniform(0.0, 0.06))


async def _interrupt(
    application: Application, customers: list[Customer], chance: random.Random, kills: int
) -> Counter[str]:
    """Ends the application again and again, mostly without a warning; sometimes it is not even up yet."""
    how: Counter[str] = Counter()
    while how["killed"] < kills:
        await _moment_to_strike(customers, chance)
        what = chance.random()
        if what < 0.15:
            how["stopped"] += 1
            await asyncio.to_thread(application.stop)
        else:
            how["killed"] += 1
            await asyncio.to_thread(application.kill)
        if what > 0.8:
            how["killed"] += 1
            await asyncio.to_thread(application.begin)
            await asyncio.sleep(chance.uniform(0.0, 0.8))
            await asyncio.to_thread(application.kill)
        await asyncio.to_thread(application.start)
    return how


async def _live_through(application: Application, database_url: str, kills: int) -> None:
    seed = int(os.environ.get("KAIROS_TEST_SEED") or random.SystemRandom().randrange(10**9))
    print(f"\nKAIROS_TEST_SEED={seed}")
    chance, started = random.Random(seed), time.monotonic()
    customers = [
        Customer(f"customer-{n}", LOCALES[n % 3], random.Random(chance.random()), lambda: application.ws_url)
        for n in range(CUSTOMERS)
    ]
    watchers = [Watcher(customer) for customer in customers[:2]]
    enough = asyncio.Event()
    async with asyncio.TaskGroup() as lives:
        for each in (*customers, *watchers):
            lives.create_task(each.live(enough))
        how = await _interrupt(application, customers, chance, kills)
        enough.set()
    await asyncio.gather(*(customer.settle() for customer in customers))
    await check_clients(customers, watchers)
    for each in (*customers, *watchers):
        await each.client.close()
    assert application.stop() is not None
    database = Database(database_url)
    there_is = await check_database(database, customers)
    await database.close()
    print(f"{dict(how)} in {time.monotonic() - started:.0f} s: {dict(there_is)}")
    assert there_is["messages"] > 5 * CUSTOMERS and there_is["turns"] > CUSTOMERS


async def test_on_sqlite_whatever_is_acknowledged_is_answered_exactly_once(make_application: MakeApplication):
    application = make_application(**SETTINGS)
    application.start()
    await _live_through(application, f"sqlite:///{application.sqlite_path}", kills=21)


async def test_on_postgresql_whatever_is_acknowledged_is_answered_exactly_once(
    make_application: MakeApplication, postgresql_url: str
):
    application = make_application(DATABASE_URL=postgresql_url, **SETTINGS)
    application.start()
    await _live_through(application, postgresql_url, kills=6)
