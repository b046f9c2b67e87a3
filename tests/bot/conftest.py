from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.engine import guard
from tests.bot.nursery import Application, Nursery

MakeApplication = Callable[..., Application]
SECRET = "the shop's secret"


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where applications come from."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def application(
    nursery: Nursery, trained_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    """One running application that several tests talk to, each in conversations of its own."""
    application = Application(nursery, tmp_path_factory.mktemp("application"), {
        "KAIROS_MODEL": str(trained_model), "KAIROS_FRAGMENT_WINDOW_S": "0.05", "KAIROS_IDENTITY_SECRET": SECRET,
        "KAIROS_RATE_PER_S": "1000", "KAIROS_RATE_BURST": "10000",
    })  # fmt: skip
    application.start()
    yield application
    application.stop()


@pytest.fixture
def make_application(nursery: Nursery, trained_model: Path, tmp_path: Path) -> Iterator[MakeApplication]:
    """Makes an application with settings of its own, not started yet."""
    made: list[Application] = []

    def make(**env: str) -> Application:
        application = Application(nursery, tmp_path / f"application-{len(made)}", {
            "KAIROS_MODEL": str(trained_model), "KAIROS_FRAGMENT_WINDOW_S": "0.05", "KAIROS_IDENTITY_SECRET": SECRET,
            **env,
        })  # fmt: skip
        made.append(application)
        return application

    yield make
    for application in made:
        application.kill()


@pytest.fixture(scope="session")
def slow_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that blocks for 0.6 s to hear anything, and then judges as ours does."""
    return watched_model(tmp_path_factory.mktemp("slow"), seconds=0.6, does="decide")


def watched_model(folder: Path, **options: Any) -> Path:
    """A model of the engine tests' small parts. Imports Rasa."""
    guard.install()
    from tests.engine import parts

    return parts.watched_model(folder, **options)


@pytest.fixture(scope="session")
def nonsense_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose plans are none."""
    return watched_model(tmp_path_factory.mktemp("nonsense"), does="nonsense")


@pytest.fixture(scope="session")
def silent_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that answers nothing: its policy listens on."""
    return watched_model(tmp_path_factory.mktemp("silent"), does="nothing")
