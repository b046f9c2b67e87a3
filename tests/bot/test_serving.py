"""The command as people run it: a process of its own, started from its entry point."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.serving import PortBusy, listen
from models.session import Database
from tests.bot.client import Client, chatting
from tests.bot.conftest import MakeApplication
from tests.server import Server

ROOT = Path(__file__).resolve().parents[2]
POLITE = (0, -signal.SIGTERM, 128 + signal.SIGINT)  # having finished, it ends by the signal that it was sent


@pytest.fixture
def taken() -> object:
    """A port on which somebody listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_busy_port_is_said_in_one_line_with_status_2(taken: int, trained_model: Path, tmp_path: Path):
    env = {**os.environ, "PORT": str(taken), "KAIROS_DATA_DIR": str(tmp_path), "KAIROS_MODEL": str(trained_model)}
    command = [sys.executable, "-c", "from bot.cli import main; main()", "serve"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, cwd=ROOT, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"kairos: port {taken} is busy; stop what listens there or choose another: PORT={taken + 1}\n"
    assert not (tmp_path / "kairos.db").exists(), "and nothing was begun"


@pytest.mark.fast
def test_a_busy_port_is_refused(taken: int):
    with pytest.raises(PortBusy, match=f"port {taken} is busy"):
        listen("127.0.0.1", taken)


@pytest.mark.fast
def test_an_address_that_is_not_ours_is_refused():
    with pytest.raises(PortBusy, match=r"cannot listen on 203\.0\.113\.9:0"):
        listen("203.0.113.9", 0)


async def test_it_says_where_it_is_answers_there_and_ends_politely(trained_model: Path, tmp_path: Path):
    with Server(tmp_path, trained_model) as server:
        async with httpx.AsyncClient() as http:
            assert (await http.get(f"{server.url}/readyz")).status_code == 200
        async with chatting(server.ws_url) as client:
            assert await client.ask("hello")
        assert server.stop() in POLITE
    assert [line for line in server.output if "Traceback" in line] == []


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
async def test_a_polite_end_finishes_what_was_taken_on(make_application: MakeApplication, ending: signal.Signals):
    application = make_application(KAIROS_FRAGMENT_WINDOW_S="1.2")
    application.start()
    clients = [Client(application.ws_url) for _ in range(5)]
    for client in clients:
        await client.connect()
    await asyncio.gather(*(client.say("hello, where is my parcel?") for client in clients))
    await asyncio.gather(*(client.wait_for(lambda f: f["type"] == "ack") for client in clients))
    application.signal(ending)  # within the fragment window: nothing is answered yet
    assert await asyncio.to_thread(application.reap) in POLITE
    for client in clients:
        assert await client.wait_closed() in (1001, 1012)
        [(answered,)] = application.query(
            "SELECT count(*) FROM messages WHERE conversation_id = ? AND author = 'bot'", client.conversation
        )
        assert answered >= 1, "answered before the end, not after the next start"
    assert application.query("SELECT count(*) FROM moments") == [(5,)]
    assert application.query("SELECT count(*) FROM outbox WHERE status = 'pending'") == [(0,)]
    assert "were not finished in time" not in application.log() and "Traceback" not in application.log()


async def test_what_a_crash_interrupted_is_finished_at_the_next_start(make_application: MakeApplication):
    application = make_application(KAIROS_FRAGMENT_WINDOW_S="5")
    application.start()
    client = Client(application.ws_url)
    await client.connect()
    client_id = await client.say("hello, where is my parcel?")
    await client.wait_for(lambda f: f["type"] == "ack")
    application.kill()
    assert application.query("SELECT count(*) FROM moments") == [(0,)]
    application.start()
    client.ws_url = application.ws_url
    await client.connect()
    await client.wait_for(lambda f: f["type"] == "message" and f.get("in_reply_to") == client_id, within_s=4)
    assert application.query("SELECT count(*) FROM moments") == [(1,)]
    assert "taking up what was left unanswered" in application.log()
    await client.close()


async def test_a_second_start_finds_everything_as_it_was(make_application: MakeApplication):
    application = make_application()
    application.start()
    async with chatting(application.ws_url) as client:
        await client.ask("hello")
        before = client.messages
    assert application.stop() in POLITE
    application.start()
    again = Client(application.ws_url)
    again.session = client.session
    await again.connect(since=0)
    await again.wait_for(lambda f: f.get("seq") == len(before) and f["type"] == "message")
    assert again.messages == before
    await again.close()


@pytest.mark.fast
async def test_a_database_that_cannot_be_opened_is_no_silent_start(tmp_path: Path):
    (tmp_path / "kairos.db").write_bytes(b"not a database at all, but a file of the same name" * 100)
    database = Database(f"sqlite:///{tmp_path / 'kairos.db'}")
    with pytest.raises(Exception, match="not a database"):
        await database.ping()
    await database.close()
