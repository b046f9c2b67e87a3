"""Telegram as one thing that starts and stops: it receives, fetches files and sends."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections import Counter
from collections.abc import Awaitable, Callable

import structlog
from telegram import BotCommand, Update
from telegram.error import Conflict, RetryAfter, TelegramError

from bot.channels.telegram import PATH
from bot.channels.telegram.api import ALLOWED, get_updates, make_bot, webhook_secret, without_token
from bot.channels.telegram.desk import CHANNEL, TelegramDesk
from bot.channels.telegram.sending import Sending
from bot.channels.telegram.updates import COMMANDS, Event, event_of
from bot.house import House
from bot.hub import changed_message
from dialogues.language import LOCALES
from models.session import is_unavailable

log = structlog.get_logger("telegram")
AGAIN_S = (1.0, 2.0, 5.0, 15.0, 30.0)
LEAD_EVERY_S = 5.0
FETCH_EVERY_S = 30.0
FETCH_TRIES = 20
POISON_TRIES = 3
MayLead = Callable[[str], Awaitable[bool]]


class Telegram:
    """The channel of one process. ``may_lead`` lets one process of many poll."""

    def __init__(self, house: House, may_lead: MayLead) -> None:
        settings = house.settings
        self._house, self._may_lead = house, may_lead
        self._bot = make_bot(settings.telegram_token, settings.telegram_api.rstrip("/"))
        self._desk = TelegramDesk(house, self._bot, self._fetch_soon)
        self._secret = webhook_secret(settings.telegram_token, settings.secret())
        self._fetch = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._ready = False
        self._failed: Counter[int] = Counter()  # how often an update could not be dealt with

    @property
    def uses_webhook(self) -> bool:
        """True when Telegram is told to call us instead of being asked."""
        settings = self._house.settings
        if settings.telegram_updates != "auto":
            return settings.telegram_updates == "webhook"
        return settings.public_url.startswith("https://")

    def start(self, *, receives: bool) -> None:
        """Starts to send, and to receive where this process does. Telegram is tried until it is there."""
        self._tasks.append(asyncio.create_task(self._begin(receives), name="telegram"))

    async def stop(self) -> None:
        """Stops receiving; what was received is recorded. Sending ends with the outbox."""
        for task in self._tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._tasks)
        await self._desk.close()

    async def close(self) -> None:
        """Lets go of the connections."""
        if self._ready:
            with contextlib.suppress(TelegramError):
                await self._bot.shutdown()

    def is_from_telegram(self, secret: str) -> bool:
        """True for a webhook call that shows our secret."""
        return self.uses_webhook and hmac.compare_digest(secret.encode(), self._secret.encode())

    @property
    def name(self) -> str:
        """The bot's name, or "" while Telegram was not reached yet."""
        return self._bot.username if self._ready else ""

    async def take(self, data: object) -> bool:
        """Takes one update in, as Telegram tells it. False: it could not be dealt with now and must come again."""
        if not self._ready:
            return False
        try:
            update = Update.de_json(data, self._bot) if isinstance(data, dict) else None
            event = event_of(update, self._bot.username) if update else None
        except Exception as error:
            log.warning("an update that cannot be read was left aside", why=type(error).__name__)
            return True
        return event is None or await self._take(event, update.update_id if update else 0)

    async def _take(self, event: Event, number: int) -> bool:
        try:
            await self._desk.take(event)
        except Exception as error:
            if is_unavailable(error):  # nothing is wrong with the update
                log.exception("an update could not be recorded, it will come again")
                return False
            self._failed[number] += 1
            log.exception("an update failed", tries=self._failed[number])
            if self._failed[number] < POISON_TRIES:
                return False
        del self._failed[number]  # done; or left aside, for it would hold up everybody for ever
        return True

    async def _begin(self, receives: bool) -> None:
        await self._reach()
        self._house.outbox.add_courier(CHANNEL, Sending(self._bot, self._house.cabinet))
        if not receives:
            return
        self._tasks.append(asyncio.create_task(self._fetch_files(), name="telegram files"))
        if self.uses_webhook:
            await self._ask_to_be_called()
        else:
            await self._poll()

    async def _reach(self) -> None:
        """Says hello until Telegram answers."""
        tries = 0
        while not self._ready:
            try:
                await self._bot.initialize()
                self._ready = True
                log.info("Telegram knows us", bot=self._bot.username)
            except TelegramError as error:
                await self._wait_after(error, tries)
                tries += 1

    async def _ask_to_be_called(self) -> None:
        tries = 0
        while True:
            try:
                if await self._may_lead(CHANNEL):
                    await self._bot.set_webhook(
                        f"{self._house.settings.base_url}{PATH}", secret_token=self._secret, allowed_updates=ALLOWED,
                        max_connections=1,  # in order: fragments and albums belong together
                    )  # fmt: skip
                    await self._introduce()
                    return
                await asyncio.sleep(LEAD_EVERY_S)
            except TelegramError as error:
                await self._wait_after(error, tries)
                tries += 1

    async def _poll(self) -> None:
        """Asks for updates and takes them in one by one. What was not recorded is not confirmed: it comes again."""
        offset: int | None = None
        introduced, tries = False, 0
        while True:
            if not await self._may_lead(CHANNEL):
                offset = None
                await asyncio.sleep(LEAD_EVERY_S)
                continue
            try:
                if not introduced:
                    await self._bot.delete_webhook(drop_pending_updates=False)
                    await self._introduce()
                    introduced = True
                updates = await get_updates(self._bot, offset)
                tries = 0
            except TelegramError as error:
                await self._wait_after(error, tries)
                tries += 1
                continue
            for update in updates:
                if not await self.take(update):
                    await asyncio.sleep(AGAIN_S[0])
                    break
                offset = int(update["update_id"]) + 1

    async def _introduce(self) -> None:
        """Tells Telegram our commands, in the languages of our customers."""
        say = self._house.services.wording.say
        for locale in LOCALES:
            commands = [BotCommand(name, say(f"telegram.command.{name}", locale).text) for name in COMMANDS]
            code = "" if locale == "en" else locale.partition("-")[0]
            if locale != "zh-TW":  # Telegram knows one Chinese
                await self._bot.set_my_commands(commands, language_code=code)

    async def _wait_after(self, error: TelegramError, tries: int) -> None:
        pause = AGAIN_S[min(tries, len(AGAIN_S) - 1)]
        if isinstance(error, RetryAfter):
            wait = error.retry_after
            pause = float(wait if isinstance(wait, int | float) else wait.total_seconds())
        why = "another process asks for this bot's updates" if isinstance(error, Conflict) else str(error)
        log.warning("Telegram cannot be reached, it is tried again", why=without_token(why, self._bot.token),
                    pause_s=pause)  # fmt: skip
        await asyncio.sleep(pause)

    def _fetch_soon(self) -> None:
        self._fetch.set()

    async def _fetch_files(self) -> None:
        """Fetches what customers sent, now and whenever something is left over."""
        while True:
            self._fetch.clear()
            try:
                for row in await self._house.cabinet.awaited():
                    try:
                        file = await self._bot.get_file(row.source)
                        seq = await self._house.cabinet.fetched(row, bytes(await file.download_as_bytearray()))
                    except TelegramError as error:
                        log.warning("a file could not be fetched", why=without_token(error, self._bot.token))
                        seq = await self._house.cabinet.not_fetched(row, FETCH_TRIES)
                    if seq:
                        self._house.hub.publish(row.conversation_id, changed_message(seq))
            except Exception:
                log.exception("files could not be kept, it is tried again")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FETCH_EVERY_S):
                    await self._fetch.wait()
