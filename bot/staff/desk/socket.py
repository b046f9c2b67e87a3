"""One desk page's socket: the live queue, the conversations it shows, who is here. Resynchronised by numbers.

Page to server: ``open`` {conversation, since, since_n} (sent again after a reconnect), ``shut`` {conversation},
``typing`` {conversation}, ``ping``. Server to page: ``welcome``, ``queue`` (everything), ``rows`` (what changed),
``message`` (numbered without gaps; a number again: it was changed), ``entry`` (numbered without gaps), ``sends``,
``owner``, ``typing``, ``delivered`` and ``read`` (how far), ``delivery`` (what became of one message), ``viewers``,
``seats``, ``told`` (for this person alone), ``opened``, ``look`` (the card changed), ``pong``, ``error``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import WebSocket, WebSocketDisconnect

from actions.desk import card, entries, seats, sending
from actions.desk.entries import Member
from actions.desk.sending import PROMPT_SECONDS
from actions.staff import find_staff
from bot.hub import NEW_MESSAGES
from bot.staff.access import Person, permitted_socket
from bot.staff.desk.desk import Desk, desk_topic, person_topic
from bot.staff.desk.feed import told
from bot.staff.permissions import Permission
from models.session import DatabaseError

log = structlog.get_logger("desk")
FRAME_BYTES = 4096
OPEN_AT_MOST = 12
WAITING_AT_MOST = 500


@dataclass
class Shown:
    """A conversation that a page shows, and how far it was told of it."""

    seq: int
    n: int
    task: asyncio.Task[None] | None = None
    staff_task: asyncio.Task[None] | None = None


class DeskSocket:
    """Serves one page until it goes."""

    def __init__(self, socket: WebSocket, desk: Desk, who: Person) -> None:
        self._socket, self._desk, self._who = socket, desk, who
        self._out: asyncio.Queue[str | None] = asyncio.Queue(WAITING_AT_MOST)
        self._shown: dict[str, Shown] = {}

    async def serve(self) -> None:
        """Runs the whole exchange."""
        desk, who = self._desk, self._who
        answers = who.may(Permission.ANSWER_CUSTOMERS)
        if answers:
            async with desk.house.database.read() as session:
                row = await find_staff(session, who.id)
            await seats.sit_down(Member(who.id, who.name), desk.house.services, languages=who.languages,
                                 capacity=row.capacity if row else None)  # fmt: skip
            desk.present[who.id] += 1
            desk.tell_seats()
        numbers = desk.house.services.numbers
        self._tell({"type": "welcome", "id": who.id, "name": who.name, "undo_s": desk.undo_s, "numbers": {
            "queue_s": numbers.queue_minutes * 60, "silent_s": numbers.agent_silent_minutes * 60,
            "prompt_s": PROMPT_SECONDS, "hot": numbers.conflict_starts_at, "warm": numbers.conflict_ends_below,
        }})  # fmt: skip
        desk.feed.listen(self._put)
        tasks = [asyncio.create_task(each) for each in (
            self._send(), self._follow(person_topic(who.id), self._pass_on),
        )]  # fmt: skip
        try:
            await self._listen()
        finally:
            desk.feed.leave(self._put)
            for conversation_id in list(self._shown):
                await self._shut(conversation_id)
            for task in tasks:
                task.cancel()
            for task in tasks:
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
            if answers:
                desk.present[who.id] -= 1

    async def _listen(self) -> None:
        while True:
            raw = await self._socket.receive_text()
            try:
                frame = json.loads(raw) if len(raw) <= FRAME_BYTES else None
                await self._take(frame if isinstance(frame, dict) else {})
            except (ValueError, KeyError, TypeError):
                self._tell({"type": "error", "code": "bad_frame"})
            except DatabaseError:
                log.exception("a frame of the desk could not be dealt with")
                self._tell({"type": "error", "code": "unavailable"})

    async def _take(self, frame: dict[str, Any]) -> None:
        match frame.get("type"):
            case "open":
                await self._open(str(frame["conversation"]), int(frame.get("since", 0)), int(frame.get("since_n", 0)))
            case "shut":
                await self._shut(str(frame["conversation"]))
            case "typing":
                self._types(str(frame["conversation"]))
            case "ping":
                self._tell({"type": "pong"})
            case _:
                self._tell({"type": "error", "code": "bad_frame"})

    async def _open(self, conversation_id: str, since: int, since_n: int) -> None:
        """Follows a conversation; tells everything after these numbers, then whatever comes."""
        await self._shut(conversation_id)
        if len(self._shown) >= OPEN_AT_MOST:
            self._tell({"type": "error", "code": "too_many_open"})
            return
        async with self._desk.house.database.read() as session:
            if not await card.is_known(session, conversation_id):
                self._tell({"type": "error", "code": "unknown_conversation"})
                return
        shown = Shown(max(since, 0), max(since_n, 0))
        self._shown[conversation_id] = shown
        self._look_on(conversation_id, here=True)
        shown.task = asyncio.create_task(self._follow(conversation_id, lambda e: self._of_customer(conversation_id, e)))
        shown.staff_task = asyncio.create_task(
            self._follow(desk_topic(conversation_id), lambda e: self._of_staff(conversation_id, e))
        )
        await asyncio.sleep(0)  # both listen before the first reading
        await self._messages(conversation_id)
        await self._entries(conversation_id)
        self._tell({"type": "opened", "conversation": conversation_id})

    async def _shut(self, conversation_id: str) -> None:
        shown = self._shown.pop(conversation_id, None)
        if shown is None:
            return
        for task in (shown.task, shown.staff_task):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
        self._look_on(conversation_id, here=False)

    def _look_on(self, conversation_id: str, *, here: bool) -> None:
        viewers = self._desk.viewers[conversation_id]
        if here:
            viewers[self._who.id] = self._who.name
        else:
            viewers.pop(self._who.id, None)
        told_now = [{"id": staff_id, "name": name} for staff_id, name in viewers.items()]
        self._desk.house.hub.publish(
            desk_topic(conversation_id), {"type": "viewers", "conversation": conversation_id, "viewers": told_now}
        )
        if here:
            self._tell({"type": "viewers", "conversation": conversation_id, "viewers": told_now})
        if not viewers:
            self._desk.viewers.pop(conversation_id, None)

    def _types(self, conversation_id: str) -> None:
        """Colleagues see it; the customer too, when this person holds the conversation (the page knows)."""
        if conversation_id not in self._shown or not self._who.may(Permission.ANSWER_CUSTOMERS):
            return
        by = {"id": self._who.id, "name": self._who.name}
        self._desk.house.hub.publish(
            desk_topic(conversation_id), {"type": "staff_typing", "conversation": conversation_id, "by": by}
        )
        if self._desk.feed.holder_of(conversation_id) == self._who.id:
            self._desk.house.hub.publish(conversation_id, {"type": "typing", "author": "agent", "name": self._who.name})

    async def _follow(self, topic: str, deal: Any) -> None:
        hub = self._desk.house.hub
        subscription = hub.subscribe(topic)
        try:
            while True:
                event = await subscription.next()
                try:
                    await deal(event)
                except DatabaseError:
                    log.exception("the desk could not read", topic=topic)
                    await asyncio.sleep(0.5)
                    subscription.put(event)
        finally:
            hub.unsubscribe(topic, subscription)

    async def _of_customer(self, conversation_id: str, event: dict[str, Any]) -> None:
        """What the customer's own socket hears too, and what the customer does."""
        if event is NEW_MESSAGES or event.get("type") == NEW_MESSAGES["type"]:
            await self._messages(conversation_id)
        elif event.get("type") == "changed":
            await self._message_again(conversation_id, event["seq"])
        elif event.get("type") in ("typing", "delivered", "delivery", "read", "owner"):
            self._tell({**event, "conversation": conversation_id})

    async def _of_staff(self, conversation_id: str, event: dict[str, Any]) -> None:
        if event.get("type") in ("look", NEW_MESSAGES["type"]):
            await self._entries(conversation_id)
            await self._messages(conversation_id)
            self._tell({"type": "look", "conversation": conversation_id})
        elif event.get("type") != "staff_typing" or event.get("by", {}).get("id") != self._who.id:
            self._tell(event)

    async def _messages(self, conversation_id: str) -> None:
        shown = self._shown.get(conversation_id)
        if shown is None:
            return
        async with self._desk.house.database.read() as session:
            messages = await card.messages_after(session, conversation_id, shown.seq)
            sends = await sending.sends_of(session, conversation_id, ("pending", "failed"))
        for message in messages:
            if message["seq"] > shown.seq:
                shown.seq = message["seq"]
                self._tell(message)
        self._tell({"type": "sends", "conversation": conversation_id, "sends": [sending.as_frame(s) for s in sends]})

    async def _message_again(self, conversation_id: str, seq: int) -> None:
        """One that was told before and says something else now, or whose file has arrived."""
        shown = self._shown.get(conversation_id)
        if shown is None or seq > shown.seq:
            return
        async with self._desk.house.database.read() as session:
            message = await card.message_at(session, conversation_id, seq)
        if message is not None:
            self._tell(message)

    async def _entries(self, conversation_id: str) -> None:
        shown = self._shown.get(conversation_id)
        if shown is None:
            return
        async with self._desk.house.database.read() as session:
            fresh = await entries.entries_after(session, conversation_id, shown.n)
        for entry in fresh:
            if entry.n > shown.n:
                shown.n = entry.n
                self._tell(entries.as_frame(entry))

    async def _pass_on(self, event: dict[str, Any]) -> None:
        self._tell(event)

    def _tell(self, frame: dict[str, Any]) -> None:
        self._put(told(frame))

    def _put(self, text: str) -> None:
        """A page that does not keep up is let go: it comes back and asks for what it missed."""
        try:
            self._out.put_nowait(text)
        except asyncio.QueueFull:
            while not self._out.empty():
                self._out.get_nowait()
            self._out.put_nowait(None)

    async def _send(self) -> None:
        while True:
            text = await self._out.get()
            if text is None:
                await self._socket.close(1013)
                return
            await self._socket.send_text(text)


async def serve(socket: WebSocket, desk: Desk) -> None:
    """The socket's route."""
    async with permitted_socket(socket, Permission.READ_CONVERSATIONS) as who:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await DeskSocket(socket, desk, who).serve()
