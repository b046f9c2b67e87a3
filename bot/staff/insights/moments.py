"""Moments of truth: how far matters get on the way from the need to the customer's yes, and where they are lost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from actions.insights.counting import STEPS
from actions.insights.reading import counts
from actions.insights.statistics import share
from bot.staff.insights import charts
from bot.staff.insights.page import Asked, Page, Panel, estimate, percent

BY = ("issue", "kind", "channel", "locale")
ROWS_AT_MOST = 21


async def page(asked: Asked) -> Page:
    """The page."""
    whole = sum(value.n for value in (await counts(asked.session, asked.which, "episode")).values())
    reached = {k[0]: v.n for k, v in (await counts(asked.session, asked.which, "reached", "detail")).items()}
    lost = [await _lost_by(asked, dimension) for dimension in BY]
    return Page((), (_funnel(asked, reached, whole), *lost))


def _funnel(asked: Asked, reached: dict[str, int], whole: int) -> Panel:
    rows, before = [], whole
    for place, step in enumerate(STEPS):
        n = reached.get(step, 0)
        previous = STEPS[place - 1] if place else ""
        rows.append({
            "step": asked.t(f"step.{step}"), "n": n, "share": n / whole if whole else 0.0, "lost": before - n,
            "link": f"what=reached&detail={previous}&without={step}" if previous and before > n else "",
        })  # fmt: skip
        before = n
    at, n_, part = asked.column("step"), asked.column("n", "number"), asked.column("share", "share")
    lost = asked.column("lost", "linked")
    worst = max(rows[1:], key=lambda row: int(str(row["lost"])))
    return asked.panel("funnel", (at, n_, part, lost), rows if whole else [], charts.bars(rows, at, n_), n=whole,
                       worst=worst["step"], lost=worst["lost"],
                       share=percent(reached.get("confirmed", 0), whole))  # fmt: skip


async def _lost_by(asked: Asked, dimension: str) -> Panel:
    """The share that reaches each step, for each value of a dimension."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (value, step), count in (await counts(asked.session, asked.which, "reached", dimension, "detail")).items():
        found[value][step] = count.n
    whole = {k[0]: v.n for k, v in (await counts(asked.session, asked.which, "episode", dimension)).items()}
    names = sorted(whole, key=lambda value: -whole[value])[:ROWS_AT_MOST]
    heat, rows = [], []
    for value in names:
        name = asked.name(dimension, value)
        row: dict[str, object] = {"what": name, "n": whole[value], "link": f"what=episode&detail=*&{dimension}={value}"}
        for step in STEPS:
            part = found[value].get(step, 0) / whole[value]
            row[step] = part
            heat.append({"what": name, "step": asked.t(f"step.{step}"), "share": part})
        row["interval"] = estimate(share(found[value].get("confirmed", 0), whole[value]))
        rows.append(row)
    what = replace(asked.column("what", "link"), title=asked.t(f"column.{dimension}"))
    steps = tuple(replace(asked.column("step", "share"), key=step, title=asked.t(f"step.{step}")) for step in STEPS)
    spec = charts.heat(heat, asked.column("step"), replace(what, form="text"), asked.column("share", "share"))
    least = min(rows, key=lambda row: float(str(row["confirmed"])), default=None)
    return asked.panel(
        f"by_{dimension}", (what, asked.column("n", "number"), *steps, asked.column("interval")), rows, spec,
        least=least["what"] if least else "", share=percent(float(str(least["confirmed"])), 1) if least else "",
    )  # fmt: skip
