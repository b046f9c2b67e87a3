"""Second matters: a message that raises another service issue beside the one that it is heard as.

The message is cut in two at every joint between clauses, and each half is heard by itself with the same weights. When
one half says the first matter and the other plainly another, the other is named. What belongs to one matter is not
told apart: a fault and its remedy, a threat about it, a complaint about how it was handled.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nlu.clauses import split
from nlu.corpus import Example
from nlu.features import Floats
from nlu.labels import SERVICE_INTENTS
from nlu.linear import softmax
from nlu.modality import modality_of
from nlu.prepare import Prepared, cut, prepare

# More joints than these are not tried: it would cost more than it finds.
_MOST_CLAUSES = 6
_SHARP = 0.2
_IN_REACH = 0.01
# Pairs are commoner among the lessons than in life, so more must be right here than is wanted there.
_PRECISE = 0.92
_COST = 0.1
_FAULTS = frozenset({"item_problem", "repair_warranty", "delivery_problem", "payment_problem", "service_complaint"})
_REMEDIES = frozenset({"return_exchange", "refund", "order_cancel", "service_complaint"})
_ALIKE = (
    frozenset({"item_problem", "repair_warranty"}),
    frozenset({"order_status", "delivery_problem"}),
    frozenset({"refund", "payment_problem"}),
)
# What asks for nothing by itself, or is about the matter at hand whatever that is.
_SECOND = frozenset(SERVICE_INTENTS) - {"escalation_threat", "praise", "suggestion"}
_FIRST = _SECOND | {"request_human"}
_CUE = re.compile(
    r"\btwo (?:things|questions|matters)|\b(?:2|couple of) (?:things|questions)|one more|another (?:thing|question)"
    r"|\balso\b|\bbtw\b|by the way|\bplus\b|(?:两|俩|2|二)(?:件|个)?(?:事|问题)"
    r"|首先|第一|另外|还有|顺便|顺问|顺带|还想|对了"
)
_RULED_OUT = re.compile(
    r"^(?:不|别|没|forget|never ?mind|don'?t|not |no |skip|ignore)|不用|不要|不急|先不|\bnot\b|n't\b"
)


def may_stand_beside(second: str, first: str) -> bool:
    """False where both names can be the same matter, or where `first` is no matter of its own."""
    pair = frozenset({second, first})
    if second not in _SECOND or first not in _FIRST or second == first or pair in _ALIKE:
        return False
    crossed = (first in _FAULTS and second in _REMEDIES) or (second in _FAULTS and first in _REMEDIES)
    return not crossed and not pair <= _REMEDIES


@dataclass(frozen=True)
class Halves:
    """A message cut at each joint. whole: all of it; parts: first half and second half of each cut in turn."""

    clauses: tuple[str, ...]
    whole: Prepared
    parts: tuple[Prepared, ...]

    @classmethod
    def of(cls, message: Prepared) -> Halves | None:
        """None for a message of one clause."""
        clauses = split(message.plain)[:_MOST_CLAUSES]
        if len(clauses) < 2:
            return None
        texts = [" , ".join(half) for joint in range(1, len(clauses)) for half in (clauses[:joint], clauses[joint:])]
        return cls(clauses, message, tuple(_alone(message, text) for text in texts))


def _alone(message: Prepared, text: str) -> Prepared:
    tokens, kinds = cut(text)
    return replace(message, surface=text, plain=text, tokens=tokens, kinds=kinds)


@dataclass(frozen=True)
class Guess:
    """What may be a second matter, and the signs for it."""

    matter: str
    signs: tuple[float, ...]


def beside(whole: Floats, labels: tuple[str, ...], first: str) -> list[int]:
    """Which labels may be a second matter of a message with these scores; none when no such label is in reach, which
    spares most messages the cutting."""
    if first not in labels:
        return []
    numbers = [number for number, label in enumerate(labels) if may_stand_beside(label, first)]
    chances = softmax(whole / _SHARP)
    return numbers if numbers and float(chances[numbers].max()) >= _IN_REACH else []


def guess(halves: Halves, whole: Floats, parts: Floats, labels: tuple[str, ...], first: str) -> Guess | None:
    """The likeliest second matter. whole: scores of the intents (labels); parts: (halves, labels); None for none."""
    others = beside(whole, labels, first)
    if not others:
        return None
    main = labels.index(first)
    says, all_of_it = softmax(parts / _SHARP), softmax(whole / _SHARP)
    # Each half is `one` with the other half of its cut as the other.
    other = says[np.arange(len(says)) ^ 1]
    together = says[:, others] * other[:, [main]]
    place, column = np.unravel_index(int(together.argmax()), together.shape)
    matter = others[int(column)]
    one, rest = says[place], other[place]
    text = halves.parts[int(place)].plain
    manner = modality_of(text)
    if manner.negated and not manner.asks:  # "not after a discount": named only to be ruled out
        return None
    signs = (
        float(np.log(one[matter] * rest[main] + 1e-3)),
        float(np.log(one[matter] + 1e-3)),
        float(np.log(rest[main] + 1e-3)),
        float(np.log(says[:, matter].max() + 1e-3)),
        float(np.log(np.delete(one, matter).max() + 1e-2)),
        float(np.log(all_of_it[matter] + 1e-3)),
        float(np.log(all_of_it[main] + 1e-3)),
        float(one[main]),
        float(rest[matter]),
        float(bool(_RULED_OUT.search(text))),
        float(manner.negated),
        float(manner.conditional),
        float(bool(manner.asks)),
        float(bool(_CUE.search(halves.whole.plain))),
        float(np.log(len(halves.clauses))),
        float(np.log(1 + len(text))),
        1.0,
    )
    return Guess(labels[matter], signs)


@dataclass(frozen=True)
class Ear:
    """weights over the signs (the last is a constant); a second matter is named from a sum of `above` on."""

    weights: tuple[float, ...]
    above: float

    def hears(self, guessed: Guess | None) -> bool:
        """True when the guess is to be named."""
        return guessed is not None and float(np.dot(guessed.signs, self.weights)) >= self.above

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"weights": list(self.weights), "above": self.above}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any] | None) -> Ear | None:
        """None when nothing was learnt."""
        return cls(tuple(data["weights"]), float(data["above"])) if data else None

    @classmethod
    def learn(cls, signs: Floats, right: Floats, groups: Sequence[int]) -> Ear | None:
        """`above` is the lowest sum from which on enough of what is named is right, where each group of messages is
        judged by what the others teach. None when there is too little to learn from."""
        from sklearn.linear_model import LogisticRegression

        if right.sum() < 20 or len(set(groups)) < 2:
            return None
        scale = np.where(signs.std(axis=0) > 1e-6, signs.std(axis=0), 1.0)  # the constant stays what it is
        group = np.array(groups)
        sums = np.zeros(len(right), np.float32)
        for each in set(groups):
            kept = group != each
            if not 0 < right[kept].sum() < kept.sum():
                return None
            machine = LogisticRegression(C=_COST, fit_intercept=False, max_iter=300)
            sums[~kept] = machine.fit(signs[kept] / scale, right[kept]).decision_function(signs[~kept] / scale)
        machine = LogisticRegression(C=_COST, fit_intercept=False, max_iter=300).fit(signs / scale, right)
        order = np.argsort(-sums)
        precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
        good = np.flatnonzero((precision >= _PRECISE) & (np.arange(len(order)) >= 9))
        above = float(sums[order[good[-1]]]) if len(good) else 99.0
        return cls(tuple(round(float(w), 5) for w in machine.coef_[0] / scale), round(above, 4))


@dataclass(frozen=True)
class Lesson:
    """A message that teaches where second matters are: its halves, what it is about, what else it raises."""

    halves: Halves
    intent: str
    also: tuple[str, ...]
    fold: int

    @property
    def messages(self) -> tuple[Prepared, ...]:
        """The whole and each half."""
        return (self.halves.whole, *self.halves.parts)


def lessons(examples: Sequence[Example], folds: Sequence[int], most: int = 1200) -> list[Lesson]:
    """From voices that name second matters, from a sample of others (which hold hardly any), and from pairs of short
    messages put one after the other: at most `most` of each kind that has none, and of pairs. Empty without voices."""
    telling = {example.voice for example in examples if example.also}
    if not telling:
        return []
    chance = random.Random(0)
    places = range(len(examples))
    raised = [place for place in places if examples[place].also]
    none = [place for place in places if examples[place].voice in telling and not examples[place].also]
    plain = [place for place in places if examples[place].voice not in telling]
    chosen = raised + chance.sample(none, min(most, len(none))) + chance.sample(plain, min(most, len(plain)))
    found = [_lesson(examples[place], folds[place]) for place in chosen]
    found += [_lesson(example, fold) for example, fold in _pairs(examples, folds, most, chance)]
    return [lesson for lesson in found if lesson is not None]


def _lesson(example: Example, fold: int) -> Lesson | None:
    halves = Halves.of(prepare(example.text, example.lang))
    return Lesson(halves, example.intent, example.also, fold) if halves is not None else None


_JOINTS = {
    "en": (". ", " and ", ", also ", ". also, ", ", and ", "? and ", " plus ", ". another thing: ", ". "),
    "zh": ("，", "还有", "。", "，另外", "，顺便问下", " ", "。还有", "？还有", "；"),
}
_OPENINGS = {"en": ("", "", "", "two things. ", "hi, "), "zh": ("", "", "", "两个事，", "你好，")}


def _pairs(
    examples: Sequence[Example], folds: Sequence[int], most: int, chance: random.Random
) -> Iterator[tuple[Example, int]]:
    """Two short messages of one language and fold, as one person might write them in one go."""
    short: dict[tuple[str, int], list[Example]] = {}
    for example, fold in zip(examples, folds, strict=True):
        if example.intent in _FIRST and not example.also and len(example.text) <= (80 if example.lang == "en" else 24):
            short.setdefault((example.lang, fold), []).append(example)
    for (language, fold), mine in sorted(short.items(), key=lambda item: item[0]):
        if len(mine) < 2:
            continue
        script = "en" if language == "en" else "zh"
        for _ in range(most // len(short)):
            one, other = chance.sample(mine, 2)
            if may_stand_beside(other.intent, one.intent):
                text = chance.choice(_OPENINGS[script]) + one.text.rstrip(".!?,。！？，")
                text += chance.choice(_JOINTS[script]) + other.text
                yield Example(text, language, one.intent, also=(other.intent,)), fold
