"""The running service takes what was released, in every process, without losing a message."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import structlog

from actions.learning import releasing
from bot.engine.engine import Engine
from bot.learning.job import Bench
from models.session import Database

log = structlog.get_logger("learning")
LOOK_EVERY_S = 3.0


class Hearing:
    """Which version this process hears by. 0 is the one that comes with the product."""

    def __init__(self, engine: Engine, bench: Bench, database: Database) -> None:
        self._engine, self._bench, self._database = engine, bench, database
        self.version = releasing.STANDARD
        self._refused: int | None = None  # the release that could not be taken
        self._one_at_a_time = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def load(self) -> None:
        """Loads what was released, else, or when that cannot be loaded, the standard. Raises what the latter raises."""
        wanted = await self._wanted()
        if wanted is not None and wanted[1] != releasing.STANDARD:
            release_id, version = wanted
            try:
                await self._engine.load(await self._bench.archive_of(version))
                self.version = version
                return
            except Exception as error:
                await self._refuse(release_id, version, error)
        await self._engine.load(await self._bench.standard())

    def start(self) -> None:
        """Looks every few seconds whether another version was released."""
        self._task = asyncio.create_task(self._work(), name="hearing")

    async def stop(self) -> None:
        """Ends looking."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def look(self) -> bool:
        """Takes what was released since; True when this process hears by another version now."""
        async with self._one_at_a_time:
            return await self._look()

    async def _look(self) -> bool:
        wanted = await self._wanted()
        if wanted is None or wanted[1] == self.version or wanted[0] == self._refused:
            return False
        release_id, version = wanted
        try:
            archive: Path = await self._bench.archive_of(version)
            await self._engine.swap(archive)
        except Exception as error:
            await self._refuse(release_id, version, error)
            return False
        log.info("hears by another version now", version=version, before=self.version)
        self.version, self._refused = version, None
        return True

    async def _wanted(self) -> tuple[int, int] | None:
        """The newest release and its version."""
        async with self._database.read() as session:
            row = await releasing.newest(session)
        return (row.id, row.version) if row else None

    async def _refuse(self, release_id: int, version: int, error: Exception) -> None:
        """The version before stays; people see that it could not be taken, and why."""
        log.error("a released version could not be taken, the one before stays", version=version, exc_info=error)
        self._refused = release_id
        async with self._database.write() as session:
            row = await releasing.newest(session)
            if row is not None and row.id == release_id:
                row.problem = f"{type(error).__name__}: {error}"[:500]

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except Exception:
                log.exception("could not look what was released, will be tried again")
