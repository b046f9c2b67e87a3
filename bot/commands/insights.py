"""``kairos insights``: the counts behind the measured pages. Imports wait until a command runs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from actions.services import Services

app = typer.Typer(no_args_is_help=True, help="The counts behind the measured pages (docs/insights.md).")


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


def _run(work: Callable[[Services], Awaitable[int]]) -> int:
    from bot.house import quiet_services
    from bot.settings import load_settings
    from models import schema
    from models.session import Database

    async def run() -> int:
        settings = load_settings()
        database = Database(settings.database)
        try:
            await schema.upgrade(database)
            return await work(quiet_services(settings, database))
        finally:
            await database.close()

    return asyncio.run(run())
