"""EOAC as a table: at this stage, when the turn means this, make this move.

``Signal`` says what a turn means; ``signal_of`` finds it; ``TABLE`` has one row per signal and one column per stage.
The moves themselves are listed in ``moves.py``.
"""

from __future__ import annotations

from enum import Enum

from dialogues.phrases.clauses import is_request, parted
from dialogues.phrases.which_matter import MATTERS
from dialogues.playbook import Book
from dialogues.reading import NEGATIVE, Reading
from dialogues.state import Stage, State


class Signal(str, Enum):
    """What a turn means to the flow; MEANS says it in words."""

    ISSUE = "issue"
    SAME = "same"
    QUESTION = "question"
    OTHER = "other"
    INFORM = "inform"
    CORRECTS = "corrects"
    UNKNOWN = "unknown"
    CHOSE = "chose"
    UNDO = "undo"
    INSTEAD = "instead"
    WITHDRAWN = "withdrawn"
    WAITS = "waits"
    YES = "yes"
    NO = "no"
    ANOTHER = "another"
    ELSE = "else"
    WHY = "why"
    SETTLED = "settled"
    UNSETTLED = "unsettled"
    SCORE = "score"
    THANKS = "thanks"
    BYE = "bye"
    GREET = "greet"
    ASIDE = "aside"
    SCOPE = "scope"
    STALE = "stale"
    UNCLEAR = "unclear"


MEANS: dict[Signal, str] = {
    Signal.ISSUE: "raises a service issue, or the open one turns out to be this",
    Signal.SAME: "the open issue again",
    Signal.QUESTION: "a question within the open issue that can be answered in passing",
    Signal.OTHER: "raises another issue while one is open",
    Signal.INFORM: "gives what was asked, or a detail",
    Signal.CORRECTS: "names another of their orders than the one at hand",
    Signal.UNKNOWN: "does not know what was asked",
    Signal.CHOSE: "picks one of the options shown",
    Signal.UNDO: "wants what was done taken back",
    Signal.INSTEAD: "names another remedy than the one that is booked",
    Signal.WITHDRAWN: "wants nothing done after all",
    Signal.WAITS: "wants a moment, or to think it over",
    Signal.YES: "yes",
    Signal.NO: "no",
    Signal.ANOTHER: "asks for another option",
    Signal.ELSE: "there is something else",
    Signal.WHY: "asks why",
    Signal.SETTLED: "it works, it is settled",
    Signal.UNSETTLED: "still not well",
    Signal.SCORE: "answers the survey",
    Signal.THANKS: "thanks",
    Signal.BYE: "says goodbye",
    Signal.GREET: "greets",
    Signal.ASIDE: 'small talk, praise, a suggestion, "are you a robot"',
    Signal.SCOPE: "nothing that a shop does",
    Signal.STALE: "taps something that is no longer open",
    Signal.UNCLEAR: "was not understood",
}


# fmt: off
_GRID = """
signal    idle       explore    offer      action     confirm    closed
issue     explore    explore    explore    explore    explore    explore
same      explore    explore    follow     remind     remind     remind
question  explore    look       look       look       look       explore
other     explore    park       park       park       park       explore
inform    about_what explore    explore    explore    explore    about_what
corrects  about_what correct    correct    correct    correct    about_what
unknown   about_what skip       offer      later      later      ready
chose     ready      choose     choose     choose     choose     choose
undo      ready      undo       undo       undo       undo       undo
instead   ready      instead    instead    instead    instead    instead
withdrawn ready      withdraw   withdraw   confirm    confirm    ready
waits     ready      wait       wait       later      later      ready
yes       ready      explore    agree      later      settle     ready
no        unclear    misheard   refuse     hold       reopen     no_need
another   unclear    skip       refuse     refuse     refuse     reopen
else      ready      else       else       else       else       ready
why       explain    explain    explain    explain    explain    explain
settled   thank      settle     settle     settle     settle     thank
unsettled reopen     reopen     reopen     reopen     reopen     reopen
score     score      score      score      score      score      score
thanks    thank      welcome    welcome    welcome    settle     thank
bye       close      close      close      close      close      close
greet     greet      explore    offer      confirm    confirm    greet
aside     aside      aside      aside      aside      aside      aside
scope     decline    decline    decline    decline    decline    decline
stale     ready      explore    offer      confirm    confirm    ready
unclear   unclear    unclear    unclear    unclear    unclear    unclear
"""
# fmt: on


def _read(grid: str) -> dict[tuple[Stage, Signal], str]:
    header, *rows = [line.split() for line in grid.strip().splitlines()]
    stages = [Stage(name) for name in header[1:]]
    return {(stage, Signal(row[0])): move for row in rows for stage, move in zip(stages, row[1:], strict=True)}


TABLE = _read(_GRID)

# Signals that open a new episode after a closed one.
OPENING = frozenset({Signal.ISSUE, Signal.INFORM, Signal.UNCLEAR})
# Signals that take nothing on: a heated customer is heard, and not invited to tell a story.
PASSING = frozenset({Signal.BYE, Signal.ASIDE, Signal.SCOPE, Signal.THANKS, Signal.SETTLED, Signal.SCORE})

_DIRECT = {
    "affirm": Signal.YES, "deny": Signal.NO, "ask_alternative": Signal.ANOTHER, "ask_reason": Signal.WHY,
    "resolved": Signal.SETTLED, "unresolved": Signal.UNSETTLED, "thank": Signal.THANKS, "goodbye": Signal.BYE,
    "greet": Signal.GREET, "provide_info": Signal.INFORM, "dont_know": Signal.UNKNOWN,
    "out_of_scope": Signal.SCOPE, "bot_identity": Signal.ASIDE, "chitchat": Signal.ASIDE,
    "praise": Signal.ASIDE, "suggestion": Signal.ASIDE,
}  # fmt: skip
# Questions about a way out that lies open, which do not choose it: how long, when, what it costs, how much comes back.
ASKS_BESIDE = frozenset({"duration", "when", "cost", "amount"})
WORKED_ON = (Stage.ACTION, Stage.CONFIRM)
_WELL = frozenset({"resolved", "thank", "goodbye"})
OVER = (Stage.IDLE, Stage.CLOSED)


def signal_of(state: State, reading: Reading, book: Book, gives: frozenset[str], option: str) -> Signal:
    """What this turn means at this stage.

    ``gives``: the facts that the turn tells; ``option``: the option that it picks.
    """
    if reading.choice:
        return _signal_of_choice(state, reading.choice, gives, option)
    if option:
        return Signal.CHOSE
    if state.asked_now == "undo" and reading.intent == "affirm":
        return Signal.UNDO
    if state.asked_now == "survey" and reading.first("score"):
        return Signal.SCORE
    sure_issue = book.is_issue(reading.intent) and not reading.unsure
    if sure_issue and _signal_of_issue(state, reading, book) is Signal.OTHER:
        return Signal.OTHER
    corrected = state.stage not in OVER and "change" in gives and not book.is_issue(reading.intent)
    hands_over_a_number = "order_number" in gives and bool(reading.first("order_number")) and reading.intent in _WELL
    if state.asked_now in gives or corrected or hands_over_a_number:
        return Signal.INFORM
    if reading.unsure:
        if state.asked_now == "wish":
            return Signal.INFORM  # what matters to them, in words of their own
        nothing_open = state.stage in OVER and book.is_issue(reading.intent)
        return Signal.INFORM if gives and not nothing_open else _signal_of_hint(state, reading, book)
    if sure_issue:
        return _signal_of_issue(state, reading, book)
    return _DIRECT.get(reading.intent, Signal.UNCLEAR)


def _signal_of_hint(state: State, reading: Reading, book: Book) -> Signal:
    """Not heard for certain: what points at the open matter is taken for it, so that nobody is asked the obvious."""
    if state.stage in WORKED_ON and reading.intent in _WELL and reading.emotion not in NEGATIVE:
        return _DIRECT[reading.intent]  # asked whether it is well, hardly anybody means something else by that
    if state.stage in WORKED_ON and reading.intent == "affirm" and reading.emotion not in NEGATIVE:
        return Signal.YES
    guessed = state.guess if state.asked_now == "clarify" else ""
    if guessed and (reading.intent == guessed or book.continues(guessed, reading.intent)):
        return Signal.YES
    if state.stage in OVER or not book.is_issue(state.issue) or state.asked_now in ("clarify", "invitation"):
        return Signal.UNCLEAR
    if reading.intent == state.issue:
        return Signal.SAME
    if book.is_issue(reading.intent) and book.continues(state.issue, reading.intent):
        signal = _signal_of_issue(state, reading, book)
        return signal if signal is Signal.QUESTION else Signal.UNCLEAR
    return Signal.UNCLEAR


def _signal_of_choice(state: State, payload: str, gives: frozenset[str], option: str) -> Signal:
    kind, _, value = payload.partition(":")
    if kind == "option":
        return Signal.CHOSE if option else Signal.STALE
    if kind == "undo":
        return Signal.UNDO if value in (*state.options_done, *state.booked.values()) else Signal.STALE
    if kind == "fact":
        return Signal.INFORM if gives else Signal.STALE
    if kind == "score":
        return Signal.SCORE
    if kind == "issue":
        open_issue = state.issue if state.stage not in OVER else ""
        if not open_issue or state.asked_now == "clarify":
            return Signal.ISSUE
        return Signal.SAME if value == open_issue else Signal.OTHER
    if kind == "confirm":
        return _signal_of_confirm(state, value)
    if state.asked_now in ("clarify", "choice", "beside", "undo"):
        return {"yes": Signal.YES, "no": Signal.NO}.get(payload, Signal.STALE)
    return Signal.STALE


def _signal_of_confirm(state: State, value: str) -> Signal:
    """A tapped answer to Confirm counts while that question is open, or when the outcome is checked later."""
    if state.stage not in (Stage.CONFIRM, Stage.CLOSED):
        return Signal.STALE
    answers = {"settled": Signal.SETTLED, "not_yet": Signal.UNSETTLED, "other": Signal.ELSE}
    return answers.get(value, Signal.STALE)


def _signal_of_issue(state: State, reading: Reading, book: Book) -> Signal:
    intent = reading.intent
    if state.stage in OVER or not state.issue:
        again = state.stage is Stage.CLOSED and intent == state.issue and reading.repeat
        return Signal.UNSETTLED if again else Signal.ISSUE
    if intent == state.issue:
        asks_on = book.of(intent).answers and reading.puts_question and not state.options_done
        failed = reading.repeat or (reading.hurts and not asks_on)
        return Signal.UNSETTLED if failed and state.stage in WORKED_ON else Signal.SAME
    told_only = not (reading.puts_question or is_request(reading.text))
    if book.of(intent).knowledge and not book.of(state.issue).knowledge and told_only:
        return Signal.SAME  # what articles answer is asked for; what is told belongs to the open matter
    if not book.continues(state.issue, intent):
        return Signal.OTHER
    wanted, _ = parted(reading.text)
    named = intent in MATTERS and any(is_request(each) and MATTERS[intent].search(each) for each in wanted)
    if reading.negated and state.stage is Stage.OFFER and not named:
        return Signal.SAME  # "I don't want to return it all": what is ruled out is not what is wanted
    asks_only = book.of(intent).answers and not book.of(state.issue).answers
    # A matter that articles answer is left for one that the shop does something about: "what does the repair cost?"
    beside = state.stage is Stage.OFFER and reading.asks in ASKS_BESIDE and not book.of(state.issue).knowledge
    return Signal.QUESTION if asks_only or beside else Signal.ISSUE
