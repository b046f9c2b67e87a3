"""Plays scripts through the real engine, for the tests that need it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot import logs
from bot.settings import Settings
from bot.talk.clock import NoJobs
from bot.talk.embedded import JobsOf, loaded_engine, play_embedded
from bot.talk.script import Script
from bot.talk.seen import Played

PlayAll = Callable[..., dict[str, Played]]


@pytest.fixture(scope="session", autouse=True)
def quiet_logs() -> None:
    """As the command line sets them: what is printed is the conversations alone."""
    logs.configure("error")


@pytest.fixture(scope="session")
def play_all(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> PlayAll:
    """Plays scripts, each in a house of its own; what came of them, by name."""

    async def play(scripts: Sequence[Script], jobs_of: JobsOf) -> dict[str, Played]:
        async with loaded_engine(trained_model, tmp_path_factory.mktemp("houses")) as shared:
            return {script.name: await play_embedded(script, shared, Settings(), jobs_of) for script in scripts}

    def run(scripts: Sequence[Script], jobs_of: JobsOf = lambda _: NoJobs()) -> dict[str, Played]:
        return asyncio.run(play(scripts, jobs_of))

    return run
