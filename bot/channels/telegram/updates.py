"""What an update says, as plain values: said, edited, tapped, commanded, blocked or back, spoken to in a group."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, Update, User

from actions.attachments import ChannelFile, new_name
from actions.media import BYTES_AT_MOST, IMAGE_TYPES
from bot.channels.webchat.frames import TEXT_CHARS, clean

COMMANDS = ("start", "language", "human", "stop", "privacy", "help")
_ANYTHING = "application/octet-stream"
# What a document may call itself and be worth fetching; what it is, its content tells.
_MAY_BE_TAKEN = frozenset({*IMAGE_TYPES, "application/pdf", _ANYTHING})
SIZE_AT_MOST = 2**31 - 1  # what a column takes: Telegram lets people send files of 4 GB
_GONE = frozenset({"kicked", "left"})


@dataclass(frozen=True)
class Person:
    """Who writes, as Telegram knows them."""

    chat: str
    user: str
    name: str
    language: str


@dataclass(frozen=True)
class Said:
    """A message. ``key`` is its number in the chat; ``edited``: it replaces what it said before."""

    person: Person
    key: str
    text: str
    files: tuple[ChannelFile, ...] = ()
    edited: bool = False


@dataclass(frozen=True)
class Command:
    """One of our commands, with what stands after it."""

    person: Person
    key: str
    name: str
    rest: str


@dataclass(frozen=True)
class Tapped:
    """A choice below a message of ours: the message's number and the choice's place."""

    person: Person
    query: str
    seq: int
    place: int
    shown_in: int
    shown_text: str


@dataclass(frozen=True)
class Presence:
    """The customer blocked the bot (``reachable`` False) or is back."""

    person: Person
    reachable: bool


@dataclass(frozen=True)
class InGroup:
    """The bot was put into a group, or spoken to there."""

    chat: int
    language: str


Event = Said | Command | Tapped | Presence | InGroup


def event_of(update: Update, bot_name: str) -> Event | None:
    """What an update says to us, or None when it says nothing."""
    if update.callback_query:
        return _tapped(update)
    if update.my_chat_member:
        return _member(update)
    message = update.message or update.edited_message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    if message.chat.type != "private":
        return _in_group(message, bot_name) if update.message else None
    person = _person(message.chat.id, message.from_user)
    text = clean(message.text or message.caption or "")[:TEXT_CHARS]
    key = f"m{message.message_id}"
    if update.message and (command := _command(person, key, text)):
        return command
    return Said(person, key, text, _files(message), edited=update.message is None)


def _person(chat: int, user: User) -> Person:
    return Person(str(chat), str(user.id), clean(user.full_name)[:200], user.language_code or "")


def _command(person: Person, key: str, text: str) -> Command | None:
    if not text.startswith("/"):
        return None
    word, _, rest = text[1:].partition(" ")
    name = word.partition("@")[0].lower()
    return Command(person, key, name, rest.strip()) if name in COMMANDS else None


def _tapped(update: Update) -> Tapped | None:
    query = update.callback_query
    if query is None or query.message is None or query.message.chat.type != "private":
        return None
    kind, *numbers = (query.data or "").split(":")
    if kind != "c" or len(numbers) != 2 or not all(number.isdecimal() for number in numbers):
        return None
    shown = query.message
    text = shown.text if isinstance(shown, Message) else None
    person = _person(shown.chat.id, query.from_user)
    return Tapped(person, query.id, int(numbers[0]), int(numbers[1]), shown.message_id, text or "")


def _member(update: Update) -> Event | None:
    change = update.my_chat_member
    if change is None:
        return None
    here = change.new_chat_member.status not in _GONE
    if change.chat.type == "private":
        return Presence(_person(change.chat.id, change.from_user), here)
    return InGroup(change.chat.id, change.from_user.language_code or "") if here else None


def _in_group(message: Message, bot_name: str) -> InGroup | None:
    """In groups the bot speaks only when it is spoken to."""
    text = (message.text or message.caption or "").lower()
    replied = message.reply_to_message and message.reply_to_message.from_user
    to_us = f"@{bot_name.lower()}" in text or bool(replied and replied.username == bot_name)
    user = message.from_user
    return InGroup(message.chat.id, (user.language_code or "") if user else "") if to_us else None


def _files(message: Message) -> tuple[ChannelFile, ...]:
    """What came with a message. What is too large, or of a kind that is not kept, is noted and not fetched."""
    if message.photo:
        fits = [size for size in message.photo if (size.file_size or 0) <= BYTES_AT_MOST]
        best = (fits or list(message.photo))[-1]
        return (_file("photo", best.file_id, "", best.file_size, wanted=True),)
    if message.animation or message.video or message.video_note:
        return (_file("video", "", "", 0, wanted=False),)
    if document := message.document:
        said = document.mime_type or _ANYTHING
        kind = "photo" if said.startswith("image/") else "document"
        return (_file(kind, document.file_id, document.file_name or "", document.file_size,
                      wanted=said in _MAY_BE_TAKEN),)  # fmt: skip
    if speech := message.voice:
        return (_file("voice", speech.file_id, "", speech.file_size, wanted=True),)
    if sticker := message.sticker:
        moves = sticker.is_animated or sticker.is_video
        return (_file("sticker", sticker.file_id, sticker.emoji or "", sticker.file_size, wanted=not moves),)
    if not message.text:  # music, a place, a contact, a poll, dice …
        return (_file("other", "", "", 0, wanted=False),) if message.effective_attachment else ()
    return ()


def _file(kind: str, source: str, name: str, size: int | None, *, wanted: bool) -> ChannelFile:
    fits = wanted and (size or 0) <= BYTES_AT_MOST
    return ChannelFile(new_name(), kind, source, name, min(size or 0, SIZE_AT_MOST), wanted=fits)
