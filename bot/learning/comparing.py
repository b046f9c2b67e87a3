"""Two versions of the hearing on the same held-out messages, and whether their difference is more than chance.

Overall and for each class: F1 of both, McNemar's exact test on the messages that only one of them heard right (for the
classes corrected for their number after Holm). The interval of the difference in macro-F1 is a paired bootstrap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlu.corpus import Example
from nlu.evaluate import figures_of
from nlu.hearing import Hearing
from nlu.labels import LANGUAGES
from nlu.listener import Listener

ALPHA = 0.05
RESAMPLES = 1000
SEED = 20261101
SHOWN = 15  # messages that only one of the two heard right
SAFETY_FALLS_BY = 0.02  # of the dangers told; with at least so many
SAFETY_MISSES = 3
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Heard:
    """What one version heard in each held-out message, in order."""

    hearings: tuple[Hearing, ...]

    @classmethod
    def by(cls, listener: Listener, examples: Sequence[Example], tell: Callable[[float], None]) -> Heard:
        """Each message is heard alone."""
        found = []
        for place, example in enumerate(examples):
            if place % 100 == 0:
                tell(place / len(examples))
            found.append(listener.hear(example.text))
        return cls(tuple(found))

    def figures(self, examples: Sequence[Example]) -> dict[str, Any]:
        """Accuracy and F1, in all and by language."""
        rows = [(example, hearing, 0.0) for example, hearing in zip(examples, self.hearings, strict=True)]
        told = {"all": _short(figures_of(rows))}
        for language in LANGUAGES:
            if inside := [row for row in rows if row[0].lang == language]:
                told[language] = _short(figures_of(inside))
        return told


def _short(figures: dict[str, Any]) -> dict[str, Any]:
    return {"n": figures["n"], "intent": figures["intent"]["accuracy"], "macro_f1": figures["intent"]["macro_f1"],
            "emotion": figures["emotion"]["macro_f1"], "needs": figures["needs"]["micro_f1"],
            "safety": figures["safety"]["recall"], "unsure": figures["abstention"]["false_alarms"]}  # fmt: skip


def compare(examples: Sequence[Example], old: Heard, new: Heard, *, own: int = 0) -> dict[str, Any]:
    """The comparison as JSON-ready values. ``own``: how many of the examples (the last) are the shop's own."""
    wanted = [example.intent for example in examples]
    before, after = [h.intent for h in old.hearings], [h.intent for h in new.hearings]
    intent = _paired(wanted, before, after)
    emotion = _paired(
        [e.emotion for e in examples], [h.emotion for h in old.hearings], [h.emotion for h in new.hearings]
    )
    classes = _classes(wanted, before, after)
    safety = _safety(examples, old, new)
    worse_in = [each["name"] for each in classes if each["p_holm"] < ALPHA and each["lost"] > each["gained"]]
    return {
        "n": len(examples), "own": own, "intent": intent, "emotion": emotion, "safety": safety, "classes": classes,
        "languages": [
            {"name": language, **_paired(*_only(language, examples, wanted, before, after))}
            for language in LANGUAGES if any(example.lang == language for example in examples)
        ],
        "figures": {"old": old.figures(examples), "new": new.figures(examples)}, "worse_in": worse_in,
        "verdict": verdict(intent, emotion, safety, worse_in),
        "gained": _changed(examples, before, after, wanted, gained=True),
        "lost": _changed(examples, before, after, wanted, gained=False),
    }  # fmt: skip


def verdict(intent: dict[str, Any], emotion: dict[str, Any], safety: dict[str, Any], worse_in: Sequence[str]) -> str:
    """worse, better or same: worse wherever it is significantly so, better only when it is so in all."""
    falls = any(each["p"] < ALPHA and each["lost"] > each["gained"] for each in (intent, emotion))
    missed = safety["lost"] - safety["gained"]
    unsafe = (safety["p"] < ALPHA and missed > 0) or (
        missed >= SAFETY_MISSES and safety["recall"][0] - safety["recall"][1] > SAFETY_FALLS_BY
    )
    if falls or unsafe or worse_in or intent["macro_f1_difference"][1] < 0:
        return "worse"
    return "better" if intent["p"] < ALPHA and intent["gained"] > intent["lost"] else "same"


def mcnemar(gained: int, lost: int) -> float:
    """Two-sided exact p: how often chance alone splits the disagreements so unevenly."""
    if gained + lost == 0:
        return 1.0
    from scipy import stats  # 25 MB, which only who compares needs

    return float(stats.binomtest(gained, gained + lost, 0.5).pvalue)


def holm(values: Sequence[float]) -> list[float]:
    """The p values corrected for their number, in the order given."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    corrected, highest = [1.0] * len(values), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, values[place] * (len(values) - rank)))
        corrected[place] = highest
    return corrected


def _paired(wanted: Sequence[str], before: Sequence[str], after: Sequence[str]) -> dict[str, Any]:
    old = np.array([w == b for w, b in zip(wanted, before, strict=True)])
    new = np.array([w == a for w, a in zip(wanted, after, strict=True)])
    gained, lost = int((new & ~old).sum()), int((old & ~new).sum())
    labels = sorted({*wanted, *before, *after})
    place = {label: number for number, label in enumerate(labels)}
    gold, first, second = (np.array([place[x] for x in each]) for each in (wanted, before, after))
    return {
        "accuracy": [round(float(old.mean()), 4), round(float(new.mean()), 4)],
        "macro_f1": [round(_macro_f1(gold, each, len(labels)), 4) for each in (first, second)],
        "macro_f1_difference": _interval(gold, first, second, len(labels)),
        "gained": gained, "lost": lost, "p": round(mcnemar(gained, lost), 5),
    }  # fmt: skip


def _macro_f1(gold: Any, said: Any, labels: int) -> float:
    """Over the labels that occur in ``gold``."""
    hits = np.bincount(gold[gold == said], minlength=labels)
    true, heard = np.bincount(gold, minlength=labels), np.bincount(said, minlength=labels)
    there = true > 0
    return float((2 * hits[there] / (true[there] + heard[there])).mean())


def _interval(gold: Any, first: Any, second: Any, labels: int) -> list[float]:
    """The middle 95 % of the difference over resampled messages."""
    chance = np.random.default_rng(SEED)
    found = []
    for _ in range(RESAMPLES):
        drawn = chance.integers(0, len(gold), len(gold))
        found.append(_macro_f1(gold[drawn], second[drawn], labels) - _macro_f1(gold[drawn], first[drawn], labels))
    return [round(float(x), 4) for x in np.quantile(found, (0.025, 0.975))]


def _classes(wanted: Sequence[str], before: Sequence[str], after: Sequence[str]) -> list[dict[str, Any]]:
    """For each class the messages where one of the two was right about it (it is, or it is not, this class)."""
    found: list[dict[str, Any]] = []
    for name in sorted(set(wanted)):
        is_it = [w == name for w in wanted]
        old = [(b == name) == it for b, it in zip(before, is_it, strict=True)]
        new = [(a == name) == it for a, it in zip(after, is_it, strict=True)]
        gained = sum(n and not o for o, n in zip(old, new, strict=True))
        lost = sum(o and not n for o, n in zip(old, new, strict=True))
        found.append({"name": name, "n": sum(is_it), "f1": [_f1(is_it, before, name), _f1(is_it, after, name)],
                      "gained": gained, "lost": lost, "p": round(mcnemar(gained, lost), 5)})  # fmt: skip
    for each, corrected in zip(found, holm([each["p"] for each in found]), strict=True):
        each["p_holm"] = round(corrected, 5)
    return found


def _f1(is_it: Sequence[bool], said: Sequence[str], name: str) -> float:
    hits = sum(it and s == name for it, s in zip(is_it, said, strict=True))
    total = sum(is_it) + sum(s == name for s in said)
    return round(2 * hits / total, 4) if total else 0.0


def _safety(examples: Sequence[Example], old: Heard, new: Heard) -> dict[str, Any]:
    """Only the messages that tell of a danger: which version hears it."""
    pairs = [(o.safety, n.safety) for e, o, n in zip(examples, old.hearings, new.hearings, strict=True)
             if "safety" in e.flags]  # fmt: skip
    gained, lost = sum(n and not o for o, n in pairs), sum(o and not n for o, n in pairs)
    recall = [round(sum(pair[place] for pair in pairs) / len(pairs), 4) if pairs else 1.0 for place in (0, 1)]
    return {"n": len(pairs), "recall": recall, "gained": gained, "lost": lost, "p": round(mcnemar(gained, lost), 5)}


def _only(language: str, examples: Sequence[Example], *labels: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    inside = [place for place, example in enumerate(examples) if example.lang == language]
    wanted, before, after = ([each[place] for place in inside] for each in labels)
    return wanted, before, after


def _changed(
    examples: Sequence[Example], before: Sequence[str], after: Sequence[str], wanted: Sequence[str], *, gained: bool
) -> list[dict[str, str]]:
    found = [
        {"text": e.text, "wanted": w, "old": b, "new": a}
        for e, b, a, w in zip(examples, before, after, wanted, strict=True)
        if (a == w) != (b == w) and (a == w) == gained
    ]
    return found[:SHOWN]
