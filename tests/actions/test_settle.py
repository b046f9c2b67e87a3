from __future__ import annotations

import asyncio

import pytest

from actions.settle import Settled, TurnMoved, settle, settled_before
from dialogues.plan import Effect
from dialogues.state import Owner, Stage
from models.messages import Message
from models.moments import Moment
from models.outbox import OutboxEntry
from models.promises import Promise
from tests.actions.world import World, heard, saying


async def test_a_settled_turn_leaves_replies_outbox_moment_and_state(world: World):
    conversation_id = await world.conversation()
    first = await world.write(conversation_id, "hello", client_id="c-1")
    turn = await world.turn(conversation_id)
    plan = saying(turn, "greet.hello", "listen.invite", stage=Stage.EXPLORE)
    settled = await settle(turn, plan, heard(intent="greet", emotion="anxious", intensity=2), world.services)

    assert settled == Settled(turn.turn_id, ("greet", "listen"), 2, "bot")
    written, *replies = await world.messages(conversation_id)
    assert [m.seq for m in (written, *replies)] == [1, 2, 3]
    assert written.turn_id == first.id == turn.turn_id
    for reply in replies:
        assert (reply.author, reply.in_reply_to, reply.turn_id, reply.trace_id) == ("bot", "c-1", turn.turn_id, "trace")
        assert reply.text and reply.wording
    assert sorted((e.id, e.seq, e.status) for e in await world.all(OutboxEntry)) == sorted(
        (m.id, m.seq, "pending") for m in replies
    )
    [moment] = await world.all(Moment)
    assert (moment.turn_id, moment.touchpoint, moment.emotion, moment.speaker) == (
        turn.turn_id,
        "greet",
        "anxious",
        "bot",
    )
    assert [act["name"] for act in moment.acts] == ["greet", "listen"] and moment.reasons == ["a test"]
    row = await world.row(conversation_id)
    assert (row.version, row.next_seq, row.state["stage"]) == (1, 4, "explore")
    assert list(row.state["said"]) == [variant for reply in replies for variant in reply.wording]


async def test_every_turn_has_exactly_one_moment(world: World):
    conversation_id = await world.conversation()
    for n in range(4):
        await world.write(conversation_id, f"message {n}")
        turn = await world.turn(conversation_id)
        await settle(turn, saying(turn), heard(), world.services)
        with pytest.raises(TurnMoved):
            await settle(turn, saying(turn), heard(), world.services)
    moments = await world.all(Moment)
    assert len(moments) == len({m.turn_id for m in moments}) == 4
    assert {m.turn_id for m in moments} == {m.turn_id for m in await world.messages(conversation_id)}


async def test_a_turn_settled_twice_is_refused_the_second_time_and_writes_nothing(world: World):
    conversation_id = await world.conversation()
    await world.write(conversation_id, "hello")
    turn = await world.turn(conversation_id)
    due = "2026-11-25T00:00:00+00:00"
    promise = Effect("promise", {"issue": "refund", "key": "x", "owner": "bot", "due_at": due, "told_due_at": due})
    await settle(turn, saying(turn, effects=[promise]), heard(), world.services)
    before = (await world.row(conversation_id)).version, len(await world.messages(conversation_id))
    with pytest.raises(TurnMoved):
        await settle(turn, saying(turn, effects=[promise]), heard(), world.services)
    assert ((await world.row(conversation_id)).version, len(await world.messages(conversation_id))) == before
    assert len(await world.all(Promise)) == len(await world.all(Moment)) == 1


async def test_of_two_that_settle_the_same_turn_at_once_one_wins(world: World):
    conversation_id = await world.conversation()
    await world.write(conversation_id, "hello")
    turn = await world.turn(conversation_id)
    results = await asyncio.gather(
        *(settle(turn, saying(turn), heard(), world.services) for _ in range(6)), return_exceptions=True
    )
    assert sum(isinstance(result, Settled) for result in results) == 1
    assert sum(isinstance(result, TurnMoved) for result in results) == 5
    assert len(await world.all(Moment)) == 1
    assert [m.seq for m in await world.messages(conversation_id)] == [1, 2]


async def test_a_turn_judged_on_an_older_version_is_refused(world: World):
    conversation_id = await world.conversation()
    await world.write(conversation_id, "hello")
    turn = await world.turn(conversation_id)
    async with world.database.write() as session:
        row = await session.merge(await world.row(conversation_id))
        row.version += 1
    with pytest.raises(TurnMoved):
        await settle(turn, saying(turn), heard(), world.services)
    assert await world.all(Moment) == [] and (await world.open_turn(conversation_id)) is not None


async def test_a_fragment_that_came_meanwhile_opens_the_turn_again_with_both(world: World):
    conversation_id = await world.conversation()
    await world.write(conversation_id, "my parcel", client_id="a")
    early = await world.turn(conversation_id)
    await world.write(conversation_id, "never came", client_id="b")
    with pytest.raises(TurnMoved):
        await settle(early, saying(early), heard(), world.services)
    both = await world.turn(conversation_id)
    assert (both.text, both.client_ids) == ("my parcel\nnever came", ("a", "b"))
    await settle(both, saying(both), heard(), world.services)
    one, two, reply = await world.messages(conversation_id)
    assert one.turn_id == two.turn_id == reply.turn_id == both.turn_id
    assert reply.in_reply_to == "b"
    assert await world.open_turn(conversation_id) is None


async def test_a_tapped_choice_is_a_turn_of_its_own(world: World):
    conversation_id = await world.conversation()
    await world.write(conversation_id, "hm,", client_id="a")
    await world.write(conversation_id, "Refund", payload="issue:refund", client_id="b")
    await world.write(conversation_id, "please", client_id="c")
    seen = []
    while turn := await world.open_turn(conversation_id):
        seen.append((turn.client_ids, turn.choice))
        await settle(turn, saying(turn), heard(), world.services)
    assert seen == [(("a",), ""), (("b",), "issue:refund"), (("c",), "")]
    assert len(await world.all(Moment)) == 3


async def test_what_is_written_after_a_tap_does_not_move_it(world: World):
    conversation_id = await world.conversation()
    await world.write(conversation_id, "Refund", payload="issue:refund")
    tapped = await world.turn(conversation_id)
    await world.write(conversation_id, "quickly")
    await settle(tapped, saying(tapped), heard(), world.services)
    assert (await world.turn(conversation_id)).text == "quickly"


async def test_words_in_front_of_a_tap_are_not_moved_by_it(world: World):
    conversation_id = await world.conversation()
    await world.write(conversation_id, "wait")
    words = await world.turn(conversation_id)
    await world.write(conversation_id, "Refund", payload="issue:refund")
    await settle(words, saying(words), heard(), world.services)
    assert (await world.turn(conversation_id)).choice == "issue:refund"


async def test_while_a_human_speaks_the_bot_is_silent_and_the_moment_is_written(world: World):
    conversation_id = await world.conversation()
    await world.write(conversation_id, "hello")
    turn = await world.turn(conversation_id)
    async with world.database.write() as session:
        (await session.merge(await world.row(conversation_id))).owner = Owner.HUMAN.value
    settled = await settle(turn, saying(turn, owner=Owner.HUMAN), heard(emotion="angry", intensity=3), world.services)
    assert settled.replies == 0 and settled.owner == "human"
    assert [m.author for m in await world.messages(conversation_id)] == ["customer"]
    [moment] = await world.all(Moment)
    assert (moment.speaker, moment.emotion, moment.wording) == ("human", "angry", [])
    assert await world.all(OutboxEntry) == []


async def test_a_moment_learns_what_the_customer_felt_next(world: World):
    conversation_id = await world.conversation()
    for minute, (emotion, intensity) in enumerate((("angry", 3), ("frustrated", 2), ("happy", 1))):
        world.clock.now = world.clock.now.replace(minute=minute)
        await world.write(conversation_id, "words")
        turn = await world.turn(conversation_id)
        await settle(turn, saying(turn), heard(emotion=emotion, intensity=intensity), world.services)
    moments = sorted(await world.all(Moment), key=lambda m: m.created_at)
    assert [(m.emotion_after, m.intensity_after) for m in moments] == [("frustrated", 2), ("happy", 1), (None, None)]


async def test_a_moment_keeps_no_verification_figures(world: World):
    conversation_id = await world.conversation()
    await world.write(conversation_id, "hello")
    turn = await world.turn(conversation_id)
    facts = {"order_number": "2026111800042", "phone_last4": "8812"}
    await settle(turn, saying(turn, facts=facts), heard(), world.services)
    [moment] = await world.all(Moment)
    assert moment.after["facts"] == {"order_number": "2026111800042"}


async def test_a_settled_turn_can_be_asked_after(world: World):
    conversation_id = await world.conversation()
    await world.write(conversation_id, "hello")
    turn = await world.turn(conversation_id)
    async with world.database.read() as session:
        assert await settled_before(session, turn) is None
    settled = await settle(turn, saying(turn, "greet.hello", "greet.ready"), heard(), world.services)
    async with world.database.read() as session:
        assert await settled_before(session, turn) == settled


@pytest.mark.parametrize("nonsense", ["an unknown effect", "a wording that is not there", "a promise without a time"])
async def test_a_plan_that_cannot_be_carried_out_leaves_nothing(world: World, nonsense: str):
    conversation_id = await world.conversation()
    await world.write(conversation_id, "hello")
    turn = await world.turn(conversation_id)
    plan = {
        "an unknown effect": saying(turn, effects=[Effect("fly", {})]),
        "a wording that is not there": saying(turn, "greet.nothing_of_the_kind"),
        "a promise without a time": saying(
            turn, effects=[Effect("promise", {"issue": "", "key": "x", "owner": "bot"})]
        ),
    }[nonsense]
    with pytest.raises((ValueError, KeyError)):
        await settle(turn, plan, heard(), world.services)
    assert [m.author for m in await world.all(Message)] == ["customer"]
    assert await world.all(Moment) == await world.all(OutboxEntry) == []
    assert (await world.row(conversation_id)).version == 0
    assert (await world.turn(conversation_id)).turn_id == turn.turn_id, "the turn still awaits its answer"
