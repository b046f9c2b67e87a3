"""A member of staff at the desk, from outside: signs in through the page, uses the desk's routes and socket."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bot.staff.demo import PASSWORD

WITHIN_S = 20.0
Frame = dict[str, Any]


class Agent:
    """One desk page. What arrives over its socket is kept in ``frames``, in order."""

    def __init__(self, url: str, login: str, password: str = PASSWORD) -> None:
        self.url, self.login, self._password = url, login, password
        self.http = httpx.AsyncClient(base_url=url, timeout=30)
        self.id = self.name = self._csrf = ""
        self.frames: list[Frame] = []
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._arrived = asyncio.Condition()

    async def sign_in(self) -> Agent:
        """Signs in through the page's own form."""
        page = await self.http.get("/staff/sign-in", headers={"accept": "text/html"})
        csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert csrf, page.text[:300]
        form = {"csrf": csrf.group(1), "login": self.login, "password": self._password, "next": "/desk"}
        answer = await self.http.post("/staff/sign-in", data=form)
        assert answer.status_code == 303, answer.text[:300]
        me = (await self.http.get("/staff/me")).json()
        self.id, self.name, self._csrf = me["id"], me["name"], me["csrf"]
        return self

    async def post(self, path: str, body: Frame | None = None) -> httpx.Response:
        """What the page's scripts send; the answer whatever it is."""
        return await self.http.post(f"/desk/api/{path}", json=body or {}, headers={"x-csrf-token": self._csrf})

    async def bring(self, conversation: str, name: str, data: bytes) -> httpx.Response:
        """A file for a reply in that conversation."""
        path = f"/desk/api/conversations/{conversation}/files"
        return await self.http.post(path, files={"file": (name, data)}, headers={"x-csrf-token": self._csrf})

    async def get(self, path: str) -> Any:
        """What the page's scripts read."""
        answer = await self.http.get(f"/desk/api/{path}")
        answer.raise_for_status()
        return answer.json()

    async def connect(self) -> Agent:
        """Opens the desk's socket."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        self._socket = await connect(
            self.url.replace("http", "ws", 1) + "/desk/ws", compression=None, max_size=None, origin=self.url,  # type: ignore[arg-type]
            additional_headers={"cookie": cookies}, open_timeout=WITHIN_S,
        )  # fmt: skip
        self._reader = asyncio.create_task(self._read(self._socket))
        await self.wait_for(lambda f: f["type"] == "queue")
        return self

    async def send(self, frame: Frame) -> None:
        """Sends a frame."""
        assert self._socket is not None
        await self._socket.send(json.dumps(frame))

    async def open(self, conversation: str) -> None:
        """Shows a conversation, from what was seen of it."""
        seq = max((m["seq"] for m in self.messages(conversation)), default=0)
        n = max((f["n"] for f in self.of("entry", conversation=conversation)), default=0)
        after = len(self.frames)
        await self.send({"type": "open", "conversation": conversation, "since": seq, "since_n": n})
        await self.wait_for(lambda f: f["type"] == "opened" and f["conversation"] == conversation, after=after)

    def of(self, kind: str, **wanted: Any) -> list[Frame]:
        """The frames of a kind whose fields have these values."""
        return [f for f in self.frames if f["type"] == kind and all(f.get(k) == v for k, v in wanted.items())]

    def messages(self, conversation: str) -> list[Frame]:
        """The messages of a conversation that arrived, in the order in which they came."""
        return self.of("message", conversation=conversation)

    async def wait_for(self, fits: Callable[[Frame], bool], *, after: int = 0, within_s: float = WITHIN_S) -> Frame:
        """The first frame, among those that came after so many, that fits. Raises TimeoutError."""
        async with asyncio.timeout(within_s), self._arrived:
            while True:
                for frame in self.frames[after:]:
                    if fits(frame):
                        return frame
                await self._arrived.wait()

    async def drop(self) -> None:
        """Loses the connection."""
        if self._socket is not None:
            self._socket.transport.abort()
            if self._reader is not None:
                await self._reader

    async def close(self) -> None:
        """Goes home."""
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await self._reader
        await self.http.aclose()

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for raw in socket:
                async with self._arrived:
                    self.frames.append(json.loads(raw))
                    self._arrived.notify_all()
        except ConnectionClosed:
            pass
