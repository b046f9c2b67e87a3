"""How a reply goes out: as HTML with everything escaped, in parts if it is long, choices as buttons below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import TelegramError

from actions.outbox import Parcel
from bot.channels.telegram.api import Bot, in_our_words
from bot.outbox import NotePart

PART_CHARS = 3500  # Telegram takes 4,096 UTF-16 units; a name and emoji need room
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

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def deliver(self, parcel: Parcel, note_part: NotePart) -> str:
        """Sends a message, or what is left of it; the number of its last part. Raises what the outbox knows."""
        parts = parts_of(parcel.text)
        ref = ""
        for number, part in enumerate(parts):
            if number < parcel.parts_sent:
                continue
            is_last = number == len(parts) - 1
            name = parcel.name if parcel.author == "agent" and number == 0 else ""
            try:
                sent = await self._bot.send_message(
                    int(parcel.address), as_html(part, name=name), parse_mode=ParseMode.HTML,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                    reply_markup=buttons(parcel.seq, parcel.choices) if is_last else None,
                )  # fmt: skip
            except TelegramError as error:
                raise in_our_words(error, self._bot.token) from None
            ref = str(sent.message_id)
            if not is_last:
                await note_part(number + 1)
        return ref
