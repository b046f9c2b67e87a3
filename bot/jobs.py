"""Looks after what falls due while the house is open."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime

import structlog

from actions import comebacks
from actions.services import Services
from bot.hub import NEW_MESSAGES, Hub
from bot.outbox import Outbox

log = structlog.get_logger("jobs")
LOOK_EVERY_S = 2.0


class Jobs:
    """Fires due jobs in order. Several processes may look at once: each job's row is locked and fired once."""

    def __init__(self, services: Services, hub: Hub, outbox: Outbox) -> None:
        self._services, self._hub, self._outbox = services, hub, outbox
        self._task: asyncio.Task[None] | None = None

    async def next_due(self) -> datetime | None:
        """When the next job falls due, if there is one."""
        async with self._services.database.read() as session:
            jobs = await comebacks.upcoming(session, self._services, limit=1)
        return jobs[0].due_at if jobs else None

    async def run_due(self) -> None:
        """Fires everything that is due now, in order."""
        async with self._services.database.read() as session:
            jobs = await comebacks.upcoming(session, self._services)
        due = [job for job in jobs if job.due_at <= self._services.clock()]
        for job in due:
            if await comebacks.fire(job, self._services):
                log.info("came back", kind=job.kind, conversation=job.conversation_id)
                self._hub.publish(job.conversation_id, NEW_MESSAGES)
                self._outbox.wake()

    def start(self) -> None:
        """Looks every few seconds until stopped."""
        self._task = asyncio.create_task(self._work(), name="jobs")

    async def stop(self) -> None:
        """Ends looking."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        while True:
            try:
                await self.run_due()
            except Exception:
                log.exception("looking after what is due failed, will be tried again")
            await asyncio.sleep(LOOK_EVERY_S)
