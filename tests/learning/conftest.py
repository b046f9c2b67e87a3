from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.learning.small import small_corpus, train_small
from tests.staff.desk import Desk, open_desk


@pytest.fixture
async def desk(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk on SQLite."""
    async with open_desk(sqlite_url, tmp_path) as desk:
        yield desk


@pytest.fixture
async def desk_on_both(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk on each kind of database."""
    async with open_desk(database_url, tmp_path) as desk:
        yield desk


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small corpus."""
    return small_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory, small: Path) -> Path:
    """A model that was trained from it in seconds."""
    return train_small(tmp_path_factory.mktemp("model"), small)
