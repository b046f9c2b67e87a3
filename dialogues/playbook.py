"""Playbooks as values: what each service issue needs to know and what it may offer.

``book.py`` reads them from YAML. The judging sees only these frozen values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogues.reading import Order

PHASES = ("situation", "problem", "implication", "need")


@dataclass(frozen=True)
class Fact:
    """Something to explore. ``kind``: ``order`` (chosen among orders), ``choice`` (tapped or named) or ``text``.

    ``choices`` maps a value to the wording key of its title.
    """

    name: str
    kind: str = "text"
    phase: str = "situation"
    required: bool = True
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Promised:
    """What is promised when an option is taken. ``due_hours`` from now, ``buffer_hours`` kept in reserve."""

    key: str
    due_hours: float
    buffer_hours: float = 2
    owner: str = "duty_team"


@dataclass(frozen=True)
class Option:
    """A way out. ``statuses``: order statuses it fits (empty: any). ``intents``: remedies that name it plainly.

    ``port`` and ``action`` are called when it is chosen; empty means that a person takes it on (``promise``).
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

    def fits(self, order: Order | None) -> bool:
        """True when the option may be offered for that order."""
        return not self.statuses or (order is not None and order.status in self.statuses)


@dataclass(frozen=True)
class Playbook:
    """How one service issue is handled. ``kind`` is the moment's kind; ``becomes``: issues it may turn into."""

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
        """True when the intent is a service issue."""
        return intent in self.playbooks

    def of(self, issue: str) -> Playbook:
        """The playbook of an issue. Raises KeyError for an unknown one."""
        return self.playbooks[issue]

    def continues(self, issue: str, intent: str) -> bool:
        """True when ``intent`` may be the same matter as the open ``issue``, said in other words."""
        return issue in self.playbooks and intent in self.playbooks[issue].becomes

    def rule_issues(self) -> frozenset[str]:
        """Issues that the shop keeps for staff."""
        return frozenset(issue for issue, playbook in self.playbooks.items() if playbook.rule)
