from __future__ import annotations

from datetime import UTC, datetime

import pytest

from actions.settle import settle
from dialogues.plan import Effect
from models.customers import Customer
from models.followups import Followup
from models.handovers import Handover
from models.promises import Promise
from tests.actions.world import World, heard, saying

DUE, TOLD = "2026-11-25T12:00:00+08:00", "2026-11-26T12:00:00+08:00"
PROMISE = Effect(
    "promise", {"issue": "refund", "key": "money_back", "owner": "bot", "due_at": DUE, "told_due_at": TOLD}
)
CHECK = Effect("followup", {"kind": "promise_check", "due_at": DUE})
OUTCOME = Effect("followup", {"kind": "outcome_check", "due_at": TOLD})
HANDOVER = Effect("handover", {"reason": "asked", "why": "the customer asks for a person", "brief": {"heats": [3]}})


async def _settle(world: World, conversation_id: str, *effects: Effect) -> str:
    await world.write(conversation_id, "words")
    turn = await world.turn(conversation_id)
    await settle(turn, saying(turn, effects=effects), heard(), world.services)
    return turn.turn_id


async def test_a_promise_keeps_when_it_is_due_and_when_the_customer_was_told(world: World):
    turn_id = await _settle(world, await world.conversation(), PROMISE)
    [promise] = await world.all(Promise)
    assert (promise.status, promise.owner, promise.key, promise.turn_id) == ("open", "bot", "money_back", turn_id)
    assert promise.due_at == datetime(2026, 11, 25, 4, tzinfo=UTC)
    assert promise.told_due_at == datetime(2026, 11, 26, 4, tzinfo=UTC)


async def test_a_promise_check_belongs_to_its_promise_and_an_outcome_check_to_none(world: World):
    await _settle(world, await world.conversation(), PROMISE, CHECK, OUTCOME)
    [promise] = await world.all(Promise)
    followups = {f.kind: f for f in await world.all(Followup)}
    assert followups["promise_check"].promise_id == promise.id
    assert followups["outcome_check"].promise_id is None
    assert {f.status for f in followups.values()} == {"pending"}


async def test_a_handover_waits_with_its_reason_and_its_brief(world: World):
    conversation_id = await world.conversation()
    turn_id = await _settle(world, conversation_id, HANDOVER)
    [handover] = await world.all(Handover)
    assert (handover.conversation_id, handover.turn_id) == (conversation_id, turn_id)
    assert (handover.status, handover.reason, handover.why) == ("waiting", "asked", "the customer asks for a person")
    assert handover.brief == {"heats": [3]}


async def test_leaving_the_queue_closes_the_handover(world: World):
    conversation_id = await world.conversation()
    await _settle(world, conversation_id, HANDOVER)
    await _settle(world, conversation_id, Effect("leave_queue"))
    [handover] = await world.all(Handover)
    assert handover.status == "left" and handover.closed_at == world.clock.now


async def test_leaving_a_queue_that_one_is_not_in_is_harmless(world: World):
    await _settle(world, await world.conversation(), Effect("leave_queue"))
    assert await world.all(Handover) == []


async def test_stop_contact_cancels_what_was_to_come_and_gives_promises_to_people(world: World):
    conversation_id, other = await world.conversation(), await world.conversation()
    await _settle(world, conversation_id, PROMISE, CHECK, OUTCOME)
    await _settle(world, other, PROMISE, CHECK)
    await _settle(world, conversation_id, Effect("stop_contact"))

    followups = await world.all(Followup)
    assert {(f.status, f.reason) for f in followups if f.conversation_id == conversation_id} == {
        ("cancelled", "stop_contact")
    }
    assert {f.status for f in followups if f.conversation_id == other} == {"pending"}
    promises = {p.conversation_id: p for p in await world.all(Promise)}
    assert (promises[conversation_id].owner, promises[conversation_id].status) == ("duty_team", "open")
    assert promises[other].owner == "bot"
    stopped = {c.id for c in await world.all(Customer) if c.contact_stopped_at is not None}
    assert stopped == {(await world.row(conversation_id)).customer_id}


@pytest.mark.parametrize("name", ["verify", "close", "apology"])
async def test_effects_that_live_in_the_state_alone_write_no_row(world: World, name: str):
    await _settle(world, await world.conversation(), Effect(name, {"order_number": "1", "outcome": "settled"}))
    assert await world.all(Promise) == await world.all(Followup) == await world.all(Handover) == []
