"""What PostgreSQL lets processes tell each other: short notices, and which of them leads or holds a slot.

One connection of its own a process, beside the pool: a notice sent inside a transaction that writes would make all
writers wait for each other. It needs a session of its own, so a pooler in front must not share it between clients.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from typing import Any
from zlib import crc32

import asyncpg
from sqlalchemy.engine import make_url

CHANNEL = "kairos"
PAYLOAD_BYTES = 7900  # PostgreSQL allows just under 8,000
AGAIN_AFTER_S = 1.0
ALIVE_EVERY_S = 5.0
SLOTS = 1000
_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)


class Notices:
    """Listens and tells until it is closed; a connection that broke is opened again.

    ``heard`` gets each notice, also one's own. ``missed`` is called after a connection broke: some may have been lost.
    """

    def __init__(self, url: str, heard: Callable[[str], None], missed: Callable[[], None]) -> None:
        self._dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._heard, self._missed = heard, missed
        self._connection: asyncpg.Connection[Any] | None = None
        self._busy = asyncio.Lock()
        self._keeping: asyncio.Task[None] | None = None
        self._leads: set[str] = set()
        self._broken = asyncio.Event()

    async def open(self) -> None:
        """Connects and listens. Raises OSError or PostgresError when that cannot be."""
        self._connection = await self._connect()
        self._keeping = asyncio.create_task(self._keep(), name="notices")

    async def close(self) -> None:
        """Stops listening; what was led is free for others."""
        if self._keeping:
            self._keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeping
        if self._connection:
            with contextlib.suppress(*_LOST):
                await self._connection.close(timeout=2)

    async def tell(self, payloads: Iterable[str]) -> None:
        """Tells all processes, this one too. What cannot be told now is lost: who missed it reads the database."""
        told = "SELECT count(pg_notify($1, payload)) FROM unnest($2::text[]) AS payload"  # one row: none is left out
        with contextlib.suppress(*_LOST):
            await self._ask(told, CHANNEL, list(payloads))

    async def lead(self, what: str) -> bool:
        """True when this process is the one that does ``what``; it stays so until it ends or its connection breaks."""
        if what in self._leads:
            return True
        try:
            if await self._ask("SELECT pg_try_advisory_lock($1, $2)", crc32(b"kairos lead") >> 1, _number(what)):
                self._leads.add(what)
        except _LOST:
            return False
        return what in self._leads

    async def take_slot(self) -> int:
        """The lowest number that no other process holds. Raises RuntimeError when there are too many processes."""
        for slot in range(SLOTS):
            if await self._ask("SELECT pg_try_advisory_lock($1, $2)", crc32(b"kairos slot") >> 1, slot):
                return slot
        raise RuntimeError(f"more than {SLOTS} processes")

    async def _ask(self, sql: str, *values: object) -> Any:
        async with self._busy:
            if self._connection is None:
                raise ConnectionError("the connection for notices is broken")
            return await self._connection.fetchval(sql, *values, timeout=5)

    async def _connect(self) -> asyncpg.Connection[Any]:
        connection = await asyncpg.connect(self._dsn, timeout=5)
        await connection.add_listener(CHANNEL, lambda _c, _pid, _channel, payload: self._heard(str(payload)))
        self._broken.clear()
        connection.add_termination_listener(lambda _c: self._broken.set())
        return connection

    async def _keep(self) -> None:
        """Looks after the connection."""
        while True:
            try:
                async with asyncio.timeout(ALIVE_EVERY_S):
                    await self._broken.wait()
            except TimeoutError:
                with contextlib.suppress(*_LOST):
                    await self._ask("SELECT 1")
                    continue
            await self._open_again()

    async def _open_again(self) -> None:
        old, self._connection = self._connection, None
        self._leads.clear()
        if old is not None:
            old.terminate()
        while True:
            try:
                self._connection = await self._connect()
            except _LOST:
                await asyncio.sleep(AGAIN_AFTER_S)
            else:
                self._missed()
                return


def _number(name: str) -> int:
    return crc32(name.encode()) >> 1
