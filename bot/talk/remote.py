"""Plays scripts against a running server, as any web chat client would."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from bot.talk.guess import Person, facts_asked, person_for, why_not
from bot.talk.player import Impossible, play
from bot.talk.script import Agent, Script, Shop
from bot.talk.seen import Played, Reply, SeenConversation, SeenTurn

ANSWER_WITHIN_S = 20.0
TRIES = 5


class ServerError(Exception):
    """The server cannot be reached, or does not speak the protocol."""


async def play_all(scripts: Sequence[Script], url: str) -> AsyncIterator[Played]:
    """Plays what can be played there; the rest is skipped, with the reason. Raises ServerError."""
    base = url.rstrip("/")
    people = await _people(base)
    for script in scripts:
        if reason := why_not(script, people):
            yield Played(script.name, skipped=reason)
            continue
        person = person_for(script, people) if script.customer.known else None
        try:
            async with _stage(base, script, person) as stage:
                yield await play(script, stage)
        except (OSError, ConnectionClosed, InvalidHandshake, InvalidURI) as error:
            raise ServerError(f"the chat at {base} broke off in {script.name!r}: {error}") from error


async def _people(base: str) -> list[dict[str, Any]]:
    """The demonstration customers; none when the server shows no demonstration shop."""
    try:
        async with httpx.AsyncClient(timeout=10) as http:
            answer = await http.get(f"{base}/shop/customers.json")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ServerError(f"nothing answers at {base}: {error}") from error
    if answer.status_code != httpx.codes.OK:
        return []
    try:
        people: list[dict[str, Any]] = answer.json()
    except ValueError:
        return []
    return people


@asynccontextmanager
async def _stage(base: str, script: Script, person: Person | None) -> AsyncIterator[RemoteStage]:
    hello: dict[str, Any] = {"type": "hello", "session": None, "since": 0, "locale": script.locale,
                             "timezone": script.timezone}  # fmt: skip
    if person:
        hello["identity"] = {name: person.get(name, "") for name in ("id", "name", "email", "signature")}
    async with connect(_chat_at(base)) as socket:
        welcome = await _greet(socket, hello)
        yield RemoteStage(base, socket, hello, welcome)


def _chat_at(base: str) -> str:
    return f"ws{base.removeprefix('http')}/chat/ws"


async def _greet(socket: ClientConnection, hello: dict[str, Any]) -> dict[str, Any]:
    await socket.send(json.dumps(hello))
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            frame: dict[str, Any] = json.loads(await socket.recv())
    except (TimeoutError, ValueError) as error:
        raise ServerError(f"the server did not answer hello: {error!r}") from error
    if frame.get("type") != "welcome":
        raise ServerError(f"the server answered hello with {frame}")
    return frame


class RemoteStage:
    """A conversation over one socket."""

    def __init__(self, base: str, socket: ClientConnection, hello: dict[str, Any], welcome: dict[str, Any]) -> None:
        self._base, self._chat, self._socket = base, _chat_at(base), socket
        self._hello = {**hello, "session": welcome["session"]}
        self._owner, self._locale = welcome["owner"], welcome["locale"]

    async def say(self, texts: tuple[str, ...]) -> SeenTurn:
        """The customer writes."""
        frames = [{"type": "message", "client_id": str(uuid4()), "text": text} for text in texts]
        return await self._exchange(texts[0] if len(texts) == 1 else texts, frames)

    async def tap(self, title: str, payload: str) -> SeenTurn:
        """The customer taps a choice."""
        return await self._exchange(title, [{"type": "choice", "client_id": str(uuid4()), "payload": payload}])

    async def send(self, path: Path) -> SeenTurn:
        """The customer sends a file. Raises Impossible when it is not taken."""
        data = await asyncio.to_thread(path.read_bytes)
        async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S) as http:
            answer = await http.post(f"{self._base}/chat/upload", data={"session": self._hello["session"]},
                                     files={"file": (path.name, data)})  # fmt: skip
        if answer.is_error:
            raise Impossible("send", str(path), answer.text)
        frame = {"type": "attachment", "client_id": str(uuid4()), "upload": answer.json()["upload"]}
        return await self._exchange(f"[{path.name}]", [frame])

    async def wait(self, length: timedelta) -> SeenTurn:
        """Time passes, really."""
        await asyncio.sleep(length.total_seconds())
        return self._turn(None, (), 0.0)

    async def change_shop(self, shop: Shop) -> NoReturn:
        """Not possible from outside."""
        raise Impossible("shop", "a shop that can be changed", "a running server")

    async def staff(self, agent: Agent) -> NoReturn:
        """Not possible from outside."""
        raise Impossible("agent", "a member of staff", "a running server")

    async def asked(self, turn: SeenTurn) -> tuple[str, ...]:
        """What the last reply asks for, as far as its words tell."""
        return () if turn.owner == "human" else facts_asked(turn.bubbles)

    async def end(self, turns: tuple[SeenTurn, ...]) -> SeenConversation:
        """What can be seen from outside."""
        return SeenConversation(owner=self._owner, silent_turns=sum(turn.is_silent for turn in turns))

    async def _exchange(self, said: str | tuple[str, ...], frames: list[dict[str, Any]]) -> SeenTurn:
        """Sends frames and listens until the bot has said all it will; then asks who owns the conversation."""
        replies: list[Reply] = []
        waiting = {frame["client_id"]: frame for frame in frames}
        tries = 0
        for frame in frames:
            await self._socket.send(json.dumps(frame))
        started = replied = time.monotonic()
        while waiting and (told := await self._next(started + ANSWER_WITHIN_S)):
            if told["type"] == "message" and told["author"] != "customer":
                replies.append(_reply(told))
                replied = time.monotonic()
            elif told["type"] == "done":
                waiting.pop(told["in_reply_to"], None)
            elif told["type"] == "error" and told.get("client_id") in waiting:
                tries += 1
                await self._again(waiting[told["client_id"]], told, tries)
        await self._look()
        return self._turn(said, tuple(replies), round(replied - started, 4))

    async def _next(self, until: float) -> dict[str, Any] | None:
        """The next frame, or None when none came in time."""
        try:
            async with asyncio.timeout(max(until - time.monotonic(), 0.01)):
                frame: dict[str, Any] = json.loads(await self._socket.recv())
                return frame
        except TimeoutError:
            return None

    async def _again(self, frame: dict[str, Any], error: dict[str, Any], tries: int) -> None:
        """Sends what was refused for now once more. Raises Impossible when it is refused for good."""
        if error["code"] not in ("rate_limited", "unavailable") or tries > TRIES:
            raise Impossible("say", frame.get("text", frame.get("payload")), f"{error['code']}: {error['text']}")
        await asyncio.sleep(float(error.get("retry_after_s", 1)))
        await self._socket.send(json.dumps(frame))

    async def _look(self) -> None:
        """Owner and language as they are now: a second hello on the same session is told them."""
        async with connect(self._chat) as socket:
            welcome = await _greet(socket, {**self._hello, "since": 1_000_000})
        self._owner, self._locale = welcome["owner"], welcome["locale"]

    def _turn(self, said: str | tuple[str, ...] | None, replies: tuple[Reply, ...], seconds: float) -> SeenTurn:
        return SeenTurn(said, self._owner, self._locale, replies, seconds, inside=False)


def _reply(frame: dict[str, Any]) -> Reply:
    return Reply(frame["author"], frame["text"], tuple(frame.get("choices") or ()), name=frame.get("name", ""))
