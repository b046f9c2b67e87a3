"""The golden conversations: stages, acts and effects that must hold. ``kairos talk`` shows them in full."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.talk.script import Script, load
from bot.talk.seen import Played
from bot.talk.transcript import told
from tests.talk.conftest import PlayAll

FILES = sorted((Path(__file__).parents[1] / "conversations").glob("*.yml"))
SCRIPTS = load(FILES)


@pytest.fixture(scope="module")
def played(play_all: PlayAll) -> dict[str, Played]:
    return play_all(SCRIPTS, lambda house: house.jobs)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_golden(script: Script, played: dict[str, Played]) -> None:
    assert not (failures := played[script.name].failures), "\n".join(map(told, failures))


@pytest.mark.fast
def test_names_tell_the_conversations_apart() -> None:
    names = [script.name for script in SCRIPTS]
    assert len(set(names)) == len(names)
