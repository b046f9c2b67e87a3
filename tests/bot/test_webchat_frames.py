from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bot.channels.webchat.socket import HELLO_WITHIN_S
from dialogues.wording import wording
from tests.bot.client import Client, Frame, chatting
from tests.bot.conftest import MakeApplication
from tests.bot.nursery import Application
from tests.bot.test_frames import any_json, any_text, frame_like

LOCALES = ("zh-CN", "zh-TW", "en")
anything = st.binary(max_size=200) | any_text.map(lambda text: text.encode("utf-8", "ignore").decode()) | st.one_of(
    any_json, frame_like
).map(json.dumps)  # fmt: skip


@dataclass(frozen=True)
class Silence:
    """What came of a socket on which nothing was said."""

    frames: tuple[Frame, ...]
    closed_with: int | None
    seconds: float


@pytest.fixture(scope="module", autouse=True)
def silent(application: Application) -> Iterator[Future[Silence]]:
    """A socket that says nothing, while the other tests go on."""
    with ThreadPoolExecutor() as pool:
        yield pool.submit(_say_nothing, application.ws_url)


def _say_nothing(ws_url: str) -> Silence:
    started, frames = time.monotonic(), []
    with connect(ws_url, compression=None) as socket, contextlib.suppress(ConnectionClosed):
        while True:
            frames.append(json.loads(socket.recv()))
    return Silence(tuple(frames), socket.close_code, time.monotonic() - started)


async def refused(client: Client, frame: Any) -> Frame:
    """The error that a frame gets."""
    before = len(client.frames)
    await client.send(frame)
    return await client.wait_for(lambda f: f["type"] == "error", after=before)


async def _send_all(application: Application, sent: Sequence[str | bytes], *, greeted: bool) -> None:
    client = Client(application.ws_url)
    await client.open()
    if greeted:
        assert (await client.hello())["type"] == "welcome"
    try:
        for frame in sent:
            await client.send(frame)
        if not greeted:
            await client.hello()
        await client.ping()
        assert client.closed_with is None
    except (ConnectionClosed, ConnectionError):
        assert client.of("error", code="bad_session"), "nothing else closes a socket"
    await client.close()


@pytest.mark.parametrize("greeted", [False, True], ids=["before hello", "after hello"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(anything, min_size=1, max_size=12))
def test_no_bytes_kill_the_socket_or_the_server(application: Application, greeted: bool, sent: list[str | bytes]):
    asyncio.run(_send_all(application, sent, greeted=greeted))


async def test_after_all_that_the_server_still_answers(application: Application):
    async with httpx.AsyncClient() as http:
        assert (await http.get(f"{application.url}/readyz")).status_code == 200
    assert "Traceback" not in application.log()


@pytest.mark.parametrize("locale", LOCALES)
async def test_every_refusal_says_in_the_customers_language_what_is_wrong(application: Application, locale: str):
    wanted = {
        "bad_frame": ["not json", {"type": "dance"}, {"type": "message", "client_id": "a-1", "text": " "},
                      {"type": "hello"}, {"type": "attachment", "client_id": "a-1", "upload": "u-1"}, b"\xff"],
        "too_long": [{"type": "message", "client_id": "a-1", "text": "x" * 4001}, {"type": "ping", "x": "y" * 17_000}],
    }  # fmt: skip
    async with chatting(application.ws_url, locale=locale) as client:
        for code, frames in wanted.items():
            for frame in frames:
                error = await refused(client, frame)
                assert error["code"] == code
                assert error["text"] == wording().say(f"system.{code}", locale).text
                named = isinstance(frame, dict) and frame.get("client_id")
                assert error.get("client_id") == (named or None)
        assert await client.ask("hello"), "and the socket stays open"
        assert [m["text"] for m in client.messages if m["author"] == "customer"] == ["hello"]


async def test_before_hello_nothing_else_is_dealt_with(application: Application):
    client = Client(application.ws_url)
    await client.open()
    for frame in (
        {"type": "message", "client_id": "a-1", "text": "hello"},
        {"type": "ping"},
        {"type": "read", "seq": 1},
    ):
        assert (await refused(client, frame))["code"] == "bad_frame"
    assert (await client.hello())["type"] == "welcome"
    assert client.of("ack") == client.of("pong") == []
    await client.close()


async def test_who_sends_nothing_but_nonsense_is_sent_away_in_the_end(application: Application):
    async with chatting(application.ws_url) as client:
        for _ in range(49):
            assert (await refused(client, "nonsense"))["code"] == "bad_frame"
        await client.ping()
        await client.send("nonsense")
        assert await client.wait_closed() == 1008
        assert (await client.connect())["type"] == "welcome", "and may come back"


async def test_a_frame_far_beyond_every_limit_costs_the_socket_and_not_the_server(application: Application):
    async with chatting(application.ws_url) as client:
        with pytest.raises((ConnectionClosed, ConnectionError)):
            await client.send("x" * 2_000_000)
            await client.ping()
        assert await client.wait_closed() in (1006, 1009)
        assert (await client.connect())["type"] == "welcome"
        assert await client.ask("hello")


async def test_text_that_is_not_utf8_costs_the_socket_and_not_the_server(application: Application):
    async with chatting(application.ws_url) as client:
        assert client._socket is not None
        masked_text_frame_of_two_bad_bytes = b"\x81\x82\x00\x00\x00\x00\xff\xfe"
        client._socket.transport.write(masked_text_frame_of_two_bad_bytes)
        assert await client.wait_closed() in (1006, 1007)
        assert (await client.connect())["type"] == "welcome"


async def test_who_writes_too_fast_is_told_how_long_to_wait(make_application: MakeApplication):
    application = make_application(KAIROS_RATE_PER_S="2", KAIROS_RATE_BURST="3")
    application.start()
    await asyncio.gather(*(_write_too_fast(application, locale) for locale in LOCALES))


async def _write_too_fast(application: Application, locale: str) -> None:
    async with chatting(application.ws_url, locale=locale) as client:
        ids = [await client.say(f"message {n}", f"c-{n}") for n in range(5)]
        first, second = [await client.wait_for(lambda f, i=i: f.get("client_id") == i and f["type"] == "error")
                         for i in ids[3:]]  # fmt: skip
        for error in (first, second):
            assert error["code"] == "rate_limited" and 0 < error["retry_after_s"] <= 1
            seconds = {"seconds": str(error["retry_after_s"])}
            assert error["text"] == wording().say("system.rate_limited", locale, seconds).text
        assert [ack["client_id"] for ack in client.of("ack")] == ids[:3]
        await asyncio.sleep(first["retry_after_s"] + 0.1)
        await client.say("message 3", ids[3])
        await client.wait_for(lambda f: f["type"] == "ack" and f["client_id"] == ids[3])


async def test_another_socket_of_the_session_has_no_allowance_of_its_own(make_application: MakeApplication):
    application = make_application(KAIROS_RATE_PER_S="0.1", KAIROS_RATE_BURST="3")
    application.start()
    async with chatting(application.ws_url) as client:
        for n in range(3):
            await client.say("hello", f"c-{n}")
        await client.wait_for(lambda f: len(client.of("ack")) == 3)
        await client.close()
        await client.connect()
        assert (await refused(client, {"type": "message", "client_id": "c-9", "text": "x"}))["code"] == "rate_limited"
        async with chatting(application.ws_url) as somebody_else:
            await somebody_else.say("hello", "c-1")
            await somebody_else.wait_for(lambda f: f["type"] == "ack")


async def test_who_says_nothing_does_not_hold_a_socket_for_ever(silent: Future[Silence]):
    silence = await asyncio.wrap_future(silent)
    assert [frame["code"] for frame in silence.frames] == ["bad_frame"]
    assert silence.closed_with == 1008 and HELLO_WITHIN_S - 1 < silence.seconds < HELLO_WITHIN_S + 10
