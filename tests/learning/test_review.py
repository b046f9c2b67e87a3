"""Which turns come into the queue, and what raters may say of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from actions.learning import queue, sets
from actions.learning.queue import reasons_for
from models.audit import AuditEntry
from models.learning import ReviewItem, TrainingRow
from models.moments import Moment
from tests.staff.desk import Browser, Desk
from tests.staff.said import Turn, talk

RECENT = timedelta(days=3)
PHONE = "13912345678"


def _labels(
    intent: str, emotion: str = "neutral", intensity: int = 0, lang: str = "zh-CN", **more: Any
) -> dict[str, Any]:
    return {"lang": lang, "intent": intent, "emotion": emotion, "intensity": intensity, **more}


async def _talk(desk: Desk, *turns: Turn, locale: str = "zh-CN") -> str:
    return await talk(desk.house.database, turns, locale=locale, at=desk.house.services.clock() - RECENT)


async def _items(desk: Desk) -> dict[str, ReviewItem]:
    async with desk.house.database.read() as session:
        return {item.text: item for item in (await session.execute(select(ReviewItem))).scalars()}


async def _next(browser: Browser, **query: str) -> dict[str, Any] | None:
    answer = await browser.call("GET", "/learning/api/review/next", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] | None = answer.json()["item"]
    return found


async def _label(browser: Browser, item: str, **labels: Any) -> Any:
    return await browser.call("POST", f"/learning/api/review/{item}/label", json=labels)


@pytest.mark.fast
def test_a_turn_is_looked_at_for_reasons_and_chance_draws_evenly():
    def moment(**values: Any) -> Moment:
        base = {"id": "x", "touchpoint": "refund", "speaker": "bot", "emotion": "neutral", "intensity": 0,
                "heard": {"text": "words", "unsure": False}}  # fmt: skip
        return Moment(**{**base, **values})

    unsure = moment(heard={"text": "words", "unsure": True})
    assert reasons_for(unsure, None, per_mille=0) == ("unsure",)
    assert reasons_for(moment(), moment(touchpoint="deny"), per_mille=0) == ("contradicted",)
    assert reasons_for(moment(touchpoint="deny"), moment(touchpoint="deny"), per_mille=0) == ()
    assert reasons_for(moment(), moment(emotion="angry", intensity=1), per_mille=0) == ("worse",)
    angry = moment(emotion="angry", intensity=2)
    assert reasons_for(angry, moment(emotion="frustrated", intensity=2), per_mille=0) == ()
    assert reasons_for(angry, moment(emotion="happy", intensity=3), per_mille=0) == ()
    assert reasons_for(moment(speaker="human"), moment(touchpoint="deny"), per_mille=0) == ()
    assert reasons_for(moment(heard={"text": " "}), moment(touchpoint="deny"), per_mille=1000) == ()
    drawn = sum("sample" in reasons_for(moment(id=f"moment {n}"), None, per_mille=100) for n in range(5000))
    assert 420 < drawn < 580


async def test_the_queue_fills_from_conversations_once(desk_on_both: Desk):
    desk = desk_on_both
    await _talk(
        desk, Turn("退款", "refund"), Turn("不是这个意思", "deny", "angry", 2), Turn("唉", "chitchat", unsure=True)
    )
    await _talk(desk, Turn("好的谢谢", "thank"))
    assert await queue.fill_all(desk.house.services) >= 2
    items = await _items(desk)
    assert items["退款"].reasons[:2] == ["contradicted", "worse"] and "unsure" in items["唉"].reasons
    assert items["退款"].priority > items["唉"].priority
    assert await queue.fill_all(desk.house.services) == 0
    await _talk(desk, Turn("再来一次", "refund", unsure=True))
    async with desk.house.database.write() as session:  # its moments are later than what was looked through
        for moment in (
            await session.execute(select(Moment).where(Moment.heard["text"].as_string() == "再来一次"))
        ).scalars():
            moment.created_at = desk.house.services.clock() - timedelta(hours=1)
    assert await queue.fill_all(desk.house.services) == 1


async def test_one_rater_decides_alone_and_may_take_it_back(desk_on_both: Desk):
    desk = desk_on_both
    analyst = await desk.signed_in("analyst")
    await _talk(desk, Turn("退款", "refund", unsure=True), Turn("换货", "refund", unsure=True))
    item = await _next(analyst)
    assert item and item["text"] == "退款" and item["as_heard"]["intent"] == "refund"
    assert [each["text"] for each in item["around"]] == ["退款", "…", "换货", "…"] and item["around"][0]["is_it"]
    assert (await _label(analyst, item["id"], **_labels("membership"))).json()["status"] == "agreed"
    assert (await _label(analyst, item["id"], **_labels("refund"))).json()["error"] == "rated_already"
    assert (await analyst.call("POST", f"/learning/api/review/{item['id']}/undo")).json()["status"] == "open"
    again = await _next(analyst)
    assert again and again["id"] == item["id"]
    assert (await analyst.call("POST", f"/learning/api/review/{item['id']}/skip")).json()["status"] == "skipped"
    rest = await _next(analyst)
    assert rest and rest["text"] == "换货" and await _next(analyst, reason="by_hand") is None
    assert (await _label(analyst, "none", **_labels("refund"))).json()["error"] == "no_such_item"


@pytest.mark.fast
@pytest.mark.parametrize(
    "labels",
    [
        _labels("no_such_intent"),
        _labels("refund", "angry", 0),
        _labels("refund", "neutral", 2),
        _labels("refund", lang="fr"),
        _labels("refund", needs=["gold"]),
        _labels("refund", flags=["safety", "safety"]),
        {},
    ],
)
async def test_labels_outside_the_scheme_are_refused(desk: Desk, labels: dict[str, Any]):
    analyst = await desk.signed_in("analyst")
    await _talk(desk, Turn("退款", "refund", unsure=True))
    item = await _next(analyst)
    assert item
    answer = await _label(analyst, item["id"], **labels)
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_labels")


async def test_two_raters_do_not_see_each_other_and_a_third_decides(desk_on_both: Desk):
    desk = desk_on_both
    one, other = await desk.signed_in("analyst"), await desk.signed_in("analyst", "second")
    await one.call("PUT", "/learning/api/raters", json={"two": True})
    await _talk(desk, Turn("退款", "refund", unsure=True), Turn("换货", "refund", unsure=True))
    first = await _next(one)
    assert first
    assert (await _label(one, first["id"], **_labels("refund", "angry", 2))).json()["status"] == "rated"
    mine = await _next(one)
    assert mine and mine["text"] == "换货", "what one has labelled waits for somebody else"
    theirs = await _next(other)
    assert theirs and theirs["id"] == first["id"] and theirs["labels"] == []
    assert (await _label(other, first["id"], **_labels("refund", "angry", 3))).json()["status"] == "agreed"
    await _label(one, mine["id"], **_labels("return_exchange"))
    assert (await _label(other, mine["id"], **_labels("refund"))).json()["status"] == "disputed"
    disputed = await _next(one)
    assert disputed and [each["labels"]["intent"] for each in disputed["labels"]] == ["return_exchange", "refund"]
    decider = await desk.signed_in("administrator")
    assert (await _label(decider, mine["id"], **_labels("return_exchange"))).json()["status"] == "agreed"
    told = (await one.call("GET", "/learning/api/overview")).json()
    assert told["agreement"]["n"] == 2 and told["agreement"]["intent"]["same"] == 0.5
    items = await _items(desk)
    assert items["退款"].gold["intensity"] == 3 and items["换货"].gold["intent"] == "return_exchange"


@pytest.mark.fast
async def test_what_a_colleague_reports_comes_first_also_when_it_was_decided(desk: Desk):
    analyst = await desk.signed_in("analyst")
    await _talk(desk, Turn("退款", "refund", unsure=True), Turn("谢谢", "thank"))
    await queue.fill_all(desk.house.services)
    async with desk.house.database.read() as session:
        turn = (await session.execute(select(Moment.turn_id).where(Moment.touchpoint == "thank"))).scalar_one()
    assert (await analyst.call("POST", "/learning/api/review/add", json={"turn": turn})).status_code == 200
    item = await _next(analyst)
    assert item and item["text"] == "谢谢" and "by_hand" in item["reasons"]
    await _label(analyst, item["id"], **_labels("thank", "happy", 1))
    await analyst.call("POST", "/learning/api/review/add", json={"turn": turn})
    again = await _next(analyst, item=item["id"])
    assert again and again["status"] == "open"
    wrong = await analyst.call("POST", "/learning/api/review/add", json={"turn": "none"})
    assert (wrong.status_code, wrong.json()["error"]) == (422, "no_such_turn")


async def test_a_training_set_holds_what_was_agreed_without_personal_data(desk_on_both: Desk):
    desk = desk_on_both
    analyst = await desk.signed_in("analyst")
    assert (await analyst.call("POST", "/learning/api/sets", json={})).json()["error"] == "nothing_new"
    await _talk(desk, *(Turn(f"我的电话{PHONE} 第{n}次", "refund", unsure=True) for n in range(7)))
    while item := await _next(analyst):
        await _label(analyst, item["id"], **_labels("membership"))
    made = (await analyst.call("POST", "/learning/api/sets", json={"note": "phones"})).json()
    assert made["n"] == 1 and (made["sets"][0]["rows"], made["sets"][0]["held_out"]) == (6, 1)
    async with desk.house.database.read() as session:
        rows = await sets.rows_of(session, 1)
        assert PHONE not in str([row.text for row in rows]) and all("[phone]" in row.text for row in rows)
        digest = sets.digest(rows)
    assert made["sets"][0]["digest"] == digest[:12]
    undo = await analyst.call("POST", f"/learning/api/review/{rows[0].item_id}/undo")
    assert undo.json()["error"] == "learnt_already"
    await _talk(desk, Turn("新的", "refund", unsure=True))
    async with desk.house.database.write() as session:
        moment = (await session.execute(select(Moment).where(Moment.heard["text"].as_string() == "新的"))).scalar_one()
        moment.created_at = desk.house.services.clock() - timedelta(hours=1)
    item = await _next(analyst)
    assert item
    await _label(analyst, item["id"], **_labels("refund"))
    second = (await analyst.call("POST", "/learning/api/sets", json={})).json()
    assert second["n"] == 2 and second["sets"][0]["rows"] == 7 and second["sets"][1]["rows"] == 6
    async with desk.house.database.read() as session:
        assert sets.digest(await sets.rows_of(session, 1)) == digest, "an older set is still had as it was"
        every = (await session.execute(select(TrainingRow))).scalars().all()
    assert sum(row.held_out for row in every) == 1


@pytest.mark.fast
async def test_what_is_read_in_the_queue_is_in_the_audit_log(desk: Desk):
    analyst = await desk.signed_in("analyst")
    conversation = await _talk(desk, Turn("退款", "refund", unsure=True))
    item = await _next(analyst)
    assert item and await _next(analyst, reason="by_hand") is None
    async with desk.house.database.read() as session:
        [line] = (await session.execute(select(AuditEntry).where(AuditEntry.what == "log.read"))).scalars()
    assert (line.who_name, line.after) == ("Analyst", {"conversation": conversation, "review": item["id"]})
