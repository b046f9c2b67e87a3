"""Looks after what falls due while the house is open.

Follow-ups are rung by durable timers. The watch finds the rest: customers who wait for people, follow-ups whose timer
was lost with a process, messages that a process took and never answered. Each job's row is locked and done once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from actions import comebacks, delivery, followups
from actions.comebacks import Job
from actions.followup_firing import Fired, fire_followup, fire_together
from actions.services import Services
from bot import metrics
from bot.hub import NEW_MESSAGES, Hub
from bot.timers import DurableTimers
from models.session import DatabaseError, is_unavailable

log = structlog.get_logger("jobs")
LOOK_EVERY_S = 2.0
OVERDUE_AFTER = timedelta(seconds=15)  # later than any timer that still lives
OVERDUE_AT_ONCE = 200
FORGET_EVERY_S = 60.0
RINGING_AT_ONCE = 8  # however many fall due, customers who write find connections free
TOGETHER = 16  # in one transaction: on SQLite nobody else writes meanwhile
TakeUp = Callable[[str], None]
MayLead = Callable[[str], Awaitable[bool]]


class Wakes(Protocol):
    """What is told that something waits to be delivered."""

    def wake(self) -> None:
        """Something may wait."""


class Jobs:
    """Fires due jobs in order. Several processes may look at once."""

    def __init__(self, services: Services, hub: Hub, outbox: Wakes) -> None:
        self._services, self._hub, self._outbox = services, hub, outbox
        self._tasks: list[asyncio.Task[None]] = []
        self._timers: DurableTimers | None = None
        self._few = asyncio.Semaphore(RINGING_AT_ONCE)
        self._rung: list[tuple[str, asyncio.Future[None]]] = []
        self._dealing: asyncio.Task[None] | None = None

    async def next_due(self) -> datetime | None:
        """When the next job falls due, if there is one."""
        async with self._services.database.read() as session:
            jobs = await comebacks.upcoming(session, self._services, limit=1)
        return jobs[0].due_at if jobs else None

    async def run_due(self) -> None:
        """Fires what is due now, in order, a batch at most."""
        for job in await self._due():
            await self._fire(job)

    async def run_all_due(self) -> int:
        """Fires everything that is due; says how many jobs. A batch that is still due after it was fired ends it."""
        before: list[Job] = []
        done = 0
        while (due := await self._due()) and due != before:
            for job in due:
                await self._fire(job)
            before, done = due, done + len(due)
        return done

    async def ring(self, followup_id: str) -> None:
        """A timer went off: deals with that follow-up, if it is still to be dealt with."""
        done = asyncio.get_running_loop().create_future()
        self._rung.append((followup_id, done))
        if self._dealing is None or self._dealing.done():
            self._dealing = asyncio.create_task(self._deal(), name="follow-ups")
        await done

    async def _deal(self) -> None:
        """Deals with what rang, together with whatever rings meanwhile."""
        while self._rung:
            some, self._rung = self._rung[:TOGETHER], self._rung[TOGETHER:]
            fired: dict[str, Fired] = {}
            try:
                if len(some) > 1:
                    fired = await fire_together([followup_id for followup_id, _ in some], self._services)
            except Exception:
                log.exception("follow-ups could not be dealt with together, each is tried alone", found=len(some))
            for each in fired.values():
                self._fired(each)
            await asyncio.gather(*(self._alone(followup_id) for followup_id, _ in some if followup_id not in fired))
            for _, done in some:
                if not done.done():  # who rang may have been told to stop
                    done.set_result(None)

    async def _alone(self, followup_id: str) -> None:
        try:
            async with self._few:
                fired = await fire_followup(followup_id, self._services)
        except Exception as error:
            await self._put_off(followup_id, error)
            return
        self._fired(fired)

    async def _put_off(self, followup_id: str, error: Exception) -> None:
        if is_unavailable(error):  # nothing is wrong with it: the watch finds it as soon as the database is there
            log.warning("a follow-up waits for the database", followup=followup_id, why=type(error).__name__)
            return
        log.error("a follow-up could not be dealt with, it is put off", followup=followup_id, exc_info=error)
        try:
            async with self._services.database.write() as session:
                await followups.put_off(session, self._services, followup_id, type(error).__name__)
        except DatabaseError:
            log.exception("that could not be noted, it is found when it is overdue", followup=followup_id)

    def _fired(self, fired: Fired) -> None:
        if fired.spoke and fired.due_at:
            self._came_back("followup", fired.conversation_id, fired.due_at)

    async def start(self, timers: DurableTimers, slot: int, take_up: TakeUp, may_lead: MayLead) -> None:
        """Looks after all that falls due until stopped. ``take_up`` answers a conversation that was left."""
        await timers.start(self.ring, slot)
        self._timers = timers
        self._tasks = [
            asyncio.create_task(self._watch(take_up, may_lead), name="watch"),
            asyncio.create_task(self._forget(timers, may_lead), name="forget"),
        ]

    async def stop(self) -> None:
        """Ends looking; what is being done is finished."""
        for task in self._tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._tasks)
        if self._timers:
            await self._timers.stop()

    async def _due(self) -> list[Job]:
        async with self._services.database.read() as session:
            jobs = await comebacks.upcoming(session, self._services)
        return [job for job in jobs if job.due_at <= self._services.clock()]

    async def _fire(self, job: Job) -> None:
        if job.kind == "followup":
            await self.ring(job.id)
            return
        try:
            spoke = await comebacks.fire(job, self._services)
        except Exception:
            log.exception("what fell due could not be done, it is tried again", kind=job.kind, job=job.id)
            return
        if spoke:
            self._came_back(job.kind, job.conversation_id, job.due_at)

    def _came_back(self, kind: str, conversation_id: str, due_at: datetime) -> None:
        metrics.COMEBACKS.labels(kind).inc()
        metrics.LATENESS.observe(max((self._services.clock() - due_at).total_seconds(), 0.0))
        log.info("came back", kind=kind, conversation=conversation_id)
        self._hub.publish(conversation_id, NEW_MESSAGES)
        self._outbox.wake()

    async def _watch(self, take_up: TakeUp, may_lead: MayLead) -> None:
        """One process watches at a time: the others would find the same."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                if await may_lead("watch"):
                    await self._look(take_up)
            except Exception:
                log.exception("looking after what is due failed, will be tried again")

    async def _look(self, take_up: TakeUp) -> None:
        now = self._services.clock()
        async with self._services.database.read() as session:
            jobs = [job for job in await comebacks.waiting_jobs(session, self._services) if job.due_at <= now]
            late = await followups.overdue(session, now - OVERDUE_AFTER, OVERDUE_AT_ONCE)
            left = await delivery.conversations_unanswered(session, before=now - OVERDUE_AFTER)
        self._outbox.wake()  # a process that died, or a command, may have left something to deliver
        for job in sorted(jobs, key=lambda job: job.due_at):
            await self._fire(job)
        for conversation_id in left:
            log.warning("taking up a message that was left", conversation=conversation_id)
            take_up(conversation_id)
        if late:
            log.info("follow-ups are overdue", found=len(late))
        await asyncio.gather(*(self.ring(followup_id) for followup_id in late))

    async def _forget(self, timers: DurableTimers, may_lead: MayLead) -> None:
        while True:
            await asyncio.sleep(FORGET_EVERY_S)
            if not await may_lead("watch"):
                continue
            try:
                await timers.forget_old()
            except Exception:
                log.exception("old timers could not be removed, will be tried again")
