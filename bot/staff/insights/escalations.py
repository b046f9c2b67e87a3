"""Escalations: why people took over, in the words of the rules, and what other thresholds would have done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from actions.insights.reading import counts
from actions.insights.replays import Replayed
from actions.insights.statistics import share
from actions.shop_settings import CHANGEABLE
from bot.staff.because import telling_in
from bot.staff.insights import charts
from bot.staff.insights.page import Asked, Page, Panel, estimate, told
from dialogues.handover import REASONS
from dialogues.replay import THRESHOLDS

MATTERS_AT_MOST = 21


async def page(asked: Asked) -> Page:
    """The page."""
    found = await counts(asked.session, asked.which, "handover", "week", "detail")
    weeks: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (week, reason), value in found.items():
        weeks[week][reason] += value.n
    episodes, people = Counter[str](), Counter[str]()
    for (issue, detail), value in (await counts(asked.session, asked.which, "episode", "issue", "detail")).items():
        episodes[issue] += value.n
        people[issue] += value.n if detail.endswith(":people") else 0
    panels = (_why(asked, weeks), _by_week(asked, weeks), _by_issue(asked, episodes, people))
    numbers = asked.services.numbers
    thresholds = [
        {"name": name, "value": getattr(numbers, name), "low": CHANGEABLE[name].low, "high": CHANGEABLE[name].high,
         "title": asked.t(f"threshold.{name}")} for name in THRESHOLDS if name in CHANGEABLE
    ]  # fmt: skip
    return Page((), panels, {"thresholds": thresholds, "handovers": sum(found.total() for found in weeks.values())})


def _why(asked: Asked, weeks: Mapping[str, Counter[str]]) -> Panel:
    whole: Counter[str] = Counter()
    for found in weeks.values():
        whole.update(found)
    rows = [{"reason": asked.name("handover", reason), "n": n, "rule": asked.t(f"rule.{reason}"),
             "share": n / whole.total(), "link": f"what=handover&detail={reason}"}
            for reason, n in whole.most_common()]  # fmt: skip
    reason_, n_ = asked.column("reason", "link"), asked.column("n", "number")
    columns = (reason_, n_, asked.column("share", "share"), asked.column("rule"))
    return asked.panel("why", columns, rows, charts.bars(rows, asked.column("reason"), n_), n=whole.total(),
                       most=rows[0]["reason"] if rows else "")  # fmt: skip


def _by_week(asked: Asked, weeks: Mapping[str, Counter[str]]) -> Panel:
    rows = [{"week": week, "reason": asked.name("handover", reason), "n": weeks[week][reason]}
            for week in sorted(weeks) for reason in (*REASONS, "staff") if weeks[week][reason]]  # fmt: skip
    order = [asked.name("handover", each) for each in (*REASONS, "staff")]
    week, reason_, n = asked.column("week"), asked.column("reason"), asked.column("n", "number")
    return asked.panel("why_by_week", (week, reason_, n), rows, charts.columns(rows, week, n, reason_, order),
                       weeks=len(weeks))  # fmt: skip


def _by_issue(asked: Asked, episodes: Counter[str], people: Counter[str]) -> Panel:
    rows: list[dict[str, Any]] = []
    for issue, whole in episodes.most_common(MATTERS_AT_MOST):
        if found := share(people[issue], whole):
            rows.append({"issue": asked.name("issue", issue), "n": whole, "people": people[issue],
                         "share": found.value, "low": found.low, "high": found.high})  # fmt: skip
    rows.sort(key=lambda row: -row["share"])
    issue_, n_ = asked.column("issue"), asked.column("n", "number")
    part, low, high = (asked.column(key, "share") for key in ("share", "low", "high"))
    most = rows[0] if rows else None
    return asked.panel("people_by_issue", (issue_, n_, asked.column("people", "number"), part, low, high), rows,
                       charts.intervals(rows, issue_, part, low, high), most=most["issue"] if most else "",
                       share=estimate(share(most["people"], most["n"])) if most else "")  # fmt: skip


def replayed(asked: Asked, result: Replayed, may_read: bool) -> dict[str, Any]:
    """What came of a replay, as the page shows it."""
    rows: list[dict[str, Any]] = []
    now, then = asked.t("replay.now"), asked.t("replay.then")
    for reason in (*REASONS, "staff"):
        was, would = result.was.get(reason, 0), result.would.get(reason, 0)
        if was or would:
            name = asked.name("handover", reason)
            rows += [{"reason": name, "which": now, "n": was}, {"reason": name, "which": then, "n": would}]
    reason_, which, n = asked.column("reason"), asked.column("which"), asked.column("n", "number")
    was, would = sum(result.was.values()), sum(result.would.values())
    panel = asked.panel("replay", (reason_, which, n), rows, charts.grouped(rows, reason_, n, which), was=was,
                        would=would, n=result.conversations, real=result.real,
                        reproduced=result.reproduced)  # fmt: skip
    telling = telling_in(asked.services, asked.locale)
    changes = [
        {"conversation": change.conversation_id if may_read else "", "at": change.at.isoformat(),
         "why": telling(change.why), "reason": asked.name("handover", change.reason),
         "how": asked.t("replay.gained" if change.gained else "replay.lost")} for change in result.changes
    ]  # fmt: skip
    return {**told(Page((), (panel,))), "changes": changes}
