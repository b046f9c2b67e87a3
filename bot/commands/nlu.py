"""``kairos nlu``: the hearing on its own, without the rest of the house."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from rich.progress import Progress

from bot.engine.archive import open_listener
from bot.refused import Refused
from nlu import evaluate as measures
from nlu import lint as linting
from nlu.corpus import CorpusError, Example, read_examples
from nlu.hearing import Context
from nlu.report import write_report

DATA = Path(__file__).resolve().parents[2] / "nlu" / "data"


def parse_text(model: Path, text: str, *, as_json: bool, asked: str | None, locale: str | None) -> None:
    """Prints what is heard in one message, and which features spoke."""
    listener = open_listener(model)
    context = Context(asked=asked, locale=locale)
    hearing, why = listener.hear(text, context), listener.explain(text, context)
    if as_json:
        typer.echo(json.dumps({**hearing.to_dict(), "why": why}, ensure_ascii=False, indent=2))
        return
    sure = "unsure" if hearing.unsure else "sure"
    typer.echo(f"language   {hearing.language}")
    typer.echo(f"intent     {hearing.intent} at {hearing.confidence:.2f} ({sure}; next {hearing.runner_up})")
    typer.echo(f"feeling    {hearing.emotion} {hearing.intensity}")
    typer.echo(f"needs      {', '.join(hearing.needs) or '-'}")
    typer.echo(
        f"flags      {', '.join(n for n, on in (('safety', hearing.safety), ('repeat', hearing.repeat)) if on) or '-'}"
    )
    manner = (
        (f"asks {hearing.asks}", hearing.asks),
        ("negated", hearing.negated),
        ("conditional", hearing.conditional),
    )
    typer.echo(f"put        {', '.join(name for name, on in manner if on) or '-'}")
    typer.echo(f"also       {', '.join(hearing.also) or '-'}")
    for entity in hearing.entities:
        typer.echo(f"found      {entity.kind} {entity.value} ({entity.text})")
    typer.echo(f"because    {json.dumps(why, ensure_ascii=False)}")


def read_labelled(files: list[Path]) -> list[Example]:
    """Raises Refused for a file that is not there or does not follow the scheme."""
    try:
        return [example for path in files for example in read_examples(path)]
    except (OSError, CorpusError) as error:
        raise Refused(str(error)) from error


def evaluate_files(model: Path, files: list[Path], *, as_json: bool) -> None:
    """Prints how well labelled messages are heard."""
    examples = read_labelled(files)
    report = measures.evaluate(open_listener(model), examples)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    typer.echo(f"{'':8}{'n':>6}{'intent':>9}{'F1':>7}{'feeling':>9}{'±1':>7}{'needs':>7}{'ms':>7}")
    for language, figures in report["languages"].items():
        typer.echo(
            f"{language:8}{figures['n']:>6}{figures['intent']['accuracy']:>9.3f}{figures['intent']['macro_f1']:>7.3f}"
            f"{figures['emotion']['macro_f1']:>9.3f}{figures['intensity']['mae']:>7.2f}"
            f"{figures['needs']['micro_f1']:>7.3f}{figures['ms']:>7.2f}"
        )
    also = report["all"]["also"]
    if also["n"]:
        typer.echo(
            f"second matters: {also['n']} there, {also['named']} named, precision {also['precision']:.3f}, "
            f"recall {also['recall']:.3f}"
        )


def report_on(model: Path, files: list[Path] | None, out: Path) -> None:
    """Writes pictures and a page that say how well labelled messages are heard (default: the dev messages)."""
    examples = read_labelled(files or [DATA / "dev"])
    with Progress(transient=True) as bar:
        task = bar.add_task("hearing", total=1.0)
        page = write_report(
            open_listener(model), examples, out,
            progress=lambda what, share: bar.update(task, description=what, completed=share),
        )  # fmt: skip
    typer.echo(f"written: {page}")


def lint_files(paths: list[Path] | None) -> int:
    """Prints what is wrong with the training messages; 1 when anything is."""
    problems = linting.lint(paths or [DATA])
    for problem in problems:
        typer.echo(problem)
    typer.echo("clean" if not problems else f"{len(problems)} problems")
    return 1 if problems else 0
