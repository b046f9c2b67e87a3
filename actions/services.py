"""What the actions are given from outside: the database, the clock, the shop's systems, the shop's texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from actions.hours import Hours
from dialogues.numbers import Numbers
from dialogues.plan import Call
from dialogues.playbook import Book
from dialogues.reading import Order, Result
from dialogues.wording import Wording
from models.session import Database

__all__ = ["Hours", "Ports", "Services", "new_id", "utc_now"]


class Ports(Protocol):
    """The shop's systems. Never raises: a failure is a Result that is not ok."""

    async def call(self, call: Call, *, key: str) -> Result:
        """Does what the call asks; the same key again does it once only."""

    async def orders(self, *, account: str, number: str) -> tuple[Order, ...] | None:
        """The account's recent orders, else the one with that number; None when they cannot be looked up."""

    async def close(self) -> None:
        """Lets go of whatever it holds."""


class Timers(Protocol):
    """Wakes somebody when a follow-up falls due; which process that is, nobody needs to know."""

    async def set(self, session: AsyncSession, followup_id: str, due_at: datetime) -> None:
        """Sets a timer in the session's transaction: it is set when that commits, and not otherwise."""


class NoTimers:
    """Wakes nobody: what falls due is found by looking."""

    async def set(self, session: AsyncSession, followup_id: str, due_at: datetime) -> None:
        """Does nothing."""


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def new_id() -> str:
    """A random identifier, 32 hexadecimal digits."""
    return uuid4().hex


@dataclass
class Services:
    """Handed to every action. Time and ids come in here, so that a conversation can be replayed.

    ``overrides`` are the numbers that the shop changed from its file; they are in ``numbers`` already.
    """

    database: Database
    ports: Ports
    book: Book
    numbers: Numbers
    wording: Wording
    hours: Hours
    clock: Callable[[], datetime] = utc_now
    new_id: Callable[[], str] = new_id
    base_url: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    calls_within_s: float = 4.0  # what one turn may spend on the shop's systems
    timers: Timers = field(default_factory=NoTimers)
