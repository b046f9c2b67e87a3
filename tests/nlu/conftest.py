"""One small listener for all tests of this room: a fifth of every voice is enough to listen with."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.corpus import Example, read_examples
from nlu.listener import Listener

DATA = Path(__file__).parents[2] / "nlu" / "data"
EVERY = 5


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    return read_examples(DATA / "train")[::EVERY]


@pytest.fixture(scope="session")
def listener(examples: list[Example]) -> Listener:
    return Listener.train(examples)
