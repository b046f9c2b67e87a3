"""``kairos followups``, as people type it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from bot.cli import Refused, app
from bot.timers import DurableTimers
from models.session import Database
from tests.bench import pending

pytestmark = pytest.mark.fast


@pytest.fixture
def shop(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two follow-ups that are due, one that is not."""

    async def fill() -> None:
        database = Database(sqlite_url)
        timers = DurableTimers(database)
        await timers.prepare()
        await pending.add_due(database, timers, 2, datetime.now(UTC) - timedelta(seconds=5), 0.01)
        await pending.add_far(database, timers, 1)
        await timers.stop()
        await database.close()

    asyncio.run(fill())
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    return sqlite_url


def _kairos(*command: str) -> str:
    done = CliRunner().invoke(app, ["followups", *command], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def _listed(*options: str) -> dict[str, str]:
    return {row["id"]: row["status"] for row in json.loads(_kairos("list", "--json", *options))}


def test_the_list_shows_what_is_pending_the_next_due_first(shop: str):
    assert list(_listed()) == ["due-0", "due-1", "far-0"]
    assert list(_listed("--limit", "1")) == ["due-0"]
    assert list(_listed("--conversation", "far-0")) == ["far-0"]
    assert "outcome_check" in _kairos("list") and _kairos("list", "--status", "sent").strip() == "nothing"


def test_one_is_shown_by_the_beginning_of_its_id(shop: str):
    assert json.loads(_kairos("show", "far", "--json"))["kind"] == "outcome_check"
    assert "conversation_id  far-0" in _kairos("show", "far")


def test_one_that_is_cancelled_says_why_and_is_not_cancelled_again(shop: str):
    assert _kairos("cancel", "far-0", "--reason", "rang the customer").startswith("cancelled: outcome_check")
    assert json.loads(_kairos("show", "far-0", "--json"))["reason"] == "rang the customer"
    with pytest.raises(Refused, match="cancelled already"):
        _kairos("cancel", "far-0")


def test_what_is_due_is_dealt_with_once(shop: str):
    assert _kairos("run-due") == "2 dealt with\n"
    assert _kairos("run-due") == "0 dealt with\n"
    assert _listed("--status", "") == {"due-0": "sent", "due-1": "sent", "far-0": "pending"}


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("show", "nobody"), "no follow-up has an id that begins with 'nobody'"),
        (("show", "due"), "more than one follow-up"),
        (("list", "--status", "lost"), "no status is called 'lost'"),
    ],
)
def test_what_cannot_be_done_is_said(shop: str, command: tuple[str, ...], said: str):
    with pytest.raises(Refused, match=said):
        _kairos(*command)
