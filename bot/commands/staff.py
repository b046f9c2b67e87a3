"""``kairos staff``: the people who may sign in. What is needed is imported when a command runs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.session import Database

app = typer.Typer(no_args_is_help=True, help="The people who may sign in: add, list, disable, enable, password, link.")
Login = Annotated[str, typer.Argument(help="What the person signs in with, for instance an e-mail address.")]


@app.command(epilog="Example: kairos staff add lin@shop.example --name 小林 --role agent --languages zh-CN,en")
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="The name that customers see.")],
    role: Annotated[str, typer.Option(help="agent, supervisor, analyst or administrator.")] = "agent",
    languages: Annotated[str, typer.Option(help="Languages that the person answers in.")] = "zh-CN,zh-TW,en",
    link: Annotated[bool, typer.Option(help="Print a one-time link instead of asking for a password.")] = False,
) -> None:
    """Add a person; the password is asked for, or read from the standard input."""
    from actions import staff
    from actions.audit import COMMAND_LINE
    from actions.services import new_id, utc_now
    from bot.settings import load_settings
    from bot.staff.passwords import hash_now

    password_hash = "" if link else hash_now(_ask_password(login, name), load_settings().password_memory_mb)

    async def do(database: Database) -> None:
        async with database.write() as session:
            await staff.add_staff(
                session, staff_id=new_id(), login=login, name=name, role=role, author=COMMAND_LINE, now=utc_now(),
                password_hash=password_hash, languages=[each.strip() for each in languages.split(",") if each.strip()],
            )  # fmt: skip
        if link:
            await _print_link(database, login)

    _run(do)
    typer.echo(f"{login} is added as {role}")


@app.command("list", epilog="Example: kairos staff list")
def list_all() -> None:
    """Show everybody."""
    from actions import staff

    async def do(database: Database) -> None:
        async with database.read() as session:
            for each in await staff.all_staff(session):
                ways = [way for way, there in (("password", each.password_hash), ("code", each.totp_secret),
                        ("single sign-on", each.sso_subject)) if there]  # fmt: skip
                state = "disabled" if each.disabled_at else " + ".join(ways) or "no password yet"
                demo = ", demonstration" if each.demo else ""
                typer.echo(f"{each.login}\t{each.name}\t{each.role}\t{','.join(each.languages)}\t{state}{demo}")

    _run(do)


@app.command(epilog="Example: kairos staff disable lin@shop.example")
def disable(login: Login) -> None:
    """Sign a person out everywhere and let them in no more. What they did stays in the records."""
    from actions import staff, staff_sessions
    from actions.audit import COMMAND_LINE
    from actions.services import utc_now

    async def do(database: Database) -> None:
        async with database.write() as session:
            member = await _known(session, login)
            await staff.disable_staff(session, member, COMMAND_LINE, utc_now())
            await staff_sessions.close_sessions(session, member.id)

    _run(do)
    typer.echo(f"{login} is disabled")


@app.command(epilog="Example: kairos staff enable lin@shop.example")
def enable(login: Login) -> None:
    """Let a person in again."""
    from actions import staff
    from actions.audit import COMMAND_LINE
    from actions.services import utc_now

    async def do(database: Database) -> None:
        async with database.write() as session:
            await staff.enable_staff(session, await _known(session, login), COMMAND_LINE, utc_now())

    _run(do)
    typer.echo(f"{login} may sign in again")


@app.command(epilog="Example: kairos staff password lin@shop.example")
def password(login: Login) -> None:
    """Set a new password, which signs the person out everywhere and takes away their code from the telephone."""
    from actions import staff, staff_sessions
    from actions.audit import COMMAND_LINE
    from actions.services import utc_now
    from bot.settings import load_settings
    from bot.staff.passwords import hash_now

    password_hash = hash_now(_ask_password(login), load_settings().password_memory_mb)

    async def do(database: Database) -> None:
        async with database.write() as session:
            member = await _known(session, login)
            await staff.set_password(session, member, password_hash, COMMAND_LINE, utc_now())
            await staff.remove_second_factor(session, member, COMMAND_LINE, utc_now())
            await staff_sessions.close_sessions(session, member.id)

    _run(do)
    typer.echo(f"{login} has a new password")


@app.command(epilog="Example: kairos staff link lin@shop.example")
def link(login: Login) -> None:
    """Print a link with which the person chooses a password, once, within a week."""
    _run(lambda database: _print_link(database, login))


async def _print_link(database: Database, login: str) -> None:
    import secrets

    from actions import staff_sessions
    from actions.services import new_id, utc_now
    from bot.settings import load_settings

    token = secrets.token_urlsafe(24)
    async with database.write() as session:
        member = await _known(session, login)
        staff_sessions.add_link(session, link_id=new_id(), token=token, staff_id=member.id, now=utc_now())
    typer.echo(f"{load_settings().base_url}/staff/set-up/{token}")


async def _known(session, login: str):  # type: ignore[no-untyped-def]  # SQLAlchemy's types stay out of this room
    from actions import staff
    from bot.refused import Refused

    member = await staff.find_by_login(session, login)
    if member is None:
        raise Refused(f"nobody signs in as {login!r}; `kairos staff list` shows everybody")
    return member


def _ask_password(*known: str) -> str:
    from actions.staff import StaffRefused
    from bot.staff.passwords import check_password

    if sys.stdin.isatty():
        given = typer.prompt("password", hide_input=True, confirmation_prompt="and again")
    else:
        given = sys.stdin.readline().rstrip("\n")
    try:
        check_password(given, *known)
    except StaffRefused as refusal:
        raise _said(refusal) from refusal
    return str(given)


def _said(refusal: Exception) -> Exception:
    from bot.refused import Refused
    from bot.staff.catalogue import label

    return Refused(label(f"shell.refused.{getattr(refusal, 'code', '')}", "en"))


def _run(work: Callable[[Database], Awaitable[None]]) -> None:
    from actions.staff import StaffRefused
    from bot.settings import load_settings
    from models import schema
    from models.session import Database

    async def run() -> None:
        database = Database(load_settings().database)
        try:
            await schema.upgrade(database)
            await work(database)
        finally:
            await database.close()

    try:
        asyncio.run(run())
    except StaffRefused as refusal:
        raise _said(refusal) from refusal
