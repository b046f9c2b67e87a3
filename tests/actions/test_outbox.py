"""The outbox's claims, on both kinds of databases: in order, once, and found again when a process dies."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from actions import conversations, outbox
from actions.services import new_id
from models.session import Database
from tests.models.rows import NOON as NOW

CHANNELS = ("telegram",)


async def conversation(database: Database, messages: int, address: str) -> list[str]:
    """A conversation on Telegram with so many messages to deliver; their keys in order."""
    async with database.write() as session:
        customer = await conversations.find_or_add_customer(
            session, new_id=new_id(), channel="telegram", external_id=address, name="", timezone="", linked=False,
            now=NOW,
        )  # fmt: skip
        row = await conversations.open_conversation(
            session, conversation_id=new_id(), customer=customer, channel="telegram", token=None, locale="en", now=NOW,
            address=address,
        )  # fmt: skip
        await session.flush()
        added = [
            conversations.add_message(session, row, message_id=new_id(), author="bot", text=str(number), now=NOW)
            for number in range(messages)
        ]
        return [message.id for message in added]


async def claim(database: Database, now=NOW, limit: int = 10) -> list[outbox.Parcel]:
    async with database.write() as session:
        return await outbox.claim(session, CHANNELS, now, limit)


async def test_one_message_a_conversation_is_claimed_and_in_order(database: Database):
    first, second = await conversation(database, 2, "1"), await conversation(database, 1, "2")
    assert {parcel.key for parcel in await claim(database)} == {first[0], second[0]}
    assert await claim(database) == [], "what is claimed is claimed"
    async with database.write() as session:
        await outbox.note_sent(session, first[0], "77", NOW)
    assert [parcel.key for parcel in await claim(database)] == [first[1]]


async def test_many_who_claim_at_once_never_get_the_same(database: Database):
    keys = {(await conversation(database, 1, str(number)))[0] for number in range(30)}
    taken = await asyncio.gather(*(claim(database, limit=5) for _ in range(12)))
    got = [parcel.key for parcels in taken for parcel in parcels]
    assert len(got) == len(set(got)) and set(got) <= keys
    rest = [parcel.key for parcel in await claim(database, limit=30)]
    assert set(got) | set(rest) == keys


async def test_what_a_dead_process_claimed_is_claimed_again_and_said_to_be_unsure(database: Database):
    [key] = await conversation(database, 1, "1")
    [parcel] = await claim(database)
    assert not parcel.unsure
    later = NOW + outbox.LEASE + timedelta(seconds=1)
    [again] = await claim(database, later)
    assert (again.key, again.unsure, again.attempts) == (key, True, 2)


async def test_who_must_wait_waits_alone(database: Database):
    [waits], [goes] = await conversation(database, 1, "1"), await conversation(database, 1, "2")
    await claim(database)
    async with database.write() as session:
        await outbox.note_later(session, waits, NOW + timedelta(seconds=30), "asked to wait")
        await outbox.note_sent(session, goes, "1", NOW)
    assert await claim(database, NOW + timedelta(seconds=29)) == []
    [parcel] = await claim(database, NOW + timedelta(seconds=31))
    assert (parcel.key, parcel.unsure) == (waits, False)


async def test_a_dead_message_lets_the_next_one_through_and_comes_back_by_hand(database: Database):
    first, second = await conversation(database, 2, "1")
    await claim(database)
    async with database.write() as session:
        await outbox.note_dead(session, first, "refused")
    [parcel] = await claim(database)
    assert parcel.key == second
    async with database.write() as session:
        await outbox.note_sent(session, second, "1", NOW)
        assert await outbox.replay(session, [first[:8]]) == 1
        assert await outbox.replay(session, []) == 0
    assert [parcel.key for parcel in await claim(database)] == [first]


async def test_nothing_is_tried_for_who_blocked_us(database: Database):
    keys = await conversation(database, 2, "1")
    [parcel] = await claim(database)
    async with database.write() as session:
        await outbox.note_unreachable(session, parcel.conversation_id, NOW)
    async with database.read() as session:
        listed = await outbox.listed(session, status="dead", limit=10)
    assert {row.entry.id for row in listed} == set(keys)
    assert all(row.unreachable_at for row in listed)
    async with database.write() as session:
        row = await conversations.lock_conversation(session, parcel.conversation_id)
        conversations.add_message(session, row, message_id=new_id(), author="bot", text="more", now=NOW)
    assert await claim(database) == []
    async with database.read() as session:
        assert len(await outbox.listed(session, status="pending", limit=10)) == 0
