"""What the commands of the learning loop run with. Imports wait until a command runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from bot.learning.job import Bench

T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def with_bench(work: Callable[[Bench], Awaitable[T]]) -> T:
    """Runs with this shop's database; what is refused is said in a line."""
    from actions.staff import StaffRefused
    from bot import logs
    from bot.learning.job import Bench
    from bot.refused import Refused
    from bot.settings import load_settings
    from bot.staff.catalogue import label
    from models import schema

    settings = load_settings()
    logs.configure("error")

    async def inside() -> T:
        bench = Bench.of(settings)
        try:
            await schema.upgrade(bench.database)
            return await work(bench)
        finally:
            await bench.database.close()

    try:
        return asyncio.run(inside())
    except StaffRefused as refusal:
        raise Refused(label(f"shell.refused.{refusal.code}", "en")) from refusal
    except FileNotFoundError as error:
        raise Refused(f"{error}; kairos train makes the standard model") from error


def services_of(bench: Bench) -> Any:
    """What the actions work with, on this shop's database."""
    from bot.house import quiet_services

    return quiet_services(bench.settings, bench.database)
