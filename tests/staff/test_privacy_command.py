"""``kairos privacy``, as people type it."""

from __future__ import annotations

import asyncio
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from actions.audit import COMMAND_LINE
from actions.privacy import retention
from bot.cli import Refused
from models.audit import AuditEntry
from models.backup import copy_sqlite
from models.conversations import Conversation
from models.session import Database
from tests.command import kairos, rows
from tests.staff.said import Turn, talk

pytestmark = pytest.mark.fast
PHONE = "13912345678"
OLD = timedelta(days=100)


@pytest.fixture
def shop(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The customer id of somebody who wrote a hundred days ago; somebody else did so too."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("KAIROS_DATA_DIR", str(tmp_path / "data"))
    return asyncio.run(_fill(sqlite_url))


async def _fill(url: str) -> str:
    database = Database(url)
    at = datetime.now(UTC) - OLD
    hers = await talk(database, [Turn(f"我的电话是{PHONE}")], name="欧阳娜娜", account="c1001", at=at)
    await talk(database, [Turn("你好")], name="王芳", account="c1002", at=at)
    async with database.write() as session:
        customer = (await session.get_one(Conversation, hers)).customer_id
        await retention.set_days(session, {"words": 30}, COMMAND_LINE, datetime.now(UTC))
    await database.close()
    return customer


def _kairos(*command: str, typed: str = "") -> str:
    return kairos("privacy", *command, typed=typed)


@pytest.mark.parametrize("asked", ["c1001", "娜娜"])
def test_a_person_is_found_by_account_and_by_name(shop: str, asked: str):
    assert _kairos("find", asked).splitlines() == [f"{shop}  欧阳娜娜  shop: c1001  1 conversations"]
    assert _kairos("find", "nobody") == ""


def test_what_is_known_goes_into_a_file_that_was_not_there_and_is_noted(shop: str, sqlite_url: str, tmp_path: Path):
    file = tmp_path / "person.zip"
    assert "written" in _kairos("export", shop, str(file))
    with zipfile.ZipFile(file) as archive:
        told = json.loads(archive.read("person.json"))
    assert PHONE in told["messages"][0]["text"] and "王芳" not in str(told)
    with pytest.raises(Refused, match="there already"):
        _kairos("export", shop, str(file))
    [line] = rows(sqlite_url, select(AuditEntry).where(AuditEntry.what == "privacy.exported"))
    assert (line.who_name, line.after) == (COMMAND_LINE.name, {"customer": shop})


def test_an_erasure_is_typed_proven_and_done_again_after_a_restore(
    shop: str, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    copy_sqlite(sqlite_url, tmp_path / "before.db")
    with pytest.raises(Refused, match="nothing was erased"):
        _kairos("erase", shop, "--reason", "asked by letter", typed="yes\n")
    assert shop in _kairos("find", "c1001")
    proof = json.loads(_kairos("erase", shop, "--reason", "asked by letter", "--confirm", shop[:8]))
    assert (proof["remaining"], proof["removed"]["messages"], proof["reason"]) == (0, 2, "asked by letter")
    assert _kairos("find", "c1001") == "" and "王芳" in _kairos("find", "c1002")
    told = json.loads(_kairos("proofs"))
    assert [each["id"] for each in told["proofs"]] == [proof["id"]] and told["chain_holds"] is True
    assert _kairos("again") == "erased again: 0\n"
    with pytest.raises(Refused, match="person"):
        _kairos("erase", shop, "--reason", "again", "--confirm", shop[:8])
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'before.db'}")
    assert shop in _kairos("find", "c1001"), "the back-up has them still"
    assert _kairos("again") == "erased again: 1\n"
    assert _kairos("find", "c1001") == ""


def test_what_was_kept_long_enough_is_let_go_once(shop: str):
    assert _kairos("let-go") == "words: 2\n"
    assert _kairos("let-go") == "nothing was old enough\n"
