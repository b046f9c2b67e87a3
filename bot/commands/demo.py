"""``kairos demo``: something to look at. Imports wait until a command runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.traffic.play import Played

app = typer.Typer(no_args_is_help=True, help="Something to look at: made-up traffic for demonstration and tests.")


@app.command(epilog="Examples: kairos demo traffic --conversations 500 · kairos demo traffic --seed b --months 6")
def traffic(
    conversations: Annotated[int, typer.Option(min=1, help="How many conversations.")] = 500,
    seed: Annotated[str, typer.Option(help="The same seed makes the same conversations; another makes more.")] = "a",
    months: Annotated[int, typer.Option(min=1, max=60, help="Over how many months, up to now.")] = 3,
    until: Annotated[str, typer.Option(help="End of that time (ISO; default: this hour).")] = "",
) -> None:
    """Fill the database with made-up conversations in three languages, through the real dialogue core.

    Customers are made up by chance, what they write comes from the training messages, and how it is heard from their
    labels: no model is needed. Everything else is the product's own: decisions, promises, follow-ups, staff.
    """
    from rich.console import Console

    from bot.refused import Refused

    try:
        end = datetime.fromisoformat(until) if until else datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    except ValueError:
        raise Refused(f"--until: {until!r} is no ISO time") from None
    end = end if end.tzinfo else end.replace(tzinfo=UTC)
    try:
        with Console(stderr=True).status("playing …") as status:
            played = asyncio.run(
                _play(conversations, seed, months, end, lambda n: status.update(f"{n} of {conversations} played"))
            )
    except FileNotFoundError as error:
        raise Refused(f"the training messages are needed for what customers write: {error}") from None
    known = f"; {played.known} were there before" if played.known else ""
    typer.echo(f"{played.conversations} conversations with {played.turns} customer turns{known}")


async def _play(conversations: int, seed: str, months: int, end: datetime, tell: Callable[[int], None]) -> Played:
    from actions.insights import rollup
    from bot.house import quiet_services
    from bot.live_settings import LiveSettings
    from bot.settings import load_settings
    from bot.traffic.play import Span, play_traffic
    from models import schema
    from models.session import Database

    settings = load_settings()
    database = Database(settings.database)
    try:
        await schema.upgrade(database)
        services = quiet_services(settings, database)
        await LiveSettings(settings, services).load()
        played = await play_traffic(services, conversations=conversations, seed=seed, span=Span.of_months(months, end),
                                    tell=tell)  # fmt: skip
        await rollup.catch_up(services)
        return played
    finally:
        await database.close()
