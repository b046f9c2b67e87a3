"""A small client of the web chat's protocol (docs/webchat.md), for tests and whoever else wants to speak it."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

WITHIN_S = 20.0
Frame = dict[str, Any]


class Client:
    """One end of a web chat. Everything that arrives is kept in ``frames``, in order.

    The session and the last number seen outlive a connection: ``connect`` again resumes the conversation.
    """

    def __init__(self, ws_url: str, *, locale: str = "en", **hello: Any) -> None:
        self.ws_url, self.locale = ws_url, locale
        self.session: str | None = None
        self.conversation = ""
        self.frames: list[Frame] = []
        self.closed_with: int | None = None
        self._hello = hello
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._arrived = asyncio.Condition()

    @property
    def messages(self) -> list[Frame]:
        """The messages that arrived over all connections, in the order in which they came."""
        return self.of("message")

    @property
    def seen(self) -> int:
        """The last number that arrived."""
        return max((frame["seq"] for frame in self.messages), default=0)

    def of(self, kind: str, **wanted: Any) -> list[Frame]:
        """The frames of a kind whose fields have these values."""
        return [f for f in self.frames if f["type"] == kind and all(f.get(k) == v for k, v in wanted.items())]

    async def connect(self, **hello: Any) -> Frame:
        """Opens the socket, says hello and returns the answer: a welcome or an error. ``hello`` replaces its fields."""
        await self.open()
        return await self.hello(**hello)

    async def open(self) -> None:
        """Opens the socket and says nothing yet."""
        self._socket = await connect(self.ws_url, compression=None, max_size=None, open_timeout=WITHIN_S)
        self.closed_with = None
        self._reader = asyncio.create_task(self._read(self._socket))

    async def hello(self, **fields: Any) -> Frame:
        """Says hello and returns the answer."""
        answered = len(self.frames)
        await self.send({
            "type": "hello", "session": self.session, "since": self.seen, "locale": self.locale,
            "timezone": "Asia/Shanghai", **self._hello, **fields,
        })  # fmt: skip
        answer = await self.wait_for(lambda f: f["type"] in ("welcome", "error"), after=answered)
        if answer["type"] == "welcome":
            self.session, self.conversation = answer["session"], answer["conversation"]
        return answer

    async def send(self, frame: Frame | str | bytes) -> None:
        """Sends a frame, or anything at all. Raises ConnectionClosed."""
        assert self._socket is not None
        await self._socket.send(json.dumps(frame, ensure_ascii=False) if isinstance(frame, dict) else frame)

    async def say(self, text: str, client_id: str | None = None) -> str:
        """Sends a message and returns its client_id, without waiting for anything."""
        client_id = client_id or str(uuid.uuid4())
        await self.send({"type": "message", "client_id": client_id, "text": text})
        return client_id

    async def tap(self, payload: str, client_id: str | None = None) -> str:
        """Taps a choice and returns its client_id."""
        client_id = client_id or str(uuid.uuid4())
        await self.send({"type": "choice", "client_id": client_id, "payload": payload})
        return client_id

    async def ask(self, text: str, within_s: float = WITHIN_S) -> list[Frame]:
        """Sends a message, waits until the bot has said all to it, and returns what it said."""
        return await self.answer(await self.say(text), within_s)

    async def answer(self, client_id: str, within_s: float = WITHIN_S) -> list[Frame]:
        """What was said to that message, once it is done."""
        await self.wait_for(lambda f: f["type"] == "done" and f["in_reply_to"] == client_id, within_s=within_s)
        return [f for f in self.messages if f.get("in_reply_to") == client_id]

    async def ping(self) -> None:
        """Waits for a sign of life: all frames sent before it have been dealt with."""
        before = len(self.frames)
        await self.send({"type": "ping"})
        await self.wait_for(lambda f: f["type"] == "pong", after=before)

    async def wait_for(self, fits: Callable[[Frame], bool], *, after: int = 0, within_s: float = WITHIN_S) -> Frame:
        """The first frame that fits, come already or still to come. Raises TimeoutError, or ConnectionError."""
        looked = after  # each frame once, however many arrive while waiting
        async with asyncio.timeout(within_s), self._arrived:
            while True:
                while looked < len(self.frames):
                    looked += 1
                    if fits(self.frames[looked - 1]):
                        return self.frames[looked - 1]
                if self.closed_with is not None:
                    raise ConnectionError(f"closed with {self.closed_with}")
                await self._arrived.wait()

    async def wait_closed(self, within_s: float = WITHIN_S) -> int:
        """Waits until the other side closes; the code that it gave."""
        async with asyncio.timeout(within_s), self._arrived:
            await self._arrived.wait_for(lambda: self.closed_with is not None)
        assert self.closed_with is not None
        return self.closed_with

    async def close(self) -> None:
        """Leaves."""
        if self._socket is not None:
            await self._socket.close()
        await self._end_reading()

    async def drop(self) -> None:
        """Is gone without a word, as when the network fails."""
        if self._socket is not None:
            self._socket.transport.abort()
        await self._end_reading()

    async def _end_reading(self) -> None:
        if self._reader is not None:
            await asyncio.wait([self._reader])

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for raw in socket:
                await self._keep(json.loads(raw))
        except ConnectionClosed:
            pass
        async with self._arrived:
            self.closed_with = socket.close_code if socket.close_code is not None else 1006
            self._arrived.notify_all()

    async def _keep(self, frame: Frame) -> None:
        async with self._arrived:
            self.frames.append(frame)
            self._arrived.notify_all()


@asynccontextmanager
async def chatting(ws_url: str, **options: Any) -> AsyncIterator[Client]:
    """A client that was welcomed, for the length of the block."""
    client = Client(ws_url, **options)
    try:
        answer = await client.connect()
        assert answer["type"] == "welcome", answer
        yield client
    finally:
        await client.close()
