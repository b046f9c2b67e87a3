"""One small listener for all tests of this room: a few voices of each language are enough to listen with."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.corpus import Example, read_examples
from nlu.listener import Listener

DATA = Path(__file__).parents[2] / "nlu" / "data"
VOICES_PER_LANGUAGE = 5


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    chosen = [
        file
        for language in ("en", "zh-CN", "zh-TW")
        for file in sorted((DATA / "train").glob(f"{language}-*.jsonl"))[:VOICES_PER_LANGUAGE]
    ]
    return [example for file in chosen for example in read_examples(file)]


@pytest.fixture(scope="session")
def listener(examples: list[Example]) -> Listener:
    return Listener.train(examples)
