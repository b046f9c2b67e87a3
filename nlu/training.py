"""Teaches the listener: one vocabulary, four heads side by side, calibration on voices held out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

import numpy as np
from scipy import sparse

from nlu.calibrating import (
    FOLDS,
    INTENT_COST,
    MARKS,
    MARKS_COST,
    HeldOut,
    fit_emotion,
    folds_of,
    marks_of,
    told_apart,
)
from nlu.corpus import Example
from nlu.encoder import Dense, Encoder
from nlu.features import Floats, Vocabulary
from nlu.judgement import Calibration
from nlu.linear import Linear, fit_amount, fit_choice, fit_marks, side_by_side
from nlu.phrasing import Phrasing
from nlu.reading import read_all
from nlu.trained import HEADS, INTENSITY, Trained

Progress = Callable[[str, float], None]
_AT_A_TIME = 256  # messages encoded between two steps of the progress line
AT_ONCE = 2  # lessons learnt side by side; liblinear leaves the interpreter free while it works


def train_heads(examples: Sequence[Example], progress: Progress, encoder: Encoder | None = None) -> Trained:
    """Raises ValueError when fewer than two intents are given."""
    if len({example.intent for example in examples}) < 2:
        raise ValueError("at least two intents are needed to learn a difference")
    folds = folds_of(examples)
    messages, taught = read_all(examples, folds, lambda share: progress("reading", share))
    cut = messages.cut
    vocabulary, matrix = Vocabulary.learn_matrix(messages.counted.names, messages.counted.often)
    halves = vocabulary.weigh(taught.halves.names, taught.halves.often)
    del messages
    vectors = _vectors(encoder, examples, progress)
    held = HeldOut.of(matrix, cut, vectors, examples, folds, (taught.lessons, halves))
    heads = _learn(matrix, examples, held, lambda share: progress("learning", share))
    spans: dict[str, tuple[int, int]] = {}
    for head in HEADS:
        start = max((end for _, end in spans.values()), default=0)
        spans[head] = (start, start + len(heads[head].labels))
    intents, emotions = heads["intent"].labels, heads["emotion"].labels
    counted, columns = told_apart(examples, intents, emotions), len(intents) + len(emotions)
    progress("calibrating", 0.9)
    phrasing = Phrasing.learn(cut, counted, columns)
    second, calibration = held.settle() if held.is_enough else (None, Calibration())
    progress("done", 1.0)
    return Trained(
        vocabulary,
        side_by_side([heads[head] for head in HEADS]),
        phrasing,
        spans,
        calibration,
        encoder,
        None if vectors is None else Dense.learn(vectors, counted, columns),
        second,
        held.ear(),
    )


def _vectors(encoder: Encoder | None, examples: Sequence[Example], progress: Progress) -> Floats | None:
    """Each message as its encoder sees it; None without one."""
    if encoder is None:
        return None
    parts = []
    for at in range(0, len(examples), _AT_A_TIME):
        progress("encoding", at / len(examples))
        parts.append(encoder.encode([example.text for example in examples[at : at + _AT_A_TIME]]))
    return np.concatenate(parts)


def _learn(
    matrix: sparse.csr_matrix, examples: Sequence[Example], held: HeldOut, progress: Callable[[float], None]
) -> dict[str, Linear]:
    """The heads, and what `held` is to know: lessons that need nothing of each other, the longest first."""
    intents, emotions = [example.intent for example in examples], [example.emotion for example in examples]
    amounts = np.array([example.intensity for example in examples], dtype=np.float32)
    lessons: list[tuple[str, Callable[[], Any]]] = [("intent", lambda: fit_choice(matrix, intents, cost=INTENT_COST))]
    if held.is_enough:
        lessons += [(f"fold {fold}", lambda fold=fold: held.hold_out(fold)) for fold in range(FOLDS)]  # type: ignore[misc]
    lessons += [
        ("marks", lambda: fit_marks(matrix, MARKS, marks_of(examples), cost=MARKS_COST)),
        ("emotion", lambda: fit_emotion(matrix, emotions)),
        (INTENSITY, lambda: fit_amount(matrix, INTENSITY, amounts)),
    ]
    learnt: dict[str, Any] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = {pool.submit(lesson): name for name, lesson in lessons}
        for future in as_completed(futures):
            learnt[futures[future]] = future.result()
            progress(len(learnt) / len(lessons))
    return {head: learnt[head] for head in HEADS}
