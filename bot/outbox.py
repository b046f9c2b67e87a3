"""Delivers replies in order and notes it. What a crash left undelivered is delivered at the next start.

Two kinds of channels: pages only need to be woken, which may happen twice, and are mostly woken by whoever said
something; couriers send, and may fail, be told to wait, or be refused. Each courier's message is claimed by one
process; each conversation goes at its own pace.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

import structlog

from actions import delivery, outbox
from actions.outbox import Parcel
from actions.services import Services
from bot import metrics
from models.session import DatabaseError

log = structlog.get_logger("outbox")
WakePage = Callable[[str], None]
Tell = Callable[[str, dict[str, Any]], None]
NotePart = Callable[[int], Awaitable[None]]
RETRY_S = 1.0
LOOK_EVERY_S = 1.0
GATHER_S = 0.2  # what pages are told close together is noted together
AT_ONCE = 20
ENDS_WITHIN_S = 5.0
ATTEMPT_S = outbox.LEASE.total_seconds() - 10  # an attempt ends before its message is anybody's again


class Later(Exception):
    """The channel asks to wait so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"asked to wait {seconds:g} s")
        self.seconds = seconds


class Undeliverable(Exception):
    """The channel will never take this message."""


class Unsure(Exception):
    """The connection broke on the way: nobody can tell whether the channel took it."""


class Unreachable(Exception):
    """The customer blocked us on this channel."""


class Courier(Protocol):
    """A channel that sends. Anything it raises that is not named here is tried again."""

    async def deliver(self, parcel: Parcel, note_part: NotePart) -> str:
        """Sends; returns the channel's id for it.

        Raises Later, Undeliverable, Unreachable, Unsure, or what went wrong before it was sent.
        """


class Outbox:
    """One a process. ``channels`` maps a page channel's name to how the pages of a conversation are woken.

    ``tell`` hears, by conversation, what became of a message that a courier took.
    """

    def __init__(self, services: Services, channels: Mapping[str, WakePage], tell: Tell = lambda *_: None) -> None:
        self._services = services
        self._tell = tell
        self._channels = channels
        self._couriers: dict[str, Courier] = {}
        self._for_pages, self._for_couriers = asyncio.Event(), asyncio.Event()
        self._told: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._sending: set[asyncio.Task[None]] = set()

    def add_courier(self, channel: str, courier: Courier) -> None:
        """From now on messages of that channel are sent by this courier."""
        self._couriers[channel] = courier
        self.wake()

    def remove_courier(self, channel: str) -> None:
        """That channel's messages wait from now on."""
        self._couriers.pop(channel, None)

    async def end_claims(self) -> None:
        """To be called where no other process can live: what a dead one was sending is taken up at once."""
        async with self._services.database.write() as session:
            await outbox.end_claims(session, self._services.clock())

    def start(self) -> None:
        """Starts to work; what is pending from before is delivered first."""
        self.wake()
        self._tasks = [
            asyncio.create_task(self._serve_pages(), name="outbox-pages"),
            asyncio.create_task(self._serve_couriers(), name="outbox-couriers"),
        ]

    def wake(self, *, told: str = "") -> None:
        """Something may wait. ``told``: the turn that said it, when its pages were woken already."""
        if told:
            self._told.add(told)
        self._for_pages.set()
        self._for_couriers.set()

    async def stop(self) -> None:
        """Delivers what pages wait for, lets sendings under way end, and stops."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._sending:
            await asyncio.wait(self._sending, timeout=ENDS_WITHIN_S)
        with contextlib.suppress(DatabaseError):
            await self.deliver_pending()

    async def deliver_pending(self) -> int:
        """Wakes every page that something waits for, if it was not told; says for how many messages."""
        delivered = 0
        while True:
            told, self._told = self._told, set()
            async with self._services.database.read() as session:
                waiting = await delivery.pending(session, tuple(self._channels))
            for each in waiting:
                if each.turn_id not in told:
                    self._channels[each.channel](each.conversation_id)
                log.info("reply delivered", trace=each.trace_id, conversation=each.conversation_id, seq=each.seq)
            if waiting:
                async with self._services.database.write() as session:
                    await delivery.mark_sent(session, [each.id for each in waiting], self._services.clock())
            delivered += len(waiting)
            if len(waiting) < delivery.BATCH:
                return delivered

    async def send_due(self) -> int:
        """Hands what is due to the couriers, as many at once as there is room for; says how many."""
        room = AT_ONCE - len(self._sending)
        if not self._couriers or room <= 0 or not await self._anything_due():
            return 0
        async with self._services.database.write() as session:
            parcels = await outbox.claim(session, tuple(self._couriers), self._services.clock(), room)
        for parcel in parcels:
            task = asyncio.create_task(self._send(parcel), name=f"send {parcel.key}")
            self._sending.add(task)
            task.add_done_callback(self._sent)
        return len(parcels)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._for_couriers.set()

    async def _anything_due(self) -> bool:
        async with self._services.database.read() as session:
            return await delivery.is_anything_due(session, tuple(self._couriers), self._services.clock())

    async def _send(self, parcel: Parcel) -> None:
        """One attempt, and what came of it. What cannot be noted is found when the claim has run out."""
        told = log.bind(trace=parcel.trace_id, conversation=parcel.conversation_id, seq=parcel.seq)
        if parcel.unsure:
            metrics.DELIVERIES.labels(parcel.channel, "unsure").inc()
            told.warning("an earlier attempt may have delivered this, nobody can tell: it is sent again")
        try:
            try:
                async with asyncio.timeout(ATTEMPT_S):
                    ref = await self._couriers[parcel.channel].deliver(parcel, lambda n: self._note_part(parcel.key, n))
            except Exception as error:
                await self._failed(parcel, error)
                return
            async with self._services.database.write() as session:
                await outbox.note_sent(session, parcel.key, ref, self._services.clock())
            metrics.DELIVERIES.labels(parcel.channel, "sent").inc()
            self._say_became(parcel, "sent")
            told.info("reply delivered", channel=parcel.channel)
        except Exception:
            told.exception("what came of a delivery could not be noted")

    async def _note_part(self, key: str, parts_sent: int) -> None:
        async with self._services.database.write() as session:
            await outbox.note_part(session, key, parts_sent, self._services.clock())

    async def _failed(self, parcel: Parcel, error: Exception) -> None:
        now = self._services.clock()
        why = str(error) or type(error).__name__
        async with self._services.database.write() as session:
            if isinstance(error, Unreachable):
                outcome = "blocked"
                await outbox.note_unreachable(session, parcel.conversation_id, now)
            elif isinstance(error, Undeliverable) or (outbox.is_hopeless(parcel, now) and not isinstance(error, Later)):
                outcome = "dead"
                await outbox.note_dead(session, parcel.key, why)
            else:
                outcome = "later"
                wait = error.seconds if isinstance(error, Later) else outbox.pause_s(parcel.attempts, random.random())
                began = now if isinstance(error, Unsure | TimeoutError) else None
                await outbox.note_later(session, parcel.key, now + timedelta(seconds=wait), why, began)
        metrics.DELIVERIES.labels(parcel.channel, outcome).inc()
        self._say_became(parcel, "pending" if outcome == "later" else "dead")
        log.warning("not delivered", outcome=outcome, why=why, conversation=parcel.conversation_id, seq=parcel.seq,
                    attempts=parcel.attempts)  # fmt: skip

    def _say_became(self, parcel: Parcel, status: str) -> None:
        self._tell(parcel.conversation_id,
                   {"type": "delivery", "author": "customer", "seq": parcel.seq, "status": status})  # fmt: skip

    async def _serve_pages(self) -> None:
        while True:
            await self._for_pages.wait()
            await asyncio.sleep(GATHER_S)
            await self._try(self._for_pages, self.deliver_pending)

    async def _serve_couriers(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S if self._couriers else None):
                    await self._for_couriers.wait()
            await self._try(self._for_couriers, self.send_due)

    async def _try(self, woken: asyncio.Event, deliver: Callable[[], Awaitable[int]]) -> None:
        woken.clear()
        try:
            await deliver()
        except Exception:
            log.exception("delivery failed, will be tried again")
            await asyncio.sleep(RETRY_S)
            woken.set()
