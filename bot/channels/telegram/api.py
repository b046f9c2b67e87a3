"""The way to Telegram's servers: one bot, with its limits, and errors in our own words. The token is never shown."""

from __future__ import annotations

import hashlib
import hmac
import logging
import warnings
from typing import Any

import httpx
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from bot.outbox import Later, Undeliverable, Unreachable, Unsure

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
POLL_S = 25
_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
Bot = ExtBot[int]


def make_bot(token: str, api: str) -> Bot:
    """A bot that keeps Telegram's limits. A 429 is raised, never slept on: others must not wait for one chat."""
    warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'", PTBUserWarning)  # see get_updates
    for name in ("httpx", "httpcore", "telegram.ext.AIORateLimiter", "telegram.ext.ExtBot"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # they log addresses, and the token is part of each
    return ExtBot(
        token, base_url=f"{api}/bot", base_file_url=f"{api}/file/bot",
        request=HTTPXRequest(connection_pool_size=32, read_timeout=20, connect_timeout=5, pool_timeout=10),
        get_updates_request=HTTPXRequest(connection_pool_size=2, read_timeout=POLL_S + 10, connect_timeout=5),
        rate_limiter=AIORateLimiter(max_retries=0),
    )  # fmt: skip


async def get_updates(bot: Bot, offset: int | None) -> list[dict[str, Any]]:
    """The next updates, as Telegram tells them: one that the library cannot read keeps no other from being read.

    Raises TelegramError.
    """
    wanted = {"offset": offset, "timeout": POLL_S, "allowed_updates": ALLOWED}
    found = await bot.do_api_request("getUpdates", wanted, read_timeout=POLL_S + 10)
    return found if isinstance(found, list) else []


def webhook_secret(token: str, identity_secret: str) -> str:
    """What Telegram shows with every webhook call, the same in all processes of this shop."""
    return hmac.new(identity_secret.encode(), f"telegram webhook {token}".encode(), hashlib.sha256).hexdigest()


def without_token(text: object, token: str) -> str:
    """Text that may be logged."""
    return str(text).replace(token, "TOKEN")


def in_our_words(error: TelegramError, token: str) -> Exception:
    """An error of Telegram's as the outbox knows it."""
    why = without_token(error, token)
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return Later(wait if isinstance(wait, int | float) else wait.total_seconds())
    if isinstance(error, Forbidden):
        return Unreachable(why)
    if isinstance(error, BadRequest):
        return Unreachable(why) if "chat not found" in why.lower() else Undeliverable(why)
    if isinstance(error, InvalidToken):
        return ConnectionError("Telegram does not know this bot's token")
    if isinstance(error.__cause__, httpx.TransportError) and not isinstance(error.__cause__, _BEFORE_SENDING):
        return Unsure(why)
    return ConnectionError(why) if isinstance(error, NetworkError) else RuntimeError(why)
