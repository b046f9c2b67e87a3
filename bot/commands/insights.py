"""``kairos insights``: the counts behind the measured pages, and questions that go deeper. Imports wait until a command
runs.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from actions.services import Services

T = TypeVar("T")
app = typer.Typer(no_args_is_help=True, help="The measured pages' counts, and deeper questions (docs/insights.md).")


@app.command(epilog="Example: kairos insights rebuild")
def rebuild() -> None:
    """Forget all counts and count every conversation anew, for instance after the shop's time zone changed."""
    from actions.insights import rollup

    typer.echo(f"{_run(rollup.rebuild)} conversations counted")


@app.command("catch-up", epilog="Example: kairos insights catch-up")
def catch_up() -> None:
    """Count now what changed since. A running house does so by itself, within seconds."""
    from actions.insights import rollup

    typer.echo(f"{_run(rollup.catch_up)} conversations counted")


@app.command(epilog="Example: kairos insights export october/")
def export(folder: Annotated[Path, typer.Argument(help="Where the tables are to lie, as Parquet.")]) -> None:
    """Take out what the deeper questions are asked of: ids and facts, no words and no names. It is written down."""
    from actions.audit import COMMAND_LINE
    from bot.analysis.export import export as take_out
    from bot.refused import Refused

    try:
        counted = _run(lambda services: take_out(services, folder, COMMAND_LINE))
    except OSError as error:
        raise Refused(f"{folder}: {error}") from error
    typer.echo(f"written: {folder} ({', '.join(f'{n} {table}' for table, n in counted.items())})")


@app.command(epilog="Examples: kairos insights ask --list · kairos insights ask reopened --over october/ --csv")
def ask(
    question: Annotated[str, typer.Argument(help="Its name; --list shows them all.")] = "",
    over: Annotated[Path, typer.Option(help="The folder that kairos insights export wrote.")] = Path(),
    engine: Annotated[str, typer.Option(help="duckdb, or spark where it is installed.")] = "duckdb",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Show which questions there are.")] = False,
) -> None:
    """Ask what the pages do not answer, over exported tables."""
    from actions.insights.questions import QUESTIONS
    from bot.analysis.engines import ENGINES, EngineMissing, answer
    from bot.refused import Refused

    if listed:
        _print([{"question": each.name, "asks": each.asks} for each in QUESTIONS.values()], as_json, as_csv)
        return
    if question not in QUESTIONS:
        raise Refused(f"no question is called {question!r}; there are {', '.join(QUESTIONS)}")
    if engine not in ENGINES:
        raise Refused(f"no engine is called {engine!r}; there are {', '.join(ENGINES)}")
    try:
        rows = answer(QUESTIONS[question], over, engine)
    except FileNotFoundError as error:
        raise Refused(f"{error} is missing: kairos insights export writes it") from error
    except EngineMissing as error:
        raise Refused(str(error)) from error
    _print(rows, as_json, as_csv, QUESTIONS[question].asks)


def _print(rows: list[dict[str, Any]], as_json: bool, as_csv: bool, title: str = "") -> None:
    import csv
    import sys

    from rich.console import Console
    from rich.table import Table

    from bot.cli import echo_json

    names = list(rows[0]) if rows else []
    if as_json:
        echo_json(rows)
    elif as_csv:
        writer = csv.DictWriter(sys.stdout, names)
        writer.writeheader()
        writer.writerows(rows)
    else:
        table = Table(*names, title=title)
        for row in rows:
            table.add_row(*(f"{value:.3g}" if isinstance(value, float) else str(value) for value in row.values()))
        Console().print(table if rows else "nothing")


def _run(work: Callable[[Services], Awaitable[T]]) -> T:
    from bot.house import quiet_services
    from bot.settings import load_settings
    from models import schema
    from models.session import Database

    async def run() -> T:
        settings = load_settings()
        database = Database(settings.database)
        try:
            await schema.upgrade(database)
            return await work(quiet_services(settings, database))
        finally:
            await database.close()

    return asyncio.run(run())
