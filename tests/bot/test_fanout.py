"""The hub of many processes: what is published in one is heard in all. Two hubs stand for two processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from bot.fanout import SharedHub
from bot.hub import NEW_MESSAGES, Subscription
from models.session import Database

WITHIN_S = 10


@pytest.fixture
async def hubs(postgresql_url: str) -> AsyncIterator[tuple[SharedHub, SharedHub]]:
    hubs = SharedHub(postgresql_url), SharedHub(postgresql_url)
    for hub in hubs:
        await hub.open()
    yield hubs
    for hub in hubs:
        await hub.close()


async def _next(subscription: Subscription, within_s: float = WITHIN_S) -> dict[str, Any]:
    async with asyncio.timeout(within_s):
        return await subscription.next()


async def test_what_is_published_here_is_heard_there_and_once_here(hubs: tuple[SharedHub, SharedHub]):
    here, there = hubs
    ears = here.subscribe("c1"), there.subscribe("c1"), there.subscribe("c2")
    here.publish("c1", {"type": "owner", "owner": "queue"})
    here.publish("c1", NEW_MESSAGES)
    for ear in ears[:2]:
        assert await _next(ear) == {"type": "owner", "owner": "queue"}
        assert await _next(ear) is NEW_MESSAGES
    there.publish("c2", NEW_MESSAGES)
    assert await _next(ears[2]) is NEW_MESSAGES
    await asyncio.sleep(0.2)
    assert all(ear.events.empty() for ear in ears)


async def test_new_messages_are_told_there_before_what_they_led_to(hubs: tuple[SharedHub, SharedHub]):
    here, there = hubs
    ear = there.subscribe("c1")
    for event in (NEW_MESSAGES, {"type": "done"}, NEW_MESSAGES):
        here.publish("c1", event)
    assert [await _next(ear), await _next(ear)] == [NEW_MESSAGES, {"type": "done"}]


async def test_many_events_travel_in_few_notices_and_none_is_lost(hubs: tuple[SharedHub, SharedHub]):
    here, there = hubs
    ears = {f"conversation-{n}": there.subscribe(f"conversation-{n}") for n in range(1000)}
    heard: list[str] = []
    there.notices._heard = lambda payload, hear=there._hear: (heard.append(payload), hear(payload))
    for _ in range(3):
        for conversation_id in ears:
            here.publish(conversation_id, NEW_MESSAGES)
    for ear in ears.values():
        assert await _next(ear) is NEW_MESSAGES
    assert len(heard) < 20 and all(len(payload) < 8000 for payload in heard)


async def test_after_a_broken_connection_everybody_looks_for_what_was_missed(
    hubs: tuple[SharedHub, SharedHub], postgresql_url: str
):
    here, there = hubs
    ear = there.subscribe("c1")
    database = Database(postgresql_url)
    async with database.write() as session:
        await session.execute(text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ))  # fmt: skip
    await database.close()
    assert await _next(ear) is NEW_MESSAGES, "woken after it was connected again"
    await asyncio.sleep(0.5)
    here.publish("c1", {"type": "typing", "author": "bot"})
    assert await _next(ear) == {"type": "typing", "author": "bot"}


async def test_one_leads_and_another_takes_over_when_it_is_gone(hubs: tuple[SharedHub, SharedHub]):
    here, there = hubs
    assert await here.notices.lead("watch") and await here.notices.lead("watch")
    assert not await there.notices.lead("watch")
    assert await there.notices.lead("telegram"), "each thing has a leader of its own"
    await here.close()
    assert await there.notices.lead("watch")


async def test_each_process_has_a_slot_and_a_free_one_is_taken_again(hubs: tuple[SharedHub, SharedHub]):
    here, there = hubs
    assert (await here.notices.take_slot(), await there.notices.take_slot()) == (0, 1)
    await here.close()
    assert await there.notices.take_slot() == 0
