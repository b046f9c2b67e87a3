"""Tells the sockets of a conversation that something happened. In-process; ids and small frames only, no texts."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Any

QUEUE_LIMIT = 256
NEW_MESSAGES: dict[str, Any] = {"type": "_new_messages"}  # a wake-up: the socket reads the messages itself


def changed_message(seq: int) -> dict[str, Any]:
    """A customer's message says something else now, or a file of theirs has arrived: staff's pages read it again."""
    return {"type": "changed", "author": "customer", "seq": seq}


class Subscription:
    """One socket's ear. A slow one loses small frames, never messages: those it reads from the database."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue(QUEUE_LIMIT)
        self._woken = False

    @property
    def is_behind(self) -> bool:
        """True while a wake-up waits here: there are messages that were not looked for yet."""
        return self._woken

    def put(self, event: dict[str, Any]) -> None:
        """Adds an event; wake-ups that were not seen yet are one."""
        if event is NEW_MESSAGES:
            if self._woken:
                return
            self._woken = True
        try:
            self.events.put_nowait(event)
        except asyncio.QueueFull:
            self._woken = True
            self.events.get_nowait()
            self.events.put_nowait(NEW_MESSAGES)

    async def next(self) -> dict[str, Any]:
        """The next event."""
        event = await self.events.get()
        if event is NEW_MESSAGES:
            self._woken = False
        return event


class Hub:
    """Who listens to which conversation."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Subscription]] = defaultdict(set)
        self._watchers: list[Callable[[str, dict[str, Any]], None]] = []

    def watch(self, notice: Callable[[str, dict[str, Any]], None]) -> None:
        """Lets ``notice`` see every event with where it was published. It must be quick and may not raise."""
        self._watchers.append(notice)

    def subscribe(self, conversation_id: str) -> Subscription:
        """Starts listening."""
        subscription = Subscription()
        self._listeners[conversation_id].add(subscription)
        return subscription

    def unsubscribe(self, conversation_id: str, subscription: Subscription) -> None:
        """Stops listening."""
        listeners = self._listeners.get(conversation_id, set())
        listeners.discard(subscription)
        if not listeners:
            self._listeners.pop(conversation_id, None)

    def publish(self, conversation_id: str, event: dict[str, Any]) -> None:
        """Tells everybody who listens."""
        for notice in self._watchers:
            notice(conversation_id, event)
        for subscription in tuple(self._listeners.get(conversation_id, ())):
            subscription.put(event)

    def wake_all(self) -> None:
        """Something may have been missed: everybody looks for new messages."""
        for conversation_id in tuple(self._listeners):
            Hub.publish(self, conversation_id, NEW_MESSAGES)

    async def open(self) -> None:
        """Nothing to open within one process."""

    async def close(self) -> None:
        """Nothing to close within one process."""

    def listeners(self) -> int:
        """How many sockets listen."""
        return sum(len(each) for each in self._listeners.values())
