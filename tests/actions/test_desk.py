"""Staff take over, speak, promise, give back: one speaker at any time, everything on record."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from actions.conversations import lock_conversation
from actions.desk import holding, noting, promising, queue, seats, sending, suggesting
from actions.desk.entries import DeskRefused, Member
from actions.settle import TurnMoved, settle
from dialogues.plan import Effect, Plan
from dialogues.state import Owner, Stage
from models.conversations import Conversation
from models.desk import DeskEntry, Seat, StaffSend
from models.followups import Followup
from models.handovers import Handover
from models.moments import Moment
from models.outbox import OutboxEntry
from models.promises import Promise
from tests.actions.world import World, heard, saying

LI, WU = Member("li", "Li"), Member("wu", "Wu")
BOSS = Member("boss", "Chen", may_any=True)
HANDOVER = Effect("handover", {"reason": "asked", "why": "the customer asks", "brief": {"issue": "refund"}})


async def waiting(world: World, locale: str = "en", **hearing: object) -> str:
    conversation = await world.conversation(locale=locale)
    await world.write(conversation, "a person, please")
    turn = await world.turn(conversation)
    plan = saying(turn, "handover.open", effects=[HANDOVER], owner=Owner.QUEUE, handover_reason="asked")
    await settle(turn, _with_params(plan), heard(**hearing), world.services)
    return conversation


def _with_params(plan: Plan) -> Plan:
    acts = tuple(replace(act, params={"why": "@handover.why.asked", "minutes": "3"}) for act in plan.acts)
    return replace(plan, acts=acts)


async def customer_turn(world: World, conversation: str, text: str, **hearing: object) -> None:
    await world.write(conversation, text)
    turn = await world.turn(conversation)
    await settle(turn, saying(turn), heard(text=text, **hearing), world.services)


async def say(
    world: World, conversation: str, who: Member, text: str, *, undo_s: float = 0, **more: object
) -> StaffSend:
    draft = sending.Draft(id=world.services.new_id(), text=text, **more)  # type: ignore[arg-type]
    return await sending.queue_send(conversation, who, draft, world.services, undo_s=undo_s)


def _code(caught: pytest.ExceptionInfo[DeskRefused]) -> str:
    return caught.value.code


async def test_one_takes_it_and_the_other_is_told_who(world: World):
    conversation = await waiting(world)
    results = await asyncio.gather(
        *(holding.take(conversation, who, world.services) for who in (LI, WU)), return_exceptions=True
    )
    refused = [each for each in results if isinstance(each, DeskRefused)]
    assert [each.code for each in refused] == ["held"]
    [handover] = await world.all(Handover)
    assert (await world.row(conversation)).owner == "human" and handover.agent in ("Li", "Wu")


async def test_who_does_not_hold_it_says_nothing(world: World):
    conversation = await waiting(world)
    for who in (LI, WU):
        with pytest.raises(DeskRefused) as caught:
            await say(world, conversation, who, "hello")
        assert _code(caught) == "not_yours"
    await holding.take(conversation, LI, world.services)
    with pytest.raises(DeskRefused):
        await say(world, conversation, WU, "hello")
    await say(world, conversation, LI, "hello, this is Li")
    agent = [m for m in await world.messages(conversation) if m.author == "agent"]
    assert [(m.name, m.text) for m in agent] == [("Li", "hello, this is Li")]
    assert agent[0].id in {entry.id for entry in await world.all(OutboxEntry)}


async def test_what_was_not_said_yet_can_be_undone_and_then_never_is(world: World):
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)
    send = await say(world, conversation, LI, "oops", undo_s=5)
    await sending.undo(send.id, LI, world.services)
    world.clock.now += timedelta(seconds=6)
    assert await sending.release(send.id, world.services) is None
    assert all(m.author != "agent" for m in await world.messages(conversation))


async def test_what_was_said_cannot_be_undone(world: World):
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)
    send = await say(world, conversation, LI, "hello")
    with pytest.raises(DeskRefused) as caught:
        await sending.undo(send.id, LI, world.services)
    assert _code(caught) == "too_late"


async def test_who_lost_the_conversation_meanwhile_fails_to_send_and_sees_it(world: World):
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)
    send = await say(world, conversation, LI, "I will", undo_s=5)
    await holding.take(conversation, BOSS, world.services)
    await sending.release(send.id, world.services)
    [send] = await world.all(StaffSend)
    assert (send.status, send.error) == ("failed", "taken_over")
    assert all(m.author != "agent" for m in await world.messages(conversation))


async def test_handing_back_says_first_what_was_about_to_be_said(world: World):
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)
    await say(world, conversation, LI, "it is on its way", undo_s=5)
    await holding.hand_back(conversation, LI, "courier chased", world.services)
    assert [m.text for m in await world.messages(conversation) if m.author == "agent"] == ["it is on its way"]
    row = await world.row(conversation)
    assert row.owner == "bot" and row.state["note"] == "courier chased"


async def test_the_bot_never_answers_a_turn_that_it_judged_before_somebody_took_over(world: World):
    conversation = await world.conversation()
    await world.write(conversation, "hello")
    turn = await world.turn(conversation)
    await holding.take(conversation, LI, world.services)
    with pytest.raises(TurnMoved):
        await settle(turn, saying(turn), heard(), world.services)
    assert all(m.author == "customer" for m in await world.messages(conversation))


async def test_an_offer_to_an_angry_unheard_customer_needs_a_reason_which_is_kept(world: World):
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)
    async with world.database.write() as session:
        row = await lock_conversation(session, conversation)
        row.state = {**row.state, "heat": 27, "conflict": "listen"}
    with pytest.raises(DeskRefused) as caught:
        await say(world, conversation, LI, "We can refund you. Would you like that?")
    assert caught.value.figures["skipped"].startswith("offer_unheard")
    await say(
        world, conversation, LI, "We can refund you. Would you like that?", override="she asked for the refund only"
    )
    kinds = {entry.kind: entry for entry in await world.all(DeskEntry)}
    assert kinds["override"].text == "she asked for the refund only"


async def test_closing_asks_for_the_customers_yes(world: World):
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)
    with pytest.raises(DeskRefused) as caught:
        await holding.close(conversation, LI, world.services)
    assert _code(caught) == "close_unconfirmed"
    await say(world, conversation, LI, "Is everything settled?", confirm=True)
    await world.write(conversation, "Yes, settled", payload="confirm:settled")
    turn = await world.turn(conversation)
    await settle(turn, saying(turn), heard(), world.services)
    await holding.close(conversation, LI, world.services)
    row = await world.row(conversation)
    assert row.owner == "bot" and row.state["stage"] == Stage.CLOSED.value
    assert [f.kind for f in await world.all(Followup) if f.status == "pending"] == ["outcome_check"]


async def test_not_yet_is_no_yes(world: World):
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)
    await say(world, conversation, LI, "Is everything settled?", confirm=True)
    await world.write(conversation, "Not yet", payload="confirm:not_yet")
    turn = await world.turn(conversation)
    await settle(turn, saying(turn), heard(), world.services)
    with pytest.raises(DeskRefused):
        await holding.close(conversation, LI, world.services)
    await holding.close(conversation, LI, world.services, override="she will call the shop herself")


async def test_a_promise_by_staff_is_recorded_checked_and_kept(world: World):
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)
    due = world.clock.now + timedelta(hours=2)
    promise = await promising.record(conversation, LI, "call back with the courier's answer", due, world.services)
    assert promise.told_due_at == due and promise.due_at < due
    [check] = [f for f in await world.all(Followup) if f.kind == "promise_check"]
    assert check.due_at == due
    await promising.keep(promise.id, WU, world.services)
    assert [p.status for p in await world.all(Promise)] == ["kept"]
    assert [f.status for f in await world.all(Followup) if f.kind == "promise_check"] == ["cancelled"]


async def test_only_who_speaks_with_the_customer_or_a_supervisor_promises(world: World):
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)
    due = world.clock.now + timedelta(hours=2)
    with pytest.raises(DeskRefused) as caught:
        await promising.record(conversation, WU, "in your name", due, world.services)
    assert _code(caught) == "not_yours" and await world.all(Promise) == []
    assert (await promising.record(conversation, BOSS, "I look into it", due, world.services)).owner == "boss"


@pytest.mark.parametrize("hours", [-1, 0, 24 * 61])
async def test_a_promise_for_no_sensible_time_is_refused(world: World, hours: float):
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)
    with pytest.raises(DeskRefused) as caught:
        await promising.record(conversation, LI, "soon", world.clock.now + timedelta(hours=hours), world.services)
    assert _code(caught) == "bad_due"


async def test_a_transferred_conversation_waits_for_the_colleague_with_the_note(world: World):
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)
    await holding.transfer(conversation, LI, WU, "she wants the warehouse", world.services)
    row = await world.row(conversation)
    open_now = [h for h in await world.all(Handover) if h.status == "waiting"]
    assert row.owner == "queue" and [h.assigned_name for h in open_now] == ["Wu"]
    assert open_now[0].brief["note"] == "she wants the warehouse"
    with pytest.raises(DeskRefused):
        await say(world, conversation, LI, "one more thing")


async def test_whoever_is_here_speaks_the_language_and_has_room_is_asked(world: World):
    await seats.sit_down(LI, world.services, languages=["en"], capacity=1)
    await seats.sit_down(WU, world.services, languages=["zh-TW"])
    first, second, third = [await waiting(world, locale) for locale in ("en", "zh-TW", "en")]
    asked = await seats.assign_waiting(world.services, "least_busy")
    assert asked == [first, second] or set(asked) == {first, second}
    found = {h.conversation_id: h.assigned_name for h in await world.all(Handover)}
    assert (found[first], found[second], found[third]) == ("Li", "Wu", "")


async def test_after_an_abusive_chat_the_next_goes_to_somebody_else(world: World):
    for who in (LI, WU):
        await seats.sit_down(who, world.services)
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)
    await customer_turn(world, conversation, "you idiot", emotion="abusive", intensity=3)
    await holding.hand_back(conversation, LI, "", world.services)
    assert {s.name: bool(s.rest_since) for s in await world.all(Seat)} == {"Li": True, "Wu": False}
    world.clock.now += timedelta(seconds=1)
    await waiting(world)
    await seats.assign_waiting(world.services, "round_robin")
    assert [h.assigned_name for h in await world.all(Handover) if h.status == "waiting"] == ["Wu"]


async def test_to_insults_a_limit_is_among_the_suggestions(world: World):
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)

    async def offered() -> list[str]:
        async with world.services.database.read() as session:
            row = await session.get_one(Conversation, conversation)
            return [each.about for each in await suggesting.suggest(session, row, world.services)]

    assert "boundary" not in await offered()
    world.clock.now += timedelta(seconds=1)
    await customer_turn(world, conversation, "you idiot", emotion="abusive", intensity=3)
    assert "boundary" in await offered()


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "en"])
async def test_in_a_known_matter_three_replies_are_suggested_the_ways_out_first(world: World, locale: str):
    await world.order()
    conversation = await waiting(world, locale)
    await holding.take(conversation, LI, world.services)
    await customer_turn(world, conversation, "OK", intent="affirm")
    async with world.services.database.write() as session:
        row = await session.get_one(Conversation, conversation)
        known = {
            "issue": "delivery_problem",
            "stage": "explore",
            "verified": True,
            "facts": {"order_number": "2026111800042"},
        }
        row.state = {**row.state, **known}
        found = await suggesting.suggest(session, row, world.services)
    assert len({each.text for each in found}) == 3 and found[0].text.count("\n") >= 1, found


async def test_the_moments_of_staff_learn_how_long_the_reply_took(world: World):
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)
    await customer_turn(world, conversation, "are you there?")
    world.clock.now += timedelta(seconds=40)
    await say(world, conversation, LI, "yes, I am here")
    [moment] = [m for m in await world.all(Moment) if m.speaker == "human"]
    assert moment.seconds == 40 and moment.rater["responsiveness"] is False
    [handover] = await world.all(Handover)
    assert handover.first_reply_at == world.clock.now


async def test_until_a_person_has_spoken_a_conversation_that_was_taken_is_unanswered(world: World):
    conversation = await waiting(world)
    await holding.take(conversation, LI, world.services)
    taken_at = world.clock.now
    world.clock.now += timedelta(seconds=20)

    async def row() -> dict[str, Any]:
        async with world.services.database.read() as session:
            [row] = await queue.active_rows(session, world.services)
        return row

    unanswered = await row()
    assert unanswered["unanswered_since"] == taken_at.isoformat()
    assert "unanswered" in {why["code"] for why in unanswered["urgency"]["reasons"]}
    await say(world, conversation, LI, "I am here")
    assert (await row())["unanswered_since"] is None


async def test_a_note_tells_who_it_mentions(world: World):
    for who in (LI, WU):
        await seats.sit_down(who, world.services)
    conversation = await waiting(world)
    entry = await noting.note(conversation, LI, "@Wu knows this parcel", world.services)
    assert entry.data["mentions"] == ["wu"] and entry.n == 1
