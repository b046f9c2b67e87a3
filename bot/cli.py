"""The ``kairos`` command."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.commands import demo, followups, insights, outbox, staff
from bot.commands import learning as learning_commands
from bot.commands import log as log_commands
from bot.commands import privacy as privacy_commands
from bot.refused import Refused
from bot.settings import Settings, SettingsError, load_settings

app = typer.Typer(
    name="kairos", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Kairos gets the moment of truth right: it listens first, resolves, keeps its promises and comes back.",
    epilog="Examples: kairos serve · kairos talk tests/conversations/*.yml · kairos nlu parse '我的快递呢' --json",
)  # fmt: skip
nlu_app = typer.Typer(
    no_args_is_help=True, help="What is heard: parse, evaluate, keep the training messages clean, learn."
)
db_app = typer.Typer(no_args_is_help=True, help="The database.")
app.add_typer(nlu_app, name="nlu")
learning_commands.add_to(nlu_app)
app.add_typer(db_app, name="db")
ports_app = typer.Typer(no_args_is_help=True, help="The shop's own systems (docs/ports.md).")
app.add_typer(ports_app, name="ports")
app.add_typer(staff.app, name="staff")
app.add_typer(followups.app, name="followups")
app.add_typer(outbox.app, name="outbox")
app.add_typer(demo.app, name="demo")
app.add_typer(log_commands.app, name="log")
app.add_typer(insights.app, name="insights")
app.add_typer(privacy_commands.app, name="privacy")

playbook_app = typer.Typer(no_args_is_help=True, help="What is done about each matter (docs/playbooks.md).")
wording_app = typer.Typer(no_args_is_help=True, help="What is said, in three languages.")
app.add_typer(playbook_app, name="playbook")
app.add_typer(wording_app, name="wording")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main() -> None:
    """Runs the command; what the user can mend is said in one line, without a trace."""
    try:
        app()
    except (Refused, SettingsError) as error:
        typer.echo(f"kairos: {error}", err=True)
        sys.exit(2)


def _settings() -> Settings:
    settings = load_settings()
    logs.configure(settings.log_level, as_json=settings.log_json)
    return settings


@app.command(epilog="Examples: PORT=9000 kairos serve · DATABASE_URL=postgresql://… kairos serve --workers 4")
def serve(
    port: Annotated[int | None, typer.Option(help="Port to listen on (default: PORT, else 8000).")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes on that port; more than one needs PostgreSQL.")
    ] = None,
) -> None:
    """Start everything and answer customers."""
    settings = _settings()
    if port is not None:
        settings = settings.model_copy(update={"port": port})
    if workers is not None:
        settings = settings.model_copy(update={"workers": workers})
    if settings.workers > 1:
        _needs_postgresql(settings, "several processes")
    from bot.serving import PortBusy, run

    ensure_trained(settings)
    try:
        run(settings)
    except PortBusy as error:
        raise Refused(str(error)) from error


@app.command(epilog="Example: DATABASE_URL=postgresql://… kairos worker")
def worker() -> None:
    """Come back to customers from a process of its own, beside serving processes on one PostgreSQL."""
    settings = _settings()
    _needs_postgresql(settings, "a worker beside the server (on SQLite the server does its work)")
    from bot.working import run

    ensure_trained(settings)
    run(settings)


def _needs_postgresql(settings: Settings, what: str) -> None:
    if settings.database.startswith("sqlite"):
        raise Refused(f"{what}: this needs PostgreSQL; name it in DATABASE_URL")


@app.command(epilog="Example: kairos train --force")
def train(force: Annotated[bool, typer.Option(help="Train even if the trained model fits.")] = False) -> None:
    """Train the hearing, unless what is trained fits the present data and code."""
    path = ensure_trained(_settings(), force=force)
    typer.echo(f"trained: {path}")


def ensure_trained(settings: Settings, *, force: bool = False) -> Path:
    """The trained model for the present data and code, trained now if there is none. Raises Refused."""
    from bot.engine import guard, training

    if settings.model is not None and not force:
        return settings.model
    sources = training.Sources()
    try:
        sources.check()
        path = training.model_path(settings.models_dir, sources)
        if path.exists() and not force:
            return path
        with training.alone(settings.models_dir):
            if path.exists() and not force:
                return path
            typer.echo("Training the hearing …", err=True)
            return training.train(settings.models_dir, sources)
    except (guard.TensorFlowNeeded, FileNotFoundError, training.TrainingFailed) as error:
        raise Refused(str(error)) from error


@app.command(epilog="Examples: kairos talk tests/conversations/*.yml · kairos talk late.yml --json")
def talk(
    files: Annotated[list[Path], typer.Argument(help="Conversations to play (YAML).")],
    as_json: Json = False,
    url: Annotated[str | None, typer.Option(help="Play against a running server instead.")] = None,
) -> None:
    """Play conversations through the whole product and check what they expect."""
    from bot.talk.command import talk as play

    settings = _settings()
    if url is None:
        ensure_trained(settings)
    logs.configure("error")
    raise typer.Exit(play(files, as_json, url, jobs_of=lambda house: house.jobs))


@app.command(epilog="Examples: kairos flow · kairos flow --svg flow.svg · kairos flow --write")
def flow(
    svg: Annotated[Path | None, typer.Option(help="Draw the machine into this file instead.")] = None,
    write: Annotated[bool, typer.Option(help="Renew docs/flow.md and its picture.")] = False,
) -> None:
    """Show how turns are decided: the tables of EOAC, of the conflict steps, of handover, and the numbers."""
    from bot.commands.dialogue import show_flow

    show_flow(svg, write=write)


@nlu_app.command(epilog="Example: kairos nlu parse '等了六天了！到底发没发货？' --json")
def parse(
    text: Annotated[str, typer.Argument(help="A customer's message.")],
    as_json: Json = False,
    asked: Annotated[str | None, typer.Option(help="What was asked just before, for instance order_number.")] = None,
    locale: Annotated[str | None, typer.Option(help="The conversation's language so far.")] = None,
) -> None:
    """Show what is heard in one message."""
    from bot.commands.nlu import parse_text

    model = ensure_trained(_settings())
    parse_text(model, text, as_json=as_json, asked=asked, locale=locale)


@nlu_app.command(epilog="Example: kairos nlu evaluate nlu/data/dev --json")
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="Labelled messages (JSON Lines; files or folders).")],
    as_json: Json = False,
) -> None:
    """Measure the hearing on labelled messages."""
    from bot.commands.nlu import evaluate_files

    model = ensure_trained(_settings())
    evaluate_files(model, files, as_json=as_json)


@nlu_app.command(epilog="Example: kairos nlu report --out /tmp/report")
def report(
    files: Annotated[list[Path] | None, typer.Argument(help="Labelled messages (default: nlu/data/dev).")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the pictures and the page.")] = Path("var/report"),
) -> None:
    """Draw how well labelled messages are heard: confusions, reliability, each intent, abstention."""
    from bot.commands.nlu import report_on

    report_on(ensure_trained(_settings()), files, out)


@nlu_app.command(epilog="Example: kairos nlu lint nlu/data")
def lint(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders (default: nlu/data).")] = None,
) -> None:
    """Check the training messages: scheme, duplicates, near-duplicates, coverage."""
    from bot.commands.nlu import lint_files

    raise typer.Exit(lint_files(paths))


@db_app.command(epilog="Example: DATABASE_URL=postgresql://… kairos db upgrade")
def upgrade(revision: Annotated[str, typer.Argument(help="Schema revision.")] = "head") -> None:
    """Bring the database to the newest schema."""
    from bot.timers import DurableTimers
    from models import schema
    from models.session import Database

    settings = _settings()

    async def bring() -> None:
        database = Database(settings.database)
        try:
            await schema.upgrade(database, revision)
            await DurableTimers(database).prepare()
        finally:
            await database.close()

    asyncio.run(bring())
    typer.echo("the database is at the newest schema" if revision == "head" else f"the database is at {revision}")


@db_app.command(epilog="Example: kairos db backup /backups/kairos.db")
def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Write a copy of the SQLite database while it is in use. PostgreSQL has pg_dump (docs/operations.md)."""
    from models.backup import copy_sqlite

    settings = _settings()
    if not settings.database.startswith("sqlite"):
        raise Refused("PostgreSQL is backed up with its own tools: pg_dump, or a base backup with the WAL")
    try:
        copy_sqlite(settings.database, file)
    except FileExistsError:
        raise Refused(f"{file} is there already") from None
    except OSError as error:
        raise Refused(f"{file} could not be written: {error}") from None
    typer.echo(f"written: {file}")


@ports_app.command("check", epilog="Example: kairos ports check --order 2026111800042 --phone 8812")
def check_ports(
    order: Annotated[str, typer.Option(help="An order of yours that may be looked up.")] = "",
    phone: Annotated[str, typer.Option(help="The last four digits of its phone.")] = "",
) -> None:
    """Ask the shop's systems harmless questions and say what they do not keep to."""
    from bot.commands.ports import check

    settings = _settings()
    if not settings.shop_url:
        raise Refused("KAIROS_SHOP_URL is not set: the demonstration shop is in use, there is nothing to check")
    findings = asyncio.run(check(settings.shop_url, settings.shop_secret, order=order, phone=phone))
    for finding in findings:
        typer.echo(str(finding))
    raise typer.Exit(0 if all(finding.held for finding in findings) else 1)


@playbook_app.command("check", epilog="Example: kairos playbook check")
def check_playbooks(
    folder: Annotated[Path | None, typer.Argument(help="Another folder of playbooks.")] = None,
) -> None:
    """Read every playbook strictly, with the texts it needs; name file and line of whatever is wrong."""
    from bot.commands.dialogue import check_folder

    raise typer.Exit(check_folder(folder))


@playbook_app.command("show", epilog="Example: kairos playbook show refund --locale zh-TW")
def show_playbook(
    issue: Annotated[str, typer.Argument(help="The issue, as its file is named.")],
    locale: Annotated[str, typer.Option(help="Language of the titles: zh-CN, zh-TW or en.")] = "en",
) -> None:
    """Print one playbook as it is understood."""
    from bot.commands.dialogue import show_issue

    if problem := show_issue(issue, locale):
        raise Refused(problem)


@wording_app.command("lint", epilog="Example: kairos wording lint")
def lint_wording() -> None:
    """Read every text as a strict editor would; the rules and their reasons are in dialogues/wording/lint.yml."""
    from bot.commands.dialogue import lint_catalogues

    raise typer.Exit(lint_catalogues())


def echo_json(data: object) -> None:
    """Prints data as JSON that people can read too."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
