"""Moments of truth: how far matters get on the way from the need to the customer's yes, and where they are lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
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
    episodes = await counts(asked.session, asked.which, "episode", *BY)
    reached = await counts(asked.session, asked.which, "reached", "detail", *BY)
    by_step = added(((step,), value.n) for (step, *_), value in reached.items())
    lost = []
    for place, dimension in enumerate(BY):
        whole = added(((key[place],), value.n) for key, value in episodes.items())
        found = added(((step, key[place]), value.n) for (step, *key), value in reached.items())
        lost.append(_lost_by(asked, dimension, whole, found))
    return Page((), (_funnel(asked, by_step, sum(value.n for value in episodes.values())), *lost))


def added(found: Iterable[tuple[tuple[str, ...], int]]) -> Counter[tuple[str, ...]]:
    """Numbers of the same key together."""
    whole: Counter[tuple[str, ...]] = Counter()
    for key, n in found:
        whole[key] += n
    return whole


def _funnel(asked: Asked, reached: Counter[tuple[str, ...]], whole: int) -> Panel:
    rows, before = [], whole
    for place, step in enumerate(STEPS):
        n = reached[step,]
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
                       share=percent(reached["confirmed",], whole))  # fmt: skip


def _lost_by(asked: Asked, dimension: str, whole: Counter[tuple[str, ...]], found: Counter[tuple[str, ...]]) -> Panel:
    """The share that reaches each step, for each value of a dimension."""
    heat, rows = [], []
    for (value,), n in whole.most_common(ROWS_AT_MOST):
        name = asked.name(dimension, value)
        row: dict[str, object] = {"what": name, "n": n, "link": f"what=episode&detail=*&{dimension}={value}"}
        for step in STEPS:
            part = found[step, value] / n
            row[step] = part
            heat.append({"what": name, "step": asked.t(f"step.{step}"), "share": part})
        row["interval"] = estimate(share(found["confirmed", value], n))
        rows.append(row)
    what = replace(asked.column("what", "link"), title=asked.t(f"column.{dimension}"))
    steps = tuple(replace(asked.column("step", "share"), key=step, title=asked.t(f"step.{step}")) for step in STEPS)
    spec = charts.heat(heat, asked.column("step"), replace(what, form="text"), asked.column("share", "share"))
    least = min(rows, key=lambda row: float(str(row["confirmed"])), default=None)
    return asked.panel(
        f"by_{dimension}", (what, asked.column("n", "number"), *steps, asked.column("interval")), rows, spec,
        least=least["what"] if least else "", share=percent(float(str(least["confirmed"])), 1) if least else "",
    )  # fmt: skip
