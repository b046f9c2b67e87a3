"""Reads messages for sockets. Those who want the same at the same moment share one reading, and its frames."""

from __future__ import annotations

import asyncio
import json
from typing import NamedTuple

from actions import delivery, replies
from bot.hub import NEW_MESSAGES
from models.session import Database


class Told(NamedTuple):
    """A message as a frame, ready to send."""

    seq: int
    author: str
    frame: str


class Newest:
    """One for all sockets of a process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._readings: dict[str, dict[int, asyncio.Task[list[Told]]]] = {}

    async def after(self, conversation_id: str, seq: int) -> list[Told]:
        """The messages with a greater number, in order. Raises DatabaseError."""
        readings = self._readings.setdefault(conversation_id, {})
        if seq not in readings:
            readings[seq] = asyncio.create_task(self._read(conversation_id, seq))
            readings[seq].add_done_callback(lambda _: self.forget(conversation_id))
        return await asyncio.shield(readings[seq])

    def hear(self, conversation_id: str, event: dict[str, object]) -> None:
        """The hub tells of something, before it tells the sockets."""
        if event is NEW_MESSAGES:
            self.forget(conversation_id)

    def forget(self, conversation_id: str) -> None:
        """Something new was said: a reading that was begun before may not hold it, and is shared no more."""
        self._readings.pop(conversation_id, None)

    async def _read(self, conversation_id: str, seq: int) -> list[Told]:
        async with self._database.read() as session:
            messages = await delivery.messages_after(session, conversation_id, seq)
        return [Told(each.seq, each.author, _frame(replies.as_frame(each))) for each in messages]


def _frame(frame: dict[str, object]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
