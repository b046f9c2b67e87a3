"""RATER: five dimensions of service, each from what happened; what customers say in surveys stands beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from actions.insights.measures import CARD, RATER, Measure
from actions.insights.reading import counts
from actions.insights.records import Value
from actions.insights.statistics import share
from bot.staff.insights import charts
from bot.staff.insights.page import Asked, Figure, Page, Panel, part_of
from bot.staff.insights.today import sums, survey_figure


async def page(asked: Asked) -> Page:
    """The page."""
    by_week: dict[str, dict[str, tuple[int, int]]] = {}
    whole: dict[str, tuple[int, int]] = {}
    before: dict[str, tuple[int, int]] = {}
    for name, measure in CARD.items():
        by_week[name] = weekly(await counts(asked.session, asked.which, measure.what, "week", "detail"), measure)
        whole[name] = added(by_week[name])
        earlier = await counts(asked.session, asked.which.before(), measure.what, "week", "detail")
        before[name] = added(weekly(earlier, measure))
    ends = sums(await counts(asked.session, asked.which, "episode", "detail"))
    scores = sums(await counts(asked.session, asked.which, "survey", "detail"))
    figures = [_figure(asked, name, whole[name], before[name]) for name in RATER]
    return Page(
        (*figures, survey_figure(asked, scores, ends)),
        (_card(asked, whole, before, scores["asked"]), _trend(asked, by_week, scores["asked"])),
    )


def weekly(found: Mapping[tuple[str, ...], Value], measure: Measure) -> dict[str, tuple[int, int]]:
    """(good, all) by week; a week is named by its Monday."""
    weeks: defaultdict[str, dict[str, Value]] = defaultdict(dict)
    for (week, detail), value in found.items():
        weeks[week][detail] = value
    counted = {week: measure.of(found) for week, found in sorted(weeks.items())}
    return {week: pair for week, pair in counted.items() if pair[1]}


def added(weeks: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """(good, all) of all weeks."""
    return sum(good for good, _ in weeks.values()), sum(n for _, n in weeks.values())


def _figure(asked: Asked, name: str, now: tuple[int, int], before: tuple[int, int]) -> Figure:
    earlier = part_of(share(*before))
    found = share(*now)
    return Figure(asked.t(f"rater_name.{name}"), part_of(found),
                  asked.around(found, asked.t("figure.earlier", share=earlier)),
                  asked.t(f"rater_how.{name}"))  # fmt: skip


def _card(
    asked: Asked, whole: Mapping[str, tuple[int, int]], before: Mapping[str, tuple[int, int]], surveys: int
) -> Panel:
    rows = []
    for name in CARD:
        found = share(*whole[name])
        if found is None:
            continue
        earlier = share(*before[name])
        rows.append({"dimension": asked.t(f"rater_name.{name}"), "n": found.n, "share": found.value, "low": found.low,
                     "high": found.high, "change": found.value - earlier.value if earlier else None,
                     "how": asked.t(f"rater_how.{name}", given=found.n, asked=surveys)})  # fmt: skip
    what, n = asked.column("dimension"), asked.column("n", "number")
    part, low, high = (asked.column(key, "share") for key in ("share", "low", "high"))
    least = min(rows, key=lambda row: float(str(row["share"])), default=None)
    return asked.panel("card", (what, part, low, high, asked.column("change", "change"), n, asked.column("how")), rows,
                       charts.intervals(rows, what, part, low, high), least=least["dimension"] if least else "",
                       share=f"{least['share']:.0%}" if least else "")  # fmt: skip


def _trend(asked: Asked, by_week: Mapping[str, Mapping[str, tuple[int, int]]], surveys: int) -> Panel:
    rows = [{"week": week, "dimension": asked.t(f"rater_name.{name}"), "share": good / n, "n": n}
            for name in CARD for week, (good, n) in by_week[name].items()]  # fmt: skip
    week, what, part = asked.column("week"), asked.column("dimension"), asked.column("share", "share")
    weeks = len({row["week"] for row in rows})
    return asked.panel("trend", (week, what, part, asked.column("n", "number")), rows,
                       charts.lines(rows, week, part, what), weeks=weeks, given=added(by_week["satisfied"])[1],
                       asked_n=surveys)  # fmt: skip
