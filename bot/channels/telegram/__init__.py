"""Telegram: long polling, or a webhook where customers can reach this server. docs/telegram.md tells it all.

Read in this order: ``updates`` (what an update says), ``desk`` (what is done about it), ``sending`` (how a reply goes
out), ``receiving`` (how updates come in), ``channel`` (all of it together).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.channels.telegram.channel import Telegram
    from bot.house import House

PATH = "/telegram/webhook"


def telegram_of(house: House) -> Telegram | None:
    """The channel, where a token is set; its library, 17 MB, is loaded only there."""
    if not house.settings.telegram_token:
        return None
    from bot.channels.telegram.channel import Telegram

    return Telegram(house, house.may_lead)


def deep_link(bot_name: str, token: str) -> str:
    """The address that opens a chat with the bot and starts it with that token."""
    return f"https://t.me/{bot_name}?start={token}"
