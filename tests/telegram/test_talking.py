"""A customer on Telegram and ``kairos serve``, with an emulated Telegram between them."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from tests.bot.nursery import Application
from tests.photos import PDF, photo
from tests.telegram.emulator import FORGED, TOKEN, Emulator


def rows(application: Application, sql: str, *values: Any) -> list[Any]:
    """What the database holds."""
    with sqlite3.connect(f"file:{application.sqlite_path}?mode=ro", uri=True) as database:
        return database.execute(sql, values).fetchall()


def said_by_customer(application: Application, chat: int) -> list[Any]:
    """Text, payload and turn of what the customer said."""
    return rows(application, "SELECT m.text, m.payload, m.turn_id FROM messages m JOIN conversations c"
                " ON c.id = m.conversation_id WHERE c.address = ? AND m.author = 'customer' ORDER BY m.seq",
                str(chat))  # fmt: skip


def buttons(message: dict[str, Any]) -> list[str]:
    """What stands on a message's buttons."""
    return [row[0]["text"] for row in (message.get("reply_markup") or {}).get("inline_keyboard", [])]


def test_a_message_is_answered_in_the_customers_language(application: Application, telegram: Emulator, chat: int):
    telegram.says(chat, "请问我的包裹什么时候能到？", language="zh-hans")
    assert any("一" <= char <= "鿿" for char in telegram.said(chat)[0]["text"])
    assert ("sendChatAction", {"chat_id": str(chat), "action": "typing"}) in telegram.calls


def test_a_tap_is_heard_and_the_message_shows_what_was_taken(application: Application, telegram: Emulator, chat: int):
    telegram.says(chat, "hmm hmm blah")
    shown = telegram.until(lambda: next((m for m in telegram.shown[chat] if buttons(m)), None))
    title = buttons(shown)[-1]
    telegram.taps(chat, shown, len(buttons(shown)) - 1)
    telegram.until(lambda: "✓" in shown["text"])
    assert title in shown["text"] and not shown["reply_markup"]
    telegram.until(lambda: any(payload for _, payload, _ in said_by_customer(application, chat)))
    telegram.until(lambda: any(method == "answerCallbackQuery" for method, _ in telegram.calls))


def test_a_second_tap_on_the_same_message_changes_nothing(application: Application, telegram: Emulator, chat: int):
    telegram.says(chat, "hmm hmm blah")
    shown = dict(telegram.until(lambda: next((m for m in telegram.shown[chat] if buttons(m)), None)))
    telegram.taps(chat, shown, 0)
    telegram.taps(chat, shown, 1)
    telegram.until(lambda: telegram.waiting() == 0)
    telegram.until(lambda: all(turn for _, _, turn in said_by_customer(application, chat)))
    assert sum(payload is not None for _, payload, _ in said_by_customer(application, chat)) == 1


def test_fragments_and_albums_are_one_turn(application: Application, telegram: Emulator, chat: int):
    telegram.says(chat, "my parcel")
    telegram.says(chat, "is broken")
    for _ in range(3):
        telegram.sends_photo(chat, photo(), album="a1")
    telegram.said(chat)
    telegram.until(lambda: len(said_by_customer(application, chat)) == 5)
    assert len({turn for _, _, turn in said_by_customer(application, chat)}) == 1


def test_an_edit_before_the_answer_is_what_is_heard(application: Application, telegram: Emulator, chat: int):
    number = telegram.says(chat, "hello there")
    telegram.edits(chat, number, "I want to talk to a person")
    telegram.until(
        lambda: rows(application, "SELECT 1 FROM conversations WHERE address = ? AND owner = 'queue'", str(chat))
    )
    kept = rows(application, "SELECT v.text FROM message_versions v JOIN messages m ON m.id = v.message_id"
                " WHERE m.text = 'I want to talk to a person'")  # fmt: skip
    assert ("hello there",) in kept


def test_an_edit_after_the_answer_is_kept_and_not_answered_again(
    application: Application, telegram: Emulator, chat: int
):
    number = telegram.says(chat, "hello")
    before = len(telegram.said(chat))
    telegram.edits(chat, number, "hello hello")
    telegram.until(lambda: said_by_customer(application, chat)[0][0] == "hello hello")
    telegram.until(lambda: telegram.waiting() == 0)
    assert len(telegram.shown[chat]) == before


def test_a_photo_is_fetched_kept_and_free_of_its_metadata(application: Application, telegram: Emulator, chat: int):
    telegram.says(chat, "The rice cooker arrived damaged, the lid is cracked")
    telegram.said(chat)
    telegram.sends_photo(chat, photo(640, 480), caption="look")
    kept = "SELECT a.status, a.width FROM attachments a JOIN conversations c ON c.id = a.conversation_id" \
           " WHERE c.address = ?"  # fmt: skip
    telegram.until(lambda: rows(application, kept, str(chat)) == [("kept", 640)])
    [(told,)] = rows(application, "SELECT m.attachments FROM messages m JOIN conversations c ON c.id ="
                     " m.conversation_id WHERE c.address = ? AND m.text = 'look'", str(chat))  # fmt: skip
    assert json.loads(told)[0]["status"] == "kept"
    telegram.until(lambda: any("photo" in text for text in telegram.texts(chat)))


def test_what_only_calls_itself_a_document_is_not_kept(application: Application, telegram: Emulator, chat: int):
    for data in (b"MZ program", PDF):
        file = {
            "file_id": telegram.file(data),
            "file_unique_id": "d",
            "file_name": "invoice.pdf",
            "file_size": len(data),
        }
        telegram.says(chat, document=file)
    kept = "SELECT a.status FROM attachments a JOIN conversations c ON c.id = a.conversation_id WHERE c.address = ?" \
           " ORDER BY a.size"  # fmt: skip
    telegram.until(lambda: sorted(rows(application, kept, str(chat))) == [("kept",), ("refused",)])


def test_nobody_is_thanked_for_a_document_that_is_not_taken(application: Application, telegram: Emulator, chat: int):
    letter = {"file_id": "letter", "file_unique_id": "l", "mime_type": "application/msword", "file_size": 3 * 2**30}
    telegram.says(chat, document=letter)
    [said] = telegram.said(chat)[:1]
    assert "PDF" in said["text"] and buttons(said) == ["Talk to a person"]


def test_a_voice_message_is_answered_honestly_and_kept_for_staff(
    application: Application, telegram: Emulator, chat: int
):
    speech = b"OggS" + b"\0" * 60
    voice = {"file_id": telegram.file(speech), "file_unique_id": "v", "duration": 2, "file_size": len(speech)}
    telegram.says(chat, voice=voice)
    [first] = telegram.said(chat)[:1]
    assert buttons(first) == ["Talk to a person"]
    kept = "SELECT a.kind, a.status FROM attachments a JOIN conversations c ON c.id = a.conversation_id" \
           " WHERE c.address = ?"  # fmt: skip
    telegram.until(lambda: rows(application, kept, str(chat)) == [("voice", "kept")])
    telegram.says(chat, voice=voice)  # once more: a person is called
    telegram.until(
        lambda: rows(application, "SELECT 1 FROM conversations WHERE address = ? AND owner = 'queue'", str(chat))
    )


def test_commands_do_what_they_say(application: Application, telegram: Emulator, chat: int):
    telegram.says(chat, "/start")
    telegram.said(chat, 1)
    telegram.says(chat, "/language")
    shown = telegram.said(chat, 2)[1]
    assert buttons(shown) == ["简体中文", "繁體中文", "English"]
    telegram.taps(chat, shown, 1)
    assert "繁體中文" in telegram.said(chat, 3)[2]["text"]
    telegram.says(chat, "/privacy")
    assert "Telegram" in telegram.said(chat, 4)[3]["text"]
    telegram.says(chat, "/human")
    telegram.said(chat, 5)
    assert rows(application, "SELECT owner, locale FROM conversations WHERE address = ?", str(chat)) == [
        ("queue", "zh-TW")
    ]
    telegram.says(chat, "/stop")
    stopped = (
        "SELECT u.contact_stopped_at FROM customers u JOIN conversations c ON c.customer_id = u.id WHERE c.address = ?"
    )
    telegram.until(lambda: rows(application, stopped, str(chat))[0][0])


def test_an_update_that_cannot_be_read_or_dealt_with_holds_up_nobody(
    application: Application, telegram: Emulator, chat: int
):
    telegram.update(message={"message_id": 1})  # neither from anybody nor of any time
    telegram.taps(chat, FORGED, 0)
    telegram.says(chat, "hello")
    telegram.said(chat)
    telegram.until(lambda: telegram.waiting() == 0)


def test_what_customers_write_is_never_formatting(application: Application, telegram: Emulator, chat: int):
    telegram.says(chat, "<b>bold</b> & <script> order 2026111800042 is late & broken <i>")
    telegram.said(chat)  # the emulator refuses what it cannot parse, as Telegram does
    refused = "SELECT o.last_error FROM outbox o JOIN conversations c ON c.id = o.conversation_id WHERE c.address = ?"
    assert all(not error for (error,) in rows(application, refused, str(chat)))


def test_in_a_group_it_asks_for_a_chat_of_two_once(application: Application, telegram: Emulator, chat: int):
    group = {"id": -chat, "type": "group", "title": "Friends"}
    telegram.says(chat, "just talking", group=group)
    for _ in range(3):
        telegram.says(chat, "@kairos_test_bot where is my order", group=group)
    telegram.until(lambda: telegram.waiting() == 0)
    assert len(telegram.said(-chat)) == 1 and "@kairos_test_bot" in telegram.shown[-chat][0]["text"]
    assert rows(application, "SELECT count(*) FROM conversations WHERE address = ?", str(-chat)) == [(0,)]


def test_who_floods_is_asked_to_slow_down(application: Application, telegram: Emulator, chat: int):
    for number in range(60):
        telegram.says(chat, f"message {number}")
    telegram.until(lambda: telegram.waiting() == 0)
    telegram.until(lambda: any("wait" in text for text in telegram.texts(chat)))
    assert 30 <= len(said_by_customer(application, chat)) < 60
    assert sum("a little fast" in text for text in telegram.texts(chat)) == 1


def test_the_token_is_never_logged(application: Application, telegram: Emulator, chat: int):
    telegram.broken[chat] = 2
    telegram.says(chat, "hello")
    telegram.said(chat)
    assert TOKEN not in application.log(0) and TOKEN.partition(":")[2] not in application.log(0)
