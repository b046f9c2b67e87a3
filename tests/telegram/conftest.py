from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.conftest import nursery as nursery
from tests.bot.nursery import Application, Nursery
from tests.telegram.emulator import TOKEN, Emulator

MakeApplication = Callable[..., Application]
_CHATS = itertools.count(7001)


@pytest.fixture
def chat() -> int:
    """A chat of this test's own."""
    return next(_CHATS)


@pytest.fixture(scope="session")
def telegram() -> Iterator[Emulator]:
    """The emulated Telegram that the shared application talks to."""
    with Emulator() as emulator:
        yield emulator


def _env(model: Path, emulator: Emulator, **more: str) -> dict[str, Any]:
    return {
        "KAIROS_MODEL": str(model), "KAIROS_FRAGMENT_WINDOW_S": "0.3", "TELEGRAM_TOKEN": TOKEN,
        "KAIROS_TELEGRAM_API": emulator.url, "KAIROS_IDENTITY_SECRET": "the shop's secret", **more,
    }  # fmt: skip


@pytest.fixture(scope="session")
def application(
    nursery: Nursery, telegram: Emulator, trained_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    """One running application with a bot; each test has a chat of its own."""
    application = Application(nursery, tmp_path_factory.mktemp("telegram"), _env(trained_model, telegram))
    application.start()
    yield application
    application.stop()


@pytest.fixture
def own_telegram() -> Iterator[Emulator]:
    """An emulated Telegram of this test's own."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def make_application(
    nursery: Nursery, own_telegram: Emulator, trained_model: Path, tmp_path: Path
) -> Iterator[MakeApplication]:
    """Makes an application for it, not started yet."""
    made: list[Application] = []

    def make(**env: str) -> Application:
        application = Application(nursery, tmp_path / f"application-{len(made)}",
                                  _env(trained_model, own_telegram, **env))  # fmt: skip
        made.append(application)
        return application

    yield make
    for application in made:
        application.kill()
