"""How a reply goes out: as HTML with everything escaped, in parts if it is long, choices as buttons below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions
from telegram import Message as TelegramMessage
from telegram.constants import ParseMode
from telegram.error import TelegramError

from actions.attachments import Cabinet
from actions.outbox import Parcel
from bot.channels.telegram.api import Bot, in_our_words
from bot.outbox import NotePart, Undeliverable

PART_CHARS = 3500  # Telegram takes 4,096 UTF-16 units; a name and emoji need room
SHOWN_AS_PHOTO = frozenset({"image/jpeg", "image/png"})
TAKEN = "✓"


def parts_of(text: str) -> list[str]:
    """A text in pieces that fit, cut at the end of a line or a sentence where there is one."""
    parts = []
    while len(text) > PART_CHARS:
        head = text[:PART_CHARS]
        at = max(head.rfind(mark) for mark in ("\n", "。", "！", "？", ". ", "! ", "? "))
        cut = at + 1 if at > PART_CHARS // 2 else PART_CHARS
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text]


def as_html(text: str, *, name: str = "") -> str:
    """A text as Telegram's HTML shows it; a person's name stands above."""
    shown = escape(text, quote=False)
    return f"<b>{escape(name, quote=False)}</b>\n{shown}" if name else shown


def buttons(seq: int, choices: Sequence[Mapping[str, Any]]) -> InlineKeyboardMarkup | None:
    """Choices as buttons. What a button sends names our message and a place in it: a payload may be too long."""
    if not choices:
        return None
    rows = [[InlineKeyboardButton(str(choice["title"])[:64], callback_data=f"c:{seq}:{place}")]
            for place, choice in enumerate(choices)]  # fmt: skip
    return InlineKeyboardMarkup(rows)


class Sending:
    """The courier of this channel."""

    def __init__(self, bot: Bot, cabinet: Cabinet) -> None:
        self._bot, self._cabinet = bot, cabinet

    async def deliver(self, parcel: Parcel, note_part: NotePart) -> str:
        """Sends a message, or what is left of it; the number of its last part. Raises what the outbox knows."""
        texts = parts_of(parcel.text) if parcel.text or not parcel.files else []
        count = len(texts) + len(parcel.files)
        ref = ""
        for number in range(parcel.parts_sent, count):
            name = parcel.name if parcel.author == "agent" and number == 0 else ""
            try:
                if number < len(texts):
                    shown = buttons(parcel.seq, parcel.choices) if number == len(texts) - 1 else None
                    sent = await self._bot.send_message(
                        int(parcel.address), as_html(texts[number], name=name), parse_mode=ParseMode.HTML,
                        link_preview_options=LinkPreviewOptions(is_disabled=True), reply_markup=shown,
                    )  # fmt: skip
                else:
                    sent = await self._send_file(parcel, parcel.files[number - len(texts)], name)
            except TelegramError as error:
                raise in_our_words(error, self._bot.token) from None
            ref = str(sent.message_id)
            if number < count - 1:
                await note_part(number + 1)
        return ref

    async def _send_file(self, parcel: Parcel, file: Mapping[str, Any], name: str) -> TelegramMessage:
        """A picture is shown, anything else comes as a document. Raises StorageError: it is tried again."""
        opened = await self._cabinet.open(str(file["id"]), parcel.conversation_id)
        if opened is None:
            raise Undeliverable("the file is gone")
        caption = as_html("", name=name).rstrip() if name else None
        given = InputFile(opened.data, filename=opened.name or None, attach=False)
        if opened.media_type in SHOWN_AS_PHOTO:
            return await self._bot.send_photo(int(parcel.address), given, caption=caption, parse_mode=ParseMode.HTML)
        return await self._bot.send_document(int(parcel.address), given, caption=caption, parse_mode=ParseMode.HTML)
