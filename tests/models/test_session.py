from __future__ import annotations

import asyncio
import sqlite3
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from models.conversations import Conversation
from models.customers import Customer
from models.messages import Message
from models.session import Database, DatabaseError, DatabaseUnreachable, async_url, is_unavailable
from tests.models.rows import NOON, add_conversation


def _customer(name: str, at: datetime = NOON) -> Customer:
    return Customer(id=name, name=name, timezone="", created_at=at)


async def _count(database: Database) -> int:
    async with database.read() as session:
        return (await session.execute(select(func.count()).select_from(Customer))).scalar_one()


async def test_a_time_without_a_zone_is_refused(database: Database):
    with pytest.raises(StatementError, match="naive time"):
        async with database.write() as session:
            session.add(_customer("naive", datetime(2026, 11, 23, 12, 0)))
    assert await _count(database) == 0


async def test_a_time_comes_back_as_the_same_moment_in_utc(database: Database):
    in_shanghai = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    async with database.write() as session:
        session.add(_customer("aware", in_shanghai))
    async with database.read() as session:
        stored = (await session.get_one(Customer, "aware")).created_at
    assert stored == in_shanghai
    assert stored.tzinfo is not None and stored.utcoffset() == timedelta(0)


async def test_a_write_block_that_raises_leaves_nothing(database: Database):
    with pytest.raises(RuntimeError, match="halfway"):
        async with database.write() as session:
            session.add(_customer("first"))
            await session.flush()
            session.add(_customer("second"))
            raise RuntimeError("halfway")
    assert await _count(database) == 0
    async with database.write() as session:  # and the next writer is not held up by it
        session.add(_customer("third"))
    assert await _count(database) == 1


async def test_a_write_that_is_cancelled_leaves_nothing_and_lets_the_next_one_in(database: Database):
    async def write_slowly() -> None:
        async with database.write() as session:
            session.add(_customer("slow"))
            await session.flush()
            await asyncio.sleep(60)

    task = asyncio.create_task(write_slowly())
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.write() as session:
        session.add(_customer("next"))
    assert await _count(database) == 1


async def test_what_is_written_is_seen_by_another_process_once_the_block_ends(database: Database):
    other = Database(database.url)
    async with database.write() as session:
        session.add(_customer("new"))
        await session.flush()
        assert await _count(other) == 0
    assert await _count(other) == 1
    await other.close()


async def test_a_reading_session_changes_nothing(database: Database):
    async with database.read() as session:
        session.add(_customer("unwanted"))
        await session.flush()
    assert await _count(database) == 0


async def test_a_row_that_refers_to_nothing_is_refused(database: Database):
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            session.add(Message(id="m", conversation_id="nowhere", seq=1, author="bot", text="", created_at=NOON))


async def test_a_conversation_has_one_writer_at_a_time(database: Database):
    conversation = await add_conversation(database)
    others = [Database(database.url) for _ in range(3)]
    inside = most = 0

    async def write(each: Database) -> None:
        nonlocal inside, most
        async with each.write() as session:
            query = select(Conversation).where(Conversation.id == conversation.id).with_for_update()
            row = (await session.execute(query)).scalar_one()
            inside += 1
            most = max(most, inside)
            row.version += 1
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(write(each) for each in others for _ in range(4)))
    async with database.read() as session:
        assert (await session.get_one(Conversation, conversation.id)).version == 12
    assert most == 1
    for each in others:
        await each.close()


@pytest.mark.fast
async def test_an_sqlite_file_has_one_writer_at_a_time(sqlite_url: str):
    databases = [Database(sqlite_url) for _ in range(3)]
    inside = most = 0

    async def write(each: Database, name: str) -> None:
        nonlocal inside, most
        async with each.write() as session:
            session.add(_customer(name))
            await session.flush()
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.005)
            inside -= 1

    await asyncio.gather(*(write(each, f"{i}-{n}") for i, each in enumerate(databases) for n in range(6)))
    assert await _count(databases[0]) == 18
    assert most == 1
    for each in databases:
        await each.close()


@pytest.mark.fast
async def test_writers_at_a_locked_file_are_told_so_in_time_and_do_not_pile_up(sqlite_url: str, tmp_path: Path):
    database = Database(sqlite_url, busy_timeout_s=0.5)
    holder = sqlite3.connect(tmp_path / "kairos.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    async def write(name: str) -> BaseException | None:
        try:
            async with database.write() as session:
                session.add(_customer(name))
        except DatabaseError as error:
            return error
        return None

    started = time.monotonic()
    failures = await asyncio.gather(*(write(str(n)) for n in range(12)))
    assert time.monotonic() - started < 3
    assert all(error is not None and is_unavailable(error) for error in failures)
    assert await _count(database) == 0, "reading goes on meanwhile"
    holder.execute("ROLLBACK")
    assert await write("later") is None
    holder.close()
    await database.close()


async def test_a_refused_row_is_not_taken_for_an_unavailable_database(database: Database):
    async with database.write() as session:
        session.add(_customer("twin"))
    with pytest.raises(IntegrityError) as refused:
        async with database.write() as session:
            session.add(_customer("twin"))
    assert not is_unavailable(refused.value)


@pytest.mark.fast
async def test_a_database_that_is_down_is_a_database_error():
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseUnreachable) as error:
        await database.ping()
    assert is_unavailable(error.value)
    await database.close()


async def test_an_error_message_holds_nothing_that_was_to_be_stored(database: Database):
    async with database.write() as session:
        session.add(_customer("secret words of a customer"))
    with pytest.raises(IntegrityError) as refused:
        async with database.write() as session:
            session.add(Customer(id="secret words of a customer", name="more secret words", timezone="",
                                 created_at=datetime.now(UTC)))  # fmt: skip
    assert "more secret words" not in str(refused.value)


@pytest.mark.fast
def test_other_databases_are_refused_by_name():
    with pytest.raises(ValueError, match="mysql"):
        async_url("mysql://localhost/shop")
    with pytest.raises(ValueError, match="no database URL"):
        async_url("shop.db")


@pytest.mark.fast
@pytest.mark.parametrize(("given", "driver"), [
    ("sqlite:///shop.db", "sqlite+aiosqlite"), ("postgresql://shop", "postgresql+asyncpg"),
    ("postgres://shop", "postgresql+asyncpg"), ("postgresql+psycopg2://shop", "postgresql+asyncpg"),
])  # fmt: skip
def test_any_usual_spelling_of_the_two_databases_will_do(given: str, driver: str):
    assert async_url(given).startswith(f"{driver}://")


@pytest.mark.fast
@pytest.mark.parametrize(
    ("sqlstate", "is_away"), [("57P01", True), ("08006", True), ("53300", True), ("23505", False), ("42601", False)]
)
def test_what_postgresql_says_tells_whether_to_try_again(sqlstate: str, is_away: bool):
    refused = Exception("what the driver raised")
    refused.sqlstate = sqlstate  # type: ignore[attr-defined]
    assert is_unavailable(DBAPIError("SELECT 1", {}, refused)) is is_away
