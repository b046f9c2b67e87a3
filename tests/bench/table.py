"""The results as a table for people and as JSON for machines."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.measure import Figures


@dataclass(frozen=True)
class Report:
    """One run: how it was done, what was seen.

    `stored`: rows that our application left in its database. `fallbacks`: its turns that the engine did not settle.
    """

    conditions: dict[str, str | int | float]
    ours: Figures
    theirs: Figures | None
    stored: dict[str, int]
    fallbacks: int

    @property
    def is_whole(self) -> bool:
        """True when every message was answered, and ours by the whole path."""
        return not (self.fallbacks or self.ours.failures or (self.theirs and self.theirs.failures))

    def to_json(self) -> str:
        """All of it, with what a figure could not be given for as null."""
        return json.dumps(_without_nan(asdict(self)), ensure_ascii=False, indent=2) + "\n"


@dataclass(frozen=True)
class _Row:
    label: str
    value: Callable[[Figures], float]
    digits: int = 1
    more_is_better: bool = False


_ROWS = (
    _Row("p50, one customer (ms)", lambda f: f.p50_ms),
    _Row("p95, one customer (ms)", lambda f: f.p95_ms),
    _Row("messages/s, {customers} customers", lambda f: f.per_second, more_is_better=True),
    _Row("p50, {customers} customers (ms)", lambda f: f.load_p50_ms),
    _Row("p95, {customers} customers (ms)", lambda f: f.load_p95_ms),
    _Row("peak memory (MB)", lambda f: f.memory_mb, digits=0),
    _Row("start to first reply (s)", lambda f: f.startup_s),
)


def table_of(report: Report) -> str:
    """The figures side by side with their ratios, then the aims and what else to know."""
    ours, theirs = report.ours, report.theirs
    lines = [f"{'':32}{ours.name:>14}{theirs.name if theirs else '':>16}{'ratio' if theirs else '':>26}"]
    for row in _ROWS:
        label = row.label.format(customers=report.conditions["customers"])
        mine = row.value(ours)
        line = f"{label:32}{mine:>14.{row.digits}f}"
        if theirs:
            line += f"{row.value(theirs):>16.{row.digits}f}{_ratio(mine, row.value(theirs), row.more_is_better):>26}"
        lines.append(line)
    for figures in (ours, theirs) if theirs else (ours,):
        lines += ["", *_notes(figures)]
    lines += ["", "stored by Kairos: " + ", ".join(f"{count} {name}" for name, count in report.stored.items())]
    if report.fallbacks:
        lines.append(f"NOT THE WHOLE PATH: {report.fallbacks} turns of Kairos got the honest line without the engine")
    lines += ["", "aims:", *(f"  {'met   ' if met else 'MISSED'} {text}" for text, met in aims(report))]
    return "\n".join(lines)


def aims(report: Report) -> list[tuple[str, bool]]:
    """What the project promises of these figures, and whether this run kept it."""
    ours, theirs = report.ours, report.theirs
    found = [
        (f"at most 500 MB in all: {ours.memory_mb:.0f} MB", ours.memory_mb <= 500),
        (f"first reply within 10 s of starting: {ours.startup_s:.1f} s", ours.startup_s <= 10),
    ]
    if theirs:
        found = [
            (
                f"at most a third of Rasa's time per message: {ours.p50_ms / theirs.p50_ms:.2f} of it",
                ours.p50_ms <= theirs.p50_ms / 3,
            ),
            (
                f"at least four times Rasa's messages/s: {ours.per_second / theirs.per_second:.1f} times",
                ours.per_second >= theirs.per_second * 4,
            ),
            *found,
        ]
    return found


def describe_machine() -> dict[str, str | int | float]:
    """The machine in general words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": len(os.sched_getaffinity(0)), "memory_gb": round(memory), "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(), "system": platform.system(), "processor": platform.machine(),
    }  # fmt: skip


def write_json(report: Report, place: Path) -> None:
    """Writes the report; the folder is made when missing."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(report.to_json(), encoding="utf-8")


def _notes(figures: Figures) -> Iterable[str]:
    yield (
        f"{figures.name}: {figures.answered} answered, {figures.wordless} of them without words, "
        f"{figures.bubbles_per_message:.2f} bubbles a message, {figures.handed_over} handed to a human"
    )
    yield f"  rounds: p50 {_list(figures.rounds_p50_ms)} ms; {_list(figures.rounds_per_second)} messages/s"
    for reason, count in sorted(figures.failures.items()):
        yield f"  UNANSWERED {count} x {reason}"


def _list(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.1f}" for value in values)


def _ratio(mine: float, theirs: float, more_is_better: bool) -> str:
    if not mine or not theirs or math.isnan(mine) or math.isnan(theirs):
        return "-"
    if more_is_better:
        return f"{mine / theirs:.1f} x as many"
    return f"{mine / theirs:.2f} of it ({theirs / mine:.1f} x less)" if mine <= theirs else f"{mine / theirs:.2f} of it"


def _without_nan(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
