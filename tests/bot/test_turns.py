"""The walk of a turn with small engines in place of the loaded one: late ones, broken ones, none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from actions.rasa_actions import run_action
from actions.services import new_id
from bot.hub import Hub
from bot.outbox import Outbox
from bot.turns import Turns
from models.handovers import Handover
from models.moments import Moment
from models.session import Database
from tests.actions.world import World, action_call, heard, saying

pytestmark = pytest.mark.fast
Handle = Callable[[str, dict[str, Any]], Awaitable[Any]]


class FakeEngine:
    """An engine that does as it is told, and settles by our real action."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.handled: list[str] = []
        self.before: Callable[[], Awaitable[object]] | None = None
        self.after: Callable[[], Awaitable[object]] | None = None

    async def handle(self, text: str, metadata: dict[str, Any]) -> Any:
        self.handled.append(text)
        if self.before:
            await self.before()
        services = self.world.services
        turn = await self.world.turn(metadata["conversation_id"])
        call = action_call(turn, saying(turn), heard(), services)
        call["tracker"]["latest_message"]["metadata"] = metadata
        settled = await run_action(call, services)
        if self.after:
            await self.after()
        return settled


class Walk(Turns):
    """Turns with the hub at hand to which they tell."""

    hub: Hub


@asynccontextmanager
async def _turns(world: World, engine: Any, *, window_s: float = 0.0, timeout_s: float = 5.0) -> AsyncIterator[Walk]:
    hub = Hub()

    outbox = Outbox(world.services, {"web": lambda _: None})
    outbox.start()
    turns = Walk(world.services, engine, hub, outbox, window_s=window_s, timeout_s=timeout_s)
    turns.hub = hub
    try:
        yield turns
    finally:
        await turns.finish(5)
        await outbox.stop()


async def _events_until_done(turns: Walk, conversation_id: str, work: Callable[[], Any]) -> list[dict[str, Any]]:
    """What the sockets of the conversation are told while it is answered."""
    ear = turns.hub.subscribe(conversation_id)
    work()
    events = []
    async with asyncio.timeout(15):
        while not events or events[-1]["type"] != "done":
            events.append(await ear.next())
    return events


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    database = Database(sqlite_url)
    yield World(database)
    await database.close()


async def test_a_turn_is_told_in_order_typing_messages_done(world: World):
    conversation_id = await world.conversation()
    async with _turns(world, FakeEngine(world)) as turns:
        await world.write(conversation_id, "hello", client_id="c-1")
        events = await _events_until_done(turns, conversation_id, lambda: turns.arrive(conversation_id))
    assert [event["type"] for event in events] == ["typing", "_new_messages", "done"]
    assert events[-1]["in_reply_to"] == "c-1"


async def test_an_engine_that_settles_in_time_and_comes_back_too_late_is_believed(world: World):
    """It was given up as slow, but the turn is settled: the customer hears that answer, once, and at once."""
    engine = FakeEngine(world)
    engine.after = lambda: asyncio.sleep(30)
    conversation_id = await world.conversation()
    async with _turns(world, engine, timeout_s=0.5) as turns:
        await world.write(conversation_id, "hello", client_id="c-1")
        events = await _events_until_done(turns, conversation_id, lambda: turns.arrive(conversation_id))
    assert [event["type"] for event in events] == ["typing", "_new_messages", "done"]
    assert len(await world.all(Moment)) == 1 and await world.all(Handover) == []


async def test_an_engine_that_is_too_slow_is_not_waited_for(world: World):
    engine = FakeEngine(world)
    engine.before = lambda: asyncio.sleep(30)
    conversation_id = await world.conversation()
    async with _turns(world, engine, timeout_s=0.2) as turns:
        await world.write(conversation_id, "hello", client_id="c-1")
        started = time.monotonic()
        events = await _events_until_done(turns, conversation_id, lambda: turns.arrive(conversation_id))
        assert time.monotonic() - started < 2
    assert [event["type"] for event in events] == ["typing", "_new_messages", "owner", "done"]
    [handover] = await world.all(Handover)
    assert (handover.reason, handover.why) == ("engine_down", "engine: slow")


async def test_what_is_written_while_the_engine_works_is_answered_in_the_same_turn(world: World):
    engine = FakeEngine(world)
    conversation_id = await world.conversation()

    async def more() -> None:
        if len(engine.handled) == 1:
            await world.write(conversation_id, "and this", client_id="c-2")

    async with _turns(world, engine) as turns:
        await world.write(conversation_id, "this", client_id="c-1")
        engine.after, engine.before = None, more
        events = await _events_until_done(turns, conversation_id, lambda: turns.arrive(conversation_id))
        await turns.finish(5)
    assert engine.handled == ["this", "this\nand this"]
    assert len(await world.all(Moment)) == 1 and events[-1]["type"] == "done"


async def test_an_engine_that_breaks_hands_over_and_the_next_turn_is_tried_with_it_again(world: World):
    engine = FakeEngine(world)

    async def crash() -> None:
        raise RuntimeError("crashed")

    conversation_id, other = await world.conversation(), await world.conversation()
    async with _turns(world, engine) as turns:
        engine.before = crash
        await world.write(conversation_id, "hello")
        await turns.run(conversation_id)
        engine.before = None
        await world.write(other, "hello")
        await turns.run(other)
    [handover] = await world.all(Handover)
    assert (handover.conversation_id, handover.why) == (conversation_id, "engine: RuntimeError")
    assert len(await world.all(Moment)) == 2


async def test_a_conversation_that_cannot_be_read_is_told_and_does_not_hold_up_others(world: World):
    broken, fine = await world.conversation(), await world.conversation()
    async with world.database.write() as session:
        (await session.merge(await world.row(broken))).state = {"stage": "no such stage"}
    async with _turns(world, FakeEngine(world)) as turns:
        ear, other = turns.hub.subscribe(broken), turns.hub.subscribe(fine)
        for conversation_id in (broken, fine):
            await world.write(conversation_id, "hello")
            turns.arrive(conversation_id)
        async with asyncio.timeout(10):
            assert await ear.next() == {"type": "error", "code": "unavailable"}
            while (await other.next())["type"] != "done":
                pass
        [moment] = await world.all(Moment)
        assert moment.conversation_id == fine
        async with world.database.write() as session:
            (await session.merge(await world.row(broken))).state = {}
        for task in list(turns._tasks.values()):
            task.cancel()


async def test_many_conversations_at_once_are_each_answered_once(world: World):
    ids = [await world.conversation() for _ in range(12)]
    async with _turns(world, FakeEngine(world), window_s=0.02) as turns:
        for n in range(3):
            for conversation_id in ids:
                await world.write(conversation_id, f"message {n}", client_id=new_id())
                turns.arrive(conversation_id)
            await asyncio.sleep(0.03)
        assert await turns.finish(30)
    moments = await world.all(Moment)
    assert {m.conversation_id for m in moments} == set(ids)
    for conversation_id in ids:
        assert await world.open_turn(conversation_id) is None
        messages = await world.messages(conversation_id)
        assert [m.seq for m in messages] == list(range(1, len(messages) + 1))
    assert turns._tasks == {} and turns._due == {} and turns._locks == {}, "nothing is kept of those who were answered"


async def test_finishing_answers_what_still_waits_for_fragments(world: World):
    conversation_id = await world.conversation()
    async with _turns(world, FakeEngine(world), window_s=0.5) as turns:
        await world.write(conversation_id, "hello")
        turns.arrive(conversation_id)
        assert await turns.finish(5)
        assert len(await world.all(Moment)) == 1
        assert await turns.finish(5), "with nothing under way there is nothing to wait for"
