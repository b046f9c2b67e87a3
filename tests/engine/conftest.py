from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.engine import guard
from bot.engine.engine import ActionHandler, Engine

guard.install()  # before the test files of this room import Rasa

Load = Callable[[Path, ActionHandler], Awaitable[Engine]]


@pytest.fixture(scope="session")
def watched_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose policy plans nothing but to tell what reached it."""
    from tests.engine import parts

    return parts.watched_model(tmp_path_factory.mktemp("watched"))


@pytest.fixture
async def load() -> AsyncIterator[Load]:
    """Loads a model into an engine with that handler."""
    engines: list[Engine] = []

    async def _load(model: Path, handler: ActionHandler) -> Engine:
        engine = Engine(handler)
        engines.append(engine)
        await engine.load(model)
        return engine

    yield _load
    for engine in engines:
        engine.close()


class Calls(list[dict[str, Any]]):
    """A handler that notes its calls."""

    async def __call__(self, call: dict[str, Any]) -> str:
        self.append(call)
        return "settled"


@pytest.fixture
def calls() -> Calls:
    return Calls()
