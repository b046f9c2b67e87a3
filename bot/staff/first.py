"""The first administrator: asked for on the terminal, or made through a one-time link."""

from __future__ import annotations

import asyncio
import secrets
import sys

import typer

from actions import staff, staff_sessions
from actions.audit import COMMAND_LINE
from actions.services import new_id, utc_now
from actions.staff import StaffRefused
from bot.house import House
from bot.settings import Settings
from bot.staff import passwords
from bot.staff.catalogue import label
from models import schema
from models.session import Database


def ask_on_terminal(settings: Settings) -> None:
    """Asks for the first administrator when there is none and somebody sits at the terminal."""
    if not settings.is_demonstration and sys.stdin.isatty() and sys.stdout.isatty():
        asyncio.run(_ask(settings))


async def _ask(settings: Settings) -> None:
    database = Database(settings.database)
    try:
        await schema.upgrade(database)
        async with database.read() as session:
            if await staff.count_administrators(session):
                return
        typer.echo("Nobody administers this shop yet. Who will? (Return alone: later, by a link)")
        while True:
            login = typer.prompt("  login", default="", show_default=False)
            if not login:
                return
            name = typer.prompt("  name that customers see", default=login)
            password = typer.prompt("  password", hide_input=True, confirmation_prompt="  and again")
            try:
                passwords.check_password(password, login, name)
                async with database.write() as session:
                    await staff.add_staff(
                        session, staff_id=new_id(), login=login, name=name, role="administrator",
                        author=COMMAND_LINE, now=utc_now(),
                        password_hash=passwords.hash_now(password, settings.password_memory_mb),
                    )  # fmt: skip
                    await staff_sessions.use_links(session, None, utc_now())
                return
            except StaffRefused as refusal:
                typer.echo(f"  {label(f'shell.refused.{refusal.code}', 'en')}")
    finally:
        await database.close()


async def link_if_needed(house: House) -> str:
    """The path of a link that makes the first administrator, or "" when there is one. It is valid until used."""
    async with house.database.read() as session:
        if await staff.count_administrators(session, demo=house.settings.is_demonstration):
            return ""
    token = secrets.token_urlsafe(24)
    async with house.database.write() as session:
        staff_sessions.add_link(
            session, link_id=house.services.new_id(), token=token, staff_id=None, now=house.services.clock()
        )
    return f"/staff/set-up/{token}"
