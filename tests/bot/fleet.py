"""Several processes of one shop, and how they are ended at random."""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
import socket
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bot.client import Client
from tests.bot.nursery import Application, Nursery

SETTINGS = {"KAIROS_RATE_PER_S": "1000", "KAIROS_RATE_BURST": "10000", "KAIROS_FRAGMENT_WINDOW_S": "0.02"}
MIDDLES = ("ack", "typing", "typing", "")  # of a turn: frames after which a process is likely at work; "": at any time


@dataclass
class Fleet:
    """The processes, and where customers may connect."""

    serving: Sequence[Application]
    workers: Sequence[Application]
    chance: random.Random
    _away: set[int] = field(default_factory=set)

    @property
    def all(self) -> tuple[Application, ...]:
        """Every process."""
        return (*self.serving, *self.workers)

    def where(self) -> str:
        """One of the addresses; perhaps nobody is there just now."""
        return self.chance.choice(self.serving).ws_url

    async def start(self) -> None:
        """Starts all, and waits until they are up."""
        await asyncio.gather(*(asyncio.to_thread(each.start) for each in self.all))

    async def strike(self, clients: Sequence[Client], kills: int, within_s: float = math.inf) -> Counter[str]:
        """Ends processes again and again, mostly without a warning; sometimes one is not even up yet.

        Each comes back at once. At least half of them are left alone meanwhile, but for one that is alone. It ends
        after so many, or after that time with as many as there were.
        """
        how: Counter[str] = Counter()
        ends = time.monotonic() + within_s
        async with asyncio.TaskGroup() as coming_back:
            while how["killed"] < kills and time.monotonic() < ends:
                await self._moment(clients)
                up = [n for n in range(len(self.all)) if n not in self._away]
                if len(up) <= len(self.all) // 2:
                    continue
                victim = self.chance.choice(up)
                self._away.add(victim)
                coming_back.create_task(self._end(victim, self.chance.random(), how))
                await asyncio.sleep(0)
        return how

    async def _end(self, number: int, what: float, how: Counter[str]) -> None:
        victim = self.all[number]
        if what < 0.1:
            how["stopped"] += 1
            await asyncio.to_thread(victim.stop)
        else:
            how["killed"] += 1
            await asyncio.to_thread(victim.kill)
        if what > 0.85:
            how["killed"] += 1
            how["while starting"] += 1
            await asyncio.to_thread(victim.begin)
            await asyncio.sleep(self.chance.uniform(0.0, 0.8))
            await asyncio.to_thread(victim.kill)
        await asyncio.to_thread(victim.start)
        self._away.discard(number)

    async def _moment(self, clients: Sequence[Client]) -> None:
        """Mostly in the middle of a turn: shortly after a message was stored, or after an answer was begun."""
        await asyncio.sleep(self.chance.uniform(0.0, 0.6))
        client, kind = self.chance.choice(clients), self.chance.choice(MIDDLES)
        with contextlib.suppress(ConnectionError, TimeoutError):
            await client.wait_for(lambda f: f["type"] == kind, after=len(client.frames), within_s=1)
            await asyncio.sleep(self.chance.uniform(0.0, 0.06))


def fleet_of(
    nursery: Nursery,
    folder: Path,
    model: Path,
    url: str,
    serving: int = 2,
    workers: int = 2,
    more: Mapping[str, str] | None = None,
) -> Fleet:
    """Processes on one PostgreSQL. ``more``: settings of all of them."""
    env = {**SETTINGS, "KAIROS_MODEL": str(model), "DATABASE_URL": url, "KAIROS_IDENTITY_SECRET": "chaos",
           **(more or {})}  # fmt: skip
    return Fleet(
        [Application(nursery, folder / f"serving-{n}", {**env, "PORT": str(free_port())}) for n in range(serving)],
        [Application(nursery, folder / f"worker-{n}", env, ["worker"]) for n in range(workers)],
        random.Random(),
    )


def free_port() -> int:
    """A port on which nobody listens just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
