"""A plan in the making: a frozen value that each rule hands on, richer by what it decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dialogues.conflict import Temper
from dialogues.heat import Felt
from dialogues.numbers import Numbers
from dialogues.plan import Act, Call, Choice, Effect, Plan
from dialogues.playbook import Book, Playbook
from dialogues.reading import NEGATIVE, Order, Reading, Result, World
from dialogues.state import State

COMFORT_BUBBLE, MATTER_BUBBLE, CONFIRM_BUBBLE = 0, 1, 2


@dataclass(frozen=True)
class Draft:
    """State and inputs of one turn with the acts, calls, effects and reasons gathered so far."""

    state: State
    reading: Reading
    world: World
    book: Book
    numbers: Numbers
    felt: Felt = field(default_factory=lambda: Felt(0, 0, 0))
    temper: Temper = Temper.CALM
    acts: tuple[Act, ...] = ()
    calls: tuple[Call, ...] = ()
    effects: tuple[Effect, ...] = ()
    reasons: tuple[str, ...] = ()
    outcome: str = "open"

    def set(self, **changes: Any) -> Draft:
        """The draft with the dialogue state changed."""
        return replace(self, state=replace(self.state, **changes))

    def say(
        self,
        name: str,
        key: str,
        params: Mapping[str, str] | None = None,
        *,
        choices: tuple[Choice, ...] = (),
        question: bool = False,
        facts: tuple[str, ...] = (),
        bubble: int = MATTER_BUBBLE,
    ) -> Draft:
        """The draft with one more act at its end."""
        act = Act(name, key, dict(params or {}), choices, question, facts, bubble)
        return replace(self, acts=(*self.acts, act))

    def do(self, name: str, **data: Any) -> Draft:
        """The draft with one more effect."""
        return replace(self, effects=(*self.effects, Effect(name, data)))

    def ask_port(self, call: Call) -> Draft:
        """The draft with one more call to the shop's systems."""
        return replace(self, calls=(*self.calls, call))

    def because(self, reason: str) -> Draft:
        """The draft with one more reason."""
        return replace(self, reasons=(*self.reasons, reason))

    def ends_as(self, outcome: str) -> Draft:
        """The draft with the outcome of this moment."""
        return replace(self, outcome=outcome)

    def result(self, call: Call) -> Result | None:
        """The answer to a call, if it was made."""
        return self.world.results.get(call.key)

    @property
    def playbook(self) -> Playbook:
        """The playbook of the open issue. Raises KeyError when there is none."""
        return self.book.of(self.state.issue)

    @property
    def order(self) -> Order | None:
        """The order the episode is about, when the customer may see it."""
        return self.world.order(self.state.facts.get("order_number", ""))

    @property
    def asks_already(self) -> bool:
        """True when the reply holds a question: there is room for one only."""
        return any(act.question for act in self.acts)

    @property
    def too_upset_for_offers(self) -> bool:
        """True when this turn's own feeling is so strong that an offer would come too early."""
        return self.reading.emotion in NEGATIVE and self.reading.intensity >= self.numbers.no_offer_at_intensity

    @property
    def in_conflict(self) -> bool:
        """True while the conflict steps are under way."""
        return self.state.conflict.value != "none"

    def plan(self) -> Plan:
        """The finished plan."""
        missed = self.reading.emotion in NEGATIVE and self.reading.intensity >= 2
        return Plan(
            state=self.state,
            acts=self.acts,
            calls=self.calls,
            effects=self.effects,
            reasons=self.reasons,
            outcome=self.outcome,
            expectation="missed" if missed else "exceeded" if self.reading.emotion == "happy" else "met",
        )
