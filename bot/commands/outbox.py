"""``kairos outbox``: what waits to be delivered and what could not be. Imports wait until a command runs."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="What waits to be delivered, and what could not be.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list", epilog="Examples: kairos outbox list · kairos outbox list --status dead --json")
def list_all(
    status: Annotated[str, typer.Option(help="pending, sent or dead; '' for all.")] = "dead",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List messages of the outbox, the oldest first."""
    from rich.console import Console
    from rich.table import Table

    from actions import outbox
    from bot.cli import echo_json
    from bot.refused import Refused
    from bot.settings import load_settings
    from models.session import Database

    if status and status not in outbox.STATUSES:
        raise Refused(f"no status is called {status!r}; there are {', '.join(outbox.STATUSES)}")

    async def find() -> list[outbox.Listed]:
        database = Database(load_settings().database)
        try:
            async with database.read() as session:
                return await outbox.listed(session, status=status, limit=limit)
        finally:
            await database.close()

    rows = asyncio.run(find())
    if as_json:
        echo_json([{
            "id": e.id, "conversation_id": e.conversation_id, "seq": e.seq, "channel": channel, "status": e.status,
            "attempts": e.attempts, "last_error": e.last_error, "created_at": e.created_at.isoformat(),
            "next_at": e.next_at.isoformat() if e.next_at else None,
            "blocked_since": blocked.isoformat() if blocked else None,
        } for e, channel, blocked in rows])  # fmt: skip
        return
    table = Table("since", "channel", "status", "tries", "id", "conversation", "why", "customer")
    for e, channel, blocked in rows:
        since = e.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
        table.add_row(since, channel, e.status, str(e.attempts), e.id[:12], e.conversation_id[:12], e.last_error,
                      "blocked us" if blocked else "")  # fmt: skip
    Console().print(table if rows else "nothing")


@app.command(epilog="Examples: kairos outbox replay 3f2a · kairos outbox replay --all")
def replay(
    messages: Annotated[list[str] | None, typer.Argument(help="Ids of dead messages, or their first letters.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All dead messages.")] = False,
) -> None:
    """Put messages that could not be delivered back in line."""
    from actions import outbox
    from bot.refused import Refused
    from bot.settings import load_settings
    from models.session import Database

    if not messages and not everything:
        raise Refused("name messages (kairos outbox list shows them), or say --all")

    async def put_back() -> int:
        database = Database(load_settings().database)
        try:
            async with database.write() as session:
                return await outbox.replay(session, messages or [], everything=everything)
        finally:
            await database.close()

    number = asyncio.run(put_back())
    if not number:
        raise Refused("no dead message is called so")
    typer.echo(f"{number} back in line")
