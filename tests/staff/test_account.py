from __future__ import annotations

import pytest

from tests.staff.desk import PASSWORD, Desk

pytestmark = pytest.mark.fast
NEW = "another long password"


async def test_a_new_password_signs_out_everywhere_else(desk_on_both: Desk):
    desk = desk_on_both
    here = await desk.signed_in("agent")
    there = desk.browser()
    await there.sign_in("agent")
    before = here.cookies["kairos-staff"]
    answer = await here.call("POST", "/staff/api/password", json={"password": PASSWORD, "new": NEW})
    assert answer.status_code == 200 and here.cookies["kairos-staff"] != before
    here.csrf = answer.json()["csrf"]
    assert (await here.call("PUT", "/staff/api/account", json={"name": "Li"})).json()["name"] == "Li"
    assert (await there.call("GET", "/staff/me")).status_code == 401
    assert (await desk.browser().sign_in("agent")).status_code == 401
    assert (await desk.browser().sign_in("agent", NEW)).status_code == 303


@pytest.mark.parametrize(("new", "code"), [("short", "password_short"), ("x" * 201, "password_long"),
    ("aaaaaaaaaaaa", "password_easy"), ("longlogin1", "password_easy")])  # fmt: skip
async def test_a_password_that_is_easy_to_guess_is_refused_in_words(desk: Desk, new: str, code: str):
    browser = await desk.signed_in("agent", "longlogin1")
    answer = await browser.call("POST", "/staff/api/password", json={"password": PASSWORD, "new": new})
    assert (answer.status_code, answer.json()["error"]) == (422, code) and answer.json()["text"]


async def test_without_the_present_password_nothing_that_guards_the_account_changes(desk: Desk):
    browser = await desk.signed_in("agent")
    for path in ("/staff/api/password", "/staff/api/code/offer", "/staff/api/code/remove"):
        answer = await browser.call("POST", path, json={"password": "wrong password", "new": NEW})
        assert (answer.status_code, answer.json()["error"]) == (422, "wrong_password"), path
    guesses = [await browser.call("POST", "/staff/api/password", json={"password": f"guess {n}", "new": NEW})
               for n in range(4)]  # fmt: skip
    assert [a.json()["error"] for a in guesses] == ["wrong_password"] * 2 + ["too_many_tries"] * 2


async def test_one_ends_only_ones_own_sessions(desk: Desk):
    mine, theirs = await desk.signed_in("agent"), await desk.signed_in("supervisor")
    their_id = (await theirs.call("GET", "/staff/api/account")).json()["sessions"][0]["id"]
    answer = await mine.call("POST", f"/staff/api/sessions/{their_id}/end")
    assert (answer.status_code, answer.json()["error"]) == (422, "no_such_session")
    assert (await theirs.call("GET", "/staff/me")).status_code == 200
    second = desk.browser()
    await second.sign_in("agent")
    rows = (await mine.call("GET", "/staff/api/account")).json()["sessions"]
    other = next(row["id"] for row in rows if not row["current"])
    assert len((await mine.call("POST", f"/staff/api/sessions/{other}/end")).json()["sessions"]) == 1
    assert (await second.call("GET", "/staff/me")).status_code == 401


async def test_sign_out_everywhere_means_here_as_well(desk: Desk):
    here, there = await desk.signed_in("agent"), desk.browser()
    await there.sign_in("agent")
    assert (await here.call("POST", "/staff/api/sessions/end")).status_code == 200
    for browser in (here, there):
        assert (await browser.call("GET", "/staff/me")).status_code == 401
