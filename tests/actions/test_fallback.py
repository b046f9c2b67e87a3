from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from actions.fallback import settle_without_engine
from actions.settle import TurnMoved, settle
from dialogues.state import Owner
from models.handovers import Handover
from models.moments import Moment
from models.promises import Promise
from tests.actions.world import World, heard, saying

DAY, NIGHT = datetime(2026, 11, 23, 4, tzinfo=UTC), datetime(2026, 11, 23, 18, tzinfo=UTC)  # 12:00 and 02:00
LOCALES = ("zh-CN", "zh-TW", "en")
WORDS = {"zh-CN": "等了六天了还没到", "zh-TW": "等了六天了還沒到", "en": "where is my parcel now"}


async def _fall_back(world: World, locale: str, now: datetime, text: str = "") -> list[str]:
    """What the customer hears."""
    world.clock.now = now
    conversation_id = await world.conversation(locale)
    await world.write(conversation_id, text or WORDS[locale])
    turn = await world.turn(conversation_id)
    await settle_without_engine(turn, world.services, "slow", {})
    return [m.text for m in await world.messages(conversation_id) if m.author == "bot"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("now", [DAY, NIGHT], ids=["open", "closed"])
async def test_the_customer_hears_an_honest_line_in_their_language(world: World, locale: str, now: datetime):
    said = await _fall_back(world, locale, now)
    assert said[0] in world.services.wording.catalogues[locale]["fallback"]
    assert len(said) == 2 and all(said)
    why = world.services.wording.say("handover.why.engine_down", locale).text
    assert why in said[1]


@pytest.mark.parametrize("now", [DAY, NIGHT], ids=["open", "closed"])
async def test_the_conversation_goes_to_the_queue_and_the_turn_has_its_moment(world: World, now: datetime):
    await _fall_back(world, "en", now)
    [handover] = await world.all(Handover)
    assert (handover.reason, handover.status, handover.why) == ("engine_down", "waiting", "engine: slow")
    assert handover.brief["last_words"] == WORDS["en"]
    [moment] = await world.all(Moment)
    assert (moment.touchpoint, moment.expectation, moment.outcome) == ("unheard", "missed", "handed_over")
    assert (await world.row(handover.conversation_id)).owner == "queue"


async def test_at_night_a_call_back_is_promised_and_by_day_none(world: World):
    await _fall_back(world, "en", DAY)
    assert await world.all(Promise) == []
    said = await _fall_back(world, "en", NIGHT)
    [promise] = await world.all(Promise)
    assert (promise.key, promise.owner) == ("call_back", "duty_team")
    assert promise.due_at == datetime(2026, 11, 24, 2, tzinfo=UTC), "an hour after the desk opens"
    assert "10:00" in said[1]


@pytest.mark.parametrize(("locale", "text", "expected"), [
    ("en", "快递怎么还没有到", "zh-CN"), ("zh-CN", "where is my parcel", "en"), ("zh-TW", "ok", "zh-TW"),
])  # fmt: skip
async def test_nobody_heard_the_language_but_the_script_tells_it(world: World, locale: str, text: str, expected: str):
    said = await _fall_back(world, locale, DAY, text)
    assert said[0] in world.services.wording.catalogues[expected]["fallback"]


async def test_who_waits_in_the_queue_already_is_reassured_and_not_queued_again(world: World):
    conversation_id = await world.conversation("en")
    for text in ("first words", "second words"):
        await world.write(conversation_id, text)
        await settle_without_engine(await world.turn(conversation_id), world.services, "slow", {})
    assert len(await world.all(Handover)) == 1 and len(await world.all(Moment)) == 2
    last = (await world.messages(conversation_id))[-1].text
    assert last in world.services.wording.catalogues["en"]["listen.waiting"]


async def test_while_a_human_speaks_the_fallback_says_nothing_and_keeps_the_moment(world: World):
    conversation_id = await world.conversation("en")
    await world.write(conversation_id, "hello")
    async with world.database.write() as session:
        (await session.merge(await world.row(conversation_id))).owner = Owner.HUMAN.value
    await settle_without_engine(await world.turn(conversation_id), world.services, "slow", {})
    assert [m.author for m in await world.messages(conversation_id)] == ["customer"]
    assert len(await world.all(Moment)) == 1 and await world.all(Handover) == []


async def test_a_turn_that_was_settled_after_all_is_not_answered_again(world: World):
    conversation_id = await world.conversation("en")
    await world.write(conversation_id, "hello")
    turn = await world.turn(conversation_id)
    await settle(turn, saying(turn), heard(), world.services)
    with pytest.raises(TurnMoved):
        await settle_without_engine(turn, world.services, "slow", {})
    assert len(await world.all(Moment)) == 1 and await world.all(Handover) == []


async def test_what_nobody_heard_is_no_feeling_after_the_moment_before(world: World):
    conversation_id = await world.conversation("en")
    await world.write(conversation_id, "I am furious")
    turn = await world.turn(conversation_id)
    await settle(turn, saying(turn), heard(emotion="angry", intensity=3), world.services)
    world.clock.now += timedelta(minutes=1)
    await world.write(conversation_id, "and still am")
    await settle_without_engine(await world.turn(conversation_id), world.services, "slow", {})
    first = next(m for m in await world.all(Moment) if m.turn_id == turn.turn_id)
    assert (first.emotion_after, first.intensity_after) == (None, None)
