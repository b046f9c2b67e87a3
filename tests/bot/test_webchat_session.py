from __future__ import annotations

import asyncio
import hashlib
import hmac
import uuid
from typing import Any

import httpx
import pytest

from dialogues.wording import wording
from tests.bot.client import Client, chatting
from tests.bot.conftest import SECRET, MakeApplication
from tests.bot.nursery import Application


def signed(customer: str, secret: str = SECRET) -> dict[str, str]:
    """An identity as the shop signs it."""
    signature = hmac.new(secret.encode(), customer.encode(), hashlib.sha256).hexdigest()
    return {"id": customer, "name": "Ann", "email": "ann@example.com", "signature": signature}


async def transcript(application: Application, session: str | None) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.get(f"{application.url}/chat/transcript", params={"session": session or ""})


@pytest.mark.parametrize(("tag", "locale"), [
    ("zh-CN", "zh-CN"), ("zh-TW", "zh-TW"), ("en", "en"), ("zh", "zh-CN"), ("zh_Hant_HK", "zh-TW"), ("zh-HK", "zh-TW"),
    ("zh-Hans-HK", "zh-CN"), ("yue", "zh-TW"), ("en-GB", "en"), ("fr-FR", "en"), ("", "en"),
])  # fmt: skip
async def test_a_welcome_names_session_conversation_owner_number_and_locale(
    application: Application, tag: str, locale: str
):
    async with chatting(application.ws_url, locale=tag) as client:
        [welcome] = client.frames
        assert set(welcome) == {"type", "session", "conversation", "seq", "owner", "locale"}
        assert (welcome["seq"], welcome["owner"], welcome["locale"]) == (0, "bot", locale)
        assert len(welcome["session"]) >= 40 and welcome["conversation"]


async def test_every_session_is_a_conversation_of_its_own(application: Application):
    async with chatting(application.ws_url) as one, chatting(application.ws_url) as two:
        assert one.session != two.session and one.conversation != two.conversation
        await one.ask("hello")
        assert two.messages == []


async def test_who_comes_back_with_the_session_gets_what_came_since(application: Application):
    async with chatting(application.ws_url) as client:
        await client.ask("hello")
        everything = client.messages
        for since in range(len(everything) + 1):
            again = Client(application.ws_url)
            again.session = client.session
            welcome = await again.connect(since=since)
            assert (welcome["session"], welcome["conversation"]) == (client.session, client.conversation)
            assert welcome["seq"] == len(everything)
            await again.ping()
            if since < len(everything):
                await again.wait_for(lambda f: f.get("seq") == len(everything) and f["type"] == "message")
            assert again.messages == everything[since:]
            await again.close()


async def test_a_number_that_was_never_reached_hides_nothing_that_is_still_to_come(application: Application):
    for since in (1_000, 2**53):
        client = Client(application.ws_url)
        assert (await client.connect(since=since))["type"] == "welcome"
        assert await client.ask("hello")
        assert [m["seq"] for m in client.messages][:2] == [1, 2]
        await client.close()


@pytest.mark.parametrize("since", [-1, 2**53 + 1, 10**30, 1.5, "many", None])
async def test_a_number_that_is_none_is_a_bad_frame(application: Application, since: Any):
    client = Client(application.ws_url)
    assert (await client.connect(since=since))["code"] == "bad_frame"
    assert (await client.hello(since=0))["type"] == "welcome", "and the socket stays open for a better one"
    await client.close()


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "en"])
async def test_a_session_that_is_not_known_is_refused_and_the_socket_closed(application: Application, locale: str):
    client = Client(application.ws_url, locale=locale)
    client.session = "no-such-session"
    error = await client.connect()
    assert error["code"] == "bad_session"
    assert error["text"] == wording().say("system.bad_session", locale).text
    assert await client.wait_closed() == 1008
    await client.close()


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "en"])
@pytest.mark.parametrize("claim", [
    {"id": "demo-emma"}, {"id": "demo-emma", "signature": ""}, {"id": "demo-emma", "signature": "0" * 64},
    {**signed("demo-emma", "another secret")}, {**signed("demo-chen"), "id": "demo-emma"},
    {"id": "demo-emma", "signature": "签名"},
], ids=["unsigned", "empty", "zeros", "another secret", "somebody else's", "not even hexadecimal"])  # fmt: skip
async def test_an_identity_that_the_shop_did_not_sign_is_refused(
    application: Application, claim: dict[str, str], locale: str
):
    client = Client(application.ws_url, locale=locale)
    error = await client.connect(identity=claim)
    assert (error["code"], error["text"]) == ("bad_identity", wording().say("system.bad_identity", locale).text)
    assert (await client.hello())["type"] == "welcome", "the socket stays open: without an identity they are welcome"
    await client.close()


async def test_a_signed_identity_lets_the_customer_hear_of_their_orders(application: Application):
    async with httpx.AsyncClient() as http:
        people = (await http.get(f"{application.url}/shop/customers.json")).json()
    emma = next(person for person in people if person["id"] == "demo-emma")
    assert emma["signature"] == signed("demo-emma")["signature"]
    claim = {key: emma[key] for key in ("id", "name", "email", "signature")}
    async with chatting(application.ws_url, identity=claim) as client:
        said = " ".join(bubble["text"] for bubble in await client.ask("Where is my order?"))
    assert "desk lamp" in said


async def test_a_signature_may_be_written_in_capitals(application: Application):
    claim = signed("customer-7")
    async with chatting(application.ws_url, identity={**claim, "signature": claim["signature"].upper()}) as client:
        assert client.session


async def test_a_session_belongs_to_the_customer_who_signed_in(application: Application):
    async with chatting(application.ws_url, identity=signed("customer-1")) as client:
        same, other = Client(application.ws_url), Client(application.ws_url)
        same.session = other.session = client.session
        assert (await same.connect(identity=signed("customer-1")))["type"] == "welcome"
        assert (await other.connect(identity=signed("customer-2")))["code"] == "bad_session"
        await same.close()
        await other.close()


async def test_pages_that_sign_in_at_once_are_all_welcome(application: Application):
    await _sign_in_at_once(application)


async def test_pages_that_sign_in_at_once_are_all_welcome_on_postgresql(
    make_application: MakeApplication, postgresql_url: str
):
    application = make_application(DATABASE_URL=postgresql_url)
    application.start()
    await _sign_in_at_once(application)


async def _sign_in_at_once(application: Application) -> None:
    claim = signed(f"customer-{uuid.uuid4()}")
    clients = [Client(application.ws_url) for _ in range(8)]
    answers = await asyncio.gather(*(client.connect(identity=claim) for client in clients))
    assert [answer["type"] for answer in answers] == ["welcome"] * 8
    assert len({answer["conversation"] for answer in answers}) == 8
    for client in clients:
        await client.close()


async def test_the_transcript_is_the_conversation_so_far(application: Application):
    async with chatting(application.ws_url, locale="zh-TW") as client:
        await client.ask("我的包裹到哪裡了")
        answer = await transcript(application, client.session)
        assert answer.status_code == 200
        told = answer.json()
        assert (told["conversation"], told["owner"], told["locale"]) == (client.conversation, "bot", "zh-TW")
        assert told["messages"] == client.messages and len(client.messages) >= 2


async def test_a_transcript_is_for_those_who_have_the_session(application: Application):
    for session in ("", "wrong", "x" * 200):
        assert (await transcript(application, session)).status_code == 404
    assert (await transcript(application, "x" * 201)).status_code == 422
