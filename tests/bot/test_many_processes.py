"""Several processes on one PostgreSQL, seen by customers who are connected to different ones."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from models.session import Database
from tests.bench.processes import family_of
from tests.bot.client import Client, chatting
from tests.bot.fleet import Fleet, fleet_of, free_port
from tests.bot.nursery import Application, Nursery
from tests.conftest import Server

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def two(
    nursery: Nursery,
    trained_model: Path,
    tmp_path_factory: pytest.TempPathFactory,
    postgresql: Server,
    migrated_postgresql: str,
) -> Iterator[Fleet]:
    """Two serving processes, started; each test has conversations of its own."""
    databases = postgresql.new_database(f"TEMPLATE {migrated_postgresql}")
    fleet = fleet_of(nursery, tmp_path_factory.mktemp("two"), trained_model, next(databases), serving=2, workers=0)
    for process in fleet.all:
        process.begin()
    for process in fleet.all:
        process.wait_started()
    yield fleet
    for process in fleet.all:
        process.kill()
    next(databases, None)


async def test_what_is_written_and_answered_in_one_process_is_seen_at_once_in_the_other(two: Fleet):
    here, there = two.serving
    async with chatting(here.ws_url) as customer:
        tab = Client(there.ws_url)
        tab.session = customer.session
        await tab.connect()
        said = await customer.ask("hello")
        await tab.wait_for(lambda f: f["type"] == "message" and f["seq"] == said[-1]["seq"], within_s=5)
        assert tab.messages == customer.messages
        client_id = await tab.say("let me talk to a person")
        await tab.answer(client_id)
        assert (await customer.wait_for(lambda f: f["type"] == "owner", within_s=5))["owner"] == "queue"
        await tab.close()


async def test_two_tabs_on_two_processes_are_one_conversation_with_one_answer_to_each_message(two: Fleet):
    here, there = two.serving
    async with chatting(here.ws_url) as customer:
        tab = Client(there.ws_url)
        tab.session = customer.session
        await tab.connect()
        ids = await asyncio.gather(*(
            (customer if n % 2 else tab).say(f"hello {n}", f"message-{n}") for n in range(10)
        ))  # fmt: skip
        for client_id, client in zip(ids, (tab, customer) * 5, strict=True):
            await client.wait_for(lambda f, of=client_id: f["type"] == "ack" and f["client_id"] == of)
            await customer.answer(client_id)
        await customer.ping()
        seqs = [message["seq"] for message in customer.messages]
        assert seqs == list(range(1, len(seqs) + 1))
        assert {m["client_id"] for m in customer.messages if m["author"] == "customer"} == set(ids)
        await tab.close()


async def test_a_customer_is_held_to_one_measure_through_all_processes(
    nursery: Nursery, trained_model: Path, tmp_path: Path, postgresql_url: str
):
    env = {"KAIROS_MODEL": str(trained_model), "DATABASE_URL": postgresql_url, "KAIROS_RATE_BURST": "4",
           "KAIROS_RATE_PER_S": "0.01", "KAIROS_IDENTITY_SECRET": "many"}  # fmt: skip
    both = [Application(nursery, tmp_path / f"{n}", env) for n in range(2)]
    for process in both:
        process.begin()
    for process in both:
        process.wait_started()
    try:
        async with chatting(both[0].ws_url) as customer:
            tab = Client(both[1].ws_url)
            tab.session = customer.session
            await tab.connect()
            for n in range(4):
                client_id = await customer.say(f"hello {n}")
                await customer.wait_for(lambda f, of=client_id: f["type"] == "ack" and f["client_id"] == of)
            refused = await tab.say("hello again")
            error = await tab.wait_for(lambda f: f["type"] == "error")
            assert (error["code"], error["client_id"]) == ("rate_limited", refused)
            assert error["retry_after_s"] > 30
            await tab.close()
    finally:
        for process in both:
            process.kill()


async def test_processes_that_start_together_on_an_empty_database_all_start(
    nursery: Nursery, trained_model: Path, tmp_path: Path, postgresql_url: str
):
    database = Database(postgresql_url)
    async with database.write() as session:
        await session.execute(text("DROP SCHEMA public CASCADE"))
        await session.execute(text("CREATE SCHEMA public"))
    await database.close()
    fleet = fleet_of(nursery, tmp_path, trained_model, postgresql_url, serving=2, workers=1)
    for process in fleet.all:
        process.begin()
    try:
        await asyncio.gather(*(asyncio.to_thread(process.wait_started) for process in fleet.all))
    finally:
        for process in fleet.all:
            process.kill()


@pytest.mark.long
async def test_serve_with_workers_survives_the_death_of_one_and_ends_whole(
    nursery: Nursery, trained_model: Path, tmp_path: Path, postgresql_url: str
):
    env = {"KAIROS_MODEL": str(trained_model), "DATABASE_URL": postgresql_url, "PORT": str(free_port())}
    application = Application(nursery, tmp_path / "many", env, ["serve", "--workers", "2"])
    application.start()
    workers = _serving(application.pid)
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    async with chatting(application.ws_url) as customer:
        assert await customer.ask("hello")
    for _ in range(120):
        if len(_serving(application.pid)) == 2 and workers[0] not in _serving(application.pid):
            break
        await asyncio.sleep(0.5)
    else:
        raise AssertionError("no other process took the place of the one that was killed")
    everybody = family_of(application.pid)
    assert application.stop() in (0, -signal.SIGTERM)
    for _ in range(60):  # the process that they are forked from ends when it sees that nobody needs it
        if not [pid for pid in everybody if _command_of(pid)]:
            return
        await asyncio.sleep(0.5)
    raise AssertionError(f"left behind: {[_command_of(pid) for pid in everybody if _command_of(pid)]}")


@pytest.mark.parametrize("command", [["serve", "--workers", "2"], ["worker"]])
def test_several_processes_on_sqlite_are_refused_in_one_line(command: list[str], tmp_path: Path):
    env = {**os.environ, "KAIROS_DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    call = [sys.executable, "-c", "from bot.cli import main; main()", *command]
    done = subprocess.run(call, capture_output=True, text=True, check=False, env=env, cwd=ROOT, timeout=120)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("kairos: ") and "DATABASE_URL" in done.stderr and done.stderr.count("\n") == 1


def _serving(pid: int) -> list[int]:
    """The serving processes below a supervisor: the children of its children."""
    inner = {child for child in family_of(pid)[1:] for child in family_of(child)[1:]}
    return sorted(inner)


def _command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
