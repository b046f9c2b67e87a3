"""Rounds of the same conversations, one customer and many; what is counted, and how it becomes figures."""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.messages import Conversation
from tests.bench.processes import BenchError
from tests.bench.systems import Reply, System, Unanswered

FAILURES_AT_MOST = 20


@dataclass(frozen=True)
class Heard:
    """What became of one pass over a list of conversations. `failures`: reasons with their number."""

    replies: tuple[Reply, ...]
    failures: dict[str, int]
    seconds: float

    @property
    def per_second(self) -> float:
        """Answered messages a second, connecting included."""
        return len(self.replies) / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class Figures:
    """One system's results. Times in milliseconds unless named otherwise; `rounds_*` show how far apart they were."""

    name: str
    p50_ms: float
    p95_ms: float
    per_second: float
    load_p50_ms: float
    load_p95_ms: float
    memory_mb: float
    startup_s: float
    bubbles_per_message: float
    answered: int
    wordless: int
    handed_over: int
    failures: dict[str, int]
    rounds_p50_ms: tuple[float, ...]
    rounds_per_second: tuple[float, ...]


@dataclass
class Tally:
    """A system's passes, collected while the rounds go on."""

    alone: list[Heard] = field(default_factory=list)
    together: list[Heard] = field(default_factory=list)

    def figures(self, name: str, *, memory_mb: float, startup_s: float) -> Figures:
        """The figures of all rounds: percentiles over all messages, the median of the rounds' messages per second."""
        passes = [*self.alone, *self.together]
        replies = [reply for heard in passes for reply in heard.replies]
        failures = Counter[str]()
        for heard in passes:
            failures.update(heard.failures)
        alone, together = _milliseconds(self.alone), _milliseconds(self.together)
        return Figures(
            name=name, p50_ms=percentile(alone, 50), p95_ms=percentile(alone, 95),
            per_second=statistics.median(heard.per_second for heard in self.together),
            load_p50_ms=percentile(together, 50), load_p95_ms=percentile(together, 95),
            memory_mb=memory_mb, startup_s=startup_s,
            bubbles_per_message=statistics.fmean(reply.bubbles for reply in replies) if replies else 0.0,
            answered=len(replies), wordless=sum(reply.bubbles == 0 for reply in replies),
            handed_over=sum(reply.ends_talk for reply in replies), failures=dict(failures),
            rounds_p50_ms=tuple(percentile(_milliseconds([heard]), 50) for heard in self.alone),
            rounds_per_second=tuple(heard.per_second for heard in self.together),
        )  # fmt: skip


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of the values do not exceed; not a number for none."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def _milliseconds(passes: Sequence[Heard]) -> list[float]:
    return [reply.seconds * 1000 for heard in passes for reply in heard.replies]


async def hold(system: System, conversations: Sequence[Conversation], customers: int) -> Heard:
    """So many customers at once work through the conversations; each waits for its answer before it writes again.

    A conversation that is handed to a human, or fails, goes on as a new one, so that every message meets the bot.
    Raises BenchError when twenty messages went unanswered.
    """
    replies: list[Reply] = []
    failures = Counter[str]()
    waiting = iter(conversations)

    async def work() -> None:
        for conversation in waiting:
            left = list(conversation.texts)
            while left:
                before = len(left)
                try:
                    async with system.customer(conversation.locale) as customer:
                        while left:
                            reply = await customer.ask(left.pop(0))
                            replies.append(reply)
                            if reply.ends_talk:
                                break
                except Unanswered as error:
                    if len(left) == before:
                        del left[0]  # it could not even be sent
                    failures[str(error)] += 1
                    if failures.total() >= FAILURES_AT_MOST:
                        raise BenchError(f"{system.name}: too many unanswered messages: {dict(failures)}") from error

    start = time.perf_counter()
    workers = [asyncio.create_task(work()) for _ in range(customers)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
    return Heard(tuple(replies), dict(failures), time.perf_counter() - start)
