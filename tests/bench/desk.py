"""``make bench-desk``: members of staff watch active chats on one process; how soon they see what customers write.

Every agent's queue shows every chat, and every chat is shown by one agent. Customers write in turn, so many a second.
Measured from a customer's frame leaving until (a) the message is on the screen of who shows the chat, (b) its row has
changed on every agent's screen; with the server's memory and CPU. Everything goes over real sockets.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import statistics
import tempfile
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from actions import conversations, handovers, staff, staff_sessions
from actions.audit import COMMAND_LINE
from actions.services import new_id, utc_now
from actions.turns import keep_state, state_of
from bot.cli import ensure_trained
from bot.settings import load_settings
from bot.staff.access import FORBIDDEN, SIGNED_OUT
from dialogues.state import Owner
from models import schema
from models.session import Database
from tests.bench.processes import BenchError, resident_bytes
from tests.models.rows import add_conversation
from tests.server import Server

WORDS = ("where is my parcel", "hello?", "it is still not here", "thank you", "please hurry", "I am still waiting")
SETTLE_S, READY_WITHIN_S, PAUSE_S = 30.0, 300.0, 0.5
AS_A_BROWSER: dict[str, Any] = {"compression": None, "max_size": None, "open_timeout": 60, "ping_interval": None}


@dataclass(frozen=True)
class Size:
    """How large the run is. ``rate``: customers' messages a second, all chats together."""

    agents: int = 50
    chats: int = 500
    rate: float = 20.0
    seconds: float = 30.0


@dataclass(frozen=True)
class Place:
    """A chat: its id, the customer's session, who shows it."""

    conversation: str
    session: str
    agent: int


async def furnish(url: str, size: Size) -> tuple[list[str], list[Place]]:
    """Members of staff with open sessions, and the chats that they hold; the tokens of both."""
    database = Database(url)
    await schema.upgrade(database)
    now = utc_now()
    tokens = [secrets.token_urlsafe(32) for _ in range(size.agents)]
    async with database.write() as session:
        for n, token in enumerate(tokens):
            await staff.add_staff(session, staff_id=f"agent-{n}", login=f"agent{n}", name=f"Agent {n}", role="agent",
                                  author=COMMAND_LINE, now=now)  # fmt: skip
            await session.flush()
            staff_sessions.open_session(session, session_id=new_id(), staff_id=f"agent-{n}", token=token, now=now,
                                        pending=False, address="127.0.0.1", browser="bench")  # fmt: skip
    places = [await _place(database, n % size.agents, now) for n in range(size.chats)]
    await database.close()
    return tokens, places


async def _place(database: Database, agent: int, now: datetime) -> Place:
    token = secrets.token_urlsafe(32)
    row = await add_conversation(database, locale="en", token=token, now=now)
    async with database.write() as session:
        conversation = await conversations.lock_conversation(session, row.id)
        handover = handovers.open_handover(
            session, handover_id=new_id(), conversation_id=row.id, turn_id=row.id, now=now,
            data={"reason": "asked", "why": "asked", "brief": {"issue": "delivery_problem"}},
        )  # fmt: skip
        handover.status, handover.agent, handover.agent_id, handover.taken_at = (
            "taken", f"Agent {agent}", f"agent-{agent}", now,
        )  # fmt: skip
        keep_state(conversation, replace(state_of(conversation), owner=Owner.HUMAN, issue="delivery_problem"))
    return Place(row.id, token, agent)


class Seen:
    """When each message was first seen, on the screen that shows it and in each agent's queue."""

    def __init__(self, agents: int) -> None:
        self.sent: dict[str, float] = {}
        self.shown: dict[str, float] = {}
        self.listed: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self.agents = agents
        self.came_back = self.refused = 0

    def note(self, agent: str, frame: dict[str, Any]) -> None:
        """A frame arrived at somebody's desk."""
        now = time.perf_counter()
        if frame["type"] == "message":
            self.shown.setdefault(frame["text"], now)
        elif frame["type"] == "rows":
            for row in frame["rows"]:
                if row["words"]:
                    self.listed[row["words"]["text"]].setdefault(agent, now)

    def figures(self) -> dict[str, Any]:
        """Milliseconds: to the screen that shows the chat, to the last agent's queue; and how many were never seen."""
        screen = [(self.shown[text] - at) * 1000 for text, at in self.sent.items() if text in self.shown]
        rows = [(max(times.values()) - at) * 1000 for text, at in self.sent.items()
                if len(times := self.listed.get(text, {})) == self.agents]  # fmt: skip
        return {"messages": len(self.sent), "refused": self.refused,
                "unseen": len(self.sent) - len(screen), "screen_ms": _told(screen),
                "queue_of_all_ms": _told(rows),
                "rows_replaced_by_newer": len(self.sent) - len(rows)}  # fmt: skip


def _told(values: list[float]) -> dict[str, float]:
    if not values:
        return {}
    ordered = sorted(values)
    return {"p50": round(statistics.median(ordered), 1), "p95": round(ordered[int(len(ordered) * 0.95) - 1], 1),
            "p99": round(ordered[int(len(ordered) * 0.99) - 1], 1), "max": round(ordered[-1], 1)}  # fmt: skip


async def _agent(url: str, token: str, mine: list[Place], seen: Seen, ready: asyncio.Event) -> None:
    """A page at the desk. As the real one does, it comes back when it was let go and asks for what it missed."""
    headers, wanted = {"cookie": f"kairos-staff={token}"}, {place.conversation for place in mine}
    since: dict[str, int] = dict.fromkeys(wanted, 0)
    while True:
        try:
            async with connect(url, additional_headers=headers, **AS_A_BROWSER) as socket:
                for conversation, seq in since.items():
                    await socket.send(json.dumps({"type": "open", "conversation": conversation, "since": seq}))
                async for raw in socket:
                    frame = json.loads(raw)
                    seen.note(token, frame)
                    if frame["type"] == "message":
                        since[frame["conversation"]] = frame["seq"]
                    elif frame["type"] == "opened":
                        wanted.discard(frame["conversation"])
                        if not wanted:
                            ready.set()
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 0
            if code in (SIGNED_OUT, FORBIDDEN):
                raise BenchError(f"an agent was refused: {code}") from closed
        except (OSError, TimeoutError):
            pass
        seen.came_back += 1
        await asyncio.sleep(PAUSE_S)


async def _customer(url: str, place: Place) -> ClientConnection:
    socket = await connect(url, **AS_A_BROWSER)
    hello = {"type": "hello", "session": place.session, "since": 0, "locale": "en", "timezone": "Asia/Shanghai"}
    await socket.send(json.dumps(hello))
    return socket


async def _everybody(tasks: list[asyncio.Task[None]], ready: list[asyncio.Event]) -> None:
    """Waits until every agent shows all of their chats. Raises BenchError: how many do not, or what stopped one."""
    waiting = asyncio.gather(*(each.wait() for each in ready))
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
    except TimeoutError:
        missing = sum(not each.is_set() for each in ready)
        raise BenchError(f"{missing} of {len(ready)} agents were not ready within {READY_WITHIN_S:g} s") from None
    finally:
        waiting.cancel()
    _check_all_are_here(tasks)


def _check_all_are_here(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        if task.done():
            task.result()
            raise BenchError("a customer's socket was closed")


async def _drain(socket: ClientConnection, seen: Seen) -> None:
    """What a customer's page hears; what was refused there (``unavailable``) a real page would send again."""
    async for raw in socket:
        seen.refused += json.loads(raw)["type"] == "error"


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used, all threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _engine_is_ready(url: str) -> None:
    """Nothing is measured before messages can be heard."""
    async with httpx.AsyncClient() as http, asyncio.timeout(READY_WITHIN_S):
        while (await http.get(f"{url}/readyz")).status_code != 200:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def measure(server: Server, tokens: list[str], places: list[Place], size: Size) -> dict[str, Any]:
    """Lets everybody come, then the customers write; what was seen when."""
    assert server.process is not None
    pid = server.process.pid
    await _engine_is_ready(server.url)
    alone = resident_bytes(pid)
    seen, ready = Seen(size.agents), [asyncio.Event() for _ in tokens]
    customers = [await _customer(server.ws_url, place) for place in places]
    tasks = [asyncio.create_task(_drain(socket, seen)) for socket in customers]
    desk_url = server.url.replace("http", "ws", 1) + "/desk/ws"
    for n, token in enumerate(tokens):
        mine = [place for place in places if place.agent == n]
        tasks.append(asyncio.create_task(_agent(desk_url, token, mine, seen, ready[n])))
    began = time.perf_counter()
    await _everybody(tasks, ready)
    opened_s = time.perf_counter() - began
    await asyncio.sleep(1.0)
    used, began = cpu_seconds(pid), time.perf_counter()
    count = int(size.rate * size.seconds)
    for n in range(count):
        text = f"{WORDS[n % len(WORDS)]} {uuid.uuid4().hex[:12]}"
        wait = began + n / size.rate - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        seen.sent[text] = time.perf_counter()
        frame = {"type": "message", "client_id": uuid.uuid4().hex, "text": text}
        await customers[n % len(customers)].send(json.dumps(frame))
    took = time.perf_counter() - began
    cpu = (cpu_seconds(pid) - used) / took
    for _ in range(int(SETTLE_S)):
        await asyncio.sleep(1.0)
        if len(seen.shown) == len(seen.sent):
            break
    await asyncio.sleep(1.0)
    memory = resident_bytes(pid)
    _check_all_are_here(tasks)
    for task in tasks:
        task.cancel()
    for socket in customers:
        await socket.close()
    return {
        "agents": size.agents, "chats": size.chats, "opened_s": round(opened_s, 1),
        "per_second": round(count / took, 1), "agents_came_back": seen.came_back, **seen.figures(),
        "cpu_percent_of_a_core": round(cpu * 100), "memory_mb": round(memory / 2**20),
        "memory_before_mb": round(alone / 2**20),
    }  # fmt: skip


def run(size: Size, model: Path) -> dict[str, Any]:
    """The whole run in a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tokens, places = asyncio.run(furnish(f"sqlite:///{folder / 'kairos.db'}", size))
        with Server(folder, model, {"KAIROS_LOG_LEVEL": "error"}) as server:
            return asyncio.run(measure(server, tokens, places, size))


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    given = Size()
    parser.add_argument("--agents", type=int, default=given.agents)
    parser.add_argument("--chats", type=int, default=given.chats)
    parser.add_argument("--rate", type=float, default=given.rate)
    parser.add_argument("--seconds", type=float, default=given.seconds)
    args = parser.parse_args()
    size = Size(args.agents, args.chats, args.rate, args.seconds)
    print(json.dumps(run(size, ensure_trained(load_settings())), indent=2))


if __name__ == "__main__":
    main()
