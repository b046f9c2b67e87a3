"""Teaches the listener: one vocabulary, four heads side by side, calibration on voices held out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from nlu.corpus import Example
from nlu.features import Floats, Ints, Vocabulary, features_of
from nlu.judgement import (
    Calibration,
    fit_doubt,
    fit_temperature,
    fit_threshold,
    fit_unsure,
    signs_of_doubt,
)
from nlu.labels import FLAGS, NEEDS
from nlu.linear import Linear, fit_amount, fit_choice, fit_marks, side_by_side, sigmoid
from nlu.phrasing import SHARE, Phrasing, stand_out
from nlu.prepare import prepare

Progress = Callable[[str, float], None]
MARKS = NEEDS + FLAGS
INTENSITY = "intensity"
HEADS = ("intent", "emotion", INTENSITY, "marks")
FOLDS = 4
RECALL_COUNTS = {"safety": 2.0}  # a danger that is missed is worse than a false alarm
AT_ONCE = 2  # folds learnt side by side
INTENT_COST = 1.0
EMOTION_COST = 0.3
MARKS_COST = 0.3


@dataclass(frozen=True)
class Scores:
    """What each head says of one message; intensity is a number, the others one score a label.

    phrased: what the order of the words alone says of the intents; it is part of `intent` already.
    """

    intent: Floats
    emotion: Floats
    intensity: float
    marks: Floats
    phrased: Floats


@dataclass(frozen=True)
class Trained:
    """All that was learnt. `reader` holds the columns of all heads; `columns` says which are whose.

    phrasing: its columns are the intents and the emotions, in the order of `reader`.
    """

    vocabulary: Vocabulary
    reader: Linear
    phrasing: Phrasing
    columns: Mapping[str, tuple[int, int]]
    calibration: Calibration

    def labels(self, head: str) -> tuple[str, ...]:
        """What one head can say, in the order of its scores."""
        start, end = self.columns[head]
        return self.reader.labels[start:end]

    def scores(self, numbers: Ints, values: Floats, tokens: Sequence[str]) -> Scores:
        """What all heads say of one message, from the numbers and values of its features and its tokens."""
        every = self.reader.scores(numbers, values)
        intent, emotion, intensity, marks = (every[slice(*self.columns[head])] for head in HEADS)
        told = self.phrasing.tell(tokens)
        phrased, felt = stand_out(told[: len(intent)]), stand_out(told[len(intent) :])
        return Scores(intent + SHARE * phrased, emotion + SHARE * felt, float(intensity[0]), marks, phrased)

    def to_parts(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Arrays (weights in half precision) and JSON-ready notes."""
        arrays = {
            "vocabulary": self.vocabulary.weights,
            "weights": self.reader.weights.astype(np.float16),
            "bias": self.reader.bias,
        }
        told, phrasing = self.phrasing.to_parts()
        notes = {
            "names": list(self.vocabulary.names),
            "labels": list(self.reader.labels),
            "columns": {head: list(span) for head, span in self.columns.items()},
            "calibration": self.calibration.to_dict(),
            "phrasing": phrasing,
        }
        return arrays | told, notes

    @classmethod
    def from_parts(cls, arrays: Mapping[str, Any], notes: Mapping[str, Any]) -> Trained:
        """The other way round. Raises KeyError when something is missing."""
        return cls(
            Vocabulary.of(notes["names"], arrays["vocabulary"]),
            Linear(tuple(notes["labels"]), arrays["weights"], arrays["bias"]),
            Phrasing.from_parts(arrays, notes["phrasing"]),
            {head: (int(span[0]), int(span[1])) for head, span in notes["columns"].items()},
            Calibration.from_dict(notes["calibration"]),
        )


def train_heads(examples: Sequence[Example], progress: Progress) -> Trained:
    """Raises ValueError when fewer than two intents are given."""
    if len({example.intent for example in examples}) < 2:
        raise ValueError("at least two intents are needed to learn a difference")
    documents, cut = [], []
    for number, example in enumerate(examples):
        if number % 500 == 0:
            progress("reading", number / len(examples))
        message = prepare(example.text, example.lang)
        documents.append(features_of(message))
        cut.append(message.tokens)
    vocabulary = Vocabulary.learn(documents)
    matrix = vocabulary.matrix(documents)
    heads = _fit_heads(matrix, examples, lambda share: progress("learning", share))
    spans: dict[str, tuple[int, int]] = {}
    for head in HEADS:
        start = max((end for _, end in spans.values()), default=0)
        spans[head] = (start, start + len(heads[head].labels))
    intents, emotions = heads["intent"].labels, heads["emotion"].labels
    phrasing = Phrasing.learn(cut, _told_apart(examples, intents, emotions), len(intents) + len(emotions))
    calibration = _calibrate(documents, cut, examples, intents, lambda share: progress("calibrating", share))
    progress("done", 1.0)
    return Trained(vocabulary, side_by_side([heads[head] for head in HEADS]), phrasing, spans, calibration)


def _told_apart(examples: Sequence[Example], *labels: tuple[str, ...]) -> list[list[int]]:
    """The columns that each message counts for: its intent and, when emotions are given too, its emotion."""
    places = [{label: number for number, label in enumerate(each)} for each in labels]
    if len(labels) == 1:
        return [[places[0][example.intent]] for example in examples]
    after = len(labels[0])
    return [[places[0][example.intent], after + places[1][example.emotion]] for example in examples]


def _fit_heads(
    matrix: sparse.csr_matrix, examples: Sequence[Example], progress: Callable[[float], None]
) -> dict[str, Linear]:
    progress(0.0)
    intent = fit_choice(matrix, [example.intent for example in examples], cost=INTENT_COST)
    progress(0.5)
    emotions = [example.emotion for example in examples]
    emotion = _fit_emotion(matrix, emotions)
    progress(0.7)
    amounts = np.array([example.intensity for example in examples], dtype=np.float32)
    intensity = fit_amount(matrix, INTENSITY, amounts)
    progress(0.8)
    marks = fit_marks(matrix, MARKS, _marks_of(examples), cost=MARKS_COST)
    progress(1.0)
    return {"intent": intent, "emotion": emotion, INTENSITY: intensity, "marks": marks}


def _fit_emotion(matrix: sparse.csr_matrix, emotions: Sequence[str]) -> Linear:
    """A corpus with one emotion only (a public set of intents) gives a head that always says it."""
    if len(set(emotions)) == 1:
        empty = np.zeros((matrix.shape[1], 1), np.float32)
        return Linear((emotions[0],), empty, np.zeros(1, np.float32))
    return fit_choice(matrix, emotions, cost=EMOTION_COST, balanced=True)


def _marks_of(examples: Iterable[Example]) -> Floats:
    rows = [[mark in example.needs or mark in example.flags for mark in MARKS] for example in examples]
    return np.array(rows, dtype=np.float32)


def folds_of(examples: Sequence[Example], folds: int = FOLDS) -> list[int]:
    """The fold of each message. A voice is never split; without voices, every folds-th message."""
    voices = sorted({example.voice for example in examples})
    if len(voices) < folds:
        return [number % folds for number in range(len(examples))]
    place = {voice: number % folds for number, voice in enumerate(voices)}
    return [place[example.voice] for example in examples]


def _calibrate(
    documents: Sequence[Sequence[str]],
    cut: Sequence[Sequence[str]],
    examples: Sequence[Example],
    labels: tuple[str, ...],
    progress: Callable[[float], None],
) -> Calibration:
    """Scores every message with a model that has not read its voice, and learns from those scores."""
    fold_of = folds_of(examples)
    scores = np.full((len(examples), len(labels)), -2.0, dtype=np.float32)
    marks = np.zeros((len(examples), len(MARKS)), dtype=np.float32)
    phrased = np.zeros((len(examples), len(labels)), dtype=np.float32)
    known = np.zeros(len(examples), dtype=np.float32)
    truth = _marks_of(examples)

    def hold_out(fold: int) -> None:
        """Fills in the rows of one fold; the folds share no row."""
        inside = [place for place, each in enumerate(fold_of) if each != fold]
        outside = [place for place, each in enumerate(fold_of) if each == fold]
        vocabulary = Vocabulary.learn([documents[place] for place in inside])
        matrix = vocabulary.matrix([documents[place] for place in inside])
        held = vocabulary.matrix([documents[place] for place in outside])
        intent = fit_choice(matrix, [examples[place].intent for place in inside], cost=INTENT_COST)
        columns = [labels.index(label) for label in intent.labels]
        read = [examples[place] for place in inside]
        phrasing = Phrasing.learn([cut[place] for place in inside], _told_apart(read, labels), len(labels))
        phrased[outside] = stand_out(np.stack([phrasing.tell(cut[place]) for place in outside]))
        scores[np.ix_(outside, columns)] = intent.matrix_scores(held)
        scores[outside] += SHARE * phrased[outside]
        marks[outside] = fit_marks(matrix, MARKS, truth[inside], cost=MARKS_COST).matrix_scores(held)
        known[outside] = np.diff(held.indptr)

    for fold in range(FOLDS):
        kept = {example.intent for example, each in zip(examples, fold_of, strict=True) if each != fold}
        if len(kept) < 2 or fold not in fold_of:
            return Calibration()
    with ThreadPoolExecutor(AT_ONCE) as pool:  # liblinear leaves the interpreter free while it works
        for done, _ in enumerate(pool.map(hold_out, range(FOLDS)), 1):
            progress(done / FOLDS)
    wanted = [labels.index(example.intent) for example in examples]
    temperature = fit_temperature(scores, wanted)
    right = (scores.argmax(axis=1) == np.array(wanted)).astype(np.float32)
    signs = signs_of_doubt(scores, phrased, known, np.array([len(tokens) for tokens in cut]), temperature)
    doubt = fit_doubt(signs, right)
    confidences = sigmoid(signs @ np.array(doubt, dtype=np.float32))
    return Calibration(
        temperature=temperature,
        doubt=doubt,
        unsure_below=round(fit_unsure(confidences, right), 4),
        thresholds={
            mark: fit_threshold(marks[:, n], truth[:, n], recall_counts=RECALL_COUNTS.get(mark, 1.0))
            for n, mark in enumerate(MARKS)
        },
    )
