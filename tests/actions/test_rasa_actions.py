from __future__ import annotations

import pytest

from actions.rasa_actions import UnknownAction, run_action
from actions.settle import TurnMoved
from actions.turns import Turn, world_of
from dialogues.decide import decide
from dialogues.plan import Plan
from dialogues.reading import Reading
from dialogues.state import Stage, State
from models.handovers import Handover
from models.moments import Moment
from models.orders import ShopOrder
from tests.actions.world import World, action_call, heard

pytestmark = pytest.mark.fast
NUMBER = "2026111800042"


async def _remember(world: World, conversation_id: str, state: State) -> None:
    async with world.database.write() as session:
        row = await session.merge(await world.row(conversation_id))
        row.state = {key: value for key, value in state.to_dict().items() if key not in ("owner", "version")}


def _judged(turn: Turn, world: World, **hearing: object) -> dict[str, object]:
    """The call that the engine makes for this turn, heard as told and judged as ever."""
    what = heard(text=turn.text, **hearing)
    reading = Reading.from_dict({**what, "choice": turn.choice})
    plan = decide(turn.state, reading, world_of(turn, world.services), world.services.book, world.services.numbers)
    return action_call(turn, plan, what, world.services)


async def _about_to_prove(world: World) -> str:
    """A conversation in which order number and phone were just asked for."""
    conversation_id = await world.conversation("en")
    await _remember(world, conversation_id, State(
        stage=Stage.EXPLORE, issue="order_status", asked_now="order_number", asked={"order_number": 1}, locale="en",
    ))  # fmt: skip
    await world.write(conversation_id, f"{NUMBER}, phone ends 8812")
    return conversation_id


async def _about_to_refund(world: World, *, payload: str | None = None) -> str:
    """A conversation in which a refund was offered, and is now accepted."""
    await world.order(account="emma", status="paid")
    conversation_id = await world.conversation("en", account="emma")
    await _remember(world, conversation_id, State(
        stage=Stage.OFFER, issue="refund", asked_now="choice", locale="en", facts={"order_number": NUMBER},
        options_shown=("refund_all", "duty_team"),
    ))  # fmt: skip
    await world.write(conversation_id, "the first one", payload=payload)
    return conversation_id


FIRST = {"intent": "affirm", "entities": [{"kind": "ordinal", "value": "1"}]}
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
    conversation_id = await _about_to_refund(world)
    turn = await world.turn(conversation_id)
    settled = await run_action(_judged(turn, world, **FIRST), world.services)
    [order] = await world.all(ShopOrder)
    assert order.status == "cancelled" and len(order.details["refunds"]) == 1
    assert "act" in settled.acts and "promise" in settled.acts


async def test_a_port_that_fails_is_told_honestly_and_goes_to_people(world: World):
    world.shop.failing.add("refunds")
    conversation_id = await _about_to_refund(world, payload="option:refund_all")
    turn = await world.turn(conversation_id)
    settled = await run_action(_judged(turn, world), world.services)
    assert "act" not in settled.acts and settled.owner == "queue"
    [handover] = await world.all(Handover)
    assert handover.reason == "action_failed"
    [order] = await world.all(ShopOrder)
    assert order.details["refunds"] == []


async def test_a_fragment_during_a_call_does_not_have_it_done_twice(world: World):
    conversation_id = await _about_to_refund(world)

    async def more_is_written() -> None:
        await world.write(conversation_id, "please")

    world.ports.meanwhile = more_is_written
    with pytest.raises(TurnMoved):
        await run_action(_judged(await world.turn(conversation_id), world, **FIRST), world.services)
    both = await world.turn(conversation_id)
    assert both.text == "the first one\nplease"
    await run_action(_judged(both, world, **FIRST), world.services)
    assert len(world.ports.calls) == 2 and len({key for _, key in world.ports.calls}) == 1
    [order] = await world.all(ShopOrder)
    assert len(order.details["refunds"]) == 1
    assert len(await world.all(Moment)) == 1


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
