"""Commands as people type them, in this process, and the rows that they leave."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy import Executable, Select
from typer.testing import CliRunner

from bot.cli import app
from models.session import AsyncSession, Database

T = TypeVar("T")


def kairos(*command: str, typed: str = "") -> str:
    """What the command prints; ``typed``: what is answered when it asks. Raises Refused as the command does."""
    done = CliRunner().invoke(app, [*command], input=typed, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def rows(url: str, query: Select[Any]) -> list[Any]:
    """What the query finds, for tests that run commands and no loop of their own."""

    async def read(session: AsyncSession) -> list[Any]:
        return list((await session.execute(query)).scalars())

    return asyncio.run(_within(url, read))


def change(url: str, statement: Executable) -> None:
    """Changes rows behind the commands' back."""

    async def write(session: AsyncSession) -> None:
        await session.execute(statement)

    asyncio.run(_within(url, write))


async def _within(url: str, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    database = Database(url)
    try:
        async with database.write() as session:
            return await work(session)
    finally:
        await database.close()
