"""Feelings: from the first to the last turn, how long until calm, what calms, and which words calm."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from actions.insights import words
from actions.insights.feelings import MINUTES
from actions.insights.reading import counts
from actions.insights.statistics import share
from actions.shop_settings import all_settings
from bot.staff.insights import charts
from bot.staff.insights.page import Asked, Page, Panel, Row, percent

SHADES = ("3", "2", "1", "calm", "happy")


async def page(asked: Asked) -> Page:
    """The page."""
    felt = {key[0]: value.n for key, value in (await counts(asked.session, asked.which, "felt", "detail")).items()}
    calm = await counts(asked.session, asked.which, "calm", "detail")
    helped = {key: value.n for key, value in
              (await counts(asked.session, asked.which, "helped", "issue", "detail")).items()}  # fmt: skip
    by_step, by_agent, by_issue = _verdicts(helped)
    agents = await words.agent_names(asked.session, by_agent.keys())
    panels = (
        _journey(asked, felt),
        _until_calm(asked, {key[0]: value.n for key, value in calm.items()}),
        _helped(asked, "by_step", "steps", ((_steps(asked, code), found) for code, found in by_step.items())),
        _helped(asked, "helped_by_issue", "issue", ((asked.name("issue", c), found) for c, found in by_issue.items())),
        _helped(asked, "by_agent", "agent", ((agents.get(c) or c, found) for c, found in by_agent.items())),
        await _words(asked),
    )
    return Page((), panels, {"switch": {"on": words.is_on(await all_settings(asked.session)), "floor": words.FLOOR}})


def _journey(asked: Asked, felt: dict[str, int]) -> Panel:
    rows = []
    better = upset = 0
    for first in SHADES:
        for last in SHADES:
            if n := felt.get(f"{first}>{last}", 0):
                rows.append({"first": asked.t(f"shade.{first}"), "last": asked.t(f"shade.{last}"), "n": n,
                             "link": f"what=felt&detail={first}>{last}"})  # fmt: skip
                if first in "123":
                    upset += n
                    better += n if SHADES.index(last) > SHADES.index(first) else 0
    begin, end, n_ = asked.column("first", "link"), asked.column("last"), asked.column("n", "number")
    spec = charts.heat(rows, end, replace(begin, form="text"), n_)
    return asked.panel("journey", (begin, end, n_), rows, spec, upset=upset, share=percent(better, upset))


def _until_calm(asked: Asked, calm: dict[str, int]) -> Panel:
    whole = sum(calm.values())
    rows: list[Row] = []
    for label in (*map(str, MINUTES), "more", "never"):
        named = not label.isdecimal() or label == "1440"
        name = asked.t(f"calm.{'day' if label == '1440' else label}") if named else asked.t("up_to_minutes", n=label)
        rows.append({"until": name, "n": calm.get(label, 0), "share": calm.get(label, 0) / whole if whole else 0.0,
                     "link": f"what=calm&detail={label}"})  # fmt: skip
    until, n_ = asked.column("until", "link"), asked.column("n", "number")
    soon = sum(calm.get(str(end), 0) for end in MINUTES if end <= 15)
    spec = charts.bars(rows, replace(until, form="text"), n_)
    return asked.panel("calm", (until, n_, asked.column("share", "share")), rows if whole else [], spec, n=whole,
                       share=percent(soon, whole), never=percent(calm.get("never", 0), whole))  # fmt: skip


def _verdicts(
    helped: dict[tuple[str, ...], int],
) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]], dict[str, Counter[str]]]:
    """Verdicts by what was said, by who said it, and by issue."""
    steps: defaultdict[str, Counter[str]] = defaultdict(Counter)
    agents: defaultdict[str, Counter[str]] = defaultdict(Counter)
    issues: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (issue, detail), n in helped.items():
        who, _, rest = detail.partition(":")
        code, _, verdict = rest.rpartition(":")
        (agents if who == "agent" else steps)[code][verdict] += n
        issues[issue][verdict] += n
    return steps, agents, issues


def _steps(asked: Asked, code: str) -> str:
    return " + ".join(asked.t(f"said.{step}") for step in code.split("+"))


def _helped(asked: Asked, id: str, name: str, found: Iterable[tuple[str, Counter[str]]]) -> Panel:
    rows: list[dict[str, Any]] = []
    for title, verdicts in found:
        better = share(verdicts["better"], verdicts.total())
        if better:
            rows.append({name: title, "n": better.n, "better": better.value, "low": better.low, "high": better.high,
                         "worse": verdicts["worse"] / better.n})  # fmt: skip
    rows.sort(key=lambda row: (-row["better"], -row["n"]))
    what, n_ = asked.column(name), asked.column("n", "number")
    better_, low, high = (asked.column(key, "share") for key in ("better", "low", "high"))
    spec = charts.intervals(rows, what, better_, low, high)
    best = max(rows, key=lambda row: row["low"], default=None)  # of few cases the best is mostly luck
    return asked.panel(id, (what, n_, better_, low, high, asked.column("worse", "share")), rows, spec,
                       best=best[name] if best else "", share=percent(best["better"], 1) if best else "",
                       n=best["n"] if best else 0)  # fmt: skip


async def _words(asked: Asked) -> Panel:
    found = await words.compared(asked.session, asked.which)
    rows: list[dict[str, Any]] = []
    for each in found:
        rows.append({
            "wording": words.text_of(asked.services.wording, each.locale, each.variant), "code": each.variant,
            "language": asked.name("locale", each.locale), "n": each.n, "relief": each.relief, "low": each.low,
            "high": each.high, "against": each.against, "q": each.q,
            "sure": asked.t("sure.better" if each.is_better else "sure.worse" if each.is_worse else "sure.unsure"),
        })  # fmt: skip
    drawn = [row for row in rows if row["n"] >= words.ENOUGH][:16]
    name = replace(asked.column("code"), title=asked.t("column.wording"))
    relief, low, high = (asked.column(key, "number") for key in ("relief", "low", "high"))
    columns = (
        asked.column("wording"),
        asked.column("code"),
        asked.column("language"),
        asked.column("n", "number"),
        relief,
        low,
        high,
        asked.column("against", "number"),
        asked.column("q", "number"),
        asked.column("sure"),
    )
    spec = charts.intervals(drawn, name, relief, low, high) if drawn else None
    sure = sum(each.is_better or each.is_worse for each in found)
    return asked.panel("words", columns, rows, spec, n=len(found), sure=sure)  # fmt: skip
