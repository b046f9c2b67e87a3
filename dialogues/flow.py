"""The machine read aloud: its tables as a page of Markdown, and a drawing of them as SVG.

Both are made of the very tables that decide, so that they cannot say anything else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from xml.sax.saxutils import escape

from dialogues import conflict, eoac, handover
from dialogues.moves import MOVES
from dialogues.numbers import Numbers
from dialogues.state import Conflict, Stage

PICTURE = "pictures/flow.svg"
_FRONT = f"""# How a turn is decided

This page is made by `kairos flow --write` out of the tables that decide; a test keeps it true.

A turn is decided in this order; the first line that applies decides.

1. **A wish for silence** (`stop_contact`) is carried out, whoever holds the conversation.
2. **A human holds it**: the bot hears, remembers, and says nothing.
3. **In the queue**: what is told is noted, the customer is reassured; settled leaves the queue; a graver reason
   replaces the first.
4. **A reason for a human** in the turn itself (below): the conversation goes to people, with a brief and a notice.
5. **Feelings are high and the matter is not known**: one open invitation to tell it, and nothing else.
6. **EOAC**: what the turn means at this stage names one move.

Then the two machines are combined: the **conflict steps** that the turn earns are said first, in one bubble of at most
three sentences; what EOAC says follows. While feelings are at their strongest nothing is offered: at most one question
that can be tapped. With `safety` the safety line comes before everything.

![The stages of EOAC and the conflict steps]({PICTURE})
"""


def markdown(numbers: Numbers) -> str:
    """The whole machine as a page."""
    return "\n".join((
        _FRONT,
        "## EOAC: what a turn means at each stage\n",
        _table(("turn", "means", *(stage.value for stage in Stage)), (
            (f"`{signal.value}`", eoac.MEANS[signal], *(eoac.TABLE[stage, signal] for stage in Stage))
            for signal in eoac.Signal
        )),
        "## Moves: what each does, and where it may lead\n",
        _table(("move", "does", "leads to"), (
            (f"`{name}`", move.says, ", ".join(stage.value for stage in move.leads_to) or "stays")
            for name, move in sorted(MOVES.items())
        )),
        "## Conflict steps: what is said first\n",
        _table(("step", *(temper.value for temper in conflict.Temper)), (
            (f"`{at.value}`", *(_steps(at, temper) for temper in conflict.Temper)) for at in Conflict
        )),
        _table(("temper", "the turn is"), (
            (f"`{temper.value}`", conflict.MEANS[temper]) for temper in conflict.Temper
        )),
        "## Handover: why a human takes over\n",
        "The first that applies is named.\n",
        _table(("reason", "when"), ((f"`{reason}`", when) for reason, when in handover.WHEN.items())),
        "## Numbers\n",
        "Each is a default that a shop changes in `dialogues/shop.yml`.\n",
        _table(("number", "value"), ((f"`{f.name}`", _number(getattr(numbers, f.name))) for f in fields(numbers))),
    ))  # fmt: skip


def _number(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {weight}" for name, weight in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def _steps(at: Conflict, temper: conflict.Temper) -> str:
    """What is said and where it rests, in one cell."""
    steps = conflict.steps_of(at, temper)
    rest = f" → {steps.rests_at.value}" if steps.rests_at is not None and steps.rests_at is not at else ""
    return (" + ".join(steps.said) or "–") + rest


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


_WIDTH, _BOX_W, _BOX_H, _GAP = 1180, 116, 48, 70
_LINE_Y = {"eoac": 250, "conflict": 560}
_CONFLICT_SAYS = {
    Conflict.NONE: "calm", Conflict.LISTEN: "reflect the facts", Conflict.EMPATHISE: "name the feeling",
    Conflict.ACCEPT: "no but, no rule", Conflict.RESOLVE: "then the matter",
}  # fmt: skip


def svg() -> str:
    """The two machines as a drawing: stages with the moves between them, and the conflict steps below."""
    arrows = _between_stages()
    steps = _between_steps()
    return "\n".join((
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} 730" role="img" font-family="sans-serif">',
        "<title>EOAC and the conflict steps</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#5b6472"/></marker></defs>',
        f'<rect width="{_WIDTH}" height="730" fill="#fbfaf7"/>',
        _words(30, 40, "EOAC", 20, "#20242b", "600", "start"),
        _words(30, 62, "what a turn means moves the matter on", 13, "#5b6472", "400", "start"),
        *(_arrow(list(Stage), "eoac", one, other, labels) for (one, other), labels in arrows.items()),
        *(_box(list(Stage), "eoac", stage, stage.value, "", "#e4eef9") for stage in Stage),
        _words(30, 440, "Conflict steps", 20, "#20242b", "600", "start"),
        _words(30, 462, "the feeling before the matter", 13, "#5b6472", "400", "start"),
        *(_arrow(list(Conflict), "conflict", one, other, labels) for (one, other), labels in steps.items()),
        *(_box(list(Conflict), "conflict", at, at.value, _CONFLICT_SAYS[at], "#fbe9dd") for at in Conflict),
        "</svg>\n",
    ))  # fmt: skip


def _between_stages() -> dict[tuple[Stage, Stage], list[str]]:
    """Which turns can lead from one stage to another."""
    found: dict[tuple[Stage, Stage], list[str]] = defaultdict(list)
    for (stage, signal), name in eoac.TABLE.items():
        for leads_to in MOVES[name].leads_to:
            if leads_to is not stage:
                found[stage, leads_to].append(signal.value)
    return found


def _between_steps() -> dict[tuple[Conflict, Conflict], list[str]]:
    found: dict[tuple[Conflict, Conflict], list[str]] = defaultdict(list)
    for at in Conflict:
        for temper in conflict.Temper:
            rests_at = conflict.steps_of(at, temper).rests_at
            if rests_at is not None and rests_at is not at:
                found[at, rests_at].append(temper.value)
    return found


def _x(places: Sequence[object], place: object) -> float:
    step = (_WIDTH - 2 * _GAP - _BOX_W) / (len(places) - 1)
    return _GAP + _BOX_W / 2 + places.index(place) * step


def _arrow(places: Sequence[object], line: str, one: object, other: object, labels: Sequence[str]) -> str:
    """An arc: forward above the boxes, backward below, the further the higher."""
    start, end, y = _x(places, one), _x(places, other), _LINE_Y[line]
    ahead = end > start
    span = abs(places.index(one) - places.index(other))
    edge = y - _BOX_H / 2 if ahead else y + _BOX_H / 2
    shift = 14 if ahead else -14
    top = edge + (-1 if ahead else 1) * (14 + 34 * span)
    leaves, arrives = start + shift, end - shift
    path = f"M{leaves:.0f} {edge:.0f} C{leaves:.0f} {top:.0f} {arrives:.0f} {top:.0f} {arrives:.0f} {edge:.0f}"
    middle = edge + (top - edge) * 0.75
    told = ", ".join(labels[:2]) + (f" +{len(labels) - 2}" if len(labels) > 2 else "")
    return (
        f"<g><title>{escape(', '.join(labels))}</title>"
        f'<path d="{path}" fill="none" stroke="#9aa3b0" stroke-width="1.3" marker-end="url(#tip)"/>'
        + _words((start + end) / 2, middle + (-4 if ahead else 13), told, 11, "#5b6472")
        + "</g>"
    )


def _box(places: Sequence[object], line: str, place: object, title: str, below: str, fill: str) -> str:
    x, y = _x(places, place), _LINE_Y[line]
    rect = (
        f'<rect x="{x - _BOX_W / 2:.0f}" y="{y - _BOX_H / 2:.0f}" width="{_BOX_W}" height="{_BOX_H}" rx="10" '
        f'fill="{fill}" stroke="#5b6472"/>'
    )
    return (
        rect
        + _words(x, y + (-1 if below else 5), title, 15, "#20242b", "600")
        + (_words(x, y + 15, below, 10, "#5b6472") if below else "")
    )


def _words(x: float, y: float, text: str, size: int, fill: str, weight: str = "400", anchor: str = "middle") -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" font-weight="{weight}" fill="{fill}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
