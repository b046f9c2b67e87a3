"""Delivers replies in order and notes it. What a crash left undelivered is delivered at the next start."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping

import structlog

from actions import delivery
from actions.services import Services
from models.outbox import OutboxEntry
from models.session import DatabaseError

log = structlog.get_logger("outbox")
Deliver = Callable[[OutboxEntry], Awaitable[None]]
RETRY_S = 1.0


class Outbox:
    """One worker a process. ``channels`` maps a channel's name to how it delivers a reply."""

    def __init__(self, services: Services, channels: Mapping[str, Deliver]) -> None:
        self._services = services
        self._channels = channels
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts the worker; what is pending from before is delivered first."""
        self._wake.set()
        self._task = asyncio.create_task(self._work(), name="outbox")

    def wake(self) -> None:
        """Something may wait."""
        self._wake.set()

    async def stop(self) -> None:
        """Delivers what waits and stops."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        with contextlib.suppress(DatabaseError):
            await self.deliver_pending()

    async def deliver_pending(self) -> int:
        """Delivers everything that waits; says how many."""
        delivered = 0
        while True:
            async with self._services.database.read() as session:
                waiting = await delivery.pending(session)
            if not waiting:
                return delivered
            for entry, channel, trace_id in waiting:
                await self._channels[channel](entry)
                log.info("reply delivered", trace=trace_id, conversation=entry.conversation_id, seq=entry.seq)
            async with self._services.database.write() as session:
                await delivery.mark_sent(session, [each.entry.id for each in waiting], self._services.clock())
            delivered += len(waiting)

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self.deliver_pending()
            except Exception:
                log.exception("delivery failed, will be tried again")
                await asyncio.sleep(RETRY_S)
                self._wake.set()
