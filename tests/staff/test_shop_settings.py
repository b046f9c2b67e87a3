from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from actions import audit
from actions.audit import COMMAND_LINE
from actions.hours import Hours
from bot.channels.webchat.frames import Claim, FrameError
from bot.channels.webchat.sessions import check_identity, sign
from bot.live_settings import LiveSettings
from bot.staff.catalogue import has_label
from tests.staff.desk import Desk

pytestmark = pytest.mark.fast


async def test_a_changed_number_is_in_force_at_once_and_in_the_log(desk_on_both: Desk):
    desk = desk_on_both
    admin = await desk.signed_in("administrator")
    answer = await admin.call("PUT", "/settings/api/numbers", json={"changes": {"queue_minutes": 7}})
    assert answer.status_code == 200, answer.text
    assert desk.house.services.numbers.queue_minutes == 7 and desk.house.services.overrides == {"queue_minutes": 7}
    entry = (await admin.call("GET", "/settings/api/log")).json()["entries"][0]
    assert (entry["what"], entry["who"], entry["before"], entry["after"]) == (
        "setting.number.queue_minutes", "Administrator", 3, 7
    )  # fmt: skip
    await admin.call("PUT", "/settings/api/numbers", json={"changes": {"queue_minutes": None}})
    assert desk.house.services.numbers.queue_minutes == 3 and desk.house.services.overrides == {}
    entry = (await admin.call("GET", "/settings/api/log")).json()["entries"][0]
    assert (entry["before"], entry["after"]) == (7, 3)


async def test_what_another_process_changed_comes_into_force_here_too(desk: Desk):
    admin = await desk.signed_in("administrator")
    house = desk.house
    before = house.services.numbers
    await admin.call("PUT", "/settings/api/numbers", json={"changes": {"options_at_most": 2}})
    other = LiveSettings(house.settings, house.services)
    house.services.numbers, house.services.overrides = before, {}
    other.base = before
    await other.load()
    assert house.services.numbers.options_at_most == 2


@pytest.mark.parametrize(("changes", "code"), [
    ({"queue_minutes": 0}, "bad_number"), ({"queue_minutes": 2.5}, "bad_number"), ({"queue_minutes": 61}, "bad_number"),
    ({"heat_weights": 3}, "bad_number"), ({"conflict_starts_at": 5, "conflict_ends_below": 9}, "numbers_clash"),
    ({"options_at_most": 1}, "numbers_clash"),
])  # fmt: skip
async def test_a_number_that_makes_no_sense_changes_nothing(desk: Desk, changes: dict[str, object], code: str):
    admin = await desk.signed_in("administrator")
    answer = await admin.call("PUT", "/settings/api/numbers", json={"changes": changes})
    assert (answer.status_code, answer.json()["error"]) == (422, code)
    assert desk.house.services.overrides == {}
    assert not any(
        e["what"].startswith("setting.") for e in (await admin.call("GET", "/settings/api/log")).json()["entries"]
    )


async def test_every_changeable_number_has_a_name_and_an_explanation(desk: Desk):
    supervisor = await desk.signed_in("supervisor")
    told = (await supervisor.call("GET", "/settings/api/numbers")).json()
    assert told["may_edit"] is False and len(told["numbers"]) > 20
    for number in told["numbers"]:
        assert number["low"] <= number["default"] <= number["high"], number["name"]
        assert has_label(f"settings.number.{number['name']}.name") and has_label(
            f"settings.number.{number['name']}.hint"
        )
        assert has_label(f"settings.unit.{number['unit']}") and has_label(f"settings.group.{number['group']}")


async def test_how_customers_find_staff_is_chosen_in_the_page_and_in_force_at_once(desk: Desk):
    admin, supervisor = await desk.signed_in("administrator"), await desk.signed_in("supervisor")
    told = (await supervisor.call("GET", "/settings/api/assignment")).json()
    assert (told["assignment"], told["may_edit"]) == ("hand", False)
    assert desk.app.state.desk.assignment() == "hand"
    answer = await admin.call("PUT", "/settings/api/assignment", json={"assignment": "least_busy"})
    assert answer.json()["assignment"] == "least_busy" and desk.app.state.desk.assignment() == "least_busy"
    refused = await admin.call("PUT", "/settings/api/assignment", json={"assignment": "whoever shouts"})
    assert (refused.status_code, refused.json()["error"]) == (422, "bad_assignment")
    assert (await admin.call("PUT", "/settings/api/assignment", json={"assignment": None})).json()[
        "assignment"
    ] == "hand"
    entries = (await admin.call("GET", "/settings/api/log?what=setting.desk")).json()["entries"]
    assert [(e["before"], e["after"]) for e in entries] == [("least_busy", "hand"), ("hand", "least_busy")]
    for way in told["ways"]:
        assert has_label(f"settings.assignment.way.{way}.name") and has_label(f"settings.assignment.way.{way}.hint")


SHUT = [None] * 5 + [[600, 960], None]


async def test_opening_hours_are_in_force_at_once(desk: Desk):
    admin = await desk.signed_in("administrator")
    given = {"week": SHUT, "days": {"2026-12-25": None, "2026-12-24": [540, 720]}}
    answer = await admin.call("PUT", "/settings/api/hours", json=given)
    assert answer.status_code == 200 and answer.json()["week"] == SHUT
    hours = desk.house.services.hours
    assert hours.is_open(datetime(2026, 11, 28, 2, 0, tzinfo=UTC)), "Saturday 10:00 in Shanghai"
    assert not hours.is_open(datetime(2026, 11, 28, 8, 0, tzinfo=UTC)), "16:00"
    assert not hours.is_open(datetime(2026, 11, 27, 2, 0, tzinfo=UTC)), "Friday"
    assert hours.is_open(datetime(2026, 12, 24, 1, 30, tzinfo=UTC))
    assert hours.call_back_at(datetime(2026, 11, 30, 2, 0, tzinfo=UTC)).isoformat() == "2026-12-05T11:00:00+08:00"


@pytest.mark.parametrize(("given", "code"), [
    ({"week": [None] * 7}, "never_open"), ({"week": SHUT[:6]}, "bad_hours"),
    ({"week": [[700, 600], *SHUT[1:]]}, "bad_hours"), ({"week": [[0, 1441], *SHUT[1:]]}, "bad_hours"),
    ({"week": SHUT, "days": {"tomorrow": None}}, "bad_hours"),
])  # fmt: skip
async def test_hours_that_make_no_sense_are_refused_in_words(desk: Desk, given: dict[str, object], code: str):
    admin = await desk.signed_in("administrator")
    answer = await admin.call("PUT", "/settings/api/hours", json=given)
    assert (answer.status_code, answer.json()["error"]) == (422, code) and answer.json()["text"]


def test_a_day_that_differs_wins_over_the_week():
    hours = Hours("Asia/Taipei", 9, 21, week=((540, 1260),) * 7, days={date(2026, 1, 1): None})
    assert hours.span(date(2026, 1, 1)) is None and hours.span(date(2026, 1, 2)) == (540, 1260)
    new_year = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
    assert hours.call_back_at(new_year).isoformat() == "2026-01-02T10:00:00+08:00"


def _accepted(desk: Desk, secret: str) -> bool:
    try:
        check_identity(Claim(id="c1", signature=sign("c1", secret)), desk.house.live.secrets)
    except FrameError:
        return False
    return True


async def test_identity_secrets_change_over_without_losing_a_customer(desk_on_both: Desk):
    desk = desk_on_both
    admin = await desk.signed_in("administrator")
    answer = (await admin.call("POST", "/settings/api/keys", json={"name": "Shop front"})).json()
    new, key = answer["secret"], answer["keys"][0]
    assert _accepted(desk, new) and _accepted(desk, "s"), "the old one is still valid"
    assert "secret" not in (await admin.call("GET", "/settings/api/keys")).json(), "it is shown once"
    assert (await admin.call("POST", "/settings/api/keys/own/retire", json={})).status_code == 200
    assert _accepted(desk, new) and not _accepted(desk, "s")
    last = await admin.call("POST", f"/settings/api/keys/{key['id']}/retire", json={})
    assert (last.status_code, last.json()["error"]) == (422, "last_key")
    await admin.call("POST", "/settings/api/keys/own/restore", json={})
    assert (await admin.call("POST", f"/settings/api/keys/{key['id']}/retire", json={})).status_code == 200
    assert not _accepted(desk, new) and _accepted(desk, "s")
    async with desk.house.database.read() as session:
        stored = str((await session.execute(text("SELECT sealed FROM identity_secrets"))).all())
        logged = str((await session.execute(text("SELECT * FROM audit_log"))).all())
    assert new not in stored and new not in logged


async def test_staff_are_added_with_a_link_that_serves_once(desk: Desk):
    admin = await desk.signed_in("administrator")
    person = {"login": "Lin@Shop.example", "name": " 小林\u0000 ", "role": "agent", "languages": ["zh-TW"]}
    told = (await admin.call("POST", "/settings/api/staff", json=person)).json()
    added = next(each for each in told["staff"] if each["login"] == "lin@shop.example")
    assert (added["name"], added["languages"], added["has_password"]) == ("小林", ["zh-TW"], False)
    browser = desk.browser()
    assert "lin@shop.example" in (await browser.get(told["link"])).text
    answer = await browser.post(told["link"], {"password": "a new long password", "again": "a new long password"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")
    assert (await browser.call("GET", "/staff/me")).json()["login"] == "lin@shop.example"
    assert (await desk.browser().get(told["link"])).status_code == 404


async def test_a_new_role_and_a_disabled_account_hold_at_once(desk: Desk):
    admin, agent = await desk.signed_in("administrator"), await desk.signed_in("supervisor")
    staff_id = (await agent.call("GET", "/staff/me")).json()["id"]
    assert (await agent.call("GET", "/settings/api/hours")).status_code == 200
    await admin.call("PUT", f"/settings/api/staff/{staff_id}", json={"role": "agent"})
    assert (await agent.call("GET", "/settings/api/hours")).status_code == 403
    await admin.call("POST", f"/settings/api/staff/{staff_id}/disable")
    assert (await agent.call("GET", "/staff/me")).status_code == 401


async def test_the_last_administrator_stays_one(desk_on_both: Desk):
    admin = await desk_on_both.signed_in("administrator")
    own = (await admin.call("GET", "/staff/me")).json()["id"]
    for method, path, body in (("PUT", "", {"role": "agent"}), ("POST", "/disable", {})):
        answer = await admin.call(method, f"/settings/api/staff/{own}{path}", json=body)
        assert (answer.status_code, answer.json()["error"]) == (422, "last_administrator")


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET who_name = 'x'", "DELETE FROM audit_log",
                                       "UPDATE audit_log SET what = 'x' WHERE id = 1"])  # fmt: skip
async def test_the_database_refuses_to_change_the_audit_log(desk_on_both: Desk, statement: str):
    database = desk_on_both.house.database
    async with database.write() as session:
        audit.record_change(session, COMMAND_LINE, "setting.x", 1, 2, desk_on_both.house.services.clock())
    with pytest.raises(DBAPIError, match="audit log cannot be changed"):
        async with database.write() as session:
            await session.execute(text(statement))
    async with database.read() as session:
        assert [(e.before, e.after) for e in await audit.entries(session, what="setting.x")] == [(1, 2)]


async def test_canned_replies_are_written_by_language_and_their_history_stays(desk: Desk):
    supervisor, admin = await desk.signed_in("supervisor"), await desk.signed_in("administrator")
    given = {"locale": "en", "shortcut": "/sorry", "title": "Apology", "text": "I am sorry, {name}."}
    told = (await supervisor.call("PUT", "/settings/api/replies", json=given)).json()["replies"]
    assert [(r["shortcut"], r["text"]) for r in told] == [("sorry", "I am sorry, {name}.")]
    twice = await supervisor.call("PUT", "/settings/api/replies", json=given)
    assert (twice.status_code, twice.json()["error"]) == (422, "shortcut_taken")
    unknown = await supervisor.call("PUT", "/settings/api/replies", json={**given, "shortcut": "x", "text": "{secret}"})
    assert unknown.status_code in (409, 422) and unknown.json()["text"]
    moved = {**given, "id": told[0]["id"], "shortcut": "pardon", "locale": "zh-TW"}
    told = (await supervisor.call("PUT", "/settings/api/replies", json=moved)).json()["replies"]
    assert [(r["locale"], r["shortcut"]) for r in told] == [("zh-TW", "pardon")]
    told = (await supervisor.call("DELETE", f"/settings/api/replies/{told[0]['id']}")).json()["replies"]
    assert told == []
    entries = (await admin.call("GET", "/settings/api/log?what=reply.")).json()["entries"]
    assert [(e["what"], bool(e["before"]), bool(e["after"])) for e in entries] == [
        ("reply.zh-TW.pardon", True, False), ("reply.zh-TW.pardon", True, True), ("reply.en.sorry", False, True),
    ]  # fmt: skip
