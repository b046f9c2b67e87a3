"""Follow-ups as rows: scheduled with what causes them, moved or cancelled by what happens, sent once or skipped."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from actions import followups, links, promises
from actions.conversations import lock_conversation
from actions.followup_firing import fire_followup, fire_together
from actions.settle import settle
from actions.turns import keep_state, state_of
from dialogues.plan import Effect
from dialogues.state import Owner, Stage
from models.customers import Customer
from models.followups import Followup
from models.handovers import Handover
from models.moments import Moment
from models.promises import Promise
from tests.actions.world import World, heard, saying
from tests.models.rows import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PROMISE = Effect("promise", {
    "issue": "delivery_problem", "key": "courier_report", "owner": "bot",
    "due_at": (NOON + DAY).isoformat(), "told_due_at": (NOON + 2 * DAY).isoformat(),
})  # fmt: skip
CHECK = Effect("followup", {"kind": "promise_check", "due_at": (NOON + DAY).isoformat()})
OUTCOME = Effect("followup", {"kind": "outcome_check", "due_at": (NOON + DAY).isoformat()})


@dataclass
class Timers:
    """Notes what is set, and how it ends."""

    was_set: list[tuple[str, datetime]] = field(default_factory=list)

    async def set(self, session: AsyncSession, followup_id: str, due_at: datetime) -> None:
        assert session.in_transaction()
        self.was_set.append((followup_id, due_at))


@pytest.fixture
def timers(world: World) -> Timers:
    timers = Timers()
    world.services.timers = timers
    return timers


async def _settled(world: World, *effects: Effect, of: str = "", **state: Any) -> str:
    """A conversation in which a turn with these effects was settled."""
    conversation_id = of or await world.conversation()
    await world.write(conversation_id, "words")
    turn = await world.turn(conversation_id)
    plan = saying(turn, effects=effects, **{"stage": Stage.CLOSED, "issue": "delivery_problem", **state})
    await settle(turn, plan, heard(), world.services)
    return conversation_id


async def _fire(world: World, followup: Followup) -> bool:
    return (await fire_followup(followup.id, world.services)).spoke


async def _owned_by(world: World, conversation_id: str, owner: Owner) -> None:
    async with world.database.write() as session:
        row = await lock_conversation(session, conversation_id)
        keep_state(row, replace(state_of(row), owner=owner))


async def _only(world: World, kind: str, status: str = "pending") -> Followup:
    [followup] = [f for f in await world.all(Followup) if f.kind == kind and f.status == status]
    return followup


async def _said(world: World, conversation_id: str) -> list[str]:
    return [key.partition("#")[0] for m in await world.messages(conversation_id) for key in m.wording]


async def test_a_timer_is_set_in_the_transaction_that_schedules(world: World, timers: Timers):
    await _settled(world, PROMISE, CHECK)
    check = await _only(world, "promise_check")
    assert timers.was_set == [(check.id, NOON + DAY)]


async def test_the_reminder_of_a_customer_who_writes_on_moves_and_needs_no_new_timer(world: World, timers: Timers):
    open_matter = {"stage": Stage.OFFER}
    conversation_id = await _settled(world, **open_matter)
    world.clock.now += timedelta(minutes=5)
    await _settled(world, of=conversation_id, **open_matter)
    nudge = await _only(world, "nudge")
    assert nudge.due_at == NOON + timedelta(minutes=15) and nudge.created_at == world.clock.now
    assert timers.was_set == [(nudge.id, NOON + timedelta(minutes=10))]

    world.clock.now = NOON + timedelta(minutes=10)
    assert not await _fire(world, nudge), "it is too early"
    assert timers.was_set[-1] == (nudge.id, nudge.due_at), "and the timer is set anew"
    world.clock.now = nudge.due_at
    assert await _fire(world, nudge)
    assert "schedule.nudge" in await _said(world, conversation_id)


async def test_a_reminder_is_off_when_nothing_is_open_any_more(world: World):
    conversation_id = await _settled(world, stage=Stage.OFFER)
    await _settled(world, of=conversation_id, stage=Stage.CLOSED)
    assert (await _only(world, "nudge", "cancelled")).reason == "answered"


async def test_a_followup_is_sent_once_however_many_fire_it(world: World):
    conversation_id = await _settled(world, OUTCOME)
    check = await _only(world, "outcome_check")
    world.clock.now = NOON + DAY
    fired = await asyncio.gather(*(_fire(world, check) for _ in range(5)))
    assert sorted(fired) == [False] * 4 + [True]
    assert (await _said(world, conversation_id)).count("schedule.outcome_check") == 1
    sent = await _only(world, "outcome_check", "sent")
    assert sent.reason == "asks whether all is well" and sent.closed_at == world.clock.now


async def test_what_is_not_sent_says_why(world: World):
    conversation_id = await _settled(world, OUTCOME)
    await _owned_by(world, conversation_id, Owner.HUMAN)
    world.clock.now = NOON + DAY
    assert not await _fire(world, await _only(world, "outcome_check"))
    assert (await _only(world, "outcome_check", "skipped")).reason == "the conversation is with the human"


async def test_at_night_it_waits_for_the_customers_own_morning(world: World, timers: Timers):
    conversation_id = await _settled(world, OUTCOME)
    async with world.database.write() as session:
        customer = await session.get_one(Customer, (await world.row(conversation_id)).customer_id)
        customer.timezone = "America/New_York"
    world.clock.now = NOON + DAY  # 23:00 the day before in New York
    assert not await _fire(world, await _only(world, "outcome_check"))
    moved = await _only(world, "outcome_check")
    assert moved.due_at.isoformat() == "2026-11-24T14:00:00+00:00"
    assert timers.was_set[-1] == (moved.id, moved.due_at)


async def test_the_weeks_measure_counts_over_all_conversations_of_a_customer(world: World):
    first = await _settled(world, OUTCOME)
    customer_id = (await world.row(first)).customer_id
    others = [await _settled(world, OUTCOME) for _ in range(2)]
    async with world.database.write() as session:
        for other in others:
            (await lock_conversation(session, other)).customer_id = customer_id
    world.clock.now = NOON + DAY
    fired = await asyncio.gather(*(_fire(world, each) for each in await world.all(Followup)))
    assert sorted(fired) == [False, True, True]
    assert (await _only(world, "outcome_check", "skipped")).reason == "2 unsolicited messages this week"


async def test_who_wants_no_messages_gets_none_in_any_conversation(world: World):
    first, second = await _settled(world, OUTCOME), await _settled(world, PROMISE, CHECK)
    customer_id = (await world.row(first)).customer_id
    async with world.database.write() as session:
        (await lock_conversation(session, second)).customer_id = customer_id
    await _settled(world, Effect("stop_contact"), of=first)
    assert {(f.status, f.reason) for f in await world.all(Followup)} == {("cancelled", "stop_contact")}
    [promise] = await world.all(Promise)
    assert promise.owner == "duty_team"

    world.clock.now += HOUR  # they ask for something new, where they said nothing of messages
    await _settled(world, PROMISE, CHECK, OUTCOME, of=second)
    world.clock.now = NOON + DAY + HOUR
    assert not await _fire(world, await _only(world, "outcome_check"))
    assert (await _only(world, "outcome_check", "skipped")).reason == "the customer wants no messages"
    assert await _fire(world, await _only(world, "promise_check")), "news of what was promised since is welcome"


async def test_who_wants_no_messages_gets_none_after_their_account_is_linked(world: World):
    talk, of_account = await world.conversation(), await world.conversation(account="emma")
    await _settled(world, PROMISE, CHECK, OUTCOME, of=of_account)
    await _settled(world, Effect("stop_contact"), of=talk)
    async with world.database.write() as session:
        token = links.invite(session, "emma", "Emma", NOON)
    async with world.database.write() as session:
        row = await lock_conversation(session, talk)
        assert await links.accept(session, token, row, row.customer_id, "new", NOON)
    assert {f.status for f in await world.all(Followup)} == {"cancelled"}
    assert [promise.owner for promise in await world.all(Promise)] == ["duty_team"]


async def test_a_promise_check_waits_while_people_speak_and_is_not_forgotten(world: World):
    conversation_id = await _settled(world, PROMISE, CHECK)
    await _owned_by(world, conversation_id, Owner.HUMAN)
    world.clock.now = NOON + DAY
    assert not await _fire(world, await _only(world, "promise_check"))
    assert (await _only(world, "promise_check")).due_at == NOON + DAY + HOUR
    await _owned_by(world, conversation_id, Owner.BOT)
    world.clock.now += HOUR
    assert await _fire(world, await _only(world, "promise_check"))
    [promise] = await world.all(Promise)
    assert promise.status == "slipped" and promise.told_due_at > world.clock.now


async def test_a_promise_kept_early_is_not_checked_any_more(world: World):
    await _settled(world, PROMISE, CHECK)
    async with world.database.write() as session:
        [promise] = await promises.open_promises(session, (await world.all(Promise))[0].conversation_id)
        await promises.close_promise(session, promise, "kept", NOON)
    assert (await _only(world, "promise_check", "cancelled")).reason == "the promise is kept"


async def test_a_promise_that_slipped_is_looked_at_again_and_told_when_kept(world: World):
    conversation_id = await _settled(world, PROMISE, CHECK, verified=True, facts={"order_number": "2026111800042"})
    await world.order(status="shipped")
    world.clock.now = NOON + DAY
    assert await _fire(world, await _only(world, "promise_check"))
    again = await _only(world, "promise_check")
    assert again.due_at == NOON + 3 * DAY and again.promise_id  # later than what was told, NOON + 2 * DAY
    await world.shop_says("2026111800042", "delivered")
    world.clock.now = again.due_at
    assert await _fire(world, again)
    [promise] = await world.all(Promise)
    assert promise.status == "kept" and (await world.row(conversation_id)).state["stage"] == "confirm"
    assert [k for k in await _said(world, conversation_id) if k.startswith(("recover", "schedule"))] == [
        "recover.slipping", "schedule.kept.delivered"
    ]  # fmt: skip


async def test_a_promise_is_checked_against_the_order_that_it_was_made_for(world: World):
    """By then the customer speaks of another one."""
    made = replace(PROMISE, data={**PROMISE.data, "order_number": "2026111800042"})
    await _settled(world, made, CHECK, verified=True, facts={"order_number": "2026111800043"})
    await world.order("2026111800042", status="shipped")
    await world.order("2026111800043", status="delivered")
    world.clock.now = NOON + DAY
    assert await _fire(world, await _only(world, "promise_check"))
    assert [promise.status for promise in await world.all(Promise)] == ["slipped"]


async def test_a_promise_that_slips_twice_is_broken_and_a_person_takes_the_matter_on(world: World):
    conversation_id = await _settled(world, PROMISE, CHECK, verified=True, facts={"order_number": "2026111800042"})
    await world.order(status="shipped")
    for day in (1, 3):
        world.clock.now = NOON + day * DAY
        assert await _fire(world, await _only(world, "promise_check"))
    [promise] = await world.all(Promise)
    [handover] = await world.all(Handover)
    assert (promise.status, handover.reason, handover.status) == ("broken", "action_failed", "waiting")
    assert (await world.row(conversation_id)).owner == "queue"
    assert not [followup for followup in await world.all(Followup) if followup.status == "pending"
                and followup.kind == "promise_check"]  # fmt: skip


async def test_a_matter_that_is_open_again_is_not_asked_about(world: World):
    conversation_id = await _settled(world, OUTCOME)
    await world.write(conversation_id, "still broken")
    turn = await world.turn(conversation_id)
    await settle(turn, replace(saying(turn, stage=Stage.EXPLORE), outcome="reopened"), heard(), world.services)
    assert (await _only(world, "outcome_check", "cancelled")).reason == "reopened"


async def test_after_a_hard_matter_is_settled_a_kind_word_and_a_rating_are_planned(world: World):
    conversation_id = await _settled(world, stage=Stage.CONFIRM, heats=(25, 12), options_done=("refund",))
    await world.write(conversation_id, "all good now")
    turn = await world.turn(conversation_id)
    await settle(turn, replace(saying(turn, stage=Stage.CLOSED), outcome="settled"), heard(), world.services)
    pending = {f.kind: f.due_at for f in await world.all(Followup) if f.status == "pending"}
    assert pending == {"care": NOON + 3 * DAY, "survey": NOON + 2 * DAY}


async def test_what_fails_is_put_off_and_given_up_in_the_end(world: World):
    await _settled(world, OUTCOME)
    check = await _only(world, "outcome_check")
    for tries in range(1, followups.TRIES_AT_MOST):
        async with world.database.write() as session:
            await followups.put_off(session, world.services, check.id, "ValueError")
        check = await _only(world, "outcome_check")
        assert check.tries == tries and check.due_at == NOON + timedelta(minutes=2 ** (tries - 1))
    async with world.database.write() as session:
        await followups.put_off(session, world.services, check.id, "ValueError")
    assert (await _only(world, "outcome_check", "skipped")).reason == "failed: ValueError"


async def test_coming_back_writes_no_moment_for_a_moment_is_a_customers_turn(world: World):
    await _settled(world, OUTCOME)
    moments = len(await world.all(Moment))
    world.clock.now = NOON + DAY
    assert await _fire(world, await _only(world, "outcome_check"))
    assert len(await world.all(Moment)) == moments


async def test_many_that_fall_due_are_dealt_with_together_each_once(world: World):
    talks = [await _settled(world, OUTCOME) for _ in range(4)]
    ids = [followup.id for followup in await world.all(Followup) if followup.kind == "outcome_check"]
    world.clock.now = NOON + DAY + HOUR
    fired = await fire_together(ids, world.services)
    assert set(fired) == set(ids) and all(each.spoke for each in fired.values())
    assert [len(await _said(world, talk)) for talk in talks] == [2] * 4, "what answered the turn, and this"
    assert await fire_together(ids, world.services) == {}
    assert {followup.status for followup in await world.all(Followup) if followup.id in ids} == {"sent"}


async def test_what_is_no_plain_matter_is_left_to_be_dealt_with_alone(world: World):
    """A promise asks the shop's systems, and of two of one customer the second must know of the first."""
    talk = await _settled(world, PROMISE, CHECK, OUTCOME)
    other = await _settled(world, Effect("followup", {"kind": "care", "due_at": (NOON + DAY).isoformat()}))
    async with world.database.write() as session:
        customer = (await lock_conversation(session, talk)).customer_id
        (await lock_conversation(session, other)).customer_id = customer
    too_early = await _settled(world, Effect("followup", {"kind": "care", "due_at": (NOON + 5 * DAY).isoformat()}))
    world.clock.now = NOON + DAY + HOUR
    all_of_them = await world.all(Followup)
    fired = await fire_together([followup.id for followup in all_of_them], world.services)
    [done] = [followup for followup in all_of_them if followup.id in fired]
    assert done.kind in ("outcome_check", "care") and done.conversation_id in (talk, other)
    pending = {followup.conversation_id for followup in await world.all(Followup) if followup.status == "pending"}
    assert {talk, other, too_early} - {done.conversation_id} <= pending


async def test_nobody_waits_for_a_conversation_that_somebody_holds(world: World):
    if world.database.is_sqlite:
        pytest.skip("SQLite has one writer")
    held, free = [await _settled(world, OUTCOME) for _ in range(2)]
    ids = {f.conversation_id: f.id for f in await world.all(Followup) if f.kind == "outcome_check"}
    world.clock.now = NOON + DAY + HOUR
    async with world.database.write() as session:
        await lock_conversation(session, held)
        async with asyncio.timeout(5):
            assert set(await fire_together(ids.values(), world.services)) == {ids[free]}
    assert (await fire_followup(ids[held], world.services)).spoke
