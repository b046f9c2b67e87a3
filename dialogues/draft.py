"""A plan in the making: a frozen value that each rule hands on, richer by what it decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dialogues.because import because
from dialogues.conflict import Temper
from dialogues.daytime import promised_for
from dialogues.evidence import proof
from dialogues.heat import Felt
from dialogues.numbers import Numbers
from dialogues.plan import Act, Call, Choice, Effect, Plan
from dialogues.playbook import Book, Option, Playbook, Promised
from dialogues.reading import NEGATIVE, Order, Reading, Result, World
from dialogues.state import Conflict, Owner, State
from dialogues.values import changed

COMFORT_BUBBLE, MATTER_BUBBLE, CONFIRM_BUBBLE = 0, 1, 2
_FAILED = frozenset({"action_failed", "unresolved", "agent_silent", "engine_down"})


@dataclass(frozen=True)
class Draft:
    """State and inputs of one turn with the acts, calls, effects and reasons gathered so far.

    ``learnt``: the names of the facts that this turn told anew. ``beside``: another order that is asked after too.
    """

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
    style: str = ""
    kind: str = ""
    learnt: tuple[str, ...] = ()
    beside: Order | None = None

    def set(self, **changes: Any) -> Draft:
        """The draft with the dialogue state changed."""
        return changed(self, state=changed(self.state, **changes))

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
        free: bool = False,
    ) -> Draft:
        """The draft with one more act at its end; a question that counts is counted, and so is an apology."""
        act = Act(name, key, dict(params or {}), choices, question, facts, bubble, free)
        draft = changed(self, acts=(*self.acts, act))
        if act.apologises:
            draft = draft.set(apologised=draft.state.apologised + 1).do("apology")
        return draft.set(questions=draft.state.questions + 1) if act.counts else draft

    def do(self, name: str, **data: Any) -> Draft:
        """The draft with one more effect."""
        return changed(self, effects=(*self.effects, Effect(name, data)))

    def ask_port(self, call: Call) -> Draft:
        """The draft with one more call to the shop's systems."""
        return changed(self, calls=(*self.calls, call))

    def agreed(self, issue: str) -> Draft:
        """The draft in which that is the matter, as the customer agreed."""
        return self.set(issue=issue, understood=issue, guess="").because("agreed", issue=issue)

    def because(self, code: str, /, **values: object) -> Draft:
        """The draft with one more reason, of those in ``because.REASONS``."""
        return changed(self, reasons=(*self.reasons, because(code, **values)))

    def ends_as(self, outcome: str) -> Draft:
        """The draft with the outcome of this moment."""
        return changed(self, outcome=outcome)

    def is_of_kind(self, kind: str) -> Draft:
        """The draft with the moment's kind, where it is not that of the issue."""
        return changed(self, kind=kind) if kind else self

    def when(self, promised: Promised) -> tuple[datetime, datetime]:
        """When what is promised now is due, and what the customer is told: later by the buffer."""
        return self.by_day(promised.due_at(self.world.now), promised.told_at(self.world.now))

    def by_day(self, due: datetime, told: datetime) -> tuple[datetime, datetime]:
        """Both times in the customer's own daytime, in shop time like ``world.now``."""
        here = self.world.now.tzinfo
        there = ZoneInfo(self.world.timezone) if self.world.timezone else here
        due, told = promised_for(due.astimezone(there), told.astimezone(there), self.numbers)
        return due.astimezone(here), told.astimezone(here)

    @property
    def number(self) -> str:
        """The number of the order at hand, "" for none."""
        return self.state.facts.get("order_number", "")

    def due_of(self, key: str) -> str:
        """Until when the customer was told that it is kept for the order at hand; "" where it is not owed."""
        return self.state.due_of(key, self.number)

    def promise(self, key: str, *, due: datetime, told: datetime, owner: str, of_order: bool = True) -> Draft:
        """The draft with a promise and the check that goes with it. ``told`` is what the customer hears.

        ``of_order``: it is made for the order at hand, not for the conversation.
        """
        number = self.number if of_order else ""
        draft = self.do(
            "promise", key=key, due_at=due.isoformat(), told_due_at=told.isoformat(), owner=owner,
            issue=self.state.issue, order_number=number,
            shown_before=proof(key, self.order) if self.order else "",
        )  # fmt: skip
        draft = draft.follow_up("promise_check", due)
        fresh = draft.state.without_promise(key, number)
        promised = {**fresh.promised, fresh.name_of(key, number): told.isoformat()}
        return changed(draft, state=changed(fresh, promised=promised))

    def withdraw(self, key: str) -> Draft:
        """The draft in which that promise is owed no more, in the state and on record."""
        name = self.state.name_of(key, self.number)
        number = self.number if name != key else ""
        state = self.state.without_promise(key, number)
        return changed(self, state=state).do("withdraw", key=key, order_number=number)

    def in_front(self, say: Callable[[Draft], Draft]) -> Draft:
        """The draft with what ``say`` adds in front of what is said already."""
        first = say(changed(self, acts=()))
        return changed(first, acts=(*first.acts, *self.acts))

    def beside_the_last(self, choices: Sequence[Choice]) -> Draft:
        """The draft with something more to tap under what is said last."""
        *before, last = self.acts
        return changed(self, acts=(*before, changed(last, choices=(*last.choices, *choices))))

    def follow_up(self, kind: str, due: datetime) -> Draft:
        """The draft with a follow-up, unless the customer wants no messages: then only a new promise is checked."""
        if self.state.contact_stopped and kind != "promise_check":
            return self.because("no_followup", followup=kind)
        return self.do("followup", kind=kind, due_at=due.isoformat())

    def result(self, call: Call) -> Result | None:
        """The answer to a call, if it was made."""
        return self.world.results.get(call.key)

    @property
    def may_apologise(self) -> bool:
        """One apology an episode, a second only when something went wrong anew; never two in one reply."""
        said_now = any(act.apologises for act in self.acts)
        return not said_now and self.state.apologised < 1 + min(self.state.faults, 1)

    @property
    def has_issue(self) -> bool:
        """True when the matter is known."""
        return self.book.is_issue(self.state.issue)

    @property
    def playbook(self) -> Playbook:
        """The playbook of the open issue. Raises KeyError when there is none."""
        return self.book.of(self.state.issue)

    @property
    def done(self) -> tuple[Option, ...]:
        """The ways out taken in this episode, whatever it was about then, and what stands booked; in order."""
        taken, booked = self.state.options_done, self.booked
        earlier = (booked.id,) if booked and booked.id not in taken else ()
        return tuple(option for name in (*earlier, *taken) if (option := self.option(name)))

    @property
    def booked(self) -> Option | None:
        """The remedy that stands for the order at hand: of this episode, or an earlier one that is still to be kept."""
        option = self.option(self.state.booked.get(self.number, ""))
        if option is None or option.id in self.state.options_done:
            return option
        return option if option.promise and self.due_of(option.promise.key) else None

    def option(self, option_id: str) -> Option | None:
        """The way out of that id: as the open issue has it, else as any has."""
        here = self.playbook.option(option_id) if self.has_issue else None
        return here or self.book.option(option_id)

    @property
    def order(self) -> Order | None:
        """The order the episode is about, when the customer may see it."""
        return self.world.order(self.number)

    @property
    def proven(self) -> bool:
        """True for a customer who may hear of their orders."""
        return self.state.verified or self.world.linked

    @property
    def asks_already(self) -> bool:
        """True when the reply holds a question: there is room for one only."""
        return any(act.question for act in self.acts)

    @property
    def may_ask(self) -> bool:
        """True while the episode has room for a question."""
        return self.state.questions < self.numbers.questions_per_episode

    @property
    def too_upset_for_offers(self) -> bool:
        """True when this turn's own feeling is so strong that an offer would come too early."""
        return self.reading.emotion in NEGATIVE and self.reading.intensity >= self.numbers.no_offer_at_intensity

    @property
    def in_conflict(self) -> bool:
        """True while the conflict steps are under way."""
        return self.state.conflict is not Conflict.NONE

    @property
    def is_handed_over(self) -> bool:
        """True when people are awaited or hold the conversation."""
        return self.state.owner is not Owner.BOT

    def plan(self) -> Plan:
        """The finished plan."""
        return Plan(
            state=self.state, acts=self.acts, calls=self.calls, effects=self.effects, reasons=self.reasons,
            outcome=self.outcome, expectation=self._expectation(), style=self.style, kind=self.kind,
        )  # fmt: skip

    def _expectation(self) -> str:
        """Whether the customer got less, as much, or more than they expected, as far as this turn tells."""
        failed = self.outcome == "reopened" or (self.outcome == "handed_over" and self.state.handover_reason in _FAILED)
        if failed or self.reading.hurts:
            return "missed"
        return "exceeded" if self.reading.emotion == "happy" else "met"
