from __future__ import annotations

import pytest

from actions.fallback import settle_without_engine
from actions.rasa_actions import UnknownAction, run_action
from actions.settle import TurnMoved
from actions.turns import Turn, world_of
from dialogues.decide import decide
from dialogues.plan import Plan
from dialogues.reading import Reading
from models.handovers import Handover
from models.moments import Moment
from models.orders import ShopOrder
from tests.actions.world import World, action_call, heard

NUMBER = "2026111800042"


def _judged(turn: Turn, world: World, **hearing: object) -> dict[str, object]:
    """The call that the engine makes for this turn, heard as told and judged as ever."""
    what = heard(text=turn.text, **hearing)
    reading = Reading.from_dict({**what, "choice": turn.choice})
    plan = decide(turn.state, reading, world_of(turn, world.services), world.services.book, world.services.numbers)
    return action_call(turn, plan, what, world.services)


async def _turn(world: World, conversation_id: str, text: str, **hearing: object) -> None:
    """A turn as it goes by itself."""
    await world.write(conversation_id, text)
    await run_action(_judged(await world.turn(conversation_id), world, **hearing), world.services)


async def _about_to_prove(world: World) -> str:
    """A conversation in which order number and phone were asked for, and are given now."""
    conversation_id = await world.conversation("en")
    await _turn(world, conversation_id, "where is my order", intent="order_status")
    await world.write(conversation_id, f"{NUMBER}, phone ends 8812")
    return conversation_id


async def _about_to_refund(world: World, *, tapped: bool = False) -> tuple[str, dict[str, object]]:
    """A conversation in which a refund was offered and is chosen now, and how that is heard."""
    await world.order(account="emma", status="paid")
    conversation_id = await world.conversation("en", account="emma")
    await _turn(world, conversation_id, "I want my money back", intent="refund", needs=["compensation"])
    offered = [choice["payload"] for m in await world.messages(conversation_id) for choice in m.choices]
    assert REFUND in offered
    position = [payload for payload in offered if payload.startswith("option:")].index(REFUND) + 1
    await world.write(conversation_id, f"option {position}", payload=REFUND if tapped else None)
    return conversation_id, {"intent": "affirm"}


REFUND = "option:refund_all"
NAMED = {"intent": "provide_info", "entities": [{"kind": "order_number", "value": NUMBER}]}


async def test_a_plans_calls_are_carried_out_and_judged_again_with_the_answers(world: World):
    await world.order(status="shipped", item="desk lamp")
    conversation_id = await _about_to_prove(world)
    turn = await world.turn(conversation_id)
    settled = await run_action(_judged(turn, world, **NAMED), world.services)
    assert [(call.port, call.action) for call, _ in world.ports.calls] == [("orders", "verify")]
    assert "answer" in settled.acts
    row = await world.row(conversation_id)
    assert row.state["verified"] and row.state["facts"]["order_number"] == NUMBER
    assert any("desk lamp" in m.text for m in await world.messages(conversation_id))


async def test_what_was_chosen_is_done_before_it_is_said_to_be_done(world: World):
    conversation_id, chosen = await _about_to_refund(world)
    turn = await world.turn(conversation_id)
    settled = await run_action(_judged(turn, world, **chosen), world.services)
    [order] = await world.all(ShopOrder)
    assert order.status == "cancelled" and len(order.details["refunds"]) == 1
    assert "act" in settled.acts and "promise" in settled.acts


async def test_a_port_that_fails_is_told_honestly_and_goes_to_people(world: World):
    world.shop.failing.add("refunds")
    conversation_id, _ = await _about_to_refund(world, tapped=True)
    turn = await world.turn(conversation_id)
    settled = await run_action(_judged(turn, world), world.services)
    assert "act" not in settled.acts and settled.owner == "queue"
    [handover] = await world.all(Handover)
    assert handover.reason == "action_failed"
    [order] = await world.all(ShopOrder)
    assert order.details["refunds"] == []


async def test_what_is_written_during_a_call_is_a_turn_of_its_own(world: World):
    """What the shop did is told to the customer who asked for it, whatever they write meanwhile."""
    conversation_id, chosen = await _about_to_refund(world)

    async def more_is_written() -> None:
        await world.write(conversation_id, "please")

    world.ports.meanwhile = more_is_written
    settled = await run_action(_judged(await world.turn(conversation_id), world, **chosen), world.services)
    assert "act" in settled.acts and "promise" in settled.acts
    [order] = await world.all(ShopOrder)
    assert len(order.details["refunds"]) == len(world.ports.calls) == 1
    assert (await world.turn(conversation_id)).text == "please"


async def test_a_call_that_was_made_in_vain_is_made_again_under_the_same_key(world: World):
    """The turn could not be settled after the call: the shop is asked again, and does it once."""
    conversation_id, _ = await _about_to_refund(world, tapped=True)

    async def crash() -> None:
        raise ConnectionError("in the middle of the turn")

    call = _judged(await world.turn(conversation_id), world)
    world.ports.meanwhile = crash
    with pytest.raises(ConnectionError):
        await run_action(call, world.services)
    settled = await run_action(call, world.services)
    assert "act" in settled.acts
    assert len(world.ports.calls) == 2 and len({key for _, key in world.ports.calls}) == 1
    [order] = await world.all(ShopOrder)
    assert len(order.details["refunds"]) == 1


async def test_an_engine_that_comes_late_has_nothing_done_any_more(world: World):
    conversation_id, chosen = await _about_to_refund(world)
    turn = await world.turn(conversation_id)
    late = _judged(turn, world, **chosen)
    await settle_without_engine(turn, world.services, "slow", {})
    with pytest.raises(TurnMoved):
        await run_action(late, world.services)
    assert world.ports.calls == []


async def test_a_call_for_a_turn_that_is_over_is_refused(world: World):
    conversation_id = await world.conversation("en")
    await world.write(conversation_id, "hello")
    call = _judged(await world.turn(conversation_id), world, intent="greet")
    await run_action(call, world.services)
    with pytest.raises(TurnMoved):
        await run_action(call, world.services)
    assert len(await world.all(Moment)) == 1


async def test_a_call_for_an_older_version_or_a_shorter_turn_is_refused(world: World):
    conversation_id = await world.conversation("en")
    await world.write(conversation_id, "hello")
    call = _judged(await world.turn(conversation_id), world, intent="greet")
    await world.write(conversation_id, "there")
    with pytest.raises(TurnMoved):
        await run_action(call, world.services)
    later = _judged(await world.turn(conversation_id), world, intent="greet")
    later["tracker"]["latest_message"]["metadata"]["version"] = 7  # type: ignore[index]
    with pytest.raises(TurnMoved):
        await run_action(later, world.services)
    assert await world.all(Moment) == []


async def test_an_action_that_is_not_ours_is_refused(world: World):
    conversation_id = await world.conversation("en")
    await world.write(conversation_id, "hello")
    turn = await world.turn(conversation_id)
    with pytest.raises(UnknownAction, match="utter_greet"):
        await run_action(action_call(turn, Plan(turn.state), heard(), world.services, "utter_greet"), world.services)


async def test_a_plan_that_is_none_raises_and_leaves_the_turn_open(world: World):
    conversation_id = await world.conversation("en")
    await world.write(conversation_id, "hello")
    turn = await world.turn(conversation_id)
    for nonsense in ({}, {"acts": [{"name": "greet"}]}, {"state": {"stage": "nowhere"}}):
        with pytest.raises((KeyError, ValueError, TypeError)):
            await run_action(action_call(turn, nonsense, heard(), world.services), world.services)
    assert (await world.turn(conversation_id)).turn_id == turn.turn_id
