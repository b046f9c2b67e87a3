"""Teaches the listener: one vocabulary, four heads side by side, calibration on voices held out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import sparse

from nlu.corpus import Example
from nlu.encoder import SHARE as DENSE_SHARE
from nlu.encoder import Dense, Encoder
from nlu.features import Floats, Vocabulary, features_of, within_reach
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
from nlu.phrasing import SHARE as ORDER_SHARE
from nlu.phrasing import Phrasing, stand_out
from nlu.prepare import prepare
from nlu.trained import HEADS, INTENSITY, Trained

Progress = Callable[[str, float], None]
MARKS = NEEDS + FLAGS
FOLDS = 4
# Hotlines for a leaking cup are an insult: weighing misses more (2.0) cost twenty false alarms for one miss less in
# thirty (docs/hearing.md).
RECALL_COUNTS = {"safety": 0.7}
_AT_A_TIME = 256  # messages encoded between two steps of the progress line
AT_ONCE = 2  # folds learnt side by side
INTENT_COST = 1.0
EMOTION_COST = 0.3
MARKS_COST = 0.3


def train_heads(examples: Sequence[Example], progress: Progress, encoder: Encoder | None = None) -> Trained:
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
    told_apart, columns = _told_apart(examples, intents, emotions), len(intents) + len(emotions)
    phrasing = Phrasing.learn(cut, told_apart, columns)
    vectors = _vectors(encoder, examples, progress)
    calibration = _calibrate(matrix, cut, vectors, examples, intents, lambda share: progress("calibrating", share))
    progress("done", 1.0)
    return Trained(
        vocabulary,
        side_by_side([heads[head] for head in HEADS]),
        phrasing,
        spans,
        calibration,
        encoder,
        None if vectors is None else Dense.learn(vectors, told_apart, columns),
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
    matrix: sparse.csr_matrix,
    cut: Sequence[Sequence[str]],
    vectors: Floats | None,
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
        known_here = within_reach(matrix, inside)
        given, held = known_here[inside], known_here[outside]
        intent = fit_choice(given, [examples[place].intent for place in inside], cost=INTENT_COST)
        columns = [labels.index(label) for label in intent.labels]
        read = [examples[place] for place in inside]
        phrasing = Phrasing.learn([cut[place] for place in inside], _told_apart(read, labels), len(labels))
        phrased[outside] = stand_out(np.stack([phrasing.tell(cut[place]) for place in outside]))
        scores[np.ix_(outside, columns)] = intent.matrix_scores(held)
        scores[outside] += ORDER_SHARE * phrased[outside]
        if vectors is not None:
            dense = Dense.learn(vectors[inside], _told_apart(read, labels), len(labels))
            scores[outside] += DENSE_SHARE * stand_out(dense.tell(vectors[outside]))
        marks[outside] = fit_marks(given, MARKS, truth[inside], cost=MARKS_COST).matrix_scores(held)
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
