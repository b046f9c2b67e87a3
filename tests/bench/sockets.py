"""``make bench-sockets``: thousands of idle sockets in one serving process, customers who write among them, fan-out.

The clients run in this process. Memory is read from /proc (Linux); times are those that a client sees.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from bot.cli import ensure_trained
from bot.settings import Settings
from tests.bench.processes import resident_bytes
from tests.bot.fleet import free_port
from tests.bot.nursery import Application, Nursery

OPEN_AT_ONCE = 16
WORDS = ("hello", "where is my parcel", "thanks", "2026112000015", "what are your opening hours", "can I get a refund")
WITHIN_S = 60.0
TRIES = 10


class Socket:
    """A client as small as can be: what it is not waiting for it forgets."""

    def __init__(self) -> None:
        self.session: str | None = None
        self.seen: dict[str, float] = {}
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._arrived = asyncio.Event()

    async def open(self, url: str, session: str | None = None) -> None:
        """Connects and says hello."""
        self._socket = await connect(url, compression=None, open_timeout=WITHIN_S, ping_interval=None)
        for _ in range(TRIES):
            await self._send({"type": "hello", "session": session, "since": 0, "locale": "en"})
            welcome = json.loads(await self._socket.recv())
            if welcome["type"] == "welcome":
                break
            await asyncio.sleep(1)  # the database was busy
        else:
            raise AssertionError(welcome)
        self.session = welcome["session"]
        self._reader = asyncio.create_task(self._read())

    async def ask(self, text: str) -> tuple[float, float]:
        """Writes and waits until all was said; seconds to the acknowledgement, and to the end of the answer."""
        client_id = uuid.uuid4().hex
        began = time.perf_counter()
        await self._send({"type": "message", "client_id": client_id, "text": text})
        acknowledged = await self.arrival(f"ack {client_id}")
        return acknowledged - began, await self.arrival(f"done {client_id}") - began

    async def say(self, frame: dict[str, Any]) -> float:
        """Sends a frame; when."""
        began = time.perf_counter()
        await self._send(frame)
        return began

    async def arrival(self, what: str) -> float:
        """When it arrived. Raises TimeoutError."""
        async with asyncio.timeout(WITHIN_S):
            while what not in self.seen:
                self._arrived.clear()
                await self._arrived.wait()
        return self.seen.pop(what)

    async def close(self) -> None:
        """Leaves."""
        if self._socket:
            await self._socket.close()
        if self._reader:
            await asyncio.wait([self._reader])

    async def _send(self, frame: dict[str, Any]) -> None:
        assert self._socket is not None
        await self._socket.send(json.dumps(frame))

    async def _read(self) -> None:
        assert self._socket is not None
        async for raw in self._socket:
            frame = json.loads(raw)
            of = frame.get("client_id") or frame.get("in_reply_to") or frame.get("author", "")
            self.seen[f"{frame['type']} {of}"] = time.perf_counter()
            self._arrived.set()


def p(values: Sequence[float], share: float) -> float:
    """The value below which that share of them lies, in milliseconds."""
    ordered = sorted(values)
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 1)


async def open_many(url: str, count: int, session: str | None = None) -> list[Socket]:
    """So many open sockets: each a conversation of its own, or all of one session."""
    gate = asyncio.Semaphore(OPEN_AT_ONCE)
    sockets = [Socket() for _ in range(count)]

    async def one(socket: Socket) -> None:
        async with gate:
            await socket.open(url, session)

    await asyncio.gather(*(one(socket) for socket in sockets))
    return sockets


async def measure(application: Application, idle: int, active: int, each_s: float, seconds: float) -> dict[str, Any]:
    """All of it."""
    await asyncio.to_thread(application.start)
    url = application.ws_url
    warm = await open_many(url, 20)
    for socket in warm:
        await socket.ask("hello")
    before = resident_bytes(application.pid)
    began = time.perf_counter()
    sockets = await open_many(url, idle)
    opened = time.perf_counter() - began
    await asyncio.sleep(3)
    memory = (resident_bytes(application.pid) - before) / idle
    alone = await _write(warm[:1], 1.0, 10.0)
    busy = await _write(sockets[:active], each_s, seconds)
    peak = resident_bytes(application.pid)
    await asyncio.gather(*(socket.close() for socket in sockets))
    fan_out = await _fan_out(url, idle)
    return {
        "idle sockets": idle, "opened a second": round(idle / opened), "kB each": round(memory / 1000, 1),
        "process MB": round(peak / 1e6), "one customer": alone, f"{active} customers": busy, "fan-out": fan_out,
    }  # fmt: skip


async def _write(sockets: Sequence[Socket], each_s: float, seconds: float) -> dict[str, Any]:
    ends = time.perf_counter() + seconds
    chance = random.Random(7)
    acks: list[float] = []
    dones: list[float] = []

    async def customer(socket: Socket) -> None:
        await asyncio.sleep(chance.uniform(0, each_s))
        while time.perf_counter() < ends:
            acknowledged, done = await socket.ask(chance.choice(WORDS))
            acks.append(acknowledged)
            dones.append(done)
            await asyncio.sleep(max(chance.uniform(0.5, 1.5) * each_s - done, 0))

    began = time.perf_counter()
    await asyncio.gather(*(customer(socket) for socket in sockets))
    took = time.perf_counter() - began
    return {
        "messages": len(dones), "a second": round(len(dones) / took, 1), "ack p95 ms": p(acks, 0.95),
        "reply p50 ms": p(dones, 0.5), "reply p95 ms": p(dones, 0.95),
    }  # fmt: skip


async def _fan_out(url: str, count: int) -> dict[str, Any]:
    """One session open in very many tabs: how long until all of them have what one wrote, and what the bot answered."""
    first = Socket()
    await first.open(url)
    tabs = await open_many(url, count, first.session)
    await asyncio.sleep(3)
    client_id = uuid.uuid4().hex
    began = await first.say({"type": "message", "client_id": client_id, "text": "hello"})
    typing = [await tab.arrival("typing bot") for tab in tabs]
    message = [await tab.arrival(f"message {client_id}") for tab in tabs]
    first_typing = min(typing)
    await asyncio.gather(*(tab.close() for tab in tabs))
    return {
        "tabs": count, "small frame p50 ms": p([at - first_typing for at in typing], 0.5),
        "small frame p95 ms": p([at - first_typing for at in typing], 0.95),
        "message p50 ms": p([at - began for at in message], 0.5),
        "message p95 ms": p([at - began for at in message], 0.95),
    }  # fmt: skip


def main() -> None:
    """Runs it and prints a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--idle", type=int, default=5000)
    parser.add_argument("--active", type=int, default=200)
    parser.add_argument("--each", type=float, default=10.0, help="seconds between two messages of an active customer")
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = options.idle * 2 + 1000
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, most) if most > 0 else wanted, most))
    model = ensure_trained(Settings())
    nursery = Nursery()
    with tempfile.TemporaryDirectory(prefix="kairos-bench-") as folder:
        application = Application(nursery, Path(folder), {
            "KAIROS_MODEL": str(model), "PORT": str(free_port()), "KAIROS_FRAGMENT_WINDOW_S": "0",
            "KAIROS_LOG_LEVEL": "warning", "KAIROS_RATE_BURST": "1000",
        })  # fmt: skip
        try:
            work = measure(application, options.idle, options.active, options.each, options.seconds)
            print(json.dumps(asyncio.run(work)), flush=True)
        finally:
            application.kill()
            nursery.close()


if __name__ == "__main__":
    main()
