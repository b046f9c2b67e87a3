"""One web chat socket: frames in, frames out. Messages always come from the database, in order, without gaps."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import structlog
from fastapi import WebSocket, WebSocketDisconnect

from actions.attachments import UnknownUpload
from actions.conversations import Inbound, TooMany, UnknownConversation
from bot import metrics
from bot.channels.webchat import frames
from bot.channels.webchat.sessions import Session, normal_locale, open_session
from bot.house import House
from bot.hub import NEW_MESSAGES, Subscription
from models.session import DatabaseError

log = structlog.get_logger("webchat")
HELLO_WITHIN_S = 15
BAD_FRAMES_AT_MOST = 50
READ_AGAIN_S = 0.5


class ChatSocket:
    """Serves one connected client until it leaves."""

    def __init__(self, socket: WebSocket, house: House) -> None:
        self._socket, self._house = socket, house
        self._locale = "en"
        self._seen = self._read = 0
        self._session: Session | None = None
        self._subscription = Subscription()
        self._bad = 0
        self._sending = asyncio.Lock()

    async def serve(self) -> None:
        """Runs the whole exchange."""
        await self._socket.accept()
        metrics.SOCKETS.inc()
        try:
            if await self._greet():
                await self._exchange()
        except (WebSocketDisconnect, RuntimeError):
            pass  # the client left; RuntimeError is how the framework says so while sending
        finally:
            metrics.SOCKETS.dec()

    async def _greet(self) -> bool:
        """Waits for the first frame and answers it; False when there is no session."""
        while True:
            try:
                async with asyncio.timeout(HELLO_WITHIN_S):
                    raw = await self._receive()
            except TimeoutError:
                await self._error("bad_frame")
                await self._socket.close(1008)
                return False
            try:
                hello = frames.parse(raw)
                if not isinstance(hello, frames.Hello):
                    raise frames.FrameError("bad_frame")
                self._locale = normal_locale(hello.locale)
                self._session = await open_session(hello, self._house.services, self._house.live.secrets)
            except frames.FrameError as error:
                await self._error(error.code, error.client_id)
                if error.code == "bad_session" or not self._may_err():
                    await self._socket.close(1008)
                    return False
                continue
            except DatabaseError:
                log.exception("no session could be opened")
                await self._error("unavailable")
                continue
            self._seen = min(hello.since, self._session.last_seq)
            return True

    async def _exchange(self) -> None:
        assert self._session is not None
        session, hub = self._session, self._house.hub
        self._subscription = hub.subscribe(session.conversation_id)
        try:
            await self._send({"type": "welcome", "session": session.token, "conversation": session.conversation_id,
                              "seq": session.last_seq, "owner": session.owner, "locale": session.locale})  # fmt: skip
            self._subscription.put(NEW_MESSAGES)
            telling = asyncio.create_task(self._tell())
            try:
                await self._listen()
            finally:
                telling.cancel()
                with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                    await telling
        finally:
            hub.unsubscribe(session.conversation_id, self._subscription)

    async def _listen(self) -> None:
        while True:
            raw = await self._receive()
            try:
                await self._take(frames.parse(raw))
            except frames.FrameError as error:
                await self._error(error.code, error.client_id)
                if not self._may_err():
                    await self._socket.close(1008)
                    return
            except UnknownConversation:
                await self._error("bad_session")
                await self._socket.close(1008)
                return

    async def _take(self, frame: Any) -> None:
        try:
            await self._do(frame)
        except DatabaseError:
            log.exception("a frame could not be dealt with", conversation=self._conversation_id)
            await self._error("unavailable", getattr(frame, "client_id", None))

    async def _do(self, frame: Any) -> None:
        match frame:
            case frames.MessageFrame():
                await self._take_message(frame.client_id, frames.clean(frame.text), None)
            case frames.ChoiceFrame():
                await self._take_message(frame.client_id, None, frame.payload)
            case frames.AttachmentFrame():
                await self._take_message(frame.client_id, frames.clean(frame.caption), None, (frame.upload,))
            case frames.PingFrame():
                await self._send({"type": "pong"})
            case frames.ReadFrame():
                await self._note_read(min(frame.seq, self._seen))
            case frames.TypingFrame():
                self._house.hub.publish(self._conversation_id, {"type": "typing", "author": "customer"})
            case _:
                raise frames.FrameError("bad_frame")

    @property
    def _conversation_id(self) -> str:
        assert self._session is not None
        return self._session.conversation_id

    async def _take_message(
        self, client_id: str, text: str | None, payload: str | None, uploads: tuple[str, ...] = ()
    ) -> None:
        if wait := self._house.allowances.of(self._conversation_id).take():
            await self._error("rate_limited", client_id, retry_after_s=round(wait, 1))
            return
        if text is None:
            text = await self._house.title_of_choice(self._conversation_id, payload or "")
        trace_id = self._house.services.new_id()[:16]
        inbound = Inbound(
            conversation_id=self._conversation_id, external_id=client_id, text=text, payload=payload,
            received_at=self._house.services.clock(), trace_id=trace_id, uploads=uploads,
        )  # fmt: skip
        try:
            recorded = await self._house.turns.record(inbound, self._house.measure)
        except TooMany as error:  # through several processes at once
            await self._error("rate_limited", client_id, retry_after_s=max(round(error.wait_s, 1), 0.1))
            return
        except UnknownUpload:
            raise frames.FrameError("bad_frame", client_id) from None
        if not recorded.answered:  # before the ack: who leaves now gets an answer all the same
            self._house.turns.arrive(self._conversation_id, at_once=payload is not None)
        await self._send({"type": "ack", "client_id": client_id, "seq": recorded.seq, "at": recorded.at.isoformat()})
        if recorded.duplicate:
            if recorded.answered:
                self._subscription.put({"type": "done", "in_reply_to": client_id})
            return
        log.info("message recorded", trace=trace_id, conversation=self._conversation_id, seq=recorded.seq)
        metrics.MESSAGES.labels("web").inc()
        self._house.hub.publish(self._conversation_id, NEW_MESSAGES)

    async def _note_read(self, seq: int) -> None:
        if seq > self._read:
            await self._house.conversations_read(self._conversation_id, seq)
            self._read = seq

    async def _tell(self) -> None:
        """Passes on what the hub says; messages are read from the database, so that none is missed or doubled."""
        while True:
            event = await self._subscription.next()
            try:
                await self._pass_on(event)
            except DatabaseError:
                log.exception("messages could not be read", conversation=self._conversation_id)
                await asyncio.sleep(READ_AGAIN_S)
                self._subscription.put(event)

    async def _pass_on(self, event: dict[str, Any]) -> None:
        if event is NEW_MESSAGES:
            await self._send_messages()
        elif event["type"] == "error":
            await self._error(event["code"])
        elif event.get("author") != "customer":
            if event["type"] in ("done", "owner") and self._subscription.is_behind:
                await self._send_messages()  # what was said comes before what it led to
            await self._send(event)

    async def _send_messages(self) -> None:
        from_staff = 0
        for message in await self._house.newest.after(self._conversation_id, self._seen):
            async with self._sending:
                await self._socket.send_text(message.frame)
            self._seen = message.seq
            if message.author == "bot":
                self._house.outbox.wake()
            elif message.author == "agent":
                from_staff = message.seq
        if from_staff:
            await self._house.conversations_delivered(self._conversation_id, from_staff)

    async def _error(self, code: str, client_id: str | None = None, **more: Any) -> None:
        metrics.ERRORS.labels(code).inc()
        params = {"seconds": str(more.get("retry_after_s", 1))}
        text = self._house.services.wording.say(f"system.{code}", self._locale, params).text
        frame = {"type": "error", "code": code, "text": text, **more}
        await self._send(frame if client_id is None else {**frame, "client_id": client_id})

    def _may_err(self) -> bool:
        self._bad += 1
        return self._bad < BAD_FRAMES_AT_MOST

    async def _receive(self) -> str | bytes:
        event = await self._socket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event.get("code", 1000))
        text: str | None = event.get("text")
        return text if text is not None else event.get("bytes") or b""

    async def _send(self, frame: dict[str, Any]) -> None:
        async with self._sending:
            await self._socket.send_text(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))
