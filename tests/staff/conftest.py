from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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
