"""Customers on Telegram who write through crashes, and what their chats must show afterwards."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import select

from bot.channels.telegram.sending import as_html
from models.conversations import Conversation
from models.messages import Message, MessageVersion
from models.outbox import OutboxEntry
from models.session import Database
from tests.bot.interruptions import WORDS
from tests.telegram.emulator import Emulator

LANGUAGES = {"zh-CN": "zh-hans", "zh-TW": "zh-hant", "en": "en"}
STUCK_AFTER_S = 240.0  # a message that was being sent when its process died is tried again after a minute


@dataclass
class Messenger:
    """Writes at random, taps what is offered, changes what it wrote. The network loses nothing: Telegram keeps it."""

    telegram: Emulator
    chat: int
    locale: str
    chance: random.Random
    sent: dict[str, str] = field(default_factory=dict)  # our key of it: what it says now; of a tap nothing

    async def live(self, until: asyncio.Event) -> None:
        """Goes on until told to stop."""
        while not until.is_set():
            self._do_something()
            await asyncio.sleep(self.chance.uniform(0.0, 1.2))

    def _do_something(self) -> None:
        what, words, language = self.chance.random(), self.chance.choice(WORDS[self.locale]), LANGUAGES[self.locale]
        written = [key for key in self.sent if key.startswith("m")]
        offered = [shown for shown in self.telegram.shown[self.chat] if shown["reply_markup"]]
        if what < 0.15 and offered:
            shown = offered[-1]
            place = self.chance.randrange(len(shown["reply_markup"]["inline_keyboard"]))
            seq = shown["reply_markup"]["inline_keyboard"][place][0]["callback_data"].split(":")[1]
            self.telegram.taps(self.chat, shown, place)
            self.sent[f"tap{seq}"] = ""
        elif what < 0.25 and written:
            self.telegram.edits(self.chat, int(written[-1][1:]), words, language=language)
            self.sent[written[-1]] = words
        else:
            self.sent[f"m{self.telegram.says(self.chat, words, language=language)}"] = words


async def settle(telegram: Emulator, database: Database) -> None:
    """Waits until Telegram holds nothing for us, everything is answered, and everything said was sent.

    However long that takes on a busy machine, as long as there is less and less to do.
    """
    fewest, give_up = float("inf"), 0.0
    while left := telegram.waiting() + await _not_done(database):
        if left < fewest:
            fewest, give_up = left, time.monotonic() + STUCK_AFTER_S
        assert time.monotonic() < give_up, f"{left} on Telegram were never dealt with"
        await asyncio.sleep(0.5)


async def _not_done(database: Database) -> int:
    async with database.read() as session:
        unanswered = select(Message.id).join(Conversation, Conversation.id == Message.conversation_id).where(
            Conversation.channel == "telegram", Message.author == "customer", Message.turn_id.is_(None)
        )  # fmt: skip
        unsent = select(OutboxEntry.id).join(Conversation, Conversation.id == OutboxEntry.conversation_id).where(
            Conversation.channel == "telegram", OutboxEntry.status == "pending"
        )  # fmt: skip
        return len((await session.execute(unanswered)).all()) + len((await session.execute(unsent)).all())


async def check_chats(telegram: Emulator, database: Database, messengers: Iterable[Messenger]) -> dict[str, Any]:
    """Every chat shows what was said there, once and in order, unless nobody could tell; edits were kept."""
    doubled = shown = 0
    async with database.read() as session:
        conversations = (await session.execute(
            select(Conversation).where(Conversation.channel == "telegram")
        )).scalars().all()  # fmt: skip
        for conversation in conversations:
            said = (await session.execute(
                select(Message, OutboxEntry).join(OutboxEntry, OutboxEntry.id == Message.id)
                .where(Message.conversation_id == conversation.id).order_by(Message.seq)
            )).all()  # fmt: skip
            texts = [message["sent_as"] for message in telegram.shown[int(conversation.address or 0)]]
            doubled += _doubled([(_as_shown(message), entry.attempts) for message, entry in said], texts)
            shown += len(texts)
        by_chat = {conversation.address: conversation.id for conversation in conversations}
        changed = set((await session.execute(select(MessageVersion.message_id))).scalars())
        for each in messengers:
            theirs = (await session.execute(
                select(Message).where(Message.conversation_id == by_chat[str(each.chat)], Message.author == "customer")
            )).scalars().all()  # fmt: skip
            for message in theirs:
                words = each.sent[str(message.external_id)]
                assert not words or message.text == words, f"{message.external_id} says {message.text!r}, not {words!r}"
                assert (message.edited_at is not None) == (message.id in changed)
    return {"shown": shown, "shown twice, nobody could tell": doubled}


def _as_shown(message: Message) -> str:
    return as_html(message.text, name=message.name if message.author == "agent" else "")


def _doubled(said: list[tuple[str, int]], shown: list[str]) -> int:
    """How many were shown twice. Only a message of which an attempt was never heard of may be."""
    runs = [(text, list(group)) for text, group in groupby(said, key=lambda each: each[0])]
    seen = [(text, len(list(group))) for text, group in groupby(shown)]
    assert [text for text, _ in runs] == [text for text, _ in seen], f"said: {said}, shown: {shown}"
    extra = 0
    for (text, group), (_, count) in zip(runs, seen, strict=True):
        more = count - len(group)
        assert 0 <= more <= sum(attempts - 1 for _, attempts in group), f"{text!r} was shown {count} times"
        extra += more
    return extra
