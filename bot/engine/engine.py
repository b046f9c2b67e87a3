"""The engine runs in a thread of its own: however long hearing and judging take, nobody else is kept waiting."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

ActionHandler = Callable[[dict[str, Any]], Awaitable[Any]]


class EngineNotReady(Exception):
    """The engine is not loaded."""


class Engine:
    """A loaded Rasa model behind an asyncio face.

    Hearing and judging run on the engine's own event loop; action calls come back to the caller's loop, where the
    database lives.
    """

    def __init__(self, handler: ActionHandler) -> None:
        self._handler = handler
        self._home: asyncio.AbstractEventLoop | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._processor: Any = None

    @property
    def is_ready(self) -> bool:
        """True when a model is loaded."""
        return self._processor is not None and self._thread.is_alive()

    async def load(self, model: Path) -> None:
        """Loads a model. Raises FileNotFoundError when it is not there, and whatever Rasa raises.

        What is there then stays: Python's collector passes over it from here on. To look through all of it would stop
        every conversation for half a second, each few hundred turns.
        """
        self._home = asyncio.get_running_loop()
        if not self._thread.is_alive():
            self._thread.start()
        self._processor = await self._in_engine(self._load(model))
        gc.collect()
        gc.freeze()

    async def swap(self, model: Path) -> None:
        """Takes another model while turns go on: those under way end with the old one, later ones begin with the new.

        It is loaded beside the engine's own loop, so that nobody waits for it. Raises what ``load`` raises; then the
        old one stays.
        """
        self._processor = await asyncio.to_thread(self._loaded, model)
        gc.unfreeze()  # the old one may go

    def _loaded(self, model: Path) -> Any:
        return asyncio.run(self._load(model))

    async def handle(self, text: str, metadata: dict[str, Any]) -> Any:
        """Hears, judges and settles one turn; returns what the handler returned.

        Raises what the handler raised, EngineFailed or EngineNotReady.
        """
        if self._processor is None:
            raise EngineNotReady
        return await self._in_engine(self._processor.handle(text, metadata))

    async def parse(self, text: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
        """What is heard in a text."""
        if self._processor is None:
            raise EngineNotReady
        parsed: dict[str, Any] = await self._in_engine(self._processor.parse(text, metadata))
        return parsed

    def close(self) -> None:
        """Stops the engine's thread."""
        gc.unfreeze()
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _load(self, model: Path) -> Any:
        from bot.engine.processor import Processor  # imports Rasa: seconds, so not before it is needed

        return Processor(model, self._call_home)

    async def _call_home(self, call: dict[str, Any]) -> Any:
        assert self._home is not None
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._as_coroutine(call), self._home))

    async def _as_coroutine(self, call: dict[str, Any]) -> Any:
        return await self._handler(call)

    async def _in_engine(self, work: Coroutine[Any, Any, Any]) -> Any:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))
