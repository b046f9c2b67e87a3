"""Steady work in the background that nobody waits for; of many processes one does it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from actions.attachments import Cabinet
from actions.insights import rollup
from actions.learning import queue
from actions.privacy.retention import Keeper
from actions.services import Services
from models import search
from models.session import Database

log = structlog.get_logger("upkeep")
MayLead = Callable[[str], Awaitable[bool]]
WAIT_FOR_THE_LEAD_S = 10.0
COUNT_EVERY_S, COUNTED_AT_ONCE = 15.0, 2  # seconds: a conversation under way is counted once, not at each turn; batches


@dataclass(frozen=True)
class Chore:
    """Something to be done every so often; ``every_s`` 0: once in the life of the process."""

    name: str
    work: Callable[[], Awaitable[object]]
    every_s: float
    first_after_s: float = 5.0


def search_index(database: Database) -> Chore:
    """Messages that came in past the models' door, or under a release that knew no index, are found too."""
    return Chore("search-index", lambda: search.index_missing(database), every_s=0)


def review_queue(services: Services) -> Chore:
    """Turns that people should look at are found while nobody waits for it."""
    return Chore("review-queue", lambda: queue.fill_all(services), every_s=60)


def retention(services: Services, cabinet: Cabinet) -> Chore:
    """What was kept long enough goes."""
    return Chore("retention", Keeper(services, cabinet).let_go, every_s=6 * 3600, first_after_s=60)


def counting(services: Services) -> Chore:
    """What changed is counted for the measured pages, a little at a time: customers come first."""

    async def count() -> None:
        await rollup.catch_up(services, batches=COUNTED_AT_ONCE)

    return Chore("counting", count, every_s=COUNT_EVERY_S)


class Upkeep:
    """Does chores until it is stopped. One that fails is tried again at its next time."""

    def __init__(self, chores: Sequence[Chore], may_lead: MayLead) -> None:
        self._chores, self._may_lead = chores, may_lead
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begins."""
        self._tasks = [asyncio.create_task(self._do(chore), name=f"upkeep-{chore.name}") for chore in self._chores]

    async def stop(self) -> None:
        """Ends; what is half done is taken up by the next start."""
        for task in self._tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._tasks)

    async def _do(self, chore: Chore) -> None:
        await asyncio.sleep(chore.first_after_s)
        while True:
            if not await self._may_lead("upkeep"):
                await asyncio.sleep(WAIT_FOR_THE_LEAD_S)
                continue
            try:
                if done := await chore.work():
                    log.info("done", chore=chore.name, count=done)
            except Exception:
                log.exception("could not be done, is tried again", chore=chore.name)
                await asyncio.sleep(WAIT_FOR_THE_LEAD_S)
                continue
            if not chore.every_s:
                return
            await asyncio.sleep(chore.every_s)
