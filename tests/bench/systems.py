"""The two systems as their customers meet them: our web chat over a web socket, Rasa over its REST channel."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidMessage, WebSocketException

from tests.bench.processes import BenchError, Running

REPLY_LIMIT_S = 30.0
_POLL_S = 0.05


@dataclass(frozen=True)
class Reply:
    """One answered message. `ends_talk`: a human has the conversation now, the bot says no more in it."""

    seconds: float
    bubbles: int
    ends_talk: bool = False


class Unanswered(Exception):
    """A message without a complete answer; the text says what came instead."""


class Customer(Protocol):
    """One end of a conversation, connected."""

    async def ask(self, text: str) -> Reply:
        """Sends a message and waits for the whole answer. Raises Unanswered."""
        ...


class System(Protocol):
    """A system under measurement that is running."""

    name: str

    def customer(self, locale: str) -> Any:
        """A new conversation: an async context manager that gives a Customer. Raises Unanswered on entering."""
        ...


class WebChat:
    """Our application: docs/webchat.md, without an identity."""

    name = "Kairos"

    def __init__(self, port: int) -> None:
        self._url = f"ws://127.0.0.1:{port}/chat/ws"
        self._metrics_url = f"http://127.0.0.1:{port}/metrics"

    @asynccontextmanager
    async def customer(self, locale: str) -> AsyncIterator[Customer]:
        """Connected and greeted: the time for that is not in a reply's time, but in messages per second."""
        try:
            socket = await connect(self._url, compression=None, open_timeout=REPLY_LIMIT_S, ping_interval=None)
        except (OSError, TimeoutError, WebSocketException) as error:
            raise Unanswered(f"no connection: {error!r}") from error
        try:
            guest = _WebChatCustomer(socket)
            await guest.greet(locale)
            yield guest
        finally:
            await socket.close()

    async def count_fallbacks(self) -> int:
        """Turns that got the honest line because the engine was slow or failed: answered, but not by the whole path.

        Raises httpx.HTTPError.
        """
        async with httpx.AsyncClient(timeout=REPLY_LIMIT_S, trust_env=False) as http:
            answer = (await http.get(self._metrics_url)).raise_for_status()
        counted = (line.split() for line in answer.text.splitlines() if line.startswith("kairos_fallbacks_total"))
        return round(sum(float(value) for _, value in counted))


class _WebChatCustomer:
    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._owner = "bot"

    async def greet(self, locale: str) -> None:
        await self._send({"type": "hello", "session": None, "since": 0, "locale": locale, "timezone": "UTC"})
        frame = await self._receive_within()
        if frame["type"] != "welcome":
            raise Unanswered(f"no welcome but {frame}")

    async def ask(self, text: str) -> Reply:
        client_id = str(uuid.uuid4())
        start = time.perf_counter()
        try:
            async with asyncio.timeout(REPLY_LIMIT_S):
                await self._send({"type": "message", "client_id": client_id, "text": text})
                bubbles = await self._wait_until_done(client_id)
        except TimeoutError as error:
            raise Unanswered(f"nothing after {REPLY_LIMIT_S:.0f} s") from error
        return Reply(time.perf_counter() - start, bubbles, self._owner != "bot")

    async def _wait_until_done(self, client_id: str) -> int:
        acknowledged, bubbles = False, 0
        while True:
            frame = await self._receive()
            match frame["type"]:
                case "ack" if frame["client_id"] == client_id:
                    acknowledged = True
                case "message" if frame["author"] != "customer":
                    bubbles += 1
                case "owner":
                    self._owner = frame["owner"]
                case "error":
                    raise Unanswered(f"error {frame.get('code')}")
                case "done" if frame["in_reply_to"] == client_id:
                    if not acknowledged:
                        raise Unanswered("done without ack")
                    return bubbles

    async def _send(self, frame: dict[str, Any]) -> None:
        try:
            await self._socket.send(json.dumps(frame, ensure_ascii=False))
        except WebSocketException as error:
            raise Unanswered(f"closed: {error!r}") from error

    async def _receive_within(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(REPLY_LIMIT_S):
                return await self._receive()
        except TimeoutError as error:
            raise Unanswered(f"no welcome after {REPLY_LIMIT_S:.0f} s") from error

    async def _receive(self) -> dict[str, Any]:
        try:
            frame: dict[str, Any] = json.loads(await self._socket.recv())
        except WebSocketException as error:
            raise Unanswered(f"closed: {error!r}") from error
        return frame


class RasaRest:
    """Rasa's REST channel over connections that are kept."""

    name = "Rasa default"

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
        self._http = httpx.AsyncClient(timeout=REPLY_LIMIT_S, limits=limits, trust_env=False)

    @asynccontextmanager
    async def customer(self, locale: str) -> AsyncIterator[Customer]:
        """A sender that Rasa has not seen; the locale means nothing to it."""
        yield _RasaCustomer(self._http, self._url)

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()


class _RasaCustomer:
    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http, self._url = http, url
        self._sender = str(uuid.uuid4())

    async def ask(self, text: str) -> Reply:
        start = time.perf_counter()
        try:
            answer = await self._http.post(self._url, json={"sender": self._sender, "message": text})
            answer.raise_for_status()
            bubbles = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unanswered(repr(error)) from error
        return Reply(time.perf_counter() - start, len(bubbles))


async def first_reply(system: System, process: Running, limit_s: float) -> float:
    """Seconds from the start of the process to the first reply with words in it, asked again until it comes.

    Raises BenchError when the process ends or the limit passes.
    """
    last = "nothing"
    while (elapsed := time.perf_counter() - process.started) < limit_s:
        process.check_alive()
        try:
            async with system.customer("en") as customer:
                if (await customer.ask("Hello, where is my parcel?")).bubbles:
                    return time.perf_counter() - process.started
                last = "an answer without words"
        except (Unanswered, InvalidMessage) as error:
            last = str(error)
        await asyncio.sleep(_POLL_S)
    raise BenchError(
        f"{process.name} gave no reply within {elapsed:.0f} s (last: {last}); {process.log} ends:\n{process.log_end()}"
    )
