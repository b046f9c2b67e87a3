"""Keeps every desk page's queue up to date: what changed is read once and told to all."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import structlog

from actions.desk import queue, seats
from actions.services import Services
from bot.hub import Hub

log = structlog.get_logger("desk")
SEATS_TOPIC = "desk-seats:"  # where it is told that who is here, or how much they have, changed
TOGETHER_S = 0.05  # changes this close together are read at once
LOOK_AGAIN_S = 5.0  # reasons change as time passes, and other processes write too
BATCH = 400
SWEPT_AT_ONCE = 40  # so that a sweep over everything keeps nobody's message waiting
_PASSING = frozenset({"typing", "done", "error", "delivered", "delivery"})  # events that change no row


def told(frame: Any) -> str:
    """A frame as it goes over the wire."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


class Feed:
    """The rows of all active conversations, with a version that moves with every change."""

    def __init__(self, services: Services, hub: Hub) -> None:
        self._services = services
        self._changed: set[str] = set()
        self._wake = asyncio.Event()
        self._lines: dict[str, str] = {}
        self._holders: dict[str, str] = {}
        self._listeners: set[Callable[[str], None]] = set()
        self._looked_at = 0.0
        self._seats_line, self._seats_changed = "", True
        self.version = 0
        hub.watch(self._notice)

    def listen(self, tell: Callable[[str], None]) -> None:
        """``tell`` gets the whole queue and who is here to begin with, and from now on every change."""
        self._listeners.add(tell)
        if len(self._listeners) == 1:  # nobody looked for a while: what is known here may be old
            self._looked_at = 0.0
            self._wake.set()
        rows = ",".join(self._lines.values())
        tell(f'{{"type":"queue","v":{self.version},"rows":[{rows}]}}')
        if self._seats_line:
            tell(self._seats_line)

    def leave(self, tell: Callable[[str], None]) -> None:
        """No more changes for this one."""
        self._listeners.discard(tell)

    def holder_of(self, conversation_id: str) -> str:
        """Who holds that conversation, as far as this process was told: enough for what is only shown."""
        return self._holders.get(conversation_id, "")

    def touch(self, conversation_id: str) -> None:
        """Something about that conversation changed that nobody was told of."""
        self._changed.add(conversation_id)
        self._wake.set()

    def _notice(self, topic: str, event: dict[str, Any]) -> None:
        if topic == SEATS_TOPIC:
            self._seats_changed = True
            self._wake.set()
        if ":" not in topic and event.get("type") not in _PASSING and self._listeners:
            self.touch(topic)

    async def work(self) -> None:
        """Runs until cancelled."""
        while True:
            try:
                await self._once()
            except Exception:
                log.exception("the queue could not be read, it is tried again")
                await asyncio.sleep(1.0)

    async def _once(self) -> None:
        try:
            async with asyncio.timeout(LOOK_AGAIN_S):
                await self._wake.wait()
            await asyncio.sleep(TOGETHER_S)
        except TimeoutError:
            pass
        self._wake.clear()
        if not self._listeners:
            return
        if self._seats_changed:
            await self._look_at_seats()
        if time.monotonic() - self._looked_at >= LOOK_AGAIN_S:
            await self.look_at_all()
            return
        ids = list(self._changed)[:BATCH]
        self._changed.difference_update(ids)
        if self._changed:
            self._wake.set()
        if ids:
            await self._look_at(ids)

    async def look_at_all(self) -> None:
        """Reads everything anew, some rows at a time, and tells what is different. What changes meanwhile is first."""
        self._changed.clear()
        self._seats_changed = True  # somebody's page may have been closed for too long
        self._looked_at = time.monotonic()
        async with self._services.database.read() as session:
            left = await queue.active_ids(session, self._services)
        self._publish([], self._lines.keys() - set(left))
        while left:
            changed = list(self._changed)[:BATCH]
            self._changed.difference_update(changed)
            swept, left = left[:SWEPT_AT_ONCE], left[SWEPT_AT_ONCE:]
            await self._look_at([*changed, *swept])

    async def _look_at_seats(self) -> None:
        """Who is here and how much they have: read once for all pages, told when it is different."""
        self._seats_changed = False
        async with self._services.database.read() as session:
            load, found = await seats.loads(session), await seats.all_seats(session)
        now = self._services.clock()
        line = told({
            "type": "seats", "seats": [seats.as_data(seat, load.get(seat.staff_id, 0), now) for seat in found]
        })  # fmt: skip
        if line != self._seats_line:
            self._seats_line = line
            for tell in tuple(self._listeners):
                tell(line)

    async def _look_at(self, ids: list[str]) -> None:
        async with self._services.database.read() as session:
            rows = await queue.active_rows(session, self._services, ids)
        self._publish(rows, (set(ids) - {row["id"] for row in rows}) & self._lines.keys())

    def _publish(self, rows: list[dict[str, Any]], gone: set[str]) -> None:
        lines = {row["id"]: told(row) for row in rows}
        for row in rows:
            self._holders[row["id"]] = row["agent"]["id"] if row["agent"] and row["status"] == "taken" else ""
        fresh = {cid: line for cid, line in lines.items() if self._lines.get(cid) != line}
        if not fresh and not gone:
            return
        self.version += 1
        self._lines.update(fresh)
        for cid in gone:
            self._lines.pop(cid, None)
            self._holders.pop(cid, None)
        text = f'{{"type":"rows","v":{self.version},"rows":[{",".join(fresh.values())}],"gone":{told(sorted(gone))}}}'
        for tell in tuple(self._listeners):
            tell(text)
