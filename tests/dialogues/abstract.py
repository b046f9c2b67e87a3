"""The judging seen from far enough away to walk through all of it: a small shop, letters, and abstract states.

An abstract state is a dialogue state with everything levelled that no rule looks at, or looks at in bands only:
wording that was used, style, needs, stories and names are dropped; heat is one of four bands (calm, warm, high, very
high) with whether it was rising; times are "now", "still to come" or never; counters stop where the rules stop
counting. A letter is one customer turn, as heard, or something that happens in between: staff accept, hand back or
fall silent, a follow-up fires, days pass.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from dialogues.comeback import Circumstances, agent_went_silent, decide_comeback
from dialogues.episodes import handed_back
from dialogues.plan import Plan
from dialogues.playbook import Book, Fact, Option, Playbook, Promised
from dialogues.reading import Reading, World
from dialogues.state import Owner, Stage, State
from tests.dialogues.build import NOW, NUMBERS, SHIPPED, answered, reading, tap, world

SOON, BEFORE = (NOW + timedelta(hours=22)).isoformat(), NOW.isoformat()
CALM, WARM, HIGH, VERY_HIGH = 0, 14, 20, 27

_ORDER = Fact("order_number", kind="order")
_WISH = Fact("wish", kind="choice", phase="need", required=False, choices={"speed": "w"})
_EXPEDITE = Option("expedite", port="orders", action="expedite", promise=Promised("courier_report", 22))
_REFUND = Option("refund_all", intents=("refund",), irreversible=True, port="refunds", action="create", undo="cancel",
                 promise=Promised("money_back", 72))  # fmt: skip
_EXCHANGE = Option("exchange", port="returns", action="exchange", instant=True)
_TEAM = Option("duty_team", promise=Promised("duty_team", 22))
_HUMAN = Option("human_now", handover="asked")


def _book(*playbooks: Playbook) -> Book:
    return Book({playbook.issue: playbook for playbook in playbooks})


WITH_PORTS = ("expedite", "refund_all", "undo.refund_all", "exchange")


@dataclass(frozen=True)
class Letter:
    """One thing that may happen. ``said``: a customer's turn; else ``event`` names what happens in between.

    ``broken``: the calls that fail in this turn; ``hours``: the silence before it.
    """

    name: str
    said: Reading | None = None
    event: str = ""
    broken: tuple[str, ...] = ()
    hours: int = 0


@dataclass(frozen=True)
class Walk:
    """A part of the whole that is walked through completely: its shop, and the words that may be said in it.

    ``tells``: the fields of the state (beside those of ALWAYS_TOLD) that tell its states apart; of those that agree in
    them the first one found stands for all.
    """

    name: str
    book: Book
    words: tuple[Letter, ...]
    tells: tuple[str, ...]


ALWAYS_TOLD = ("stage", "issue", "owner", "asked_now", "conflict")
TOLD_OF_PEOPLE = ("stage", "issue", "owner", "handover_reason", "contact_stopped")  # while they hold or await it


def _said(*intents: str) -> tuple[Letter, ...]:
    return tuple(Letter(intent, reading(intent)) for intent in intents)


def _felt(*intents: str) -> tuple[Letter, ...]:
    return tuple(
        Letter(f"{intent} {emotion} {intensity}", reading(intent, emotion, intensity))
        for intent in intents for emotion, intensity in _FEELINGS
    )  # fmt: skip


_FEELINGS = (("angry", 3), ("angry", 2), ("frustrated", 1), ("abusive", 2), ("happy", 2))
_ALWAYS = _said("request_human", "stop_contact", "goodbye", "resolved", "unresolved", "deny", "affirm", "thank",
                "ask_reason", "ask_alternative")  # fmt: skip
_UNSURE = (Letter("unsure", reading("", unsure=True, confidence=0.3)),)
_LATER = (Letter("a day later", reading("chitchat"), hours=26), Letter("four days later", reading("deny"), hours=96))
_HARM = (Letter("harm", reading("item_problem", "anxious", 3, safety=True)),)
_PROOF = {"order_number": SHIPPED.number, "phone": "13800008812"}
_ASKS = (
    Letter("how long", reading("refund", asks="duration")),
    Letter("what does it cost", reading("", unsure=True, confidence=0.3, asks="cost"), broken=("knowledge",)),
)
_PROVES = (
    Letter("where is the number", reading("dont_know", asks="where")),
    Letter("proves", reading("provide_info", entities=_PROOF)),
    Letter("proves in vain", reading("provide_info", entities=_PROOF), broken=("verify",)),
    Letter("proves angrily", reading("delivery_problem", "angry", 3, entities=_PROOF)),
)
REFUSALS = ("deny", "ask_alternative", "unresolved", "confirm:not_yet")

WALKS = (
    # An order that has to be proved; something irreversible that can be undone; a question about the same order.
    Walk("an order", _book(
        Playbook("delivery_problem", verified=True, facts=(_ORDER, _WISH), becomes=("order_status",),
                 options=(_EXPEDITE, _REFUND, _HUMAN)),
        Playbook("order_status", answers=True, verified=True, facts=(_ORDER,), becomes=("delivery_problem",),
                 options=(_HUMAN,)),
    ), (*_said("delivery_problem", "order_status", "refund", "dont_know", "chitchat"), *_ALWAYS, *_ASKS,
        *_PROVES),
        ("facts", "refused_facts", "verified", "options_open", "options_done")),
    # Facts to ask for, one of them by tapping; something done at once; something that a person takes on.
    Walk("facts", _book(
        Playbook("item_problem", facts=(
            Fact("deadline", phase="implication"),
            Fact("trouble", kind="choice", phase="problem", choices={"broken": "w"})),
            options=(_EXCHANGE, replace(_TEAM, requires=("trouble",)), _HUMAN)),
    ), (*_said("item_problem", "dont_know", "provide_info"), *_felt("item_problem")[:2], *_ALWAYS, *_UNSURE),
        ("facts", "refused_facts", "questions", "options_open", "contact_stopped")),
    # How people feel, with hardly a matter.
    Walk("feelings", _book(
        Playbook("item_problem", facts=(_WISH,), options=(_EXCHANGE, _TEAM, _HUMAN)),
    ), (*_said("item_problem", "request_human", "resolved", "affirm", "deny"), *_LATER, *_HARM,
        *_felt("item_problem", "unresolved", "")),
        ("heat", "heats", "strained", "abused_at")),
    # One matter after the other; answers from articles; what is kept for staff.
    Walk("many matters", _book(
        Playbook("item_problem", options=(_EXCHANGE, _TEAM, _HUMAN)),
        Playbook("usage_help", knowledge=True, options=(_HUMAN,)),
        Playbook("invoice", understood=False, options=(_TEAM, _HUMAN)),
    ), (*_said("item_problem", "usage_help", "invoice", "escalation_threat", "greet", "out_of_scope"),
        *_ALWAYS, *_UNSURE,
        Letter("two matters", reading("item_problem", also=("usage_help",))),
        *_ASKS,
        Letter("nothing known", reading("usage_help", "confused", 3), broken=("knowledge",)),
        Letter("unsure of the invoice", reading("invoice", unsure=True, confidence=0.4))),
        ("parked", "guess", "misunderstood")),
)  # fmt: skip

EVENTS = tuple(Letter(name, event=name) for name in (
    "staff accept", "staff hand back", "staff fall silent", "outcome is asked for", "promise kept", "promise slips",
))  # fmt: skip


def letters_at(walk: Walk, state: State) -> Iterator[Letter]:
    """Everything that may happen in a state: all words, what can be tapped (also what is no longer open), events."""
    yield from walk.words
    for payload in _taps(walk, state):
        yield Letter(payload, tap(payload))
        name = payload.removeprefix("option:").replace("undo:", "undo.")
        if name in WITH_PORTS and state.owner is Owner.BOT:
            yield Letter(f"{payload}, which fails", tap(payload), broken=(name,))
    for letter in EVENTS:
        if _may_happen(letter.event, state):
            yield letter


def _taps(walk: Walk, state: State) -> Iterator[str]:
    yield from (f"option:{name}" for name in state.options_shown)
    yield from (f"undo:{name}" for name in state.options_done)
    yield from ("confirm:settled", "confirm:not_yet", "confirm:other", "human")
    if state.asked_now == "clarify":
        yield from ("yes", "no")
    if state.asked_now == "survey":
        yield from ("score:1", "score:5")
    yield from (f"issue:{issue}" for issue in walk.book.playbooks)
    if walk.book.is_issue(state.issue):
        yield from (f"fact:{fact.name}={value}" for fact in walk.book.of(state.issue).facts for value in fact.choices)


def _may_happen(event: str, state: State) -> bool:
    match event:
        case "staff accept":
            return state.owner is Owner.QUEUE
        case "staff hand back" | "staff fall silent":
            return state.owner is Owner.HUMAN
        case "outcome is asked for":
            return bool(state.checked_at)
        case "promise kept" | "promise slips":
            return bool(state.promised)
        case _:
            return True


def after_event(event: str, state: State) -> State:
    """The state after something that is no customer turn."""
    match event:
        case "staff accept":
            return replace(state, owner=Owner.HUMAN)
        case "staff hand back":
            return handed_back(state, "looked into it")
        case "staff fall silent":
            return agent_went_silent(state).state
        case "outcome is asked for":
            return decide_comeback("outcome_check", state, Circumstances(NOW), NUMBERS).state
        case "promise kept":
            seen = Circumstances(NOW, promise_key="money_back", promise_status="open", told_due=SOON,
                                 order=replace(SHIPPED, refunds=({"status": "done"},)))  # fmt: skip
            return decide_comeback("promise_check", state, seen, NUMBERS).state
        case _:
            seen = Circumstances(NOW, promise_key="money_back", promise_status="open", told_due=SOON, order=SHIPPED)
            return decide_comeback("promise_check", state, seen, NUMBERS).state


def _band(heat: int) -> int:
    for floor, stands_for in ((25, VERY_HIGH), (18, HIGH), (10, WARM)):
        if heat >= floor:
            return stands_for
    return CALM


def _value(name: str, told: str) -> str:
    """What a fact says counts only where a rule looks at it."""
    return told if name in ("order_number", "phone_last4") else "x"


def levelled(state: State) -> State:
    """The abstract state: one dialogue state that stands for all that no rule tells apart."""
    heats = tuple(_band(heat) for heat in state.heats[-2:])
    rising = len(heats) == 2 and heats[0] < heats[1]
    over = state.stage in (Stage.IDLE, Stage.CLOSED)
    return replace(
        state, said=(), style={}, needs=(), stories={}, version=0, episode=0, locale="en",
        note="n" if state.note else "",
        heat=_band(state.heat), heats=heats if rising else heats[-1:], strained=min(state.strained, 1),
        last_turn_at=BEFORE if state.last_turn_at else "", abused_at=BEFORE if state.abused_at else "",
        surveyed_at=BEFORE if state.surveyed_at else "", checked_at=SOON if state.checked_at else "",
        promised=dict.fromkeys(sorted(state.promised), SOON), empathised=min(state.empathised, 1),
        facts={name: _value(name, state.facts[name]) for name in sorted(state.facts)},
        asked={} if over else {name: min(state.asked[name], 2) for name in sorted(state.asked)},
        options_shown=tuple(sorted(state.options_shown)), options_done=tuple(sorted(set(state.options_done))),
        options_refused=tuple(sorted(state.options_refused)), refused_facts=tuple(sorted(state.refused_facts)),
        parked=state.parked[:1],
    )  # fmt: skip


def key_of(walk: Walk, state: State) -> tuple[object, ...]:
    """What tells two abstract states of a walk apart."""
    names = TOLD_OF_PEOPLE if state.owner is not Owner.BOT else (*ALWAYS_TOLD, *walk.tells)
    values = (getattr(state, name) for name in names)
    return tuple(tuple(value.items()) if isinstance(value, dict) else value for value in values)


def full_key_of(state: State) -> tuple[object, ...]:
    """What tells two abstract states apart when every field counts."""
    return tuple(tuple(value.items()) if isinstance(value, dict) else value for value in state.__dict__.values())


@dataclass(frozen=True)
class Step:
    """One transition: what happened in a state, and what came of it. ``plan`` is None for an event."""

    walk: Walk
    before: State
    letter: Letter
    around: World
    after: State
    plan: Plan | None


def steps_from(walk: Walk, state: State, letters: Iterable[Letter] | None = None) -> Iterator[Step]:
    """Every transition out of an abstract state, calls to the shop answered."""
    around = world(*((SHIPPED,) if state.verified else ()), linked=False)
    for letter in letters_at(walk, state) if letters is None else letters:
        if letter.said is None:
            yield Step(walk, state, letter, around, after_event(letter.event, state), None)
            continue
        silent_since = (NOW - timedelta(hours=letter.hours)).isoformat()
        before = replace(state, last_turn_at=silent_since) if letter.hours and state.last_turn_at else state
        plan = answered(before, letter.said, around, dict.fromkeys(letter.broken, False), book=walk.book)
        yield Step(walk, before, letter, around, plan.state, plan)


def walk_through(walk: Walk, see: Callable[[Step], None]) -> tuple[list[State], int]:
    """Shows every transition out of every reachable abstract state. Returns the states, and how many transitions."""
    start = levelled(State(locale="en"))
    known, waiting, steps = {key_of(walk, start): start}, deque([start]), 0
    while waiting:
        for step in steps_from(walk, waiting.popleft()):
            steps += 1
            see(step)
            state = levelled(step.after)
            if (key := key_of(walk, state)) not in known:
                known[key] = state
                waiting.append(state)
    return list(known.values()), steps
