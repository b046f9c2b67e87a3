"""What Telegram refuses, delays or loses, and what becomes of the messages: ordered, once, shown when dead."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from typing import Any

import httpx

from actions.outbox import LONGEST_PAUSE_S, pause_s
from bot.channels.webchat.sessions import sign
from tests.bot.client import chatting
from tests.bot.nursery import ROOT, Application
from tests.bot.staff_client import Agent
from tests.photos import PDF, opened, photo
from tests.telegram.conftest import MakeApplication
from tests.telegram.emulator import FORGED, TOKEN, Emulator


def outbox(application: Application, chat: int) -> list[tuple[Any, ...]]:
    """Status, tries and last error of what was to be delivered there."""
    return application.query("SELECT o.status, o.attempts, o.last_error FROM outbox o JOIN conversations c"
                             " ON c.id = o.conversation_id WHERE c.address = ? ORDER BY o.seq", str(chat))  # fmt: skip


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def command(application: Application, *words: str) -> subprocess.CompletedProcess[str]:
    """``kairos`` on the application's database."""
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{application.sqlite_path}"}
    code = "from bot.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, env=env, capture_output=True, text=True)


def test_one_chat_that_must_wait_holds_up_nobody_else(application: Application, telegram: Emulator, chat: int):
    other = chat + 10_000
    telegram.wait_for[chat] = [3]
    began = time.monotonic()
    telegram.says(chat, "hello")
    telegram.until(lambda: not telegram.wait_for[chat])
    telegram.says(other, "hello")
    told_other = telegram.said(other)[0]["at"] - began
    told = telegram.said(chat)[0]["at"] - began
    assert told_other < told and told >= 3


def test_what_fails_is_tried_again_and_said_once_in_order(application: Application, telegram: Emulator, chat: int):
    telegram.broken[chat] = 2
    telegram.says(chat, "hello")
    telegram.says(chat, "I want to talk to a person")
    telegram.said(chat)
    telegram.until(lambda: all(status == "sent" for status, _, _ in outbox(application, chat)))
    texts = [text for (text,) in application.query(
        "SELECT m.text FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.address = ?"
        " AND m.author = 'bot' ORDER BY m.seq", str(chat))]  # fmt: skip
    assert [message["text"].replace("&amp;", "&") for message in telegram.shown[chat]] == texts
    assert outbox(application, chat)[0][1] == 3


def test_who_blocks_the_bot_is_left_alone_shown_and_welcome_back(
    application: Application, telegram: Emulator, chat: int
):
    telegram.blocked.add(chat)  # without a word before: found out by sending
    telegram.says(chat, "hello")
    telegram.until(lambda: outbox(application, chat) and outbox(application, chat)[0][0] == "dead")
    assert "blocked" in outbox(application, chat)[0][2]
    listed = json.loads(command(application, "outbox", "list", "--json").stdout)
    mine = [row for row in listed if row["last_error"] == outbox(application, chat)[0][2]]
    assert mine and mine[0]["blocked_since"]
    telegram.blocks(chat, back=True)
    back = "SELECT unreachable_at FROM conversations WHERE address = ?"
    telegram.until(lambda: application.query(back, str(chat)) == [(None,)])
    telegram.says(chat, "hello again")
    telegram.said(chat)


def test_blocking_is_remembered_before_anything_is_sent(application: Application, telegram: Emulator, chat: int):
    telegram.says(chat, "hello")
    telegram.said(chat)
    telegram.blocks(chat)
    gone = "SELECT unreachable_at IS NOT NULL FROM conversations WHERE address = ?"
    telegram.until(lambda: application.query(gone, str(chat)) == [(1,)])


def test_dead_messages_are_replayed_by_hand(application: Application, telegram: Emulator, chat: int):
    telegram.blocked.add(chat)
    telegram.says(chat, "hello")
    telegram.until(lambda: outbox(application, chat) and outbox(application, chat)[0][0] == "dead")
    telegram.blocks(chat, back=True)
    telegram.until(lambda: telegram.waiting() == 0)
    [(key,)] = application.query("SELECT o.id FROM outbox o JOIN conversations c ON c.id = o.conversation_id"
                                 " WHERE c.address = ? AND o.status = 'dead' LIMIT 1", str(chat))[:1]  # fmt: skip
    assert command(application, "outbox", "replay", key).returncode == 0
    telegram.said(chat)
    assert command(application, "outbox", "replay", "zzz").returncode == 2


def test_a_lost_answer_is_sent_again_because_nobody_can_tell(application: Application, telegram: Emulator, chat: int):
    telegram.mute[chat] = 1
    telegram.says(chat, "hello")
    telegram.until(lambda: outbox(application, chat) and outbox(application, chat)[0][0] == "sent")
    assert len({message["text"] for message in telegram.shown[chat]}) < len(telegram.shown[chat])
    assert "an earlier attempt may have delivered this, nobody can tell" in application.log(0)


def test_after_a_crash_pending_updates_are_answered_once(make_application: MakeApplication, own_telegram: Emulator):
    application = make_application()
    application.start()
    own_telegram.says(1, "hello")
    own_telegram.until(lambda: outbox(application, 1) and all(row[0] == "sent" for row in outbox(application, 1)))
    application.kill()
    own_telegram.says(1, "I want to talk to a person")
    own_telegram.says(2, "hello")
    application.start()
    own_telegram.said(2)
    own_telegram.until(lambda: own_telegram.waiting() == 0)
    own_telegram.until(lambda: all(status == "sent" for status, _, _ in outbox(application, 1)))
    said = application.query("SELECT count(*) FROM messages WHERE author = 'bot'")[0][0]
    assert sum(len(shown) for shown in own_telegram.shown.values()) == said
    written = application.query("SELECT text FROM messages WHERE author = 'customer' ORDER BY created_at")
    assert sorted(written) == [("I want to talk to a person",), ("hello",), ("hello",)]


async def test_a_webhook_is_heard_with_its_secret_alone(make_application: MakeApplication, own_telegram: Emulator):
    port = free_port()
    application = make_application(
        KAIROS_TELEGRAM_UPDATES="webhook", PORT=str(port), KAIROS_PUBLIC_URL=f"http://127.0.0.1:{port}"
    )
    application.start()
    own_telegram.until(lambda: own_telegram.webhook.get("url") == f"{application.url}/telegram/webhook")
    assert TOKEN not in str(own_telegram.webhook["url"]) and len(own_telegram.webhook["secret_token"]) >= 32
    update = {"update_id": 1, "message": {"message_id": 5, "date": 1, "text": "hello",
              "from": {"id": 5, "is_bot": False, "first_name": "A"}, "chat": {"id": 5, "type": "private"}}}  # fmt: skip
    async with httpx.AsyncClient(base_url=application.url) as http:
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}):
            assert (await http.post("/telegram/webhook", json=update, headers=headers)).status_code == 403
    assert application.query("SELECT count(*) FROM conversations") == [(0,)]
    own_telegram.says(5, "hello")
    own_telegram.said(5)
    assert own_telegram.webhook_answers == [200]
    own_telegram.taps(5, FORGED, 0)  # comes again and again, and is left aside in the end
    own_telegram.until(lambda: own_telegram.webhook_answers == [200, 503, 503, 200])


async def test_a_signed_in_customer_links_their_account_once(application: Application, telegram: Emulator, chat: int):
    secret = "the shop's secret"
    identity = {"id": f"account-{chat}", "name": "Emma", "signature": sign(f"account-{chat}", secret)}
    async with (
        chatting(application.ws_url, identity=identity) as known,
        chatting(application.ws_url) as stranger,
        httpx.AsyncClient(base_url=application.url) as http,
    ):
        refused = await http.post("/telegram/link", json={"session": stranger.session})
        answer = await http.post("/telegram/link", json={"session": known.session})
    assert (refused.status_code, answer.status_code) == (403, 201)
    address, _, token = answer.json()["url"].partition("?start=")
    assert address == "https://t.me/kairos_test_bot" and 16 <= len(token) <= 64
    telegram.says(chat, f"/start {token}")
    assert "linked" in telegram.said(chat)[0]["text"]
    account = application.query("SELECT i.external_id FROM conversations c JOIN identities i ON i.customer_id ="
                                " c.customer_id WHERE c.address = ? AND i.linked", str(chat))  # fmt: skip
    assert account == [(f"account-{chat}",)]
    telegram.says(chat + 20_000, f"/start {token}")
    assert "expired" in telegram.said(chat + 20_000)[0]["text"]


def test_pauses_double_up_to_five_minutes_and_never_agree():
    assert [pause_s(tries, 1.0) for tries in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert pause_s(50, 1.0) == LONGEST_PAUSE_S
    assert pause_s(5, 0.0) < pause_s(5, 0.5) < pause_s(5, 1.0)


async def test_what_staff_send_beside_words_arrives_as_picture_and_document(
    make_application: MakeApplication, own_telegram: Emulator, chat: int
):
    application = make_application(DEMO="1", KAIROS_UNDO_S="0")
    application.start()
    own_telegram.says(chat, "I want to talk to a person")
    own_telegram.said(chat)
    [[conversation]] = application.query("SELECT id FROM conversations WHERE address = ?", str(chat))
    agent = await Agent(application.url, "li").sign_in()
    assert (await agent.post(f"conversations/{conversation}/take")).is_success
    files = []
    for name, data in (("label.jpg", photo()), ("invoice.pdf", PDF)):
        files.append((await agent.bring(conversation, name, data)).json()["id"])
    before = len(own_telegram.shown[chat])
    body = {"id": uuid.uuid4().hex, "text": "Here is both.", "files": files}
    assert (await agent.post(f"conversations/{conversation}/send", body)).json()["status"] == "sent"
    words, picture, document = own_telegram.said(chat, before + 3)[before:]
    assert words["text"] == "<b>李楠</b>\nHere is both."
    assert opened(picture["file"]).size == (320, 200) and picture["photo"] and document["file"] == PDF

    await agent.connect()  # what the customer changes, and sends, changes before the eyes of who looks on
    await agent.open(conversation)
    number = own_telegram.says(chat, "I live at No. 5")
    await agent.wait_for(lambda f: f["type"] == "message" and f["text"] == "I live at No. 5")
    own_telegram.edits(chat, number, "I live at No. 15")
    await agent.wait_for(lambda f: f["type"] == "message" and f["text"] == "I live at No. 15" and f["edited_at"])
    own_telegram.sends_photo(chat, photo())
    await agent.wait_for(lambda f: [file["status"] for file in f.get("attachments", ())] == ["kept"])
    await agent.close()
