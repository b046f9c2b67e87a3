"""``kairos nlu``: the learning loop from the command line. Imports wait until a command runs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import labelling
from bot.commands.bench import Json, services_of, with_bench

if TYPE_CHECKING:
    from bot.learning.job import Bench

Number = Annotated[int, typer.Argument(min=1, help="Which version.")]
OVERRIDE_HELP = "Why, although it is worse: a sentence."


def add_to(app: typer.Typer) -> None:
    """Adds the commands to ``kairos nlu``."""
    app.command("queue", epilog="Example: kairos nlu queue --reason unsure")(labelling.show_queue)
    app.command("label", epilog="Example: kairos nlu label 3f2a refund --emotion angry --intensity 2")(labelling.label)
    app.command("new-set", epilog="Example: kairos nlu new-set --note 'parcels in December'")(labelling.new_set)
    app.command("versions", epilog="Example: kairos nlu versions --json")(show_versions)
    app.command("learn", epilog="Example: kairos nlu learn --set 4")(learn)
    app.command("compare", epilog="Example: kairos nlu compare 3")(compare)
    app.command("release", epilog="Example: kairos nlu release 3")(release)
    app.command("rollback", epilog="Example: kairos nlu rollback --reason 'hears refunds everywhere'")(rollback)
    app.command("watch", epilog="Example: kairos nlu watch")(watch)
    app.command("reproduce", epilog="Example: kairos nlu reproduce 3")(reproduce)


def show_versions(as_json: Json = False) -> None:
    """List training sets, versions and releases."""
    from bot.cli import echo_json
    from bot.learning.desk import overview

    async def work(bench: Bench) -> dict[str, Any]:
        async with bench.database.read() as session:
            return await overview(session, services_of(bench))

    told = with_bench(work)
    if as_json:
        echo_json(told)
        return
    for each in reversed(told["sets"]):
        typer.echo(f"set {each['n']}  {each['at'][:16]}  {each['rows']} + {each['held_out']} messages  {each['note']}")
    for each in reversed(told["versions"]):
        now = "  hears now" if each["n"] == told["current"] else ""
        typer.echo(f"v{each['n']}  set {each['set']}  {each['status']}  {each['verdict']}{now}  {each['error']}")
    if told["current"] == 0:
        typer.echo("v0  the standard  hears now")


def learn(
    from_set: Annotated[int, typer.Option("--set", min=0, help="Which training set (default: the newest).")] = 0,
) -> None:
    """Train a version from a training set, and compare it with the one that hears now."""
    from actions.audit import COMMAND_LINE
    from actions.learning import sets, versions

    async def work(bench: Bench) -> None:
        async with bench.database.write() as session:
            newest = [row.n for row in await sets.all_sets(session)]
            row = await versions.begin(session, from_set or (newest[0] if newest else 0), COMMAND_LINE, bench.clock())
        await _make(bench, row.n)

    with_bench(work)


async def _make(bench: Bench, n: int) -> None:
    """Runs the job here and shows how far it is."""
    from rich.progress import Progress

    from bot.learning.job import run
    from bot.refused import Refused

    with Progress(transient=True) as bar:
        task = bar.add_task("training", total=1.0)
        row = await run(bench, n, lambda what, share: bar.update(task, description=what, completed=share))
    if row.status != "ready":
        raise Refused(f"v{n} could not be made: {row.error}")
    _print_comparison(row.n, row.compared_with or 0, row.comparison)


def _print_comparison(n: int, other: int, told: dict[str, Any]) -> None:
    typer.echo(f"v{n} beside v{other} on {told['n']} held-out messages ({told['own']} of them the shop's own)")
    for name in ("intent", "emotion"):
        each = told[name]
        low, high = each["macro_f1_difference"]
        typer.echo(
            f"{name:12} macro-F1 {each['macro_f1'][0]:.4f} -> {each['macro_f1'][1]:.4f}  difference {low:+.4f} to "
            f"{high:+.4f}  gained {each['gained']} lost {each['lost']} p {each['p']:.4f}"
        )
    safety = told["safety"]
    typer.echo(f"{'danger heard':12} {safety['recall'][0]:.3f} -> {safety['recall'][1]:.3f} of {safety['n']}")
    for each in told["classes"]:
        if each["p"] < 0.05:
            typer.echo(f"  {each['name']:20} F1 {each['f1'][0]:.3f} -> {each['f1'][1]:.3f}  +{each['gained']} "
                       f"-{each['lost']}  p {each['p']:.4f} (Holm {each['p_holm']:.4f})")  # fmt: skip
    typer.echo(f"verdict: {told['verdict']}" + (f" in {', '.join(told['worse_in'])}" if told["worse_in"] else ""))


def compare(n: Number) -> None:
    """Compare a version with the one that hears now, on held-out messages."""
    from actions.learning import versions

    async def work(bench: Bench) -> None:
        async with bench.database.write() as session:
            await versions.begin_comparing(session, n, bench.clock())
        await _make(bench, n)

    with_bench(work)


def release(
    n: Number,
    confirm: Annotated[str, typer.Option(help="v and the number, where nobody can be asked.")] = "",
    reason: Annotated[str, typer.Option(help="What for.")] = "",
    override: Annotated[str, typer.Option(help=OVERRIDE_HELP)] = "",
) -> None:
    """Let a version hear from now on. Its comparison is shown first; running servers take it within seconds."""
    from actions.audit import COMMAND_LINE
    from actions.learning import releasing, versions

    async def work(bench: Bench) -> None:
        async with bench.database.read() as session:
            row = await versions.find(session, n)
            if row.comparison:
                _print_comparison(n, row.compared_with or 0, row.comparison)
        typed = confirm or typer.prompt(f"Type v{n} to release it", default="", show_default=False)
        asked = releasing.Request(typed, releasing.digest_of(row), reason, override)
        async with bench.database.write() as session:
            await releasing.release(session, n, asked, COMMAND_LINE, bench.clock())

    with_bench(work)
    typer.echo(f"v{n} is released")


def rollback(
    reason: Annotated[str, typer.Option(help="Why.")],
    confirm: Annotated[str, typer.Option(help="v and the number it goes back to, where nobody can be asked.")] = "",
) -> None:
    """Go back to the version before."""
    from actions.audit import COMMAND_LINE
    from actions.learning import releasing

    async def work(bench: Bench) -> int:
        async with bench.database.read() as session:
            target = await releasing.before(session)
        typed = confirm or typer.prompt(f"Type v{target} to go back to it", default="", show_default=False)
        async with bench.database.write() as session:
            asked = releasing.Request(typed, reason=reason)
            return (await releasing.roll_back(session, asked, COMMAND_LINE, bench.clock())).version

    typer.echo(f"v{with_bench(work)} hears again")


def watch(as_json: Json = False) -> None:
    """How customers' turns went since the last release, beside the same time before it."""
    from actions.learning import releasing, watching
    from bot.cli import echo_json

    async def work(bench: Bench) -> dict[str, Any] | None:
        async with bench.database.read() as session:
            row = await releasing.newest(session)
            return await watching.watch(session, row.at, bench.clock()) if row else None

    told = with_bench(work)
    if told is None:
        typer.echo("nothing was released yet")
        return
    if as_json:
        echo_json(told)
        return
    turns = told["turns"]
    typer.echo(f"{told['hours']} h before and since: {turns['before']} and {turns['since']} turns")
    for name, each in told["signs"].items():
        shares = [each[when] / turns[when] if turns[when] else 0.0 for when in ("before", "since")]
        p = "too few to tell" if each["p"] is None else f"p {each['p']:.4f}"
        typer.echo(f"{name:14} {shares[0]:6.1%} -> {shares[1]:6.1%}  {p}")


def reproduce(n: Number) -> None:
    """Train a version again from what is recorded, and say whether the same is heard."""
    import shutil
    import tempfile

    from actions.learning import sets, versions
    from bot.engine.archive import open_listener, weights_digest
    from bot.learning.job import build
    from bot.learning.recipe import Recipe

    async def work(bench: Bench) -> str:
        async with bench.database.read() as session:
            row = await versions.find(session, n)
            rows = await sets.rows_of(session, row.set_n)
            made = next(each for each in await sets.all_sets(session) if each.n == row.set_n)
            erased = await sets.erased_of(session, made)
        folder = Path(tempfile.mkdtemp(prefix="kairos-again-"))
        recipe = Recipe(folder, bench.settings.corpus)
        try:
            if erased:
                return f"{erased} messages of set {row.set_n} were erased since: it cannot be the same any more"
            if recipe.fingerprint() != row.recipe:
                return f"code, libraries or the product's messages are not those of v{n} any more ({row.recipe})"
            again = await asyncio.to_thread(build, recipe, rows)
            if weights_digest(again) == row.weights:
                return "the same was learnt, to the last digit"
            examples, _ = recipe.held_out(rows)
            one, other = open_listener(await bench.archive_of(n)), open_listener(again)
            same = sum(one.hear(e.text).intent == other.hear(e.text).intent for e in examples)
            return f"{same} of {len(examples)} held-out messages are heard the same; the last digits differ"
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    typer.echo(with_bench(work))
