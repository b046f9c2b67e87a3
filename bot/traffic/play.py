"""Plays many made-up conversations into a database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.services import Services
from bot.traffic.customers import made_up
from bot.traffic.playing import Playing
from bot.traffic.words import words

DAYS_A_MONTH = 30
AT_ONCE = 8  # conversations side by side where the database lets several write


@dataclass(frozen=True)
class Span:
    """From when until when the conversations take place."""

    begin: datetime
    end: datetime

    @classmethod
    def of_months(cls, months: int, end: datetime) -> Span:
        """The months before ``end``."""
        return cls(end - timedelta(days=DAYS_A_MONTH * months), end)


@dataclass(frozen=True)
class Played:
    """What came of it: conversations played now, those that were there before, the customers' turns."""

    conversations: int
    known: int
    turns: int


async def play_traffic(
    services: Services, *, conversations: int, seed: str, span: Span, tell: Callable[[int], None] = lambda _: None
) -> Played:
    """Plays conversations number 0 and up. The same seed and span make the same rows; what is there stays as it is.

    ``tell`` hears how many are done. Raises FileNotFoundError where the training messages are not kept.
    """
    said = words()
    line = asyncio.Semaphore(1 if services.database.is_sqlite else AT_ONCE)
    done: list[int] = []

    async def one(number: int) -> None:
        async with line:
            who = made_up(number, seed, span.begin, span.end, said)
            done.append(await Playing(who, services, said, seed, span.end).run())
            tell(len(done))

    async with asyncio.TaskGroup() as group:
        for number in range(conversations):
            group.create_task(one(number))
    return Played(sum(map(bool, done)), sum(not turns for turns in done), sum(done))
