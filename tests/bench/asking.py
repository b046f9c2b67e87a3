"""The deeper questions over an export, and over the same export many times."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from actions.audit import COMMAND_LINE
from actions.insights.questions import QUESTIONS
from actions.insights.tables import TABLES
from actions.services import Services
from bot.analysis.engines import EngineMissing, answer
from bot.analysis.export import export

TIMES = 10  # so many times as much, by repeating an export with other ids


async def tables_asked(services: Services) -> dict[str, Any]:
    """Exports everything; the rows, and the seconds that it and each question took."""
    with tempfile.TemporaryDirectory() as folder:
        once, often = Path(folder, "once"), Path(folder, "often")
        began = time.perf_counter()
        rows = await export(services, once, COMMAND_LINE)
        exported = {**rows, "s": round(time.perf_counter() - began, 1)}
        await asyncio.to_thread(_repeat, once, often)
        return {
            "exported": exported,
            "question_s": await question_seconds(once),
            f"question_s_of_{TIMES}_times": await question_seconds(often),
        }


async def question_seconds(folder: Path) -> dict[str, dict[str, float]]:
    """Seconds of each deeper question on each engine that is here; Spark's first one starts it."""
    found: dict[str, dict[str, float]] = {}
    for engine in ("duckdb", "spark"):
        try:
            for question in QUESTIONS.values():
                began = time.perf_counter()
                await asyncio.to_thread(answer, question, folder, engine)
                found.setdefault(engine, {})[question.name] = round(time.perf_counter() - began, 3)
        except EngineMissing as missing:
            print(missing, file=sys.stderr)
    return found


def _repeat(once: Path, often: Path) -> None:
    often.mkdir()
    with duckdb.connect() as connection:
        for table in TABLES:
            ids = ", ".join(f"{name} || '-' || copy AS {name}" for name in ("conversation", "customer"))
            connection.execute(
                f"COPY (SELECT rows.* REPLACE ({ids}) FROM read_parquet('{once / table}.parquet') AS rows, "
                f"range({TIMES}) AS copies(copy)) TO '{often / table}.parquet' (FORMAT parquet)"
            )
