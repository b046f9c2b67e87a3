"""Really broken applications: whatever fails, the customer hears an honest line at once, in their language."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text

from dialogues.wording import wording
from models.session import Database
from tests.bot.client import Client, chatting
from tests.bot.conftest import MakeApplication, watched_model
from tests.bot.nursery import Application
from tests.conftest import Server

LOCALES = ("zh-CN", "zh-TW", "en")
WORDS = {"zh-CN": "等了六天了还没有到", "zh-TW": "等了六天了還沒有到", "en": "six days and still no parcel"}
PATIENCE_S = 0.8


@dataclass(frozen=True)
class Breakage:
    """What is broken: settings of the application, and what its handover says why."""

    why: str
    env: dict[str, str] = field(default_factory=dict)
    begins_within_s: float = 4.0  # two noisy cores


@pytest.fixture(scope="session")
def deaf_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that blocks its thread for longer than anybody waits."""
    return watched_model(tmp_path_factory.mktemp("deaf"), seconds=2.5, does="decide")


def _no_model(request: pytest.FixtureRequest, tmp_path: Path) -> Breakage:
    return Breakage("engine: EngineNotReady", {"KAIROS_MODEL": str(tmp_path / "not-there.tar.gz")})


def _no_real_model(request: pytest.FixtureRequest, tmp_path: Path) -> Breakage:
    path = tmp_path / "torn.tar.gz"
    path.write_bytes(b"\x1f\x8b torn")
    return Breakage("engine: EngineNotReady", {"KAIROS_MODEL": str(path)})


def _of_model(fixture: str, why: str) -> Callable[[pytest.FixtureRequest, Path], Breakage]:
    def breakage(request: pytest.FixtureRequest, tmp_path: Path) -> Breakage:
        model = request.getfixturevalue(fixture)
        return Breakage(why, {"KAIROS_MODEL": str(model), "KAIROS_ENGINE_TIMEOUT_S": str(PATIENCE_S)})

    return breakage


def _crash(request: pytest.FixtureRequest, tmp_path: Path) -> Breakage:
    return Breakage("engine: IntegrityError")


_BREAKAGES = {
    "no model": _no_model,
    "a model that is none": _no_real_model,
    "slow hearing": _of_model("deaf_model", "engine: slow"),
    "no answer": _of_model("silent_model", "engine: EngineFailed"),
    "a plan that is none": _of_model("nonsense_model", "engine: "),
    "a crashing action": _crash,
}


def _forbid_handled_moments(application: Application) -> None:
    """The action fails half-way: the database refuses every moment that was heard."""
    with sqlite3.connect(application.sqlite_path) as connection:
        connection.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON moments WHEN NEW.touchpoint <> 'unheard' "
            "BEGIN SELECT RAISE(ABORT, 'the action is broken'); END"
        )
    connection.close()


@pytest.fixture(params=sorted(_BREAKAGES))
def broken(
    request: pytest.FixtureRequest, make_application: MakeApplication, tmp_path: Path
) -> tuple[Application, Breakage]:
    """An application in which that is broken, started."""
    breakage = _BREAKAGES[request.param](request, tmp_path)
    application = make_application(**breakage.env)
    application.start()
    if request.param == "a crashing action":
        _forbid_handled_moments(application)
    return application, breakage


async def test_the_customer_hears_an_honest_line_at_once_and_people_are_called(broken: tuple[Application, Breakage]):
    application, breakage = broken
    await asyncio.gather(*(_is_told_honestly(application, breakage, locale) for locale in LOCALES))
    assert "Task exception was never retrieved" not in application.log()


async def _is_told_honestly(application: Application, breakage: Breakage, locale: str) -> None:
    async with chatting(application.ws_url, locale=locale) as client:
        started = time.monotonic()
        client_id = await client.say(WORDS[locale])
        await client.wait_for(lambda f: f["type"] == "message" and f["author"] == "bot")
        assert time.monotonic() - started < PATIENCE_S + breakage.begins_within_s
        bubbles = await client.answer(client_id)
        assert bubbles[0]["text"] in wording().catalogues[locale]["fallback"]
        assert wording().say("handover.why.engine_down", locale).text in bubbles[1]["text"]
        assert [m["seq"] for m in client.messages] == list(range(1, len(client.messages) + 1))
        assert client.of("owner")[-1]["owner"] == "queue"

        of_it = "WHERE conversation_id = ?"
        handover = application.query(f"SELECT reason, status, why FROM handovers {of_it}", client.conversation)
        assert [(reason, status) for reason, status, _ in handover] == [("engine_down", "waiting")]
        assert handover[0][2].startswith(breakage.why)
        moments = application.query(
            f"SELECT turn_id, touchpoint, expectation FROM moments {of_it}", client.conversation
        )
        assert [moment[1:] for moment in moments] == [("unheard", "missed")]
        [(turn_id,)] = application.query("SELECT turn_id FROM messages WHERE external_id = ?", client_id)
        assert turn_id == moments[0][0]
        assert application.query("SELECT owner FROM conversations WHERE id = ?", client.conversation) == [("queue",)]


async def test_who_writes_on_is_heard_of_and_every_turn_has_its_moment(
    make_application: MakeApplication, tmp_path: Path
):
    application = make_application(**_no_model(None, tmp_path).env)  # type: ignore[arg-type]
    application.start()
    async with chatting(application.ws_url) as client:
        for text in ("first words", "second words", "third words"):
            assert await client.ask(text)
        assert application.query("SELECT count(*) FROM moments") == [(3,)]
        assert application.query("SELECT count(*) FROM handovers") == [(1,)]


async def test_an_engine_that_was_slow_once_is_used_again(make_application: MakeApplication, deaf_model: Path):
    """What it was still hearing when it was given up must not be said later."""
    application = make_application(KAIROS_MODEL=str(deaf_model), KAIROS_ENGINE_TIMEOUT_S=str(PATIENCE_S))
    application.start()
    async with chatting(application.ws_url) as client:
        await client.ask("hello")
        said = len(client.messages)
        await asyncio.sleep(3)
        await client.ping()
        assert len(client.messages) == said
        assert application.query("SELECT count(*) FROM moments") == [(1,)]


@contextmanager
def locked(application: Application) -> Iterator[None]:
    """Another process holds the database and does not let go."""
    holder = sqlite3.connect(application.sqlite_path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


async def test_what_cannot_be_stored_is_said_to_be_unavailable_and_is_answered_once_it_can(
    make_application: MakeApplication,
):
    application = make_application()
    application.start()
    clients = [Client(application.ws_url, locale=locale) for locale in LOCALES for _ in range(2)]
    for client in clients:
        await client.connect()
    ids = {}
    with locked(application):
        started = time.monotonic()
        for client in clients:
            ids[client] = await client.say(WORDS[client.locale])
        for client in clients:
            error = await client.wait_for(lambda f: f["type"] == "error")
            assert (error["code"], error["client_id"]) == ("unavailable", ids[client])
            assert error["text"] == wording().say("system.unavailable", client.locale).text
        assert time.monotonic() - started < 10, "at once, and the last as soon as the first"
        assert all(client.of("ack") == [] for client in clients), "what is not stored is not acknowledged"
    for client in clients:
        await client.say(WORDS[client.locale], ids[client])
        assert await client.answer(ids[client])
        assert [m["seq"] for m in client.messages] == list(range(1, len(client.messages) + 1))
        await client.close()
    assert application.query("SELECT count(*) FROM moments") == [(len(clients),)]
    assert application.query("SELECT count(*) FROM messages WHERE author = 'customer'") == [(len(clients),)]


async def test_what_was_stored_and_cannot_be_answered_is_said_to_be_unavailable_and_is_answered_once_it_can(
    make_application: MakeApplication,
):
    application = make_application(KAIROS_FRAGMENT_WINDOW_S="1")
    application.start()
    clients = [Client(application.ws_url, locale=locale) for locale in LOCALES]
    for client in clients:
        await client.connect()
        await client.say(WORDS[client.locale], f"of {client.locale}".replace(" ", "-"))
    for client in clients:
        await client.wait_for(lambda f: f["type"] == "ack")
    with locked(application):  # acknowledged, but their turns cannot be settled
        for client in clients:
            error = await client.wait_for(lambda f: f["type"] == "error")
            unavailable = wording().say("system.unavailable", client.locale).text
            assert (error["code"], error["text"]) == ("unavailable", unavailable)
            await client.send({"type": "read", "seq": 1})
            await client.ping()
    for client in clients:
        assert await client.answer(f"of-{client.locale}")
        assert len(client.of("error", code="unavailable")) <= 2, "told, not repeated"
        assert [m["seq"] for m in client.messages] == list(range(1, len(client.messages) + 1))
        await client.close()
    assert ("engine_down",) not in application.query("SELECT reason FROM handovers"), "the engine was well"
    assert application.query("SELECT count(*) FROM moments") == [(3,)]


async def test_nobody_can_open_a_session_in_a_locked_database_and_everybody_can_afterwards(
    make_application: MakeApplication,
):
    application = make_application()
    application.start()
    client = Client(application.ws_url, locale="zh-TW")
    with locked(application):
        error = await client.connect()
        assert (error["code"], error["text"]) == ("unavailable", wording().say("system.unavailable", "zh-TW").text)
    assert (await client.hello())["type"] == "welcome", "on the same socket"
    assert await client.ask("你好，我想查訂單")
    await client.close()


@contextmanager
def away(postgresql: Server, url: str) -> Iterator[None]:
    """The PostgreSQL database ends all connections and takes no new ones."""
    name = url.rpartition("/")[2].partition("?")[0]
    postgresql.command(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
    postgresql.command(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    try:
        yield
    finally:
        postgresql.command(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")


async def test_a_postgresql_that_goes_away_and_comes_back_is_survived(
    make_application: MakeApplication, postgresql: Server, postgresql_url: str
):
    application = make_application(DATABASE_URL=postgresql_url, KAIROS_FRAGMENT_WINDOW_S="0.5")
    application.start()
    async with chatting(application.ws_url) as client:
        assert await client.ask("hello")
        stored = await client.say("one that is stored")
        await client.wait_for(lambda f: f["type"] == "ack" and f["client_id"] == stored)
        with away(postgresql, postgresql_url):
            refused = await client.say("one that is not stored")
            error = await client.wait_for(lambda f: f["type"] == "error" and f.get("client_id") == refused)
            assert error["code"] == "unavailable"
            await client.wait_for(lambda f: f["type"] == "error" and "client_id" not in f)
        assert await client.answer(stored)
        await client.say("one that is not stored", refused)
        assert await client.answer(refused)
        assert [m["seq"] for m in client.messages] == list(range(1, len(client.messages) + 1))
    database = Database(postgresql_url)
    async with database.read() as session:
        reasons = (await session.execute(text("SELECT reason FROM handovers"))).scalars().all()
    assert "engine_down" not in reasons, "the engine was well"
    await database.close()
