"""SQLite on the event loop itself, behind the asynchronous face that SQLAlchemy's aiosqlite dialect expects.

aiosqlite gives every connection a thread, and a turn here makes some hundred small steps: handing each to a thread and
back costs far more than the microseconds that SQLite needs for it. So statements run where they are asked for. The one
thing that may take long is waiting for another process's write lock, and that waits asynchronously.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.001, 0.05
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

T = TypeVar("T")


async def _patiently(step: Callable[[], T], wait_s: float) -> T:
    """Does a step; while the database is locked by another, tries again for so many seconds."""
    give_up = time.monotonic() + wait_s
    pause = FIRST_PAUSE_S
    while True:
        try:
            return step()
        except sqlite3.OperationalError as error:
            locked = getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY
            if not locked or time.monotonic() >= give_up:
                raise
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)


class Cursor:
    """A cursor with awaitable methods that do not really wait."""

    def __init__(self, cursor: sqlite3.Cursor, wait_s: float) -> None:
        self._cursor, self._wait_s = cursor, wait_s

    async def __aenter__(self) -> Cursor:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._cursor.close()

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Cursor:
        """Runs one statement. Raises sqlite3's errors."""
        await _patiently(lambda: self._cursor.execute(sql, parameters), self._wait_s)
        return self

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Cursor:
        """Runs one statement with several rows."""
        await _patiently(lambda: self._cursor.executemany(sql, parameters), self._wait_s)
        return self

    async def fetchall(self) -> list[Any]:
        """All rows left."""
        return self._cursor.fetchall()

    async def fetchone(self) -> Any:
        """The next row."""
        return self._cursor.fetchone()

    async def fetchmany(self, size: int = 1) -> list[Any]:
        """So many rows."""
        return self._cursor.fetchmany(size)

    async def close(self) -> None:
        """Ends it."""
        self._cursor.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)  # description, rowcount, lastrowid, arraysize


class Connection:
    """A connection with awaitable methods."""

    def __init__(self, connection: sqlite3.Connection, wait_s: float) -> None:
        self._connection, self._wait_s = connection, wait_s
        self.isolation_level = connection.isolation_level

    def cursor(self) -> Cursor:
        """A new cursor."""
        return Cursor(self._connection.cursor(), self._wait_s)

    def begin(self) -> None:
        """Begins a transaction that takes no lock yet, so that it waits for nobody."""
        self._connection.execute("BEGIN")

    async def commit(self) -> None:
        """Makes it last."""
        await _patiently(self._connection.commit, self._wait_s)

    async def rollback(self) -> None:
        """Undoes it."""
        self._connection.rollback()

    async def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def stop(self) -> None:
        """Closes the file at once."""
        self._connection.close()

    async def create_function(self, *args: Any, **options: Any) -> None:
        """Makes a Python function known to SQL."""
        self._connection.create_function(*args, **options)


def connector(path: str, wait_s: float) -> Callable[..., Any]:
    """What SQLAlchemy calls to connect. Transactions are begun by us, never by the driver."""

    async def connect(*_: Any, **__: Any) -> Connection:
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        return Connection(connection, wait_s)

    return connect
