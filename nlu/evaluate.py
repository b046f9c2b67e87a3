"""How well a listener hears: figures per language on labelled messages."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from statistics import median
from typing import Any

import numpy as np

from nlu.corpus import Example
from nlu.hearing import Hearing
from nlu.labels import NEEDS
from nlu.listener import Listener

_CURVE = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_MOST = 15


def evaluate(listener: Listener, examples: Sequence[Example]) -> dict[str, Any]:
    """{"languages": {code: figures}, "all": figures}; times in milliseconds of one core a message.

    Each message is heard alone, without context.
    """
    by_language: dict[str, list[tuple[Example, Hearing, float]]] = defaultdict(list)
    for example in examples:
        start = time.thread_time()
        hearing = listener.hear(example.text)
        by_language[example.lang].append((example, hearing, (time.thread_time() - start) * 1000))
    everything = [row for rows in by_language.values() for row in rows]
    return {
        "languages": {language: figures_of(rows) for language, rows in sorted(by_language.items())},
        "all": figures_of(everything),
    }


def figures_of(rows: Sequence[tuple[Example, Hearing, float]]) -> dict[str, Any]:
    """Figures over (labelled, heard, milliseconds); {"n": 0} for none."""
    if not rows:
        return {"n": 0}
    wanted = [example.intent for example, _, _ in rows]
    heard = [hearing.intent for _, hearing, _ in rows]
    times = sorted(each for _, _, each in rows)
    gold = np.array([example.intensity for example, _, _ in rows], dtype=float)
    given = np.array([hearing.intensity for _, hearing, _ in rows], dtype=float)
    return {
        "n": len(rows),
        "language": {"accuracy": _share(example.lang == hearing.language for example, hearing, _ in rows)},
        "intent": {
            "accuracy": _share(w == h for w, h in zip(wanted, heard, strict=True)),
            "macro_f1": _macro_f1(wanted, heard),
            "per_class": _per_class(wanted, heard),
        },
        "emotion": {
            "accuracy": _share(e.emotion == h.emotion for e, h, _ in rows),
            "macro_f1": _macro_f1([e.emotion for e, _, _ in rows], [h.emotion for _, h, _ in rows]),
        },
        "intensity": {
            "mae": round(float(np.abs(gold - given).mean()), 4),
            "within_one": round(float((np.abs(gold - given) <= 1).mean()), 4),
            "pearson": pearson(gold, given),
        },
        "needs": _needs(rows),
        "safety": _mark([("safety" in e.flags, h.safety) for e, h, _ in rows]),
        "repeat": _mark([("repeat" in e.flags, h.repeat) for e, h, _ in rows]),
        "also": _also(rows),
        "abstention": _abstention(rows),
        "ms": round(median(times), 3),
        "ms_p95": round(times[int(0.95 * (len(times) - 1))], 3),
        "confusions": _confusions(wanted, heard),
        "worst": _worst(rows),
    }


def pearson(one: Sequence[float] | np.ndarray[Any, Any], other: Sequence[float] | np.ndarray[Any, Any]) -> float:
    """Zero when either side does not vary."""
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if len(a) < 2 or a.std() == 0 or b.std() == 0:
        return 0.0
    return round(float(np.corrcoef(a, b)[0, 1]), 4)


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return round(sum(found) / max(1, len(found)), 4)


def _f1(hits: int, said: int, true: int) -> float:
    return 2 * hits / (said + true) if said + true else 0.0


def _per_class(wanted: Sequence[str], heard: Sequence[str]) -> dict[str, dict[str, float]]:
    hits = Counter(w for w, h in zip(wanted, heard, strict=True) if w == h)
    true, said = Counter(wanted), Counter(heard)
    return {name: {"n": true[name], "f1": round(_f1(hits[name], said[name], true[name]), 4)} for name in sorted(true)}


def _macro_f1(wanted: Sequence[str], heard: Sequence[str]) -> float:
    """Over the labels that occur in `wanted`."""
    each = [figures["f1"] for figures in _per_class(wanted, heard).values()]
    return round(sum(each) / max(1, len(each)), 4)


def _needs(rows: Sequence[tuple[Example, Hearing, float]]) -> dict[str, Any]:
    pairs = {need: [(need in e.needs, need in h.needs) for e, h, _ in rows] for need in NEEDS}
    every = _mark([pair for each in pairs.values() for pair in each])
    return {"micro_f1": every["f1"], "per_need": {need: _mark(each)["f1"] for need, each in pairs.items()}}


def _mark(pairs: Sequence[tuple[bool, bool]]) -> dict[str, Any]:
    hits = sum(true and said for true, said in pairs)
    said, true = sum(said for _, said in pairs), sum(true for true, _ in pairs)
    return {
        "n": true,
        "precision": round(hits / said, 4) if said else 0.0,
        "recall": round(hits / true, 4) if true else 0.0,
        "f1": round(_f1(hits, said, true), 4),
    }


def _also(rows: Sequence[tuple[Example, Hearing, float]]) -> dict[str, Any]:
    """Second matters: `n` that are there, how many of those named are right, how many are found. Which of two matters
    comes first may be heard the other way round. Over all rows, so say so when only some of them are labelled."""
    there = sum(len(example.also) for example, _, _ in rows)
    pairs = [(set(e.also) | ({e.intent} if h.intent in e.also else set()), h.also) for e, h, _ in rows]
    hits = sum(matter in true for true, named in pairs for matter in named)
    named = sum(len(each) for _, each in pairs)
    return {
        "n": there,
        "named": named,
        "precision": round(hits / named, 4) if named else 0.0,
        "recall": round(hits / there, 4) if there else 0.0,
    }


def _abstention(rows: Sequence[tuple[Example, Hearing, float]]) -> dict[str, Any]:
    """How many wrong intents are called unsure, and how many right ones (false alarms); with the curve
    of coverage and accuracy over confidence thresholds."""
    right = [hearing for example, hearing, _ in rows if hearing.intent == example.intent]
    wrong = [hearing for example, hearing, _ in rows if hearing.intent != example.intent]
    curve = []
    for threshold in _CURVE:
        kept = [(e, h) for e, h, _ in rows if h.confidence >= threshold]
        curve.append(
            {
                "confidence_at_least": threshold,
                "coverage": round(len(kept) / len(rows), 4),
                "accuracy": _share(e.intent == h.intent for e, h in kept),
            }
        )
    return {
        "wrong_flagged": _share(hearing.unsure for hearing in wrong),
        "false_alarms": _share(hearing.unsure for hearing in right),
        "calibration_error": _calibration_error(rows),
        "curve": curve,
    }


def _calibration_error(rows: Sequence[tuple[Example, Hearing, float]], bins: int = 10) -> float:
    """Mean distance between confidence and accuracy, over equal steps of confidence."""
    total = 0.0
    for step in range(bins):
        inside = [(e, h) for e, h, _ in rows if min(int(h.confidence * bins), bins - 1) == step]
        if inside:
            right = sum(e.intent == h.intent for e, h in inside) / len(inside)
            total += len(inside) * abs(right - sum(h.confidence for _, h in inside) / len(inside))
    return round(total / len(rows), 4)


def _confusions(wanted: Sequence[Hashable], heard: Sequence[Hashable]) -> list[dict[str, Any]]:
    pairs = Counter((w, h) for w, h in zip(wanted, heard, strict=True) if w != h)
    return [{"wanted": w, "heard": h, "n": n} for (w, h), n in pairs.most_common(_MOST)]


def _worst(rows: Sequence[tuple[Example, Hearing, float]]) -> list[dict[str, Any]]:
    """Wrong intents, the most confident first."""
    wrong = [(example, hearing) for example, hearing, _ in rows if hearing.intent != example.intent]
    wrong.sort(key=lambda pair: -pair[1].confidence)
    return [
        {"text": e.text, "wanted": e.intent, "heard": h.intent, "confidence": h.confidence} for e, h in wrong[:_MOST]
    ]
