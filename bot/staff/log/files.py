"""Rows of the log as a file: CSV, JSON Lines or Parquet."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import IO, Any

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet",
}  # fmt: skip
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def write(rows: AsyncIterator[dict[str, Any]], form: str, columns: Mapping[str, str], target: Path) -> int:
    """Writes the rows and says how many. Raises KeyError for another form, OSError."""
    plain = {"csv": _csv, "jsonl": _json_lines, "parquet": _json_lines}[form]
    lines = target.with_suffix(".lines") if form == "parquet" else target
    count = 0
    # The byte order mark tells spreadsheets that the file is UTF-8.
    with lines.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
        put = plain(file, columns)
        async for row in rows:
            put(row)
            count += 1
    if form == "parquet":
        await asyncio.to_thread(to_parquet, lines, columns, target)
        lines.unlink()
    return count


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json_lines(file: IO[str], columns: Mapping[str, str]) -> Any:
    def put(row: Mapping[str, Any]) -> None:
        file.write(json.dumps({name: row[name] for name in columns}, ensure_ascii=False) + "\n")

    return put


def _csv(file: IO[str], columns: Mapping[str, str]) -> Any:
    writer = csv.writer(file)
    writer.writerow(columns)

    def put(row: Mapping[str, Any]) -> None:
        writer.writerow([_harmless(row[name]) for name in columns])

    return put


def _harmless(value: Any) -> Any:
    """What a customer wrote must not become a formula in a spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA) else value


def to_parquet(lines: Path, columns: Mapping[str, str], target: Path) -> None:
    """JSON lines as Parquet, typed as DuckDB names types."""
    import duckdb  # 30 MB, which most processes never need

    typed = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        read = f"read_json(?, format = 'newline_delimited', columns = {{{typed}}})"
        connection.execute(f"COPY (SELECT * FROM {read}) TO '{_quoted(target)}' (FORMAT parquet, COMPRESSION zstd)",
                           [str(lines)])  # fmt: skip


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
