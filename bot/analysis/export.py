"""Takes the tables of ``actions/insights/tables.py`` out as Parquet files, one a table."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from actions.audit import Author, record_change
from actions.insights import exporting
from actions.insights.tables import TABLES, Row
from actions.log import taking_out
from actions.services import Services, new_id
from bot.staff.log import files

SQL_TYPES = {
    "string": "VARCHAR", "int64": "BIGINT", "float64": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE",
    "timestamp('UTC')": "TIMESTAMPTZ", "array<string>": "VARCHAR[]",
}  # fmt: skip


async def export(services: Services, folder: Path, author: Author) -> dict[str, int]:
    """Writes the files into the folder, and down that they were; says how many rows each has.

    Raises FileExistsError where the folder holds one of them already, OSError, DatabaseError.
    """
    paths = _made_ready(folder)
    counted, subjects = dict.fromkeys(TABLES, 0), set[str]()
    with ExitStack() as stack:
        opened = {table: stack.enter_context(_lines(folder, table).open("w", encoding="utf-8")) for table in TABLES}
        async for batch in exporting.batches(services):
            for table, rows in batch.items():
                opened[table].writelines(map(_line, rows))
                counted[table] += len(rows)
                subjects.update(row["customer"] for row in rows)
    for table in TABLES:
        await asyncio.to_thread(_to_parquet, folder, table)
    digests = {table: files.digest(path) for table, path in paths.items()}
    export_id, now = new_id(), services.clock()
    async with services.database.write() as session:
        await taking_out.note(
            session, export_id=export_id, author=author, form="parquet", filters={"tables": digests}, redacted=True,
            count=sum(counted.values()), digest=digests["turns"], subjects=subjects, now=now,
        )  # fmt: skip
        record_change(session, author, "insights.exported", None, {"export": export_id, "rows": counted}, now)
    return counted


def _made_ready(folder: Path) -> dict[str, Path]:
    """Where each table will lie."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {table: folder / f"{table}.parquet" for table in TABLES}
    if there := next((path for path in paths.values() if path.exists()), None):
        raise FileExistsError(f"{there.name} is there already")
    return paths


def write_table(folder: Path, table: str, rows: Iterable[Row]) -> None:
    """Writes one table."""
    with _lines(folder, table).open("w", encoding="utf-8") as file:
        file.writelines(map(_line, rows))
    _to_parquet(folder, table)


def _lines(folder: Path, table: str) -> Path:
    return folder / f"{table}.lines"


def _line(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, default=lambda value: value.isoformat()) + "\n"


def _to_parquet(folder: Path, table: str) -> None:
    lines, typed = _lines(folder, table), {name: SQL_TYPES[kind] for name, kind in TABLES[table].items()}
    files.to_parquet(lines, typed, folder / f"{table}.parquet")
    lines.unlink()
