"""The database: one engine per process, short transactions, one writer at a time on SQLite."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.exc import SQLAlchemyError as DatabaseError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from models import inline_sqlite

__all__ = [
    "AsyncSession",
    "Database",
    "DatabaseError",
    "DatabaseUnreachable",
    "async_url",
    "is_unavailable",
    "sync_url",
]

CONNECT_WITHIN_S = 5
CONNECTIONS = 16  # of one process at most, half of them kept open
ASKED_AFTER_S = 10.0  # idle for longer, a connection may be dead without anybody having been told
_AWAY = ("08", "53", "57P")  # PostgreSQL's states: connection lost, out of resources, shutting down or starting up
BUSY_TIMEOUT_S = 4.0  # what a writer waits at most, half in line and half for the file; a turn is given 5 s in all


class DatabaseUnreachable(DatabaseError):
    """No connection can be had, or none in time."""


def is_unavailable(error: BaseException) -> bool:
    """True when the database itself is the trouble (locked, down, full), not what was asked of it: try again later."""
    if isinstance(error, OperationalError | PoolTimeout | DatabaseUnreachable):
        return True
    if isinstance(error, DBAPIError) and str(getattr(error.orig, "sqlstate", "")).startswith(_AWAY):
        return True
    # A driver's plain error without a statement came up while connecting: starting up, shutting down, too many clients.
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated or (type(error) is DBAPIError and error.statement is None)
    )


def async_url(url: str) -> str:
    """The URL with the driver that we use: aiosqlite or asyncpg. Raises ValueError for another database or no URL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError("DATABASE_URL is no database URL; sqlite:///shop.db and postgresql://… are") from None
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    backend = parsed.drivername.partition("+")[0]
    if backend not in drivers:
        raise ValueError(f"DATABASE_URL names {backend!r}; SQLite and PostgreSQL are supported")
    return parsed.set(drivername=drivers[backend]).render_as_string(hide_password=False)


def sync_url(url: str) -> str:
    """The URL without a driver, for a library that brings its own connections."""
    parsed = make_url(url)
    return parsed.set(drivername=parsed.get_backend_name()).render_as_string(hide_password=False)


class _InlineSession(AsyncSession):
    """A session on SQLite, where closing never waits (see inline_sqlite).

    SQLAlchemy closes a session in a task of its own, so that nobody's cancellation leaves it half closed. That takes a
    round of the event loop, and on a busy one the next writer would wait for as long.
    """

    async def __aexit__(self, *exc: object) -> None:
        await self.close()


class Database:
    """Hands out sessions. ``read`` never writes; ``write`` commits once, at its end, or not at all."""

    def __init__(self, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S, connections: int = CONNECTIONS) -> None:
        self.url = async_url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self.engine = _sqlite(self.url, busy_timeout_s / 2) if self.is_sqlite else _postgresql(self.url, connections)
        self._writers = _writer_engine(self.engine) if self.is_sqlite else self.engine
        self._one_writer = asyncio.Lock() if self.is_sqlite else None
        self._line_timeout_s = busy_timeout_s / 2
        self._session = _InlineSession if self.is_sqlite else AsyncSession

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading. Raises DatabaseError."""
        with _known_as_database_error():
            async with self._session(self.engine, expire_on_commit=False, autoflush=False) as session:
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session that commits when the block ends without an exception. Raises DatabaseError."""
        session = self._session(self._writers, expire_on_commit=False, autoflush=False)
        with _known_as_database_error():
            async with session, self._turn_to_write(), session.begin():
                yield session

    @asynccontextmanager
    async def _turn_to_write(self) -> AsyncIterator[None]:
        """Waits for the writers before, but not for ever: a locked file must not pile them up."""
        if self._one_writer is None:
            yield
            return
        try:
            async with asyncio.timeout(self._line_timeout_s):
                await self._one_writer.acquire()
        except TimeoutError:
            raise DatabaseUnreachable("the writers before did not finish in time") from None
        try:
            yield
        finally:
            self._one_writer.release()

    async def ping(self) -> None:
        """Raises when the database cannot be reached."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Closes all connections."""
        await self.engine.dispose()


@contextmanager
def _known_as_database_error() -> Iterator[None]:
    """A refused or broken connection comes out of a driver as OSError; callers know one kind of failure."""
    try:
        yield
    except OSError as error:
        raise DatabaseUnreachable(f"no connection to the database: {error}") from error


def _sqlite(url: str, busy_timeout_s: float) -> AsyncEngine:
    path = make_url(url).database or ":memory:"
    if path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        url,
        async_creator=inline_sqlite.connector(path, busy_timeout_s),
        pool_size=6,
        max_overflow=10,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-16000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the write lock at once: upgrading a read transaction later fails under contention.
        if connection.get_execution_options().get("writes", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.connection.driver_connection.begin()  # type: ignore[union-attr]

    return engine


def _writer_engine(engine: AsyncEngine) -> AsyncEngine:
    return engine.execution_options(writes=True)


def _postgresql(url: str, connections: int) -> AsyncEngine:
    engine = create_async_engine(
        url, connect_args={"timeout": CONNECT_WITHIN_S}, pool_size=connections // 2,
        max_overflow=connections - connections // 2, pool_timeout=CONNECT_WITHIN_S, hide_parameters=True,
    )  # fmt: skip
    _look_before_use(engine)
    return engine


def _look_before_use(engine: AsyncEngine) -> None:
    """Replaces connections that were lost before they are used.

    The driver knows of one that the server closed. To ask the server takes three round trips, as many as a short
    transaction (and is what SQLAlchemy's ``pool_pre_ping`` does every time): only who lay idle is asked.
    """

    @event.listens_for(engine.sync_engine, "checkin")
    def _put_back(_connection: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def _look(connection: Any, record: Any, _proxy: Any) -> None:
        dialect, now = engine.sync_engine.dialect, time.monotonic()
        if connection.driver_connection.is_closed():
            raise DisconnectionError("the server closed this connection")
        if now - record.info.get("idle_since", now) > ASKED_AFTER_S:
            try:
                dialect.do_ping(connection)
            except dialect.loaded_dbapi.Error as error:
                raise DisconnectionError("this connection is dead") from error
