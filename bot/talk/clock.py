"""Time that moves only when it is told to, and what falls due as it moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass
class Clock:
    """A clock that is moved by hand; calling it tells the time."""

    now: datetime

    def __call__(self) -> datetime:
        """The time."""
        return self.now


class Jobs(Protocol):
    """What falls due as time passes: follow-ups, a queue that nobody takes, an agent's silence."""

    async def next_due(self) -> datetime | None:
        """When the next job falls due, if there is one."""

    async def run_due(self) -> None:
        """Does what is due now."""


class NoJobs:
    """Nothing ever falls due."""

    async def next_due(self) -> datetime | None:
        """Never."""
        return None

    async def run_due(self) -> None:
        """Nothing."""


class StuckJob(RuntimeError):
    """A job that was run is still due: time would stand still for ever."""


async def move_on(clock: Clock, jobs: Jobs, length: timedelta) -> None:
    """Lets time pass; each job is run at the moment at which it falls due. Raises StuckJob."""
    end = clock.now + length
    ran_at = None
    while (due := await jobs.next_due()) is not None and due <= end:
        if due == ran_at:
            raise StuckJob(f"a job that was due at {due.isoformat()} is still due after it was run")
        clock.now = max(due, clock.now)
        await jobs.run_due()
        ran_at = due
    clock.now = end
