"""A report on how well a listener hears: four pictures (SVG and PNG) and a Markdown page with their tables.

Customers' words appear on the page only redacted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from nlu.corpus import Example
from nlu.evaluate import figures_of
from nlu.listener import Listener
from nlu.pictures import Row, abstention_chart, by_language, confusion_chart, f1_chart, reliability, reliability_chart
from nlu.redaction import redact

Progress = Callable[[str, float], None]

PAGE = "report.md"
_WORST = 15
_PIXELS = 2.0  # of the PNG for each of the SVG


def write_report(
    listener: Listener, examples: Sequence[Example], folder: Path, *, progress: Progress | None = None
) -> Path:
    """Writes the pictures and the page and returns the page; the folder is made when missing.

    Raises ValueError when there is nothing to report on, OSError when the folder cannot be written.
    """
    if not examples:
        raise ValueError("a report needs at least one labelled message")
    tell = progress or (lambda _what, _share: None)
    rows = _hear(listener, examples, tell)
    folder.mkdir(parents=True, exist_ok=True)
    charts = {
        "confusion": confusion_chart(rows),
        "reliability": reliability_chart(rows),
        "f1": f1_chart(rows),
        "abstention": abstention_chart(rows),
    }
    for place, (name, chart) in enumerate(charts.items()):
        tell("drawing", place / len(charts))
        chart.save(folder / f"{name}.svg")
        chart.save(folder / f"{name}.png", scale_factor=_PIXELS)
    page = folder / PAGE
    page.write_text(page_of(rows), encoding="utf-8")
    tell("done", 1.0)
    return page


def _hear(listener: Listener, examples: Sequence[Example], tell: Progress) -> list[Row]:
    rows: list[Row] = []
    for place, example in enumerate(examples):
        if place % 200 == 0:
            tell("hearing", place / len(examples))
        started = time.perf_counter()
        hearing = listener.hear(example.text)
        rows.append((example, hearing, (time.perf_counter() - started) * 1000))
    return rows


def page_of(rows: Sequence[Row]) -> str:
    """The Markdown page: what the pictures show, in figures."""
    languages = {language: figures_of(inside) for language, inside in by_language(rows).items()}
    every = figures_of(rows)
    shown: dict[str, dict[str, Any]] = {**languages, "all": every} if len(languages) > 1 else languages
    parts = [
        "# How well the listener hears",
        f"{len(rows)} labelled messages, each heard alone, without its conversation.",
        _table(
            ("", "messages", "intent", "macro-F1", "feeling F1", "intensity within 1", "needs F1", "ms (p50)"),
            [
                (
                    name,
                    f["n"],
                    f["intent"]["accuracy"],
                    f["intent"]["macro_f1"],
                    f["emotion"]["macro_f1"],
                    f["intensity"]["within_one"],
                    f["needs"]["micro_f1"],
                    f["ms"],
                )
                for name, f in shown.items()
            ],
        ),
        "## When it is unsure\n\n![Abstention](abstention.svg)",
        _table(
            ("", "wrong intents flagged", "false alarms", "calibration error"),
            [
                (
                    name,
                    f["abstention"]["wrong_flagged"],
                    f["abstention"]["false_alarms"],
                    f["abstention"]["calibration_error"],
                )
                for name, f in shown.items()
            ],
        ),
        _table(
            ("confidence at least", "coverage", "accuracy"),
            [(c["confidence_at_least"], c["coverage"], c["accuracy"]) for c in every["abstention"]["curve"]],
        ),
        "## How far a confidence can be trusted\n\n![Reliability](reliability.svg)",
        _table(
            ("mean confidence", "right", "messages"),
            [(step["confidence"], step["accuracy"], step["n"]) for step in reliability(rows)],
        ),
        "## Each intent\n\n![F1 of each intent](f1.svg)",
        _table(
            ("intent", "messages", "F1"),
            [(name, each["n"], each["f1"]) for name, each in every["intent"]["per_class"].items()],
        ),
        "## Taken for another\n\n![Confusions](confusion.svg)",
        _table(
            ("labelled", "heard", "messages"),
            [(pair["wanted"], pair["heard"], pair["n"]) for pair in every["confusions"]],
        ),
        "## Wrong and sure of it",
        _table(
            ("message", "labelled", "heard", "confidence"),
            [(redact(w["text"]), w["wanted"], w["heard"], w["confidence"]) for w in every["worst"][:_WORST]],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(value) for value in line)} |" for line in lines)


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ").replace("\r", " ")
