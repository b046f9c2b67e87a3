"""``kairos log``, as people type it."""

from __future__ import annotations

import asyncio
import csv
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import delete, select

from actions.audit import COMMAND_LINE
from bot.cli import Refused
from models.audit import AuditEntry
from models.log import LogExport
from models.search import SearchText
from models.session import Database
from tests.command import change, kairos, rows
from tests.models.rows import NOON
from tests.staff.said import Turn, talk

pytestmark = pytest.mark.fast
PHONE = "13912345678"


@pytest.fixture
def shop(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two conversations on two days."""

    async def fill() -> None:
        database = Database(sqlite_url)
        await talk(database, [Turn("我要退货", "return_exchange", "angry", 2), Turn(f"电话{PHONE}")], name="王芳")
        await talk(database, [Turn("Does it dim?", answer="=1+1")], locale="en", at=NOON + timedelta(days=1))
        await database.close()

    asyncio.run(fill())
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    return sqlite_url


def _kairos(*command: str) -> str:
    return kairos("log", *command)


def _taken(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with duckdb.connect() as connection:
        found = connection.execute("SELECT text, name, intent FROM read_parquet(?)", [str(path)]).fetchall()
    return [dict(zip(("text", "name", "intent"), row, strict=True)) for row in found]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_rows_go_out_without_personal_data_unless_they_are_asked_for(shop: str, tmp_path: Path, form: str):
    assert "(6 rows)" in _kairos("export", str(tmp_path / f"all.{form}"))
    taken = _taken(tmp_path / f"all.{form}")
    assert taken[2]["text"] == "电话[phone]" and taken[0]["intent"] == "return_exchange"
    assert PHONE not in str(taken) and "王芳" not in str(taken)
    _kairos("export", str(tmp_path / f"plain.{form}"), "--personal")
    plain = _taken(tmp_path / f"plain.{form}")
    assert plain[2]["text"] == f"电话{PHONE}" and plain[0]["name"] == "王芳"


def test_words_and_days_choose_the_rows_and_the_audit_log_knows(shop: str, tmp_path: Path):
    assert "(4 rows)" in _kairos("export", str(tmp_path / "words.csv"), "--words", f"退貨 {PHONE}")
    assert "(2 rows)" in _kairos("export", str(tmp_path / "day.csv"), "--since", "2026-11-24", "--until", "2026-11-24")
    lines = rows(shop, select(AuditEntry).where(AuditEntry.what == "log.exported").order_by(AuditEntry.id))
    assert [(line.who_name, line.after["rows"], line.after["redacted"]) for line in lines] == [
        (COMMAND_LINE.name, 4, True), (COMMAND_LINE.name, 2, True)]  # fmt: skip
    assert lines[0].after["q"] == "退貨 [phone]"
    assert len({export.digest for export in rows(shop, select(LogExport))}) == 2


@pytest.mark.parametrize(("name", "more", "said"), [
    ("log.xls", (), "must end in one of"), ("there.csv", (), "there already"),
    ("log.csv", ("--since", "yesterday"), "yesterday"),
])  # fmt: skip
def test_what_cannot_be_written_is_said(shop: str, tmp_path: Path, name: str, more: tuple[str, ...], said: str):
    (tmp_path / "there.csv").touch()
    with pytest.raises(Refused, match=said):
        _kairos("export", str(tmp_path / name), *more)
    assert not (tmp_path / "log.csv").exists()


def test_rows_that_came_in_past_the_index_are_found_once_they_are_indexed(shop: str, tmp_path: Path):
    change(shop, delete(SearchText))
    assert "(0 rows)" in _kairos("export", str(tmp_path / "none.csv"), "--words", "退货")
    assert _kairos("index") == "indexed: 6\n"
    assert "(4 rows)" in _kairos("export", str(tmp_path / "some.csv"), "--words", "退货")
