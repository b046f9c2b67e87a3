"""``kairos followups``: what the assistant comes back for on its own. Imports wait until a command runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from models.followups import Followup
    from models.session import AsyncSession

app = typer.Typer(no_args_is_help=True, help="What the assistant comes back for on its own.")
STATUSES = ("", "pending", "sent", "skipped", "cancelled")
Number = Annotated[str, typer.Argument(help="The follow-up's id, or its first characters.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_COLUMNS = ("id", "kind", "status", "due_at", "reason", "conversation_id", "promise_id", "tries", "created_at",
            "closed_at")  # fmt: skip


@app.command("list", epilog="Examples: kairos followups list · kairos followups list --status skipped --json")
def list_all(
    status: Annotated[str, typer.Option(help="pending, sent, skipped or cancelled; '' for all.")] = "pending",
    conversation: Annotated[str, typer.Option(help="Only those of this conversation.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List follow-ups, the next due first."""
    from rich.console import Console
    from rich.table import Table

    from actions import followups
    from bot.cli import echo_json
    from bot.refused import Refused

    if status not in STATUSES:
        raise Refused(f"no status is called {status!r}; there are {', '.join(filter(None, STATUSES))}")

    async def find(session: AsyncSession) -> list[Followup]:
        return await followups.listed(session, status=status, conversation_id=conversation, limit=limit)

    rows = _with_session(find)
    if as_json:
        echo_json([_told(row) for row in rows])
        return
    table = Table("due", "kind", "status", "id", "conversation", "reason")
    for row in rows:
        table.add_row(_when(row.due_at), row.kind, row.status, row.id[:12], row.conversation_id[:12], row.reason)
    Console().print(table if rows else "nothing")


@app.command(epilog="Example: kairos followups show 3f2a")
def show(followup: Number, as_json: Json = False) -> None:
    """Show one follow-up."""
    told = _told(_with_session(lambda session: _the_one(session, followup)))
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for name, value in told.items():
        typer.echo(f"{name:16} {'' if value is None else value}".rstrip())


@app.command(epilog="Example: kairos followups cancel 3f2a --reason 'rang the customer'")
def cancel(followup: Number, reason: Annotated[str, typer.Option(help="Why, for the record.")] = "by hand") -> None:
    """Cancel a pending follow-up."""
    from actions import followups
    from actions.services import utc_now
    from bot.refused import Refused
    from models.followups import Followup

    async def work(session: AsyncSession) -> tuple[Followup, int]:
        row = await _the_one(session, followup)
        return row, await followups.cancel(session, Followup.id == row.id, reason, utc_now())

    row, done = _with_session(work)
    if not done:
        raise Refused(f"{row.id} is {row.status} already")
    typer.echo(f"cancelled: {row.kind} of conversation {row.conversation_id}, due {_when(row.due_at)}")


@app.command("run-due", epilog="Example: kairos followups run-due")
def run_due() -> None:
    """Deal now with all that is due. What is said is delivered by the running house, within seconds."""
    from bot.house import quiet_services
    from bot.hub import Hub
    from bot.jobs import Jobs
    from bot.settings import load_settings
    from bot.timers import DurableTimers
    from models import schema
    from models.session import Database

    async def run() -> int:
        settings = load_settings()
        database = Database(settings.database)
        timers = DurableTimers(database)
        try:
            await schema.upgrade(database)
            await timers.prepare()
            services = replace(quiet_services(settings, database), timers=timers)
            return await Jobs(services, Hub(), _Nobody()).run_all_due()
        finally:
            await timers.stop()
            await database.close()

    typer.echo(f"{asyncio.run(run())} dealt with")


class _Nobody:
    def wake(self) -> None:
        """The running house looks for itself."""


def _with_session(work: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
    from bot.settings import load_settings
    from models import schema
    from models.session import Database

    async def run() -> Any:
        database = Database(load_settings().database)
        try:
            await schema.upgrade(database)
            async with database.write() as session:
                return await work(session)
        finally:
            await database.close()

    return asyncio.run(run())


async def _the_one(session: AsyncSession, number: str) -> Followup:
    from actions import followups
    from bot.refused import Refused

    rows = await followups.beginning_with(session, number)
    if len(rows) != 1:
        raise Refused(f"{'no' if not rows else 'more than one'} follow-up has an id that begins with {number!r}")
    return rows[0]


def _told(row: Followup) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _COLUMNS}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _when(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
