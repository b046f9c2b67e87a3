"""The demonstration's accounts, one for each role, of use only while DEMO=1 is set, and their ready replies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from actions import staff
from actions.audit import Author
from actions.desk import canned
from actions.services import Services
from bot.staff.passwords import hash_password
from models.session import Database

PASSWORD = "show me Kairos"  # it is on the sign-in page


@dataclass(frozen=True)
class Account:
    """Somebody to be in the demonstration."""

    login: str
    name: str
    role: str
    languages: tuple[str, ...]


ACCOUNTS = (
    Account("li", "李楠", "agent", ("zh-CN", "en")),
    Account("chen", "陳怡君", "supervisor", ("zh-TW", "zh-CN", "en")),
    Account("sofia", "Sofia", "analyst", ("en",)),
    Account("max", "Max", "administrator", ("zh-CN", "zh-TW", "en")),
)


async def add_accounts(database: Database, now: datetime, memory_mb: int) -> None:
    """Adds those that are not there yet."""
    async with database.read() as session:
        missing = [account for account in ACCOUNTS if not await staff.find_by_login(session, account.login)]
    for account in missing:
        password_hash = await hash_password(PASSWORD, memory_mb)
        async with database.write() as session:
            await staff.add_staff(
                session, staff_id=f"demo-{account.login}", login=account.login, name=account.name, role=account.role,
                languages=account.languages, author=Author("", "demonstration"), now=now,
                password_hash=password_hash, demo=True,
            )  # fmt: skip


async def add_replies(services: Services) -> None:
    """The ready replies, when there are none at all: who took one away does not get it back."""
    async with services.database.write() as session:
        if await canned.list_canned(session):
            return
        told = yaml.safe_load(Path(__file__).with_name("demo_replies.yml").read_text(encoding="utf-8"))
        for locale, replies in told.items():
            for shortcut, (title, text) in replies.items():
                await canned.save_canned(session, services, locale=locale, shortcut=shortcut, title=title, text=text)
