from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import select

from actions import conversations
from actions.conversations import Inbound, Recorded
from models.messages import Message
from models.session import Database
from tests.models.rows import NOON, add_conversation

WRITERS, EACH, DATABASES = 30, 5, 3


async def _seqs(database: Database, conversation_id: str) -> list[int]:
    async with database.read() as session:
        query = select(Message.seq).where(Message.conversation_id == conversation_id).order_by(Message.seq)
        return list((await session.execute(query)).scalars())


async def _record(database: Database, conversation_id: str, external_id: str) -> Recorded:
    inbound = Inbound(conversation_id=conversation_id, external_id=external_id, text="hello", received_at=NOON)
    async with database.write() as session:
        return await conversations.record_message(session, inbound, uuid4().hex)


async def test_numbers_have_no_gap_when_thirty_write_at_once(database: Database):
    conversation = await add_conversation(database)
    databases = [Database(database.url, busy_timeout_s=30) for _ in range(DATABASES)]

    async def write(writer: int) -> None:
        for n in range(EACH):
            await _record(databases[writer % DATABASES], conversation.id, f"{writer}-{n}")

    await asyncio.gather(*(write(writer) for writer in range(WRITERS)))
    assert await _seqs(database, conversation.id) == list(range(1, WRITERS * EACH + 1))
    for each in databases:
        await each.close()


async def test_the_same_message_sent_by_thirty_at_once_is_stored_once(database: Database):
    conversation = await add_conversation(database)
    databases = [Database(database.url, busy_timeout_s=30) for _ in range(DATABASES)]
    recorded = await asyncio.gather(
        *(_record(databases[n % DATABASES], conversation.id, "the same") for n in range(WRITERS))
    )
    assert await _seqs(database, conversation.id) == [1]
    assert {each.seq for each in recorded} == {1} and len({each.id for each in recorded}) == 1
    assert sum(not each.duplicate for each in recorded) == 1
    for each in databases:
        await each.close()


async def test_a_message_that_was_not_stored_after_all_takes_no_number(database: Database):
    conversation = await add_conversation(database)
    await _record(database, conversation.id, "first")
    with pytest.raises(RuntimeError):
        async with database.write() as session:
            inbound = Inbound(conversation_id=conversation.id, external_id="lost", text="", received_at=NOON)
            await conversations.record_message(session, inbound, uuid4().hex)
            raise RuntimeError
    await _record(database, conversation.id, "second")
    assert await _seqs(database, conversation.id) == [1, 2]


async def test_each_conversation_counts_for_itself(database: Database):
    one, two = await add_conversation(database), await add_conversation(database)
    await _record(database, one.id, "a")
    await _record(database, two.id, "a")
    await _record(database, two.id, "b")
    assert await _seqs(database, one.id) == [1]
    assert await _seqs(database, two.id) == [1, 2]
