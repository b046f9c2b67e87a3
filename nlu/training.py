"""Teaches the listener: one vocabulary, four heads, and in a second process what voices held out teach."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from nlu.calibrating import HeldOut, folds_of, told_apart
from nlu.corpus import Example
from nlu.danger import COLUMNS, counted_too
from nlu.encoder import Dense, Encoder
from nlu.features import Floats, Vocabulary
from nlu.heads import HEADS, learn_heads
from nlu.judgement import Calibration
from nlu.linear import side_by_side
from nlu.phrasing import Phrasing
from nlu.reading import read_all
from nlu.second_process import Other, second_process
from nlu.trained import Trained

Progress = Callable[[str, float], None]
_AT_A_TIME = 256  # messages encoded between two steps of the progress line
# Fewer messages are learnt from before a second process has started.
_MANY = 10_000


def train_heads(examples: Sequence[Example], progress: Progress, encoder: Encoder | None = None) -> Trained:
    """The same examples in the same order give the same, to the last digit.

    Raises ValueError when fewer than two intents are given.
    """
    if len({example.intent for example in examples}) < 2:
        raise ValueError("at least two intents are needed to learn a difference")
    with second_process(wanted=len(examples) >= _MANY) as other:
        return _train(examples, progress, encoder, other)


def _train(examples: Sequence[Example], progress: Progress, encoder: Encoder | None, other: Other) -> Trained:
    folds = folds_of(examples)
    messages, taught = read_all(examples, folds, other, lambda share: progress("reading", share))
    cut = messages.cut
    names, often = (messages + taught.halves).count(learnt=len(cut))
    vocabulary, matrix = Vocabulary.learn_matrix(names, often[: len(cut)])
    halves = vocabulary.weigh(names, often[len(cut) :])
    del messages, often
    vectors = _vectors(encoder, examples, progress)
    held = HeldOut.of(matrix, cut, vectors, examples, folds, (taught.lessons, halves))
    if held.is_enough:
        other.begin(held.score_all)
    heads = learn_heads(matrix, examples, lambda share: progress("learning", share))
    intents, emotions = heads["intent"].labels, heads["emotion"].labels
    counted, columns = told_apart(examples, intents, emotions), len(intents) + len(emotions)
    phrasing = Phrasing.learn(cut, counted_too(counted, examples, columns), columns + COLUMNS)
    progress("calibrating", 0.8)
    scored = other.result() if held.is_enough else None
    progress("calibrating", 0.9)
    second, danger, calibration = held.settle(scored) if scored is not None else (None, None, Calibration())
    progress("done", 1.0)
    spans: dict[str, tuple[int, int]] = {}
    for head in HEADS:
        start = max((end for _, end in spans.values()), default=0)
        spans[head] = (start, start + len(heads[head].labels))
    return Trained(
        vocabulary,
        side_by_side([heads[head] for head in HEADS]),
        phrasing,
        spans,
        calibration,
        encoder,
        None if vectors is None else Dense.learn(vectors, counted, columns),
        second,
        held.ear(scored) if scored is not None else None,
        danger,
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
