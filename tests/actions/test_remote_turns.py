"""Whole turns with the shop's systems at the other end of a wire: what is said is what is known to be done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from actions.rasa_actions import run_action
from actions.remote_shop import Remote, RemoteShop
from actions.settle import Settled
from actions.turns import world_of
from dialogues.decide import decide
from dialogues.reading import Reading
from models.handovers import Handover
from models.promises import Promise
from models.session import Database
from tests.actions.world import World, action_call, heard
from tests.shop_server import SECRET, ShopServer, shop_server

pytestmark = pytest.mark.fast
REFUNDS = "/kairos/v1/refunds/create"


class RemoteWorld(World):
    """A world whose shop is elsewhere."""

    def __init__(self, database: Database, server: ShopServer) -> None:
        super().__init__(database)
        self.server = server
        self.remote = RemoteShop(Remote(server.url, SECRET, try_s=0.3, total_s=1.2))
        self.services = replace(self.services, ports=self.remote)

    async def say(self, conversation_id: str, text: str, payload: str | None = None, **hearing: Any) -> Settled:
        """The customer writes or taps, and is answered."""
        await self.write(conversation_id, text, payload=payload)
        turn = await self.turn(conversation_id)
        what = heard(text=turn.text, **hearing)
        reading = Reading.from_dict({**what, "choice": turn.choice})
        plan = decide(turn.state, reading, world_of(turn, self.services), self.services.book, self.services.numbers)
        return await run_action(action_call(turn, plan, what, self.services), self.services)

    async def last_words(self, conversation_id: str) -> str:
        """All that was said in the last turn."""
        messages = await self.messages(conversation_id)
        return "\n".join(m.text for m in messages if m.author == "bot" and m.turn_id == messages[-1].turn_id)


@pytest.fixture
async def remote_world(sqlite_url: str) -> AsyncIterator[RemoteWorld]:
    database = Database(sqlite_url)
    async with shop_server() as server:
        world = RemoteWorld(database, server)
        yield world
        await world.remote.close()
    await database.close()


async def _offered(world: RemoteWorld) -> str:
    conversation_id = await world.conversation("en", account="emma")
    settled = await world.say(conversation_id, "I want my money back", intent="refund")
    assert "offer" in settled.acts
    return conversation_id


async def test_a_signed_in_customer_is_offered_what_fits_their_order_and_it_is_done(remote_world: RemoteWorld):
    conversation_id = await _offered(remote_world)
    settled = await remote_world.say(conversation_id, "Refund", payload="option:refund_all")
    assert "act" in settled.acts and "promise" in settled.acts
    assert len(remote_world.server.done_with(REFUNDS)) == 1
    assert "42.50" in await remote_world.last_words(conversation_id)


async def test_done_before_the_connection_was_lost_is_done_once_and_said_to_be_done(remote_world: RemoteWorld):
    conversation_id = await _offered(remote_world)
    remote_world.server.moods = ["drop_after"]
    settled = await remote_world.say(conversation_id, "Refund", payload="option:refund_all")
    assert "act" in settled.acts and len(remote_world.server.done_with(REFUNDS)) == 1


@pytest.mark.parametrize("mood", ["slow", "error", "drop_after", "garbage", "wrong_signature"])
async def test_what_is_not_known_to_be_done_is_not_said_to_be_done(remote_world: RemoteWorld, mood: str):
    conversation_id = await _offered(remote_world)
    remote_world.server.always = mood
    settled = await remote_world.say(conversation_id, "Refund", payload="option:refund_all")
    assert "act" not in settled.acts and settled.owner == "queue"
    [handover] = await remote_world.all(Handover)
    assert handover.reason == "action_failed" and "refunds.create failed" in handover.why
    assert "may have been done" in handover.why, "the colleague looks before it is done a second time"
    assert [p for p in await remote_world.all(Promise) if p.key != "call_back"] == []
    assert "refunded" not in (await remote_world.last_words(conversation_id)).casefold()


async def test_a_guest_proves_the_order_over_the_wire(remote_world: RemoteWorld):
    conversation_id = await remote_world.conversation("en")
    await remote_world.say(conversation_id, "where is my order", intent="order_status")
    entities = [{"kind": "order_number", "value": "2026111800042"}]
    settled = await remote_world.say(
        conversation_id, "2026111800042 and 8812", intent="provide_info", entities=entities
    )  # fmt: skip
    assert "answer" in settled.acts and "desk lamp" in await remote_world.last_words(conversation_id)


async def test_orders_that_cannot_be_looked_up_go_to_people_and_are_not_asked_for(remote_world: RemoteWorld):
    conversation_id = await remote_world.conversation("en", account="emma")
    remote_world.server.always = "error"
    settled = await remote_world.say(conversation_id, "where is my order", intent="order_status")
    assert settled.owner == "queue" and "ask" not in settled.acts
    [handover] = await remote_world.all(Handover)
    assert handover.reason == "action_failed"


async def test_what_needs_no_order_goes_on_while_the_shop_is_out_of_reach(remote_world: RemoteWorld):
    conversation_id = await remote_world.conversation("en", account="emma")
    remote_world.server.always = "error"
    settled = await remote_world.say(conversation_id, "When are you open?", intent="business_info")
    assert "answer" in settled.acts and settled.owner == "bot"


async def test_a_turn_ends_before_it_is_given_up_as_slow(remote_world: RemoteWorld):
    conversation_id = await _offered(remote_world)
    remote_world.services = replace(remote_world.services, calls_within_s=0.2)
    remote_world.server.always = "slow"
    settled = await remote_world.say(conversation_id, "Refund", payload="option:refund_all")
    assert settled.owner == "queue"
    [handover] = await remote_world.all(Handover)
    assert "no answer in time" in handover.why and "may have been done" in handover.why
