"""A yes with more attached: what is taken up by it, and whether the rest takes it back or ties it to something.

"Yes, go ahead. Has it left yet?", 「好，那再寄一件。30號前到得了嗎？」: a question beside a yes leaves it a yes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import dropwhile, takewhile

from dialogues.phrases.clauses import clauses_of, only_asks, puts_case, sets_condition
from dialogues.phrases.naming import SENTENCES, WAVERS
from dialogues.phrases.refusing import RATHER_NOT, TELLS, without_a_not_a
from dialogues.phrases.script import size
from dialogues.phrases.willing import puts_off, says_yes

BRIEF = 4  # words or Chinese characters: "no wait", 「先别」
# Yes, or only "I see": with a question in the same breath it may be no more than that.
_ONLY_HEARS = re.compile(
    r"(?:(?:好|好的|嗯|是|是的|行|对|對|对的|對的|得|ok|okay|right|fine|all right|alright)\s*)+", re.IGNORECASE
)
_BUT = re.compile(r"\bbut\b|\bexcept\b|不过|不過|但是?|只不过|只不過", re.IGNORECASE)
_OR_ELSE = re.compile(r"^(?:or|instead|rather)\b|^(?:还是|還是|或者|不如|要不)", re.IGNORECASE)
_TIME = re.compile(r"\b(?:before|until|wait)\b|等", re.IGNORECASE)
_IF = re.compile(r"^(?:and |or |so )*(?:only )?if\b", re.IGNORECASE)


@dataclass(frozen=True)
class Acceptance:
    """``opens``: the yes begins the message; ``within``: what else its sentence says; ``after``: every clause after it;
    ``taken``: those of them up to the first question, which may name what is meant.
    """

    opens: bool
    within: tuple[str, ...]
    after: tuple[str, ...]
    taken: tuple[str, ...]


def acceptance(text: str) -> Acceptance | None:
    """The yes in a message that says more; None where there is none, or it may only say that something was heard."""
    parts = clauses_of(text)
    first = next((at for at, part in enumerate(parts) if says_yes(part)), None)
    if first is None:
        return None
    after = list(dropwhile(says_yes, parts[first:]))
    taken = list(takewhile(lambda part: not only_asks(part), after))
    sentence = next(each for each in SENTENCES.split(text) if any(map(says_yes, clauses_of(each))))
    within = tuple(part for part in clauses_of(sentence) if part in after)
    heard = all(map(_ONLY_HEARS.fullmatch, parts[first : len(parts) - len(after)]))
    if not after or (heard and not taken and within):
        return None
    return Acceptance(first == 0, within, tuple(after), tuple(taken))


def names_another_way(clause: str) -> bool:
    """True for a clause in which a way out that it names is wanted, or weighed against what was taken up."""
    return not only_asks(clause) or bool(_OR_ELSE.search(clause))


def ties(clause: str) -> bool:
    """True for a clause that makes it a yes to be asked about: a condition, a "maybe", "later", a brief "no wait"."""
    asked_only = puts_case(clause) and not _IF.search(clause)
    return (
        (sets_condition(clause) and not asked_only)
        or bool(WAVERS.search(clause) or puts_off(clause))
        or (size(clause) <= BRIEF and holds_back(clause))
    )


def takes_back(text: str, after: tuple[str, ...], *, money: bool) -> bool:
    """True when what follows a yes takes it back or ties it; where money moves, any "not" in it does."""
    strict = money or bool(_BUT.search(text))
    return any(ties(part) or (strict and holds_back(part)) for part in after)


def holds_back(clause: str) -> bool:
    """True for a clause with a "not" in it that does not only tell of something that was not, or ask until when."""
    bare = TELLS.sub("", without_a_not_a(clause))
    return bool(RATHER_NOT.search(_TIME.sub("", bare) if only_asks(clause) else bare))
