"""``kairos privacy``: what is known of a person, and erasing it. Imports wait until a command runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from bot.house import House

app = typer.Typer(
    no_args_is_help=True, help="What is known of a person, erasing it, how long what is kept (docs/privacy.md)."
)
Customer = Annotated[str, typer.Argument(help="The customer's number here, as `find` prints it.")]
T = TypeVar("T")


def _in_house(work: Callable[[House], Awaitable[T]]) -> T:
    """Runs with this shop's database and storage; no engine is loaded."""
    from actions.staff import StaffRefused
    from bot import logs
    from bot.engine.engine import Engine
    from bot.house import open_house
    from bot.refused import Refused
    from bot.settings import load_settings
    from bot.staff.catalogue import label

    logs.configure("error")

    async def nothing(_call: object) -> None:
        return None

    async def inside() -> T:
        house = await open_house(load_settings(), engine=Engine(nothing))
        try:
            return await work(house)
        finally:
            await house.close()

    try:
        return asyncio.run(inside())
    except StaffRefused as refusal:
        raise Refused(label(f"shell.refused.{refusal.code}", "en")) from refusal


@app.command(epilog="Example: kairos privacy find c1001")
def find(text: Annotated[str, typer.Argument(help="Account, number, conversation, or a part of the name.")]) -> None:
    """Find the people who may be meant."""
    from actions.privacy import persons

    async def work(house: House) -> list[persons.Found]:
        async with house.database.read() as session:
            return await persons.find(session, text)

    for each in _in_house(work):
        typer.echo(
            f"{each.id}  {each.name or '-'}  {', '.join(each.accounts) or '-'}  {each.conversations} conversations"
        )


@app.command(epilog="Example: kairos privacy export 3f2a… person.zip")
def export(customer: Customer, file: Annotated[Path, typer.Argument(help="The ZIP to write.")]) -> None:
    """Write everything that is known of a person, with their files."""
    from actions.audit import COMMAND_LINE, record_change
    from bot.refused import Refused
    from bot.staff.shop.privacy_api import everything

    if file.exists():
        raise Refused(f"{file} is there already")

    async def work(house: House) -> bytes:
        data = await everything(house, customer)
        async with house.database.write() as session:
            now = house.services.clock()
            record_change(session, COMMAND_LINE, "privacy.exported", None, {"customer": customer}, now)
        return data

    file.write_bytes(_in_house(work))
    typer.echo(f"written: {file}")


@app.command(epilog="Example: kairos privacy erase 3f2a… --reason 'asked by letter of 3 May'")
def erase(
    customer: Customer,
    reason: Annotated[str, typer.Option(help="Why; it is part of the proof.")],
    confirm: Annotated[str, typer.Option(help="The first eight characters, where nobody can be asked.")] = "",
) -> None:
    """Erase a person from everything, and print the proof. It cannot be undone."""
    from actions.audit import COMMAND_LINE
    from actions.privacy import erasing
    from bot.cli import echo_json
    from bot.refused import Refused

    word = customer[:8]
    typed = confirm or typer.prompt(f"Type {word} to erase this person", default="", show_default=False)
    if typed.strip() != word:
        raise Refused("nothing was erased")
    echo_json(erasing.shown(_in_house(lambda house: house.eraser.erase(customer, COMMAND_LINE, reason))))


@app.command(epilog="Example: kairos privacy proofs")
def proofs() -> None:
    """Print the proofs of all erasures, and whether none was changed or taken out."""
    from actions.privacy import erasing
    from bot.cli import echo_json

    async def work(house: House) -> dict[str, object]:
        async with house.database.read() as session:
            rows = await erasing.proofs(session)
        return {"proofs": [erasing.shown(row) for row in rows], "chain_holds": erasing.chain_holds(rows)}

    echo_json(_in_house(work))


@app.command("again", epilog="Example: kairos privacy again   (after a restore; starting the server does it too)")
def again() -> None:
    """Erase once more whoever a restored back-up brought back."""
    typer.echo(f"erased again: {_in_house(lambda house: house.eraser.again())}")


@app.command("let-go", epilog="Example: kairos privacy let-go")
def let_go() -> None:
    """Let go at once of what was kept long enough; a running server does it every day."""
    from actions.privacy.retention import Keeper

    done = _in_house(lambda house: Keeper(house.services, house.cabinet).let_go())
    typer.echo(", ".join(f"{kind}: {count}" for kind, count in done.items()) or "nothing was old enough")
