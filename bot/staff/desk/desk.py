"""The desk of one process: the feed, what is released when its time to be undone is over, who is asked next."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from actions.desk import seats, sending
from bot.engine.engine import EngineNotReady
from bot.house import House
from bot.hub import NEW_MESSAGES
from bot.staff.desk.feed import SEATS_TOPIC, Feed

log = structlog.get_logger("desk")
ASSIGN_EVERY_S = 1.0
RELEASE_LOOK_S = 2.0
SEEN_EVERY_S = 20.0
HEAR_WITHIN_S = 1.5


def desk_topic(conversation_id: str) -> str:
    """Where staff hear of a conversation what its customer must not."""
    return f"desk:{conversation_id}"


def person_topic(staff_id: str) -> str:
    """Where one member of staff is told something."""
    return f"desk-person:{staff_id}"


class Desk:
    """One in each process. Everything that must hold is held by the database; this only looks and tells."""

    def __init__(self, house: House, *, assignment: Callable[[], str] = lambda: "hand", undo_s: float = 5.0) -> None:
        self.house, self.undo_s = house, undo_s
        self.assignment = assignment
        self.feed = Feed(house.services, house.hub)
        self.viewers: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self.present: defaultdict[str, int] = defaultdict(int)
        self._sent = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Reads the queue and begins to work."""
        await self.feed.look_at_all()
        works = (self.feed.work, self._release, self._assign, self._see)
        self._tasks = [asyncio.create_task(self._steadily(work), name=f"desk-{work.__name__}") for work in works]

    async def stop(self) -> None:
        """Ends working. What waits to be said is said by the next start."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def will_send(self) -> None:
        """Something waits to be released."""
        self._sent.set()

    def tell_customer(self, conversation_id: str, event: dict[str, Any] | None = None) -> None:
        """New messages, and an event, for everybody who follows the conversation; the outbox looks too."""
        self.house.hub.publish(conversation_id, NEW_MESSAGES)
        if event is not None:
            self.house.hub.publish(conversation_id, event)
        self.house.outbox.wake()

    def tell_staff(self, conversation_id: str, kind: str = "look", **more: Any) -> None:
        """For the pages that show this conversation: look again, somebody types …"""
        self.house.hub.publish(desk_topic(conversation_id), {"type": kind, "conversation": conversation_id, **more})
        self.feed.touch(conversation_id)

    def tell_person(self, staff_id: str, kind: str, **more: Any) -> None:
        """For one member of staff: something was assigned, they were mentioned …"""
        self.house.hub.publish(person_topic(staff_id), {"type": "told", "kind": kind, **more})

    def tell_seats(self) -> None:
        """Who is here, or how much they have, changed."""
        self.house.hub.publish(SEATS_TOPIC, {"type": "_seats"})

    async def hear(self, text: str, locale: str) -> dict[str, Any]:
        """What the hearing makes of a text; nothing when it cannot say in time."""
        try:
            async with asyncio.timeout(HEAR_WITHIN_S):
                parsed = await self.house.engine.parse(text, {
                    "locale": locale, "now": self.house.services.clock().isoformat(),
                    "timezone": self.house.services.hours.timezone,
                })  # fmt: skip
        except (TimeoutError, EngineNotReady):
            return {}
        except Exception:
            log.exception("a staff turn could not be heard")
            return {}
        heard: dict[str, Any] = parsed.get("heard") or {}
        return heard

    async def _steadily(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Exception:
                log.exception("the desk stumbled, it goes on", work=work.__name__)
                await asyncio.sleep(1.0)

    async def _release(self) -> None:
        """Says what nobody took back."""
        services = self.house.services
        async with services.database.read() as session:
            due = await sending.due_sends(session, services.clock())
            following = None if due else await sending.next_release(session)
        for send_id in due:
            released = await sending.release(send_id, services)
            if released is not None:
                self.tell_customer(released.conversation_id)
                self.tell_staff(released.conversation_id)
        if due:
            return
        wait = RELEASE_LOOK_S
        if following is not None:
            wait = min(max((following - services.clock()).total_seconds(), 0.01), wait)
        self._sent.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._sent.wait()

    async def _assign(self) -> None:
        await asyncio.sleep(ASSIGN_EVERY_S)
        services = self.house.services
        for conversation_id in await seats.assign_waiting(services, self.assignment()):
            self.tell_staff(conversation_id)
            self.tell_seats()
            async with services.database.read() as session:
                to = await seats.assigned_to(session, conversation_id)
            if to:
                self.tell_person(to, "assigned", conversation=conversation_id)

    async def _see(self) -> None:
        """Notes whose pages are open here."""
        await seats.seen([staff_id for staff_id, pages in self.present.items() if pages > 0], self.house.services)
        await asyncio.sleep(SEEN_EVERY_S)
