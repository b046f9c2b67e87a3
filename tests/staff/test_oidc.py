"""Signing in with an identity provider: a real one, of somebody else's making, on a port of this machine."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from actions import staff
from tests.staff.desk import URL, Browser, Desk, open_desk

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import oidc_provider_mock

pytestmark = pytest.mark.fast
PEOPLE = {
    "s-1": {"email": "Lin@Shop.example", "email_verified": True}, "s-2": {"email": "other@shop.example",
    "email_verified": False}, "s-3": {"email": "stranger@shop.example", "email_verified": True},
}  # fmt: skip


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a running provider that knows three people."""
    users = [oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]
    with oidc_provider_mock.run_server_in_thread(user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
async def desk(sqlite_url: str, tmp_path: Path, issuer: str) -> AsyncIterator[Desk]:
    """A desk that trusts it."""
    given = {"oidc_issuer": issuer, "oidc_client_id": "kairos", "oidc_client_secret": "hush", "public_url": URL}
    async with open_desk(sqlite_url, tmp_path, **given) as desk:
        yield desk


async def _at_provider(browser: Browser, subject: str) -> str:
    """Goes to the provider as that person; where it sends the browser back to."""
    started = await browser.get("/staff/oidc/start?next=/staff/account")
    assert started.status_code == 303
    async with httpx.AsyncClient() as provider:
        answer = await provider.post(started.headers["location"], data={"sub": subject})
    assert answer.status_code == 302, answer.text[:300]
    return str(answer.headers["location"]).removeprefix(URL)


async def test_who_was_added_is_let_in_by_a_verified_address_and_known_from_then_on(desk: Desk):
    await desk.person("agent", "lin@shop.example")
    browser = desk.browser()
    assert "Sign in with OpenID" in (await browser.get("/staff/sign-in")).text
    answer = await browser.get(await _at_provider(browser, "s-1"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/account"), answer.text[:400]
    assert (await browser.call("GET", "/staff/me")).json()["login"] == "lin@shop.example"
    async with desk.house.database.write() as session:
        member = await staff.find_by_login(session, "lin@shop.example")
        assert member is not None and member.sso_subject and member.sso_subject.endswith("|s-1")
        member.login = "renamed@shop.example"
    again = desk.browser()
    await again.get(await _at_provider(again, "s-1"))
    assert (await again.call("GET", "/staff/me")).json()["login"] == "renamed@shop.example"


async def test_strangers_and_unverified_addresses_stay_outside(desk: Desk):
    await desk.person("agent", "other@shop.example")
    for subject in ("s-2", "s-3"):
        browser = desk.browser()
        answer = await browser.get(await _at_provider(browser, subject))
        assert answer.status_code == 403 and "Nobody here signs in as" in answer.text
        assert (await browser.call("GET", "/staff/me")).status_code == 401


async def test_who_is_disabled_stays_outside(desk: Desk):
    member = await desk.person("agent", "lin@shop.example")
    browser = desk.browser()
    await browser.get(await _at_provider(browser, "s-1"))
    async with desk.house.database.write() as session:
        row = await staff.find_staff(session, member.id)
        assert row is not None
        row.disabled_at = desk.house.services.clock()
    again = desk.browser()
    assert (await again.get(await _at_provider(again, "s-1"))).status_code == 403


async def test_an_answer_serves_only_the_browser_that_asked_and_only_once(desk: Desk):
    await desk.person("agent", "lin@shop.example")
    attacker, victim = desk.browser(), desk.browser()
    answer = await _at_provider(attacker, "s-1")
    assert (await victim.get(answer)).status_code == 502, "a planted answer signs nobody in"
    await victim.get("/staff/oidc/start")
    assert (await victim.get(answer)).status_code == 502, "nor when the victim had begun a sign-in"
    assert (await victim.call("GET", "/staff/me")).status_code == 401
    assert (await attacker.get(answer)).status_code == 303
    assert (await attacker.get(answer)).status_code == 502


async def test_an_answer_with_another_state_or_a_made_up_code_is_refused(desk: Desk):
    browser = desk.browser()
    answer = await _at_provider(browser, "s-1")
    query = {name: values[0] for name, values in parse_qs(urlsplit(answer).query).items()}
    for changed in (
        {**query, "state": "x"},
        {**query, "code": "x"},
        {"error": "access_denied", "state": query["state"]},
    ):
        told = await browser.get("/staff/oidc/callback", params=changed)
        assert told.status_code == 502 and "did not let you in" in told.text
        answer = await _at_provider(browser, "s-1")
        query = {name: values[0] for name, values in parse_qs(urlsplit(answer).query).items()}


async def test_a_token_of_another_audience_is_refused(desk: Desk):
    await desk.person("agent", "lin@shop.example")
    browser = desk.browser()
    answer = await _at_provider(browser, "s-1")
    desk.house.settings.oidc_client_id = "another-shop"
    assert (await browser.get(answer)).status_code == 502


async def test_without_a_provider_there_is_no_such_way_in(sqlite_url: str, tmp_path: Path):
    async with open_desk(sqlite_url, tmp_path) as desk:
        browser = desk.browser()
        assert "oidc" not in (await browser.get("/staff/sign-in")).text
        assert (await browser.get("/staff/oidc/start")).headers["location"] == "/staff/sign-in"


async def test_a_provider_that_is_away_is_said_in_words(sqlite_url: str, tmp_path: Path):
    async with open_desk(sqlite_url, tmp_path, oidc_issuer="http://127.0.0.1:9", oidc_client_id="k") as desk:
        answer = await desk.browser().get("/staff/oidc/start")
        assert answer.status_code == 502 and "did not let you in" in answer.text
