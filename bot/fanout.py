"""The hub of many processes on one PostgreSQL: what is published in one is heard in all.

Events travel as notices: ids and states, never what somebody wrote; who listens reads the database. They are gathered
for a few milliseconds and told together, on a connection that no transaction waits for.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

import structlog

from bot.hub import NEW_MESSAGES, Hub
from models.notices import PAYLOAD_BYTES, Notices

log = structlog.get_logger("fanout")
GATHER_S = 0.005


class SharedHub(Hub):
    """Tells local listeners at once, and those of other processes soon."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.notices = Notices(url, self._hear, self.wake_all)
        self._me = secrets.token_hex(4)
        self._waiting: dict[str, None] = {}  # in order, each once
        self._telling: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Starts to listen. Raises OSError or a PostgreSQL error when it cannot."""
        await self.notices.open()

    async def close(self) -> None:
        """Tells what waits and stops."""
        if self._telling:
            with contextlib.suppress(asyncio.CancelledError):
                await self._telling
        await self.notices.close()

    def publish(self, conversation_id: str, event: dict[str, Any]) -> None:
        """Tells everybody who listens, in this process and in all others."""
        super().publish(conversation_id, event)
        fields = {} if event is NEW_MESSAGES else event
        told = json.dumps([conversation_id, fields], ensure_ascii=True, separators=(",", ":"))
        if fields:
            self._waiting.pop(told, None)  # the same again counts as the later one
        self._waiting[told] = None  # new messages keep their place in front of what they led to: all are read then
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell(), name="fanout")

    async def _tell(self) -> None:
        while self._waiting:
            await asyncio.sleep(GATHER_S)
            waiting, self._waiting = self._waiting, {}
            await self.notices.tell(_payloads(self._me, waiting))

    def _hear(self, payload: str) -> None:
        try:
            sender, *events = json.loads(payload)
        except ValueError:
            log.warning("a notice that is none of ours was heard")
            return
        if sender == self._me:
            return
        for conversation_id, fields in events:
            super().publish(conversation_id, fields or NEW_MESSAGES)


def _payloads(sender: str, events: Iterable[str]) -> Iterator[str]:
    """As few notices as hold them all."""
    head = json.dumps(sender)
    parts, size = [head], len(head) + 2
    for event in events:
        if size + len(event) + 1 > PAYLOAD_BYTES and len(parts) > 1:
            yield f"[{','.join(parts)}]"
            parts, size = [head], len(head) + 2
        parts.append(event)
        size += len(event) + 1
    if len(parts) > 1:
        yield f"[{','.join(parts)}]"
