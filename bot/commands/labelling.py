"""``kairos nlu queue|label|new-set``: from turns that were misheard to a training set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.bench import Json, services_of, with_bench

if TYPE_CHECKING:
    from bot.learning.job import Bench


def show_queue(
    reason: Annotated[str, typer.Option(help="unsure, contradicted, worse, sample or by_hand.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    as_json: Json = False,
) -> None:
    """Look through new conversations, and list the turns that wait for a label. Personal data are replaced by marks."""
    from actions.learning import queue, rating
    from bot.cli import echo_json
    from nlu.redaction import redact

    async def work(bench: Bench) -> list[dict[str, Any]]:
        await queue.fill_all(services_of(bench))
        async with bench.database.read() as session:
            items = await rating.waiting(session, "", reason=reason, limit=limit)
            return [{**queue.shown(item), "text": redact(item.text)} for item in items]

    items = with_bench(work)
    if as_json:
        echo_json(items)
        return
    for item in items:
        heard = item["heard"]
        typer.echo(f"{item['id'][:12]}  {','.join(item['reasons'])}  heard {heard['intent']} "
                   f"({heard['emotion']} {heard['intensity']})  {item['text'][:100]}")  # fmt: skip
    typer.echo(f"{len(items)} wait" if items else "nothing waits")


def label(
    item: Annotated[str, typer.Argument(help="Which turn: its id or the first letters of it.")],
    intent: Annotated[str, typer.Argument(help="What the customer wants; '' confirms what was heard.")] = "",
    emotion: Annotated[str, typer.Option(help="The feeling (default: as heard).")] = "",
    intensity: Annotated[int, typer.Option(min=-1, max=3, help="Its intensity (default: as heard).")] = -1,
    needs: Annotated[str, typer.Option(help="Needs, with commas between (default: as heard; - for none).")] = "",
    flags: Annotated[str, typer.Option(help="safety, repeat (default: as heard; - for none).")] = "",
    skip: Annotated[bool, typer.Option(help="Nothing can be learnt from it.")] = False,
) -> None:
    """Say what a turn really was."""
    from actions.audit import COMMAND_LINE
    from actions.learning import rating
    from actions.services import new_id
    from bot.learning.desk import as_heard, checked_labels
    from bot.refused import Refused

    async def work(bench: Bench) -> str:
        async with bench.database.write() as session:
            found = [each for each in await rating.waiting(session, COMMAND_LINE.id, limit=10_000)
                     if each.id.startswith(item)]  # fmt: skip
            if len(found) != 1:
                raise Refused(f"{item!r} names {len(found)} waiting turns")
            if skip:
                return (await rating.skip(session, found[0].id, COMMAND_LINE, bench.clock())).status
            given = as_heard(found[0].heard, found[0].locale)
            given |= {name: value for name, value in (("intent", intent), ("emotion", emotion)) if value}
            if intensity >= 0:
                given["intensity"] = intensity
            for name, value in (("needs", needs), ("flags", flags)):
                if value:
                    given[name] = [] if value == "-" else value.split(",")
            labels = checked_labels(given, services_of(bench))
            two = await rating.takes_two(session)
            return (await rating.rate(session, found[0].id, COMMAND_LINE, labels, label_id=new_id(), two=two,
                                      now=bench.clock())).status  # fmt: skip

    typer.echo(with_bench(work))


def new_set(note: Annotated[str, typer.Option(help="What is new in it.")] = "") -> None:
    """Make a new training set of all labels that were agreed."""
    from actions.audit import COMMAND_LINE
    from actions.learning import sets
    from bot.learning import desk

    async def work(bench: Bench) -> dict[str, Any]:
        async with bench.database.write() as session:
            made = await desk.make_set(session, services_of(bench), bench.settings, COMMAND_LINE, note)
            return sets.shown(made, 0)

    made = with_bench(work)
    typer.echo(f"set {made['n']}: {made['rows']} messages to learn from, {made['held_out']} to measure by")
