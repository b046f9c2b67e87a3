"""What stands between a version and the customers: nobody releases by one click, and never unseen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from actions.learning import watching
from models.audit import AuditEntry
from models.learning import ModelVersion, TrainingSet
from tests.staff.desk import Browser, Desk
from tests.staff.said import Turn, talk

COMPARISON = {"verdict": "same", "n": 10}
WHY = "Refunds were heard as thanks, which is worse for us."


async def _version(desk: Desk, n: int, verdict: str = "same", **values: Any) -> None:
    now = desk.house.services.clock()
    async with desk.house.database.write() as session:
        if await session.get(TrainingSet, 1) is None:
            session.add(TrainingSet(n=1, made_by="x", rows=1, held_out=0, digest="", base="", created_at=now))
            await session.flush()
        row = {
            "status": "ready",
            "compared_with": 0,
            "comparison": {**COMPARISON, "verdict": verdict},
            "file": "f",
            **values,
        }
        session.add(ModelVersion(n=n, set_n=1, alive_at=now, started_by="x", created_at=now, **row))


async def _seen(browser: Browser, n: int) -> str:
    answer = await browser.call("GET", f"/learning/api/versions/{n}/comparison")
    return str(answer.json().get("seen", ""))


async def _release(browser: Browser, n: int, **body: str) -> tuple[int, str]:
    answer = await browser.call("POST", f"/learning/api/versions/{n}/release", json=body)
    return answer.status_code, answer.json().get("error", "")


async def test_a_release_is_typed_and_follows_a_comparison_that_was_seen(desk_on_both: Desk):
    desk = desk_on_both
    analyst, other = await desk.signed_in("analyst"), await desk.signed_in("administrator")
    await _version(desk, 1)
    assert await _release(analyst, 1) == (422, "not_confirmed")
    assert await _release(analyst, 1, confirm="v1") == (422, "not_seen")
    assert await _release(analyst, 1, confirm="v1", seen=await _seen(other, 1)) == (422, "not_seen"), "of somebody else"
    seen = await _seen(analyst, 1)
    assert await _release(analyst, 1, confirm="yes", seen=seen) == (422, "not_confirmed")
    assert await _release(analyst, 1, confirm="V1", seen=seen) == (422, "not_confirmed")
    assert await _release(analyst, 7, confirm="v7", seen=seen) == (422, "no_such_version")
    assert await _release(analyst, 1, confirm=" v1 ", seen=seen, reason="less mishearing") == (200, "")
    assert await _release(analyst, 1, confirm="v1", seen=seen) == (422, "released_already")
    told = (await analyst.call("GET", "/learning/api/overview")).json()
    assert told["current"] == 1 and told["releases"][0]["reason"] == "less mishearing"
    async with desk.house.database.read() as session:
        line = (await session.execute(select(AuditEntry).where(AuditEntry.what == "learning.release"))).scalar_one()
    assert line.who_name == "Analyst" and line.before == {"version": 0} and line.after["version"] == 1


@pytest.mark.fast
async def test_a_comparison_that_changed_must_be_seen_again(desk: Desk):
    analyst = await desk.signed_in("analyst")
    await _version(desk, 1)
    seen = await _seen(analyst, 1)
    async with desk.house.database.write() as session:
        row = await session.get_one(ModelVersion, 1)
        row.comparison = {**COMPARISON, "n": 11}
    assert await _release(analyst, 1, confirm="v1", seen=seen) == (422, "not_seen")


async def test_a_worse_version_needs_a_reason_in_a_sentence(desk_on_both: Desk):
    desk = desk_on_both
    analyst = await desk.signed_in("analyst")
    await _version(desk, 1, verdict="worse")
    seen = await _seen(analyst, 1)
    for override in ("", "because", "   because          "):
        assert await _release(analyst, 1, confirm="v1", seen=seen, override=override) == (422, "is_worse")
    assert await _release(analyst, 1, confirm="v1", seen=seen, override=WHY) == (200, "")
    told = (await analyst.call("GET", "/learning/api/overview")).json()["releases"][0]
    assert (told["override"], told["verdict"]) == (WHY, "worse")


@pytest.mark.fast
async def test_what_is_not_ready_not_compared_or_compared_with_another_is_refused(desk: Desk):
    analyst = await desk.signed_in("analyst")
    await _version(desk, 1)
    await _version(desk, 2, status="training")
    await _version(desk, 3, comparison={})
    await _version(desk, 4, compared_with=9)
    assert await _release(analyst, 2, confirm="v2") == (422, "not_ready")
    assert await _release(analyst, 3, confirm="v3") == (422, "not_compared")
    assert await _release(analyst, 4, confirm="v4", seen=await _seen(analyst, 4)) == (422, "stale_comparison")
    stale = (await analyst.call("GET", "/learning/api/versions/4/comparison")).json()
    assert stale["stale"] is True and stale["current"] == 0


async def test_one_goes_back_to_what_heard_before_with_a_reason(desk_on_both: Desk):
    desk = desk_on_both
    analyst = await desk.signed_in("analyst")

    async def back(**body: str) -> tuple[int, Any]:
        answer = await analyst.call("POST", "/learning/api/rollback", json=body)
        return answer.status_code, answer.json().get("error", answer.json().get("current"))

    assert await back(confirm="v0", reason="x") == (422, "nothing_released")
    await _version(desk, 1)
    await _release(analyst, 1, confirm="v1", seen=await _seen(analyst, 1))
    await _version(desk, 2, compared_with=1)
    await _release(analyst, 2, confirm="v2", seen=await _seen(analyst, 2))
    assert await back(confirm="v2", reason="worse") == (422, "not_confirmed"), "what it goes back to is typed"
    assert await back(confirm="v1") == (422, "no_reason")
    assert await back(confirm="v1", reason="worse") == (200, 1)
    assert await back(confirm="v0", reason="worse still") == (200, 0)
    assert await back(confirm="v0", reason="x") == (422, "nothing_released")
    kinds = (await analyst.call("GET", "/learning/api/overview")).json()["releases"]
    assert [each["kind"] for each in kinds] == ["rollback", "rollback", "release", "release"]


@pytest.mark.fast
async def test_a_supervisor_sees_no_release_and_an_agent_no_learning(desk: Desk):
    await _version(desk, 1)
    for role in ("supervisor", "agent"):
        browser = await desk.signed_in(role)
        assert (await _release(browser, 1, confirm="v1"))[0] == 403
        assert (await browser.get("/learning")).status_code == 403


@pytest.mark.fast
async def test_a_job_that_died_is_noticed_and_another_may_begin(desk: Desk):
    analyst = await desk.signed_in("analyst")
    late = desk.house.services.clock() - timedelta(minutes=5)
    await _version(desk, 1, status="training", comparison={}, file="")
    refused = await analyst.call("POST", "/learning/api/versions", json={"set": 1})
    assert refused.json()["error"] == "training_already"
    async with desk.house.database.write() as session:
        (await session.get_one(ModelVersion, 1)).alive_at = late
    told = (await analyst.call("GET", "/learning/api/overview")).json()["versions"][0]
    assert (told["status"], told["error"]) == ("failed", "died")
    assert (await analyst.call("POST", "/learning/api/versions", json={"set": 9})).json()["error"] == "no_such_set"


async def test_after_a_release_the_turns_before_and_since_are_set_beside_each_other(desk_on_both: Desk):
    desk, now = desk_on_both, desk_on_both.house.services.clock()
    released = now - timedelta(hours=2)
    for n in range(40):
        calm, upset = (
            Turn("查订单", "order_status", unsure=n % 8 == 0),
            Turn("查订单", "order_status", unsure=n % 2 == 0),
        )
        await talk(desk.house.database, [calm], at=released - timedelta(minutes=n + 1))
        await talk(desk.house.database, [upset], at=released + timedelta(minutes=n + 1))
    await talk(desk.house.database, [upset] * 3, at=now - timedelta(days=9))
    async with desk.house.database.read() as session:
        told = await watching.watch(session, released, now)
    assert told["turns"] == {"before": 40, "since": 40} and told["hours"] == 2.0
    assert told["signs"]["unsure"]["before"] == 5 and told["signs"]["unsure"]["since"] == 20
    assert told["signs"]["unsure"]["p"] == pytest.approx(0.0003, abs=1e-4) and told["worse"] == ["unsure"]
    assert told["signs"]["handed_over"]["p"] is None


@pytest.mark.fast
def test_two_shares_are_compared_as_the_books_do():
    # 15 of 100 and 30 of 100: z = 2.543, p = 0.011.
    assert watching.two_shares(15, 100, 30, 100) == pytest.approx(0.011, abs=5e-4)
    assert watching.two_shares(1, 10, 2, 10) is None and watching.two_shares(0, 0, 1, 9) is None
