"""Deeper questions, each an Ibis expression over the exported tables: any engine that Ibis speaks answers it.

Expressions name tables and never an engine. Each result says of how many it tells, and is sorted in full, so that two
engines give the same rows in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace

import ibis
from ibis.expr import types as ir

from actions.insights.feelings import COMFORTING, UPSET_FROM
from actions.insights.tables import TABLES

OF = ("conversation", "matter")  # what makes a matter
MOST = 3  # refusals, and ultimate moments, from which on all are told together
PROMPT_MINUTES = (1, 3, 10)  # ends of the classes in which people's first words come


@dataclass(frozen=True)
class Question:
    """``asks`` says what it tells; ``answer`` is the expression."""

    name: str
    asks: str
    answer: Callable[[SimpleNamespace], ir.Table]

    def expression(self) -> ir.Table:
        """The question over the exported tables."""
        return self.answer(_tables())


@cache
def _tables() -> SimpleNamespace:
    return SimpleNamespace(**{name: ibis.table(dict(columns), name=name) for name, columns in TABLES.items()})


def _n(of: ir.BooleanValue) -> ir.IntegerScalar:
    """How many times that is so."""
    return of.cast("int64").sum().cast("int64")


def _share(of: ir.BooleanValue) -> ir.FloatingScalar:
    """In what share of the rows that is so."""
    return of.cast("int64").mean()


def _seconds(at: ir.TimestampValue) -> ir.NumericValue:
    """Whole seconds of an era: engines differ in what they keep below."""
    return at.epoch_seconds().floor()


def _upset(turns: ir.Table) -> ir.Table:
    """Turns with words of matters in which somebody was upset. ``opening``: the level of the first words;
    ``upset_place``: of the first upset turn, ``calm_place``: of the first calm one after it, null if there is none.
    """
    within = {"group_by": OF}
    spoken = turns.filter(turns.level.notnull())
    spoken = spoken.mutate(
        opening=spoken.level.first().over(**within, order_by=spoken.place),
        upset_place=spoken.place.min(where=spoken.level >= UPSET_FROM).over(**within),
    ).filter(lambda t: t.upset_place.notnull())
    is_calm = (spoken.level == 0) & (spoken.place > spoken.upset_place)
    return spoken.mutate(calm_place=spoken.place.min(where=is_calm).over(**within))


def calm(tables: SimpleNamespace) -> ir.Table:
    """Minutes from the first upset words to the first calm ones."""
    turns = _upset(tables.turns)
    at = _seconds(turns.at)
    each = turns.group_by(*OF, "language", "opening").aggregate(
        upset=at.min(where=turns.place == turns.upset_place), calm=at.min(where=turns.place == turns.calm_place)
    )
    each = each.join(tables.matters.select(*OF, "issue"), OF)
    minutes = (each.calm - each.upset) / 60
    found = each.group_by("issue", "language", "opening").aggregate(
        upset=each.count(), calmed=each.calm.count(), share=_share(each.calm.notnull()), minutes=minutes.quantile(0.5)
    )
    return found.order_by("issue", "language", "opening")


def first_words(tables: SimpleNamespace) -> ir.Table:
    """The comforting wordings of the first answer to an upset customer, and whether calm words followed."""
    turns = _upset(tables.turns)
    first = turns.filter(turns.place == turns.upset_place, turns.speaker == "bot")
    said = first.select("language", "calm_place", variant=first.variants.unnest())
    comforting = ibis.or_(*(said.variant.startswith(f"{act}.") for act in COMFORTING))
    found = said.filter(comforting).group_by("language", "variant").aggregate(
        lambda t: t.count().name("n"),
        calmed=lambda t: t.calm_place.count(),
        share=lambda t: _share(t.calm_place.notnull()),
    )  # fmt: skip
    return found.order_by(ibis.desc("n"), "language", "variant")


def relapses(tables: SimpleNamespace) -> ir.Table:
    """Of those who had calmed down, how many were upset again in the same matter."""
    turns = _upset(tables.turns)
    again = (turns.level >= UPSET_FROM) & (turns.place > turns.calm_place)
    calmed = turns.filter(turns.calm_place.notnull()).group_by(*OF).aggregate(again=again.cast("int64").max())
    calmed = calmed.join(tables.matters.select(*OF, "issue", "people"), OF)
    found = calmed.group_by("issue", "people").aggregate(
        calmed=calmed.count(), again=_n(calmed.again == 1), share=_share(calmed.again == 1)
    )
    return found.order_by("issue", "people")


def reopened(tables: SimpleNamespace) -> ir.Table:
    """Matters that were there again within 7 days of the customer's yes."""
    settled = tables.matters.filter(tables.matters.settled_at.notnull())
    found = settled.group_by("issue", "kind").aggregate(
        settled=settled.count(), reopened=_n(settled.came_back), share=_share(settled.came_back)
    )
    return found.order_by("issue", "kind")


def refusals(tables: SimpleNamespace) -> ir.Table:
    """From offers that were refused to the matter's end: people, or the customer's yes."""
    matters = tables.matters
    refused = tables.turns.group_by(*OF).aggregate(refused=_n(tables.turns.refused))
    each = matters.join(refused, OF).mutate(refused=lambda t: ibis.least(t.refused, MOST).cast("int64"))
    confirmed = each.end == "confirmed"
    found = each.group_by("issue", "refused").aggregate(
        matters=each.count(), people=_n(each.people), people_share=_share(each.people),
        confirmed=_n(confirmed), confirmed_share=_share(confirmed),
    )  # fmt: skip
    return found.order_by("issue", "refused")


def due_hours(tables: SimpleNamespace) -> ir.Table:
    """Promises by the hour that the customer was told: kept in time, slipped, broken."""
    promises = tables.promises.filter(tables.promises.due_hour.notnull())
    slipped, broken = promises.slips > 0, promises.status == "broken"
    found = promises.group_by("due_hour").aggregate(
        promises=promises.count(), kept=_n((promises.status == "kept") & ~slipped), slipped=_n(slipped),
        broken=_n(broken), late_share=_share(slipped | broken),
    )  # fmt: skip
    return found.order_by("due_hour")


def ultimates(tables: SimpleNamespace) -> ir.Table:
    """Customers by how many of their matters became ultimate moments, and how they fare."""
    ultimate = tables.turns.group_by(*OF).aggregate(ultimate=(tables.turns.kind == "ultimate").cast("int64").max())
    matters = tables.matters.join(ultimate, OF)
    customers = matters.group_by("customer").aggregate(
        ultimates=matters.ultimate.sum(), matters=matters.count(),
        confirmed=_n(matters.end == "confirmed"), people=_n(matters.people),
    )  # fmt: skip
    customers = customers.mutate(ultimates=ibis.least(customers.ultimates, MOST).cast("int64"))
    whole = customers.matters.sum().cast("float64")
    found = customers.group_by("ultimates").aggregate(
        customers=customers.count(), matters=customers.matters.sum().cast("int64"),
        confirmed_share=customers.confirmed.sum() / whole, people_share=customers.people.sum() / whole,
    )  # fmt: skip
    return found.order_by("ultimates")


def waits(tables: SimpleNamespace) -> ir.Table:
    """How long people kept those waiting who were handed over, and how many of them said yes in the end.

    ``within``: minutes until a person's first words; -1: longer than the last class, -2: nobody came.
    """
    handed = tables.handovers.join(tables.matters.select(*OF, "end"), OF)
    seconds = _seconds(handed.first_reply_at) - _seconds(handed.at)
    classes = [(seconds <= end * 60, end) for end in PROMPT_MINUTES]
    each = handed.mutate(
        within=ibis.cases((handed.first_reply_at.isnull(), -2), *classes, else_=-1).cast("int64"),
        confirmed=handed.end == "confirmed",
    )
    found = each.group_by("within", "reason").aggregate(
        handovers=each.count(), confirmed=_n(each.confirmed), share=_share(each.confirmed)
    )
    return found.order_by("within", "reason")


QUESTIONS: Mapping[str, Question] = {
    question.name: question
    for question in (
        Question("calm", "How long until upset customers are calm, by issue, language and their first words?", calm),
        Question("first-words", "Which first words to an upset customer come before calm ones?", first_words),
        Question("relapses", "Who was calm, and upset again in the same matter?", relapses),
        Question("reopened", "What comes back within 7 days of the customer's yes?", reopened),
        Question("refusals", "Where do refused offers lead: to people, or to a yes after all?", refusals),
        Question("due-hours", "Promises for which hour of the day slip or break?", due_hours),
        Question("ultimates", "How do customers fare whose matters became ultimate moments?", ultimates),
        Question("waits", "Does it show in the end how long people kept a customer waiting?", waits),
    )
}
