from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from tests.staff.desk import PASSWORD, Browser, Desk

pytestmark = pytest.mark.fast


async def _set_up(browser: Browser) -> tuple[str, list[str], str]:
    """The secret, the recovery codes and the code that confirmed it."""
    offered = (await browser.call("POST", "/staff/api/code/offer", json={"password": PASSWORD})).json()
    assert offered["picture"].startswith("data:image/svg+xml")
    code = pyotp.TOTP(offered["secret"]).now()
    answer = await browser.call("POST", "/staff/api/code/confirm", json={"ticket": offered["ticket"], "code": code})
    assert answer.status_code == 200, answer.text
    browser.csrf = answer.json()["csrf"]
    return offered["secret"], answer.json()["recovery_codes"], code


async def test_after_the_password_the_code_is_asked_for_and_each_code_serves_once(desk_on_both: Desk):
    first = await desk_on_both.signed_in("agent")
    secret, _, used = await _set_up(first)
    browser = desk_on_both.browser()
    answer = await browser.sign_in("agent")
    assert answer.headers["location"].startswith("/staff/code")
    assert (await browser.call("GET", "/staff/me")).status_code == 401, "the password alone opens nothing"
    await browser.get("/staff/code")
    assert (await browser.post("/staff/code", {"code": used})).status_code == 401, "it confirmed the set-up already"
    pending = browser.cookies["kairos-staff"]
    fresh = pyotp.TOTP(secret).at(desk_on_both.house.services.clock() + timedelta(seconds=30))
    answer = await browser.post("/staff/code", {"code": fresh, "next": "/staff/account"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/account")
    assert browser.cookies["kairos-staff"] != pending, "and the session is a new one"
    other = desk_on_both.browser()
    await other.sign_in("agent")
    await other.get("/staff/code")
    assert (await other.post("/staff/code", {"code": fresh})).status_code == 401


async def test_a_recovery_code_opens_once(desk: Desk):
    _, codes, _ = await _set_up(await desk.signed_in("agent"))
    assert len(set(codes)) == 10
    for expected in (303, 401):
        browser = desk.browser()
        await browser.sign_in("agent")
        await browser.get("/staff/code")
        typed = codes[0].upper().replace("-", " ")
        assert (await browser.post("/staff/code", {"code": typed})).status_code == expected


async def test_codes_cannot_be_guessed(desk: Desk):
    await _set_up(await desk.signed_in("agent"))
    browser = desk.browser()
    await browser.sign_in("agent")
    await browser.get("/staff/code")
    statuses = [(await browser.post("/staff/code", {"code": f"{n:06d}"})).status_code for n in range(6)]
    assert statuses == [401] * 5 + [429]


async def test_it_needs_the_password_and_a_right_code_to_set_one_up(desk: Desk):
    browser, other = await desk.signed_in("agent"), await desk.signed_in("supervisor")
    wrong = await browser.call("POST", "/staff/api/code/offer", json={"password": "wrong password"})
    assert (wrong.status_code, wrong.json()["error"]) == (422, "wrong_password")
    offered = (await browser.call("POST", "/staff/api/code/offer", json={"password": PASSWORD})).json()
    code = pyotp.TOTP(offered["secret"]).now()
    for who, given in ((browser, {"ticket": offered["ticket"], "code": "000000"}),
                       (other, {"ticket": offered["ticket"], "code": code}),
                       (browser, {"ticket": "made up", "code": code})):  # fmt: skip
        assert (await who.call("POST", "/staff/api/code/confirm", json=given)).status_code == 422
    assert (await browser.call("GET", "/staff/api/account")).json()["has_code"] is False


async def test_the_secret_is_encrypted_in_the_database(desk: Desk):
    secret, codes, _ = await _set_up(await desk.signed_in("agent"))
    async with desk.house.database.read() as session:
        from actions import staff

        member = await staff.find_by_login(session, "agent")
    assert member is not None and member.totp_secret
    assert secret not in member.totp_secret and not set(codes) & set(member.recovery_hashes)
