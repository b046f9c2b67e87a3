from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from actions import staff, staff_sessions
from bot.staff import limits
from tests.staff.desk import PASSWORD, Desk

pytestmark = pytest.mark.fast


async def test_login_and_password_open_a_session_and_lead_to_the_page_that_was_wanted(desk_on_both: Desk):
    await desk_on_both.person("agent")
    browser = desk_on_both.browser()
    refused = await browser.get("/staff/me?x=1")
    assert (refused.status_code, refused.headers["location"]) == (303, "/staff/sign-in?next=/staff/me%3Fx%3D1")
    answer = await browser.sign_in("  AGENT ", next="/staff/me?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/me?x=1")
    me = (await browser.call("GET", "/staff/me")).json()
    assert (me["login"], me["role"]) == ("agent", "agent") and "answer_customers" in me["may"]


async def test_the_cookie_is_out_of_the_reach_of_scripts_and_other_sites(desk: Desk):
    await desk.person("agent")
    answer = await desk.browser().sign_in("agent")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("kairos-staff="))
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie and "Domain" not in cookie


async def test_a_wrong_password_and_an_unknown_login_are_answered_alike(desk: Desk):
    await desk.person("agent")
    wrong = await desk.browser().sign_in("agent", "not this one!")
    unknown = await desk.browser().sign_in("nobody", "not this one!")
    assert wrong.status_code == unknown.status_code == 401
    assert "do not fit together" in wrong.text and "do not fit together" in unknown.text


async def test_after_five_wrong_passwords_even_the_right_one_waits(desk_on_both: Desk):
    await desk_on_both.person("agent")
    browser = desk_on_both.browser()
    for _ in range(5):
        assert (await browser.sign_in("agent", "not this one!")).status_code == 401
    answer = await browser.sign_in("agent")
    assert answer.status_code == 429 and "Please wait 15 min" in answer.text


async def test_many_tries_at_the_same_moment_are_counted_like_tries_in_a_row(desk: Desk):
    await desk.person("agent")
    browser = desk.browser()
    await browser.get("/staff/sign-in")
    tries = [browser.post("/staff/sign-in", {"login": "agent", "password": f"guess number {n}"}) for n in range(12)]
    statuses = [answer.status_code for answer in await asyncio.gather(*tries)]
    assert statuses.count(401) == 5 and statuses.count(429) == 7


async def test_one_address_cannot_try_many_logins(desk: Desk):
    for n in range(29):
        assert await limits.take_try(desk.house, f"who{n}", "192.0.2.1") == 0
    assert (await desk.browser().sign_in("one", "wrong password")).status_code == 401
    assert (await desk.browser().sign_in("other", "wrong password")).status_code == 429
    assert (await desk.browser("192.0.2.2").sign_in("other", "wrong password")).status_code == 401


async def test_many_addresses_cannot_try_one_login(desk: Desk):
    for n in range(39):
        assert await limits.take_try(desk.house, "boss", f"198.51.100.{n}") == 0
    assert (await desk.browser("198.51.100.98").sign_in("BOSS", "wrong password")).status_code == 401
    assert (await desk.browser("198.51.100.99").sign_in("boss", "wrong password")).status_code == 429


async def test_who_mistyped_is_let_in_and_starts_afresh(desk: Desk):
    await desk.person("agent")
    browser = desk.browser()
    for _ in range(2):
        for _ in range(3):
            await browser.sign_in("agent", "not this one!")
        assert (await browser.sign_in("agent")).status_code == 303
        await browser.post("/staff/sign-out")


async def test_a_planted_session_is_worth_nothing_after_signing_in(desk: Desk):
    attacker = await desk.signed_in("agent", "attacker")
    planted = attacker.cookies["kairos-staff"]
    await desk.person("supervisor")
    victim = desk.browser()
    victim.cookies.set("kairos-staff", planted, domain="desk.test")
    victim.csrf = ""
    await victim.post("/staff/sign-out")  # refused: no token; the victim signs in over the planted session
    victim.cookies.delete("kairos-staff")
    await victim.get("/staff/sign-in")
    victim.cookies.set("kairos-staff", planted, domain="desk.test")
    answer = await victim.post("/staff/sign-in", {"login": "supervisor", "password": PASSWORD})
    assert answer.status_code == 303
    assert victim.cookies["kairos-staff"] != planted
    assert (await attacker.call("GET", "/staff/me")).status_code == 401, "and the planted one has ended"


async def test_a_made_up_session_is_nobodys(desk: Desk):
    browser = desk.browser()
    browser.cookies.set("kairos-staff", "a" * 43, domain="desk.test")
    assert (await browser.call("GET", "/staff/me")).status_code == 401
    await desk.person("agent")
    answer = await browser.sign_in("agent")
    assert answer.status_code == 303 and browser.cookies["kairos-staff"] != "a" * 43


async def test_signing_out_ends_the_session_on_the_server(desk: Desk):
    browser = await desk.signed_in()
    kept = browser.cookies["kairos-staff"]
    assert (await browser.post("/staff/sign-out")).status_code == 303
    browser.cookies.set("kairos-staff", kept, domain="desk.test")
    assert (await browser.call("GET", "/staff/me")).status_code == 401


async def test_disabling_somebody_ends_their_sessions_at_once(desk: Desk):
    browser = await desk.signed_in("agent")
    async with desk.house.database.write() as session:
        member = await staff.find_by_login(session, "agent")
        assert member is not None
        member.disabled_at = desk.house.services.clock()
    assert (await browser.call("GET", "/staff/me")).status_code == 401
    assert (await desk.browser().sign_in("agent")).status_code == 401


@pytest.mark.parametrize(
    ("idle", "age"), [(timedelta(hours=12, minutes=1), timedelta()), (timedelta(), timedelta(days=7, minutes=1))]
)
async def test_a_session_ends_when_it_is_not_used_or_a_week_old(desk: Desk, idle: timedelta, age: timedelta):
    browser = await desk.signed_in("agent")
    now = desk.house.services.clock()
    async with desk.house.database.write() as session:
        row, _ = await staff_sessions.find_session(session, browser.cookies["kairos-staff"], now) or pytest.fail()
        row.seen_at, row.created_at = now - idle, now - age
    assert (await browser.call("GET", "/staff/me")).status_code == 401


@pytest.mark.parametrize(
    "wanted", ["https://evil.test/", "//evil.test", "/\\evil.test", "/staffing", "/shop", "/desk\n//x"]
)
async def test_after_signing_in_one_stays_here(desk: Desk, wanted: str):
    await desk.person("agent")
    answer = await desk.browser().sign_in("agent", next=wanted)
    assert answer.headers["location"] == "/staff"


async def test_changes_need_the_token_of_the_session(desk: Desk):
    browser = await desk.signed_in()
    for token in ("", "0" * 64, (await desk.signed_in("agent", "other")).csrf):
        answer = await browser.call("POST", "/staff/sign-out", headers={"x-csrf-token": token})
        assert (answer.status_code, answer.json()["error"]) == (403, "bad_csrf")
    assert (await browser.call("GET", "/staff/me")).status_code == 200


@pytest.mark.parametrize("headers", [
    {"origin": "https://evil.test"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
])  # fmt: skip
async def test_other_sites_pages_change_nothing_even_with_the_token(desk: Desk, headers: dict[str, str]):
    browser = await desk.signed_in()
    answer = await browser.call("POST", "/staff/sign-out", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (403, "bad_origin")


async def test_nobody_can_be_signed_in_from_elsewhere(desk: Desk):
    await desk.person("agent")
    browser = desk.browser()
    answer = await browser.post("/staff/sign-in", {"login": "agent", "password": PASSWORD})
    assert answer.status_code == 403, "the form of another site lacks the token"
    await browser.get("/staff/sign-in")
    other = desk.browser()
    await other.get("/staff/sign-in")
    answer = await browser.post("/staff/sign-in", {"csrf": other.csrf, "login": "agent", "password": PASSWORD})
    assert answer.status_code == 403


async def test_passwords_are_kept_as_argon2id(desk: Desk):
    member = await desk.person("agent")
    assert member.password_hash.startswith("$argon2id$") and PASSWORD not in member.password_hash


async def test_staff_pages_allow_no_foreign_and_no_inline_code(desk: Desk):
    for answer in (await desk.browser().get("/staff/sign-in"), await (await desk.signed_in()).call("GET", "/staff/me")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self';" in policy and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy and answer.headers["cache-control"] == "no-store"
