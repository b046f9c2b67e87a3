"""``kairos log``: the conversation log from the command line. Imports wait until a command runs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The conversation log (docs/log.md).")


@app.command(epilog="Example: kairos log index")
def index() -> None:
    """Index for the search what came in past it, for instance rows that a program wrote into the database."""
    from bot.settings import load_settings
    from models import schema, search
    from models.session import Database

    async def work() -> int:
        database = Database(load_settings().database)
        try:
            await schema.upgrade(database)
            return await search.index_missing(database)
        finally:
            await database.close()

    typer.echo(f"indexed: {asyncio.run(work())}")


@app.command(epilog="Example: kairos log export october.parquet --since 2026-10-01 --until 2026-10-31 --words '退货'")
def export(
    file: Annotated[Path, typer.Argument(help="The file to write: .csv, .jsonl or .parquet.")],
    words: Annotated[str, typer.Option(help="Words that must occur.")] = "",
    since: Annotated[str, typer.Option(help="First day, YYYY-MM-DD.")] = "",
    until: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD.")] = "",
    personal: Annotated[bool, typer.Option(help="Personal data as they are, not redacted.")] = False,
) -> None:
    """Take the messages of conversations out into a file. It is written down like an export from the page."""
    from bot.refused import Refused
    from bot.settings import load_settings
    from bot.staff.log.taking import FORMS, take_out

    form = file.suffix.removeprefix(".")
    if form not in FORMS:
        raise Refused(f"{file}: its name must end in one of {', '.join(f'.{each}' for each in FORMS)}")
    if file.exists():
        raise Refused(f"{file} is there already")
    try:
        count = asyncio.run(take_out(load_settings(), file, form, words, since, until, personal=personal))
    except ValueError as error:
        raise Refused(str(error)) from error
    typer.echo(f"written: {file} ({count} rows)")
