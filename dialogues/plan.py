"""What a decision consists of: the next state, what to say, what to do, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogues.state import State

# Every act that a reply can hold. Their order in a plan is the order in which the customer reads them.
ACTS = (
    "safety", "greet", "listen", "empathise", "accept", "boundary", "ask", "restate", "offer", "explain", "act",
    "promise", "confirm", "recover", "handover", "schedule", "survey", "thank", "close", "clarify", "answer", "decline",
)  # fmt: skip
CONFLICT_ACTS = frozenset({"listen", "empathise", "accept"})
OPENING_ACTS = CONFLICT_ACTS | {"boundary", "safety"}
# Wording that says sorry; so does every key that ends in APOLOGY.
APOLOGY = ".sorry"
APOLOGIES = frozenset({"recover.survey", "recover.slipping", "recover.broken", "fallback"})
COUNTED_ACTS = frozenset({"listen", "ask", "clarify"})  # when they ask for something


# Every effect a plan can hold, and what its handler does.
EFFECTS: Mapping[str, str] = {
    "promise": "records an open promise",
    "followup": "schedules a follow-up",
    "withdraw": "takes back what was promised for something that was undone",
    "handover": "puts the conversation before the staff, with a reason and a brief",
    "raise_handover": "gives the waiting handover a graver reason",
    "leave_queue": "the customer needs nobody any more",
    "stop_contact": "cancels every follow-up; open promises pass to the duty team",
    "verify": "the customer proved to know the order",
    "apology": "an apology was said",
    "close": "the episode is over",
}


@dataclass(frozen=True)
class Choice:
    """A reply the customer can tap. ``key`` names its title in the catalogues."""

    key: str
    payload: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Act:
    """One thing the reply does. ``key`` names its wording; ``question`` marks acts that ask for ``facts``.

    ``free``: a question that does not count among the three of an episode (verification).
    """

    name: str
    key: str
    params: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    question: bool = False
    facts: tuple[str, ...] = ()
    bubble: int = 0
    free: bool = False

    @property
    def counts(self) -> bool:
        """True for a question that counts among the three of an episode."""
        return self.question and not self.free and self.name in COUNTED_ACTS

    @property
    def apologises(self) -> bool:
        """True when its wording says sorry."""
        return self.key.endswith(APOLOGY) or self.key in APOLOGIES


@dataclass(frozen=True)
class Call:
    """A request to one of the shop's systems. ``key`` identifies it within the turn; doing it twice is harmless."""

    key: str
    port: str
    action: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Effect:
    """A change to our own records: ``promise``, ``followup``, ``handover``, ``close`` … (EFFECTS tells all)."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """A decision. While ``calls`` is not empty the plan is not final: make them, then decide again with the results.

    ``reasons`` tell which rule applied with which figures, in the order in which they applied. ``style`` chooses
    between wording variants. ``kind``: the moment's kind where it is not that of the issue.
    """

    state: State
    acts: tuple[Act, ...] = ()
    calls: tuple[Call, ...] = ()
    effects: tuple[Effect, ...] = ()
    reasons: tuple[str, ...] = ()
    outcome: str = "open"
    expectation: str = "met"
    style: str = ""
    kind: str = ""

    def act_names(self) -> tuple[str, ...]:
        """The names of the acts in order."""
        return tuple(act.name for act in self.acts)

    def to_dict(self) -> dict[str, Any]:
        """The plan as JSON-ready data, as it travels from the policy to the action handler."""
        return {
            **vars(self),
            "state": self.state.to_dict(),
            "acts": [{**vars(act), "choices": [dict(vars(choice)) for choice in act.choices]} for act in self.acts],
            "calls": [dict(vars(call)) for call in self.calls],
            "effects": [dict(vars(effect)) for effect in self.effects],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Plan:
        """The reverse of ``to_dict``."""
        return cls(
            state=State.from_dict(data["state"]),
            acts=tuple(_act(act) for act in data["acts"]),
            calls=tuple(Call(**call) for call in data["calls"]),
            effects=tuple(Effect(**effect) for effect in data["effects"]),
            reasons=tuple(data["reasons"]),
            outcome=data["outcome"],
            expectation=data["expectation"],
            style=data.get("style", ""),
            kind=data.get("kind", ""),
        )


def _act(data: Mapping[str, Any]) -> Act:
    return Act(**{**data, "choices": tuple(Choice(**c) for c in data["choices"]), "facts": tuple(data["facts"])})
