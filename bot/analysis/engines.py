"""Answers a question over exported tables: with DuckDB, which is always there, or with Spark where it is installed.

Ibis puts the same expression into each engine's SQL; the engine reads the files itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from actions.insights.questions import Question
from actions.insights.tables import TABLES

Answer = list[dict[str, Any]]
SPARK = {
    "spark.app.name": "kairos", "spark.sql.session.timeZone": "UTC", "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}  # fmt: skip


class EngineMissing(Exception):
    """The engine is not installed here; the message says what to do."""


def answer(question: Question, folder: Path, engine: str = "duckdb") -> Answer:
    """The rows. Raises FileNotFoundError where a table is missing, EngineMissing, KeyError for another engine."""
    run = ENGINES[engine]
    files = {table: folder / f"{table}.parquet" for table in TABLES}
    if missing := next((path for path in files.values() if not path.exists()), None):
        raise FileNotFoundError(missing)
    return run(question, files)


def sql(question: Question, engine: str) -> str:
    """The question in the engine's SQL. The engine itself need not be installed."""
    from ibis import options
    from ibis.backends.sql.compilers import DuckDBCompiler, PySparkCompiler
    from ibis.config import Config

    class Spark(Config):  # type: ignore[misc]
        """What Ibis sets with its Spark back end. That runs questions by way of pandas and pyarrow: we want the SQL."""

        treat_nan_as_null: bool = False

    options.pyspark = options.pyspark or Spark()
    compiler = {"duckdb": DuckDBCompiler, "spark": PySparkCompiler}[engine]()
    return str(compiler.to_sqlglot(question.expression()).sql(dialect=compiler.dialect))


def _duckdb(question: Question, files: Mapping[str, Path]) -> Answer:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for table, path in files.items():
            connection.read_parquet(str(path)).create_view(table)
        rows = connection.execute(sql(question, "duckdb"))
        names = [column[0] for column in rows.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def _spark(question: Question, files: Mapping[str, Path]) -> Answer:
    """In the session there is, else in one of the master that Spark's own settings name (without any: this machine)."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineMissing("Spark is not installed here: uv sync --group spark, and a Java from 17 on") from error
    session = SparkSession.builder.config(map=SPARK).getOrCreate()
    for table, path in files.items():
        session.read.parquet(str(path.absolute())).createOrReplaceTempView(table)
    return [row.asDict() for row in session.sql(sql(question, "spark")).collect()]


ENGINES: Mapping[str, Callable[[Question, Mapping[str, Path]], Answer]] = {"duckdb": _duckdb, "spark": _spark}
