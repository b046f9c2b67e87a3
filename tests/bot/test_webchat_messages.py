from __future__ import annotations

import asyncio
import uuid
from datetime import datetime
from pathlib import Path

import pytest

from tests.bot.client import Client, Frame, chatting
from tests.bot.conftest import MakeApplication
from tests.bot.nursery import Application
from tests.bot.test_webchat_session import transcript


def gapless(messages: list[Frame]) -> bool:
    """True when the messages are numbered 1, 2, 3 …, each once and in order."""
    return [m["seq"] for m in messages] == list(range(1, len(messages) + 1))


async def test_a_message_is_acknowledged_told_answered_and_done(application: Application):
    async with chatting(application.ws_url) as client:
        client_id = await client.say("  hello there \x07 ")
        bubbles = await client.answer(client_id)
        [ack] = client.of("ack")
        assert set(ack) == {"type", "client_id", "seq", "at"}
        assert (ack["client_id"], ack["seq"]) == (client_id, 1)
        assert datetime.fromisoformat(ack["at"]).tzinfo is not None
        own, *said = client.messages
        assert (own["author"], own["seq"], own["text"], own["client_id"]) == ("customer", 1, "hello there", client_id)
        assert said == bubbles and bubbles
        for bubble in bubbles:
            assert {"seq", "author", "name", "text", "choices", "in_reply_to", "at"} <= set(bubble)
            assert (bubble["author"], bubble["in_reply_to"]) == ("bot", client_id) and bubble["text"]
        kinds = [f["type"] for f in client.frames]
        assert kinds[:2] == ["welcome", "ack"] and kinds[-1] == "done", "first durable, then answered, done last"
        assert client.of("typing", author="bot")
        assert gapless(client.messages)


async def test_the_same_client_id_is_acknowledged_again_and_handled_once(application: Application):
    async with chatting(application.ws_url) as client:
        client_id = str(uuid.uuid4())
        for _ in range(3):
            await client.say("hello", client_id)
        await client.answer(client_id)
        await client.say("hello", client_id)  # and once more, long after it was answered
        await client.wait_for(lambda f: len(client.of("ack")) == 4 and len(client.of("done")) >= 2)
        assert len({(ack["seq"], ack["at"]) for ack in client.of("ack", client_id=client_id)}) == 1
        messages = (await transcript(application, client.session)).json()["messages"]
        assert [m["author"] for m in messages].count("customer") == 1
        assert messages == client.messages and gapless(messages)


async def test_what_was_sent_twice_over_two_connections_is_done_after_its_answer_was_told(application: Application):
    async with chatting(application.ws_url) as client:
        client_id = await client.say("hello")
        await client.answer(client_id)
        again = Client(application.ws_url)
        again.session = client.session
        await again.connect(since=0)
        await again.say("hello", client_id)
        await again.answer(client_id)
        assert again.messages == client.messages, "everything was told before done"
        await again.close()


async def test_numbers_have_no_gap_over_many_turns(application: Application):
    async with chatting(application.ws_url, locale="zh-CN") as client:
        for text in ("你好", "我的快递到哪里了", "2026111800042 8812", "谢谢", "转人工", "还在吗"):
            await client.ask(text)
        assert gapless(client.messages)
        assert len(client.of("done")) == len(client.of("ack")) == 6


async def test_messages_close_together_are_one_turn(make_application: MakeApplication):
    application = make_application(KAIROS_FRAGMENT_WINDOW_S="1.2")
    application.start()
    async with chatting(application.ws_url) as client:
        ids = []
        for text in ("hi", "my parcel", "has not come"):
            ids.append(await client.say(text))
            await asyncio.sleep(0.5)
        for client_id in ids:
            await client.wait_for(lambda f, wanted=client_id: f["type"] == "done" and f["in_reply_to"] == wanted)
        assert [ack["client_id"] for ack in client.of("ack")] == ids
        assert {m["in_reply_to"] for m in client.messages if m["author"] == "bot"} == {ids[-1]}
        assert [m["author"] for m in client.messages][:4] == ["customer"] * 3 + ["bot"]
        assert gapless(client.messages)
        answered = len(client.messages)
        await client.ask("and now another thing")
        assert len(client.messages) > answered + 1, "what comes later is a turn of its own"


async def test_what_arrives_while_the_reply_is_prepared_is_answered_with_it(
    make_application: MakeApplication, slow_model: Path
):
    application = make_application(KAIROS_MODEL=str(slow_model), KAIROS_FRAGMENT_WINDOW_S="0")
    application.start()
    async with chatting(application.ws_url) as client:
        first = await client.say("the first half")
        await client.wait_for(lambda f: f["type"] == "typing")
        second = await client.say("the second half")
        await asyncio.gather(client.answer(first), client.answer(second))
        assert {m["in_reply_to"] for m in client.messages if m["author"] == "bot"} == {second}
        assert gapless(client.messages)


async def test_a_choice_shows_its_title_as_the_customers_words_and_is_answered(application: Application):
    async with chatting(application.ws_url) as client:
        choices: list[dict[str, str]] = []
        for text in ("I want a refund", "it is about my order", "what can you do about it"):
            choices = [choice for bubble in await client.ask(text) for choice in bubble["choices"]]
            if choices:
                break
        assert choices and all(set(choice) == {"title", "payload"} for choice in choices)
        client_id = await client.tap(choices[0]["payload"])
        await client.answer(client_id)
        own = next(m for m in client.messages if m.get("client_id") == client_id)
        assert (own["author"], own["text"]) == ("customer", choices[0]["title"])
        assert gapless(client.messages)


async def test_a_tapped_choice_is_acknowledged_once_however_often_it_is_sent(application: Application):
    async with chatting(application.ws_url) as client:
        client_id = str(uuid.uuid4())
        for _ in range(3):
            await client.tap("issue:refund", client_id)
        await client.answer(client_id)
        await client.ask("hm")
        assert [m["author"] for m in client.messages].count("customer") == 2


async def test_two_sockets_of_one_session_see_the_same(application: Application):
    async with chatting(application.ws_url) as one:
        two = Client(application.ws_url)
        two.session = one.session
        await two.connect()
        await asyncio.gather(one.ask("hello from the first tab"), two.ask("hello from the second tab"))
        ids = {ack["client_id"] for client in (one, two) for ack in client.of("ack")}
        for client in (one, two):
            for client_id in ids:
                await client.answer(client_id)
        assert one.messages == two.messages and gapless(one.messages)
        assert len(one.of("ack")) == len(two.of("ack")) == 1, "an ack is for the one who sent"
        await two.close()


async def test_how_far_the_customer_read_is_kept_and_never_beyond_what_there_is(application: Application):
    async with chatting(application.ws_url) as client:
        await client.ask("hello")
        for seq, kept in ((1, 1), (2**53, client.seen), (1, client.seen)):
            await client.send({"type": "read", "seq": seq})
            await client.ping()
            query = "SELECT read_seq FROM conversations WHERE id = ?"
            assert application.query(query, client.conversation) == [(kept,)]
        assert client.of("read") == [], "it is told to the staff, not back"


async def test_a_ping_is_answered_and_typing_is_not_told_back(application: Application):
    async with chatting(application.ws_url) as client:
        await client.send({"type": "typing"})
        await client.ping()
        assert [f["type"] for f in client.frames] == ["welcome", "pong"]


async def test_going_to_the_queue_is_told_after_what_was_said(application: Application):
    async with chatting(application.ws_url) as client:
        client_id = await client.say("I want to talk to a human")
        owner = await client.wait_for(lambda f: f["type"] == "owner")
        assert owner["owner"] == "queue" and owner["wait_s"] > 0
        await client.answer(client_id)
        kinds = [f["type"] for f in client.frames]
        assert kinds.index("owner") > max(i for i, kind in enumerate(kinds) if kind == "message")
        again = Client(application.ws_url)
        again.session = client.session
        assert (await again.connect())["owner"] == "queue"
        await again.close()


async def test_who_leaves_right_after_writing_finds_the_answer_when_they_come_back(application: Application):
    client = Client(application.ws_url)
    await client.connect()
    for n in range(5):
        await client.say(f"message {n}")
        await client.drop()
        await client.connect()
    last = await client.say("the last one")
    await client.answer(last)
    told = (await transcript(application, client.session)).json()["messages"]
    assert client.messages == told and gapless(told)
    await client.close()


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "en"])
async def test_the_answer_is_in_the_language_of_the_message(application: Application, locale: str):
    words = {"zh-CN": "我的快递怎么还没到？", "zh-TW": "我的包裹怎麼還沒到？", "en": "Why has my parcel not arrived?"}
    async with chatting(application.ws_url, locale="en" if locale != "en" else "zh-CN") as client:
        said = "".join(bubble["text"] for bubble in await client.ask(words[locale]))
        assert any("\u4e00" <= letter <= "\u9fff" for letter in said) == (locale != "en"), said
        assert (await transcript(application, client.session)).json()["locale"] == locale
