"""Promises and follow-ups: kept, late, broken; what customers said later; what came back within seven days."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

from actions.insights.reading import counts, overdue_promises, split
from actions.insights.statistics import Estimate, share
from bot.staff.insights import charts
from bot.staff.insights.page import Asked, Figure, Page, Panel, part_of, percent

STATES = ("kept", "kept_late", "slipped", "open", "broken", "undone")
ANSWERS = ("well", "not_well", "other", "silent")


async def page(asked: Asked) -> Page:
    """The page."""
    made = await counts(asked.session, asked.which, "promise", "week", "detail")
    weeks: defaultdict[str, Counter[str]] = defaultdict(Counter)
    keys: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (week, detail), value in made.items():
        state, _, key = detail.partition(":")
        weeks[week][state] += value.n
        keys[key][state] += value.n
    whole: Counter[str] = Counter()
    for found in weeks.values():
        whole.update(found)
    checked = {k[0]: v.n for k, v in (await counts(asked.session, asked.which, "checked", "detail")).items()}
    by_issue = await counts(asked.session, asked.which, "settled", "issue", "detail")
    settled = {(issue, how): value.n for (issue, how), value in by_issue.items()}
    sent = {kind: {status: v.n for status, v in found.items()} for kind, found in
            split(await counts(asked.session, asked.which, "followup", "detail")).items()}  # fmt: skip
    overdue = await overdue_promises(asked.session, asked.services.clock())
    return Page(
        _figures(asked, whole, checked, settled, overdue),
        (_by_week(asked, weeks), _by_key(asked, keys), _checked(asked, checked), _sent(asked, sent),
         _reopened(asked, settled)),
    )  # fmt: skip


def _figures(
    asked: Asked, whole: Counter[str], checked: dict[str, int], settled: dict[tuple[str, str], int], overdue: int
) -> tuple[Figure, ...]:
    t = asked.t
    ended = sum(whole[state] for state in ("kept", "kept_late", "broken"))
    kept = whole["kept"] + whole["kept_late"]
    answered = sum(checked.get(answer, 0) for answer in ("well", "not_well"))
    again = sum(n for (_, how), n in settled.items() if how == "reopened")
    return (
        _figure(asked, "kept", share(kept, ended), t("figure.of_ended", n=ended)),
        Figure(t("figure.late"), percent(whole["kept_late"] + whole["slipped"], whole.total()),
               t("figure.of_promises", n=whole.total()), t("how.late")),
        Figure(t("figure.overdue_now"), str(overdue), t("figure.right_now"), t("how.overdue")),
        _figure(asked, "well_later", share(checked.get("well", 0), answered),
                t("figure.answered", n=answered, asked=sum(checked.values()))),
        _figure(asked, "reopened", share(again, sum(settled.values())),
                t("figure.of_settled", n=sum(settled.values()))),
    )  # fmt: skip


def _figure(asked: Asked, name: str, found: Estimate | None, hint: str) -> Figure:
    return Figure(asked.t(f"figure.{name}"), part_of(found), asked.around(found, hint), asked.t(f"how.{name}"))


def _by_week(asked: Asked, weeks: dict[str, Counter[str]]) -> Panel:
    rows = [{"week": week, "state": asked.t(f"state.{state}"), "n": weeks[week][state]}
            for week in sorted(weeks) for state in STATES if weeks[week][state]]  # fmt: skip
    order = [asked.t(f"state.{each}") for each in STATES]
    week, state, n = asked.column("week"), asked.column("state"), asked.column("n", "number")
    broken = sum(found["broken"] for found in weeks.values())
    total = sum(found.total() for found in weeks.values())
    return asked.panel("promises_by_week", (week, state, n), rows, charts.columns(rows, week, n, state, order), n=total,
                       broken=broken)  # fmt: skip


def _by_key(asked: Asked, keys: dict[str, Counter[str]]) -> Panel:
    rows = []
    for key in sorted(keys, key=lambda key: -keys[key].total()):
        found = keys[key]
        ended = found["kept"] + found["kept_late"] + found["broken"]
        kept = share(found["kept"] + found["kept_late"], ended)
        rows.append({"promise": asked.name("promise", key), "n": found.total(), "kept": kept.value if kept else None,
                     "low": kept.low if kept else None, "high": kept.high if kept else None,
                     "late": found["kept_late"] + found["slipped"], "broken": found["broken"], "open": found["open"],
                     "link": f"what=promise&detail=broken:{key}" if found["broken"] else ""})  # fmt: skip
    what = asked.column("promise")
    kept_, low, high = (asked.column(key, "share") for key in ("kept", "low", "high"))
    drawn = [row for row in rows if row["kept"] is not None]
    columns = (what, asked.column("n", "number"), kept_, low, high,
               asked.column("late", "number"), asked.column("broken", "linked"),
               asked.column("open", "number"))  # fmt: skip
    least = min(drawn, key=lambda row: float(str(row["kept"])), default=None)
    return asked.panel("promises_by_key", columns, rows, charts.intervals(drawn, what, kept_, low, high),
                       least=least["promise"] if least else "–",
                       share=f"{least['kept']:.0%}" if least else "–")  # fmt: skip


def _checked(asked: Asked, checked: dict[str, int]) -> Panel:
    whole = sum(checked.values())
    rows = [{"answer": asked.t(f"answer.{answer}"), "n": checked.get(answer, 0),
             "share": checked.get(answer, 0) / whole, "link": f"what=checked&detail={answer}"}
            for answer in ANSWERS] if whole else []  # fmt: skip
    answer_, n, part = asked.column("answer", "link"), asked.column("n", "number"), asked.column("share", "share")
    return asked.panel("checked", (answer_, n, part), rows, charts.bars(rows, replace(answer_, form="text"), n),
                       n=whole, well=percent(checked.get("well", 0), whole),
                       silent=percent(checked.get("silent", 0), whole))  # fmt: skip


def _sent(asked: Asked, sent: dict[str, dict[str, int]]) -> Panel:
    rows = [{"followup": asked.name("followup", kind), "status": asked.t(f"status.{status}"), "n": n,
             "link": f"what=followup&detail={kind}:{status}"}
            for kind, found in sorted(sent.items()) for status, n in sorted(found.items())]  # fmt: skip
    what, status, n = asked.column("followup"), asked.column("status"), asked.column("n", "number")
    total = sum(sum(found.values()) for found in sent.values())
    columns = (what, status, replace(n, form="linked"))
    return asked.panel("followups", columns, rows, charts.bars(rows, what, n, status), n=total,
                       sent=sum(found.get("sent", 0) for found in sent.values()))  # fmt: skip


def _reopened(asked: Asked, settled: dict[tuple[str, str], int]) -> Panel:
    rows = []
    for issue in {issue for issue, _ in settled}:
        again, held = settled.get((issue, "reopened"), 0), settled.get((issue, "held"), 0)
        found = share(again, again + held)
        if found:
            rows.append({"issue": asked.name("issue", issue), "n": found.n, "reopened": again, "share": found.value,
                         "low": found.low, "high": found.high,
                         "link": f"what=settled&detail=reopened&issue={issue}" if again else ""})  # fmt: skip
    rows.sort(key=lambda row: (-float(str(row["share"])), -int(str(row["n"]))))
    issue_, n = asked.column("issue", "link"), asked.column("n", "number")
    part, low, high = (asked.column(key, "share") for key in ("share", "low", "high"))
    again = sum(int(str(row["reopened"])) for row in rows)
    return asked.panel("reopened", (issue_, n, asked.column("reopened", "number"), part, low, high), rows,
                       charts.intervals(rows, replace(issue_, form="text"), part, low, high), again=again,
                       n=sum(int(str(row["n"])) for row in rows))  # fmt: skip
