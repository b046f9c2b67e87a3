"""Keeps what the shop set in its pages in force, also when another process changed it."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta

import structlog

from actions import identity_secrets, shop_settings
from actions.insights import words
from actions.services import Services
from bot.settings import Settings
from bot.staff.vault import Unreadable, unseal

log = structlog.get_logger("settings")
LOOK_EVERY_S = 5.0
WEIGH_EVERY = timedelta(hours=1)


class LiveSettings:
    """The settings of the database over those of the files. ``secrets`` sign customers' identities, newest first.

    ``assignment``: how waiting conversations find staff.
    """

    def __init__(self, settings: Settings, services: Services) -> None:
        self._settings, self._services = settings, services
        self.base = services.numbers
        self.own_secret = settings.secret()
        self.secrets: tuple[str, ...] = (self.own_secret,)
        self.assignment: str = settings.assignment
        self._task: asyncio.Task[None] | None = None
        self._weighed_at: datetime | None = None

    async def load(self) -> None:
        """Puts in force what the database says now."""
        now = self._services.clock()
        async with self._services.database.read() as session:
            settings = await shop_settings.all_settings(session)
            rows = await identity_secrets.valid_secrets(session, now)
        shop_settings.put_in_force(settings, self.base, self._services)
        await self._choose_words(words.is_on(settings), now)
        self.assignment = settings.get(shop_settings.ASSIGNMENT) or self._settings.assignment
        added = [secret for row in rows if (secret := self._opened(row.name, row.sealed))]
        own = [] if settings.get(shop_settings.OWN_SECRET) and added else [self.own_secret]
        self.secrets = (*added, *own)

    async def _choose_words(self, on: bool, now: datetime) -> None:
        """Where the shop wants it, wordings that calmed people are used more; what is known is looked at every hour."""
        if not on:
            if self._weighed_at is not None:
                self._services.wording, self._weighed_at = self._services.wording.weighted({}), None
            return
        if self._weighed_at is None or now - self._weighed_at >= WEIGH_EVERY:
            self._weighed_at = now
            weights = await words.weights(self._services, now)
            self._services.wording = self._services.wording.weighted(weights)

    def _opened(self, name: str, sealed: str) -> str | None:
        try:
            return unseal(self._settings, sealed)
        except Unreadable:
            log.error("a secret cannot be read and is passed over", name=name)
            return None

    def start(self) -> None:
        """Looks every few seconds whether something was changed elsewhere."""
        self._task = asyncio.create_task(self._work(), name="settings")

    async def stop(self) -> None:
        """Ends looking."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.load()
            except Exception:
                log.exception("the settings could not be read, those before stay in force")
