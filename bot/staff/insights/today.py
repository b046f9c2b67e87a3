"""Today: what happened, how it ended, who waited how long, what was promised and what customers say of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from actions.insights.counting import SECONDS
from actions.insights.reading import counts, overdue_promises, split
from actions.insights.records import Value
from actions.insights.statistics import share
from bot.staff.insights import charts
from bot.staff.insights.page import Asked, Figure, Page, Panel, estimate, percent

OUTCOMES = ("confirmed_bot", "confirmed_people", "goodbye", "stopped", "unfinished_bot", "unfinished_people")
Found = Mapping[tuple[str, ...], Value]


async def page(asked: Asked) -> Page:
    """The page."""
    episodes = await counts(asked.session, asked.which, "episode", asked.which.step, "detail")
    waits = await counts(asked.session, asked.which, "wait", "detail")
    handovers = await counts(asked.session, asked.which, "handover", "detail")
    surveys = await counts(asked.session, asked.which, "survey", "detail")
    return Page(
        figures=(*await _figures(asked, episodes, waits, surveys),),
        panels=(_ends(asked, episodes), _handovers(asked, handovers), _waits(asked, waits), _scores(asked, surveys)),
    )


def sums(found: Found) -> Counter[str]:
    """How many, by detail."""
    counted: Counter[str] = Counter()
    for key, value in found.items():
        counted[key[-1]] += value.n
    return counted


async def _figures(asked: Asked, episodes: Found, waits: Found, surveys: Found) -> list[Figure]:
    ends = sums(episodes)
    whole = ends.total()
    confirmed = sum(ends[f"confirmed:{by}"] for by in ("bot", "people"))
    contained = sum(n for detail, n in ends.items() if detail.endswith(":bot"))
    silent = sum(ends[f"unfinished:{by}"] for by in ("bot", "people"))
    promises = split(await counts(asked.session, asked.which, "promise", "detail"))
    made = {state: sum(value.n for value in found.values()) for state, found in promises.items()}
    closed = sum(made.get(state, 0) for state in ("kept", "kept_late", "broken"))
    scores = sums(surveys)
    t = asked.t
    return [
        await _conversations(asked),
        Figure(t("figure.confirmed"), percent(confirmed, whole), t("figure.of_matters", n=whole), t("how.confirmed")),
        Figure(t("figure.contained"), percent(contained, whole), t("figure.no_success"), t("how.contained")),
        Figure(t("figure.silent"), percent(silent, whole), t("figure.no_answer"), t("how.silent")),
        *(_wait(asked, waits, who) for who in ("bot", "human")),
        Figure(t("figure.kept"), percent(made.get("kept", 0) + made.get("kept_late", 0), closed),
               t("figure.overdue", n=await overdue_promises(asked.session, asked.services.clock())), t("how.kept")),
        survey_figure(asked, scores, ends),
    ]  # fmt: skip


async def _conversations(asked: Asked) -> Figure:
    """A conversation may be about several issues: narrowed to one it is not counted at all, rather than as none."""
    title, how = asked.t("figure.conversations"), asked.t("how.conversations")
    if asked.which.issue or asked.which.kind:
        return Figure(title, "–", asked.t("figure.not_by_issue"), how)
    now, earlier = [
        sum(value.n for value in (await counts(asked.session, which, "conversation")).values())
        for which in (asked.which, asked.which.before())
    ]
    return Figure(title, str(now), asked.t("figure.before", n=earlier), how)


def survey_figure(asked: Asked, scores: Mapping[str, int], ends: Mapping[str, int]) -> Figure:
    """The mean score, never without how many answered and how many were asked at all."""
    answers = {score: scores.get(f"score:{score}", 0) for score in range(1, 6)}
    given = sum(answers.values())
    mean = f"{sum(score * n for score, n in answers.items()) / given:.1f}" if given else "–"
    return Figure(
        asked.t("figure.score"), mean,
        asked.t("figure.coverage", given=given, asked=scores.get("asked", 0), n=sum(ends.values())),
        asked.t("how.score"),
    )  # fmt: skip


def _wait(asked: Asked, waits: Found, who: str) -> Figure:
    mine = split(waits).get(who, {})
    limit = 15 if who == "bot" else 180
    prompt = sum(value.n for label, value in mine.items() if label != "more" and int(label) <= limit)
    whole = sum(value.n for value in mine.values())
    return Figure(
        asked.t(f"figure.wait_{who}"), asked.t("seconds", n=_median(mine)) if whole else "–",
        asked.t("figure.within", share=percent(prompt, whole), seconds=limit), asked.t(f"how.wait_{who}"),
    )  # fmt: skip


def _median(classes: Mapping[str, Value]) -> str:
    """The upper end of the class in which the middle lies: honest about what classes can tell."""
    half, seen = sum(value.n for value in classes.values()) / 2, 0
    for end in SECONDS:
        seen += classes.get(str(end), Value()).n
        if seen >= half:
            return f"≤ {end}"
    return f"> {SECONDS[-1]}"


def _ends(asked: Asked, episodes: Found) -> Panel:
    step = asked.which.step
    by_step: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (day, detail), value in episodes.items():
        end, _, by = detail.partition(":")
        by_step[day][end if end in ("goodbye", "stopped") else f"{end}_{by}"] += value.n
    rows = [{step: day, "end": asked.t(f"end.{end}"), "n": by_step[day][end],
             "link": f"what=episode&detail={_detail(end)}&{_days_of(asked, day)}"}
            for day in sorted(by_step) for end in OUTCOMES if by_step[day][end]]  # fmt: skip
    total: Counter[str] = Counter()
    for found in by_step.values():
        total.update(found)
    order = [asked.t(f"end.{each}") for each in OUTCOMES]
    on, how, n = asked.column(step, "link"), asked.column("end"), asked.column("n", "number")
    drawn = charts.columns(rows, replace(on, form="text"), n, how, order)
    yes = share(total["confirmed_bot"] + total["confirmed_people"], total.total())
    return asked.panel("ends", (on, how, n), rows, drawn, n=total.total(), share=estimate(yes))


def _days_of(asked: Asked, day: str) -> str:
    """The days of one column of the chart, as a link to their conversations asks for them."""
    begin, end = asked.which.step_from(date.fromisoformat(day))
    return f"begin={begin}&end={end}"


def _detail(end: str) -> str:
    """How the counts name that end; who left without a yes is not told apart by who served them."""
    name, _, by = end.partition("_")
    return f"{name}:{by or '*'}"


def _handovers(asked: Asked, handovers: Found) -> Panel:
    found = sums(handovers).most_common()
    rows = [{"reason": asked.name("handover", reason), "n": n, "link": f"what=handover&detail={reason}"}
            for reason, n in found]  # fmt: skip
    reason, n = asked.column("reason", "link"), asked.column("n", "number")
    shown = replace(reason, form="text")
    return asked.panel("handovers", (reason, n), rows, charts.bars(rows, shown, n), n=sum(n for _, n in found),
                       most=rows[0]["reason"] if rows else "")  # fmt: skip


def _waits(asked: Asked, waits: Found) -> Panel:
    parts = split(waits)
    labels = [*map(str, SECONDS), "more"]
    rows = []
    for who in ("bot", "human"):
        whole = sum(value.n for value in parts.get(who, {}).values())
        for each in labels:
            n = parts.get(who, {}).get(each, Value()).n
            if whole:
                limit = asked.t("up_to", seconds=each) if each != "more" else asked.t("over", seconds=SECONDS[-1])
                rows.append({"wait": limit, "who": asked.t(f"who.{who}"), "n": n, "share": n / whole})
    wait, person, n_, part = (asked.column("wait"), asked.column("who"), asked.column("n", "number"),
                            asked.column("share", "share"))  # fmt: skip
    said = {who: sum(value.n for value in parts.get(who, {}).values()) for who in ("bot", "human")}
    return asked.panel("waits", (wait, person, n_, part), rows, charts.bars(rows, wait, part, person), **said)


def _scores(asked: Asked, surveys: Found) -> Panel:
    found = sums(surveys)
    given = sum(found[f"score:{score}"] for score in range(1, 6))
    rows = [{"score": str(score), "n": found[f"score:{score}"], "share": found[f"score:{score}"] / given,
             "link": f"what=survey&detail=score:{score}"} for score in range(5, 0, -1)] if given else []  # fmt: skip
    score, n, part = asked.column("score", "link"), asked.column("n", "number"), asked.column("share", "share")
    return asked.panel("scores", (score, n, part), rows, charts.bars(rows, replace(score, form="text"), n),
                       given=given, asked=found["asked"])  # fmt: skip
