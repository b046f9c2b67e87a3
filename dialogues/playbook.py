"""Playbooks as values: what each service issue needs to know and what it may offer.

``book.py`` reads them from YAML. The judging sees only these frozen values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, cached_property

from dialogues.reading import Order

PHASES = ("situation", "problem", "implication", "need")
FACT_KINDS = ("order", "choice", "text")
KINDS = ("zero", "first", "second", "ultimate")
NEEDS = ("speed", "certainty", "fairness", "respect", "compensation", "ease")
STATUSES = ("pending_payment", "paid", "shipped", "out_for_delivery", "delivered", "cancelled", "returned")
# What an option may tell of itself: what it costs, whether the thing goes back, where it goes, how long it takes.
TOPICS = ("cost", "back", "to", "takes")
PORTS = ("orders", "refunds", "returns", "repairs", "coupons", "invoices", "accounts", "tickets")


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the shop's, compiled once: ``re`` itself keeps fewer than there are."""
    return re.compile(pattern, re.IGNORECASE)


def in_warranty(order: Order, today: date | None) -> bool:
    """True while the order's warranty lasts."""
    return bool(order.warranty_until) and (today is None or date.fromisoformat(order.warranty_until[:10]) >= today)


REMEDYING = frozenset({"refunds", "returns", "repairs"})  # ports that decide what becomes of the thing itself


# What an option may ask of an order beside its status. ``today`` is None where the caller does not tell it.
CONDITIONS: Mapping[str, Callable[[Order, date | None], bool]] = {
    "has_amount": lambda order, today: bool(order.amount),
    "refund_due": lambda order, today: bool(order.refunds) or order.status in ("cancelled", "returned"),
    "not_refunded": lambda order, today: not order.refunds,
    "charged_twice": lambda order, today: len(order.charges) > 1,
    "in_warranty": in_warranty,
    "out_of_warranty": lambda order, today: not in_warranty(order, today),  # unknown counts as out: a quote comes first
}


@dataclass(frozen=True)
class Fact:
    """Something to explore. ``kind``: ``order`` (chosen among orders), ``choice`` (tapped or named) or ``text``.

    ``choices`` maps a value to the wording key of its title. ``hears`` maps a value to patterns that tell it wherever
    they stand in a message; the value of a ``text`` fact is what the pattern matched. ``unless_linked``: a signed-in
    customer's account tells it, so that it is not asked. ``grows``: what is said later is added to it. ``meant``: of an
    order: the statuses in which it can be meant; when just one is in such a status it is not asked which.
    """

    name: str
    kind: str = "text"
    phase: str = "situation"
    required: bool = True
    choices: Mapping[str, str] = field(default_factory=dict)
    hears: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless_linked: bool = False
    grows: bool = False
    meant: tuple[str, ...] = ()

    def heard(self, text: str) -> str:
        """The value that a message tells without being asked, or "" when it tells none or more than one."""
        found: dict[str, str] = {}
        for value, patterns in self.hears.items():
            if match := compiled("|".join(patterns)).search(text):
                found[value] = match.group().strip()
        if len(found) != 1:
            return ""
        [(value, words)] = found.items()
        return words if self.kind == "text" else value


@dataclass(frozen=True)
class Promised:
    """What is promised when an option is taken. ``due_hours`` from now, ``buffer_hours`` kept in reserve."""

    key: str
    due_hours: float
    buffer_hours: float = 2
    owner: str = "duty_team"

    def due_at(self, now: datetime) -> datetime:
        """When it is to be done."""
        return now + timedelta(hours=self.due_hours)

    def told_at(self, now: datetime) -> datetime:
        """What the customer is told: later by the buffer."""
        return self.due_at(now) + timedelta(hours=self.buffer_hours)


@dataclass(frozen=True)
class Option:
    """A way out. ``statuses``: order statuses it fits (empty: any). ``intents``: remedies that name it plainly.

    ``conditions`` (names of CONDITIONS) must hold of the order. ``when``: a fact and the values of it that the option
    is for; while the fact is unknown the option stays. ``within_days``: of the delivery (0: no limit);
    ``after_days``: only later than that.
    ``port`` and ``action`` are called when it is chosen; empty means that a person takes it on (``promise``).
    ``said``: patterns by which customers name it in their own words (left out: those of ``_naming.yml``). ``titles``:
    patterns for its titles in all languages, from the wording.
    ``fallback``: fits anything, so it only fills up where hardly anything else does.
    ``strict``: not while a fact of ``when`` is unknown. ``with_answer``: shown beside an article's answer.
    ``undo``: the port's action that takes it back (empty: it cannot be taken back). ``requires``: the facts that it
    cannot do without (left out: every required one). ``kind``: the moment's kind when it is taken, if another.
    ``remedy``: it decides what becomes of the thing itself, so that only one such can stand for an order (left out:
    what is irreversible, and what goes to one of REMEDYING). ``tells``: what is answered of it by topic (TOPICS), the
    end of the wording key ``answer.tells.<topic>.<…>``.
    """

    id: str
    statuses: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    irreversible: bool = False
    port: str = ""
    action: str = ""
    promise: Promised | None = None
    instant: bool = False
    handover: str = ""
    conditions: tuple[str, ...] = ()
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    within_days: int = 0
    after_days: int = 0
    undo: str = ""
    requires: tuple[str, ...] | None = None
    kind: str = ""
    said: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    fallback: bool = False
    strict: bool = False
    with_answer: bool = False
    remedy: bool | None = None
    tells: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_remedy(self) -> bool:
        """True for what decides what becomes of the thing itself."""
        return self.irreversible or self.port in REMEDYING if self.remedy is None else self.remedy

    def fits(self, order: Order | None, facts: Mapping[str, str] | None = None, today: date | None = None) -> bool:
        """True when the option may be offered for that order, these facts, on that day."""
        known = facts or {}
        if any(known[name] not in values if name in known else self.strict for name, values in self.when.items()):
            return False
        if not (self.statuses or self.conditions):
            return True
        if order is None or (self.statuses and order.status not in self.statuses):
            return False
        return self._in_time(order, today) and all(CONDITIONS[name](order, today) for name in self.conditions)

    def is_named_in(self, text: str) -> bool:
        """True when the text names this way out in the customer's own words."""
        return any(self._matches(text))

    def told_in(self, text: str) -> list[str]:
        """The stretches of the text that name this way out, one for each pattern that fits."""
        return [match.group() for match in self._matches(text)]

    def _matches(self, text: str) -> Iterator[re.Match[str]]:
        return filter(None, (compiled(pattern).search(text) for pattern in self.said))

    def speaks_to(self, facts: Mapping[str, str]) -> bool:
        """True when a known fact names this very option: it then comes before the others."""
        return any(facts.get(name) in values for name, values in self.when.items())

    def _in_time(self, order: Order, today: date | None) -> bool:
        if not order.delivered_at or today is None:
            return not self.after_days
        days = (today - date.fromisoformat(order.delivered_at[:10])).days
        return days >= self.after_days + 1 if self.after_days else not self.within_days or days <= self.within_days


@dataclass(frozen=True)
class Playbook:
    """How one service issue is handled. ``kind`` is the moment's kind; ``becomes``: issues it may turn into.

    ``answers``: a pure question about an order. ``knowledge``: the shop's articles may answer it before anything is
    offered. ``aside``: thanked for in passing, never opened as a matter. ``rule``: kept for staff.
    """

    issue: str
    kind: str = "second"
    answers: bool = False
    verified: bool = False
    rule: bool = False
    understood: bool = True
    facts: tuple[Fact, ...] = ()
    options: tuple[Option, ...] = ()
    becomes: tuple[str, ...] = ()
    confirm_after_hours: float = 24
    knowledge: bool = False
    aside: bool = False

    def fact(self, name: str) -> Fact | None:
        """The fact of that name."""
        return next((fact for fact in self.facts if fact.name == name), None)

    def option(self, option_id: str) -> Option | None:
        """The option of that id."""
        return next((option for option in self.options if option.id == option_id), None)


@dataclass(frozen=True)
class Book:
    """All playbooks of the shop by issue."""

    playbooks: Mapping[str, Playbook]

    def is_issue(self, intent: str) -> bool:
        """True when the intent is a service issue that is opened as a matter."""
        return intent in self.playbooks and not self.playbooks[intent].aside

    def of(self, issue: str) -> Playbook:
        """The playbook of an issue. Raises KeyError for an unknown one."""
        return self.playbooks[issue]

    def option(self, option_id: str) -> Option | None:
        """The option of that id in whichever playbook has it: what was taken outlives the issue it was offered for."""
        return self._options.get(option_id)

    @cached_property
    def _options(self) -> Mapping[str, Option]:
        """All options by their ids; the first playbook that has one counts."""
        every = [option for playbook in self.playbooks.values() for option in playbook.options]
        return {option.id: option for option in reversed(every)}

    def of_kind(self, kind: str) -> tuple[str, Option] | None:
        """The first way out that is a moment of that kind, and its issue."""
        found = ((issue, option) for issue, playbook in self.playbooks.items() for option in playbook.options)
        return next((each for each in found if each[1].kind == kind), None)

    def continues(self, issue: str, intent: str) -> bool:
        """True when ``intent`` may be the same matter as the open ``issue``, said in other words."""
        return issue in self.playbooks and intent in self.playbooks[issue].becomes

    def rule_issues(self) -> frozenset[str]:
        """Issues that the shop keeps for staff."""
        return frozenset(issue for issue, playbook in self.playbooks.items() if playbook.rule)
