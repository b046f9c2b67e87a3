"""Deeper questions: the tables hold what was counted, and the answers are those worked out by hand, on every engine."""

from __future__ import annotations

import asyncio
import csv
import importlib.util
import io
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from actions.audit import COMMAND_LINE
from actions.insights.questions import QUESTIONS
from actions.insights.records import Record
from actions.insights.rollup import rebuild
from actions.insights.tables import TABLES, rows_of
from bot.analysis.engines import ENGINES, answer, sql
from bot.analysis.export import export, write_table
from bot.cli import app
from bot.house import quiet_services
from bot.settings import Settings
from bot.traffic.play import Span, play_traffic
from models.customers import Customer
from models.insights import InsightCell
from models.log import LogExport, LogExportSubject
from models.session import Database
from tests.insights.test_counting import MONDAY, PARCEL, PERSON, QUESTION

END = datetime(2026, 11, 20, 10, tzinfo=UTC)
needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="Spark is not installed: make test-spark brings it (and needs a Java from 17 on)",
)


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the three conversations of ``test_counting.py``; in the first an offer was refused."""
    folder = tmp_path_factory.mktemp("by-hand")
    refused = replace(PARCEL.turns[2], reasons=("refused refund",))
    due = MONDAY + timedelta(hours=10)
    parcel = replace(
        PARCEL, customer="ann", turns=(*PARCEL.turns[:2], refused, *PARCEL.turns[3:]),
        promises=(replace(PARCEL.promises[0], told_due_at=due),),
    )  # fmt: skip
    records = {"a": parcel, "b": replace(QUESTION, customer="bao"), "c": replace(PERSON, customer="ann")}
    _put(folder, records)
    return folder


def _put(folder: Path, records: dict[str, Record]) -> None:
    made = [rows_of(of, record, lambda at: at + timedelta(hours=8)) for of, record in records.items()]
    for table in TABLES:
        write_table(folder, table, [row for rows in made for row in rows[table]])


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    """The tables of made-up traffic, beside the database that they came from."""
    folder = tmp_path_factory.mktemp("traffic")
    shutil.copy(migrated_sqlite, folder / "kairos.db")

    async def make() -> None:
        database = Database(f"sqlite:///{folder / 'kairos.db'}")
        services = quiet_services(Settings(), database)
        await play_traffic(services, conversations=6, seed="questions", span=Span.of_months(2, END))
        await rebuild(services)
        await export(services, folder, COMMAND_LINE)
        await database.close()

    asyncio.run(make())
    return folder


def asked(name: str, folder: Path, engine: str = "duckdb") -> list[tuple[Any, ...]]:
    """Values of the answer's rows; shares and minutes to nine digits, for engines add up in another order."""
    return [
        tuple(round(value, 9) if isinstance(value, float) else value for value in row.values())
        for row in answer(QUESTIONS[name], folder, engine)
    ]


BY_HAND = {
    # Ann's parcel: angry 3, then 1, never calm; upset again eight days later. Her refund: calm six minutes after.
    "calm": [("delivery_problem", "en", 2, 1, 0, 0.0, None), ("delivery_problem", "en", 3, 1, 0, 0.0, None),
             ("refund", "zh-CN", 2, 1, 1, 1.0, 6.0)],
    "first-words": [("en", "empathise.angry.plain#1", 1, 0, 0.0), ("en", "listen.plain#0", 1, 0, 0.0),
                    ("zh-CN", "empathise.disappointed.plain#0", 1, 1, 1.0)],
    "relapses": [("refund", True, 1, 0, 0.0)],
    "reopened": [("delivery_problem", "second", 1, 0, 0.0), ("refund", "second", 1, 0, 0.0)],
    "refusals": [("delivery_problem", 0, 1, 0, 0.0, 0, 0.0), ("delivery_problem", 1, 1, 0, 0.0, 1, 1.0),
                 ("order_status", 0, 1, 0, 0.0, 0, 0.0), ("refund", 0, 1, 1, 1.0, 1, 1.0)],
    "due-hours": [(20, 1, 0, 1, 0, 1.0)],  # 12:00 UTC is 20:00 in the shop
    "ultimates": [(0, 2, 4, 0.5, 0.25)],
    "waits": [(3, "asked", 1, 1, 1.0)],
}  # fmt: skip


@pytest.mark.fast
@pytest.mark.parametrize("name", QUESTIONS)
def test_answers_are_those_worked_out_by_hand(name: str, by_hand: Path):
    assert asked(name, by_hand) == BY_HAND[name]


@pytest.mark.fast
@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_speaks_to_every_engine(name: str):
    assert all("FROM" in sql(QUESTIONS[name], engine) for engine in ENGINES)


@needs_spark
@pytest.mark.parametrize("name", QUESTIONS)
def test_spark_answers_as_duckdb_does(name: str, by_hand: Path, traffic: Path):
    for folder in (by_hand, traffic):
        assert asked(name, folder, "spark") == asked(name, folder)


@pytest.mark.fast
async def test_the_tables_hold_what_the_pages_count(traffic: Path):
    found = duckdb.connect()
    for table in TABLES:
        found.read_parquet(str(traffic / f"{table}.parquet")).create_view(table)
    database = Database(f"sqlite:///{traffic / 'kairos.db'}")
    async with database.read() as session:
        query = select(InsightCell.what, InsightCell.detail, func.sum(InsightCell.n)).where(InsightCell.days == 1)
        counted = {row[:2]: row[2] for row in (await session.execute(query.group_by("what", "detail"))).tuples()}
        customers = set((await session.execute(select(Customer.id))).scalars())
        [note] = (await session.execute(select(LogExport))).scalars()
        subjects = set((await session.execute(select(LogExportSubject.customer_id))).scalars())
    await database.close()

    def many(sql: str) -> int:
        [(n,)] = found.execute(f"SELECT count(*) FROM {sql}").fetchall()
        return int(n)

    def cells(what: str, detail: str = "") -> int:
        return sum(n for key, n in counted.items() if key[0] == what and key[1].startswith(detail))

    assert many("turns") == cells("turn") and many("matters") == cells("episode") > 6
    assert many("matters WHERE \"end\" = 'confirmed'") == cells("episode", "confirmed") > 0
    assert many("matters WHERE settled_at IS NOT NULL") == cells("settled")
    assert many("promises") == cells("promise") > 0 and many("followups") == cells("followup") > 0
    assert many("handovers") == cells("handover")
    assert note.rows == sum(many(table) for table in TABLES) and set(note.filters["tables"]) == set(TABLES)
    assert subjects == customers  # who is erased is known to lie in that export


@pytest.mark.fast
def test_nothing_is_taken_out_over_what_is_there(traffic: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{traffic / 'kairos.db'}")
    refused = CliRunner().invoke(app, ["insights", "export", str(traffic)])
    assert "is there already" in str(refused.exception)


@pytest.mark.fast
def test_asking_from_the_command_line(by_hand: Path, tmp_path: Path):
    def ask(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["insights", "ask", *arguments])
        return done.stdout if done.exit_code == 0 else str(done.exception)

    assert [row["question"] for row in json.loads(ask("--list", "--json"))] == list(QUESTIONS)
    assert json.loads(ask("waits", "--over", str(by_hand), "--json"))[0]["reason"] == "asked"
    [row] = csv.DictReader(io.StringIO(ask("waits", "--over", str(by_hand), "--csv")))
    assert (row["within"], row["share"]) == ("3", "1.0")
    assert "asked" in ask("waits", "--over", str(by_hand))
    assert "there are calm, first-words" in ask("why")
    assert "there are duckdb, spark" in ask("calm", "--engine", "excel")
    assert "kairos insights export" in ask("calm", "--over", str(tmp_path))
