"""Learns when to trust the heads: messages are scored by models that have not read their voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from scipy import sparse

from nlu.corpus import Example
from nlu.danger import COLUMNS, SAFETY, Danger, counted_too, likelier
from nlu.encoder import SHARE as DENSE_SHARE
from nlu.encoder import Dense
from nlu.features import Floats, Ints, of_length_one, within_reach
from nlu.heads import INTENSITY, MARKS, learn_heads, marks_of
from nlu.judgement import (
    Calibration,
    fit_doubt,
    fit_temperature,
    fit_threshold,
    fit_unsure,
    signs_of_doubt,
)
from nlu.linear import Linear, sigmoid
from nlu.matters import Ear, Guess, Lesson, guess
from nlu.phrasing import SHARE as ORDER_SHARE
from nlu.phrasing import Phrasing, stand_out
from nlu.second import First, Second

FOLDS = 3
SCORED = (0, 1)  # the third teaches hardly more and costs a third of the time (docs/hearing.md)
# Scored messages an intent. From fewer, a second reading learns nothing that the first does not say better.
ENOUGH = 30
# A miss is worse than a false alarm, but hotlines for a leaking cup are an insult: with both weighed alike, a third of
# the calls are false (docs/hearing.md).
RECALL_COUNTS = {"safety": 0.6}


def told_apart(examples: Sequence[Example], *labels: tuple[str, ...]) -> list[list[int]]:
    """The columns that each message counts for: its intent and, when emotions are given too, its emotion."""
    places = [{label: number for number, label in enumerate(each)} for each in labels]
    if len(labels) == 1:
        return [[places[0][example.intent]] for example in examples]
    after = len(labels[0])
    return [[places[0][example.intent], after + places[1][example.emotion]] for example in examples]


def folds_of(examples: Sequence[Example], folds: int = FOLDS) -> list[int]:
    """The fold of each message. A voice is split only where it alone has an intent; without voices, all are."""
    voices = sorted({example.voice for example in examples})
    if len(voices) < folds:
        return [number % folds for number in range(len(examples))]
    place = {voice: number % folds for number, voice in enumerate(voices)}
    heard_from: dict[str, set[str]] = {}
    for example in examples:
        heard_from.setdefault(example.intent, set()).add(example.voice)
    # An issue of the shop's own has one voice: left out whole, it would be learnt that it is never meant.
    lonely = {intent for intent, speakers in heard_from.items() if len(speakers) == 1}
    return [
        number % folds if example.intent in lonely else place[example.voice] for number, example in enumerate(examples)
    ]


@dataclass(frozen=True)
class Scored:
    """What models that had not read them say of some messages.

    places: of the messages among all. scores, felt: (messages, labels) and (messages, emotions), the order of the words
    counted in; phrased: what that order alone says of both; amounts: intensity (messages); marks: (messages, marks).
    danger: how much likelier the words are from somebody in danger; known: features heard (messages). guesses: first
    matter and guessed second one, by number of lesson.
    """

    places: Ints
    scores: Floats
    felt: Floats
    phrased: Floats
    amounts: Floats
    marks: Floats
    danger: Floats
    known: Floats
    guesses: dict[int, tuple[str, Guess | None]]

    @classmethod
    def joined(cls, parts: Sequence[Scored]) -> Scored:
        """All messages of the parts, one part after the other."""
        names = [each.name for each in fields(cls)][:-1]
        arrays = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
        return cls(**arrays, guesses={number: guess for part in parts for number, guess in part.guesses.items()})


@dataclass(frozen=True)
class HeldOut:
    """What is learnt from, in folds that share no voice.

    matrix: (messages, features); cut: the tokens of each message; vectors: what an encoder makes of each, or None;
    labels, emotions: in the order of the columns of what is scored. truth: marks, as of `marks_of`; halves: the
    features of the lessons' messages.
    """

    matrix: sparse.csr_matrix
    cut: Sequence[Sequence[str]]
    vectors: Floats | None
    examples: Sequence[Example]
    labels: tuple[str, ...]
    emotions: tuple[str, ...]
    folds: tuple[int, ...]
    truth: Floats
    lessons: tuple[Lesson, ...]
    halves: sparse.csr_matrix

    @classmethod
    def of(
        cls,
        matrix: sparse.csr_matrix,
        cut: Sequence[Sequence[str]],
        vectors: Floats | None,
        examples: Sequence[Example],
        folds: Sequence[int],
        taught: tuple[tuple[Lesson, ...], sparse.csr_matrix],
    ) -> HeldOut:
        """folds: that of each message; taught: lessons and the matrix of their messages."""
        labels = tuple(sorted({example.intent for example in examples}))
        emotions = tuple(sorted({example.emotion for example in examples}))
        return cls(matrix, cut, vectors, examples, labels, emotions, tuple(folds), marks_of(examples), *taught)

    @property
    def is_enough(self) -> bool:
        """False when a fold would leave fewer than two intents to learn from, or nothing to try them on."""
        for fold in SCORED:
            kept = {e.intent for e, each in zip(self.examples, self.folds, strict=True) if each != fold}
            if len(kept) < 2 or fold not in self.folds:
                return False
        return True

    def score_all(self) -> Scored:
        """Every fold that is scored."""
        return Scored.joined([self.score(fold) for fold in SCORED])

    def score(self, fold: int) -> Scored:
        """Scores the messages of one fold with a model of the others."""
        inside = [place for place, each in enumerate(self.folds) if each != fold]
        outside = [place for place, each in enumerate(self.folds) if each == fold]
        reach = within_reach(self.matrix, inside)
        known = of_length_one(self.matrix[:, reach])
        given, held = known[inside], known[outside]
        read = [self.examples[place] for place in inside]
        heads = learn_heads(given, read)
        intent = heads["intent"]
        counted, after = told_apart(read, self.labels, self.emotions), len(self.labels)
        columns = after + len(self.emotions)
        phrasing = Phrasing.learn(
            [self.cut[place] for place in inside], counted_too(counted, read, columns), columns + COLUMNS
        )
        told = phrasing.tell_all([self.cut[place] for place in outside])
        danger = likelier(told, [len(self.cut[place]) for place in outside])
        phrased = np.concatenate([stand_out(told[:, :after]), stand_out(told[:, after:columns])], axis=1)
        every = np.concatenate(
            [_placed(intent, self.labels, held), _placed(heads["emotion"], self.emotions, held)], axis=1
        )
        every += ORDER_SHARE * phrased
        if self.vectors is not None:
            told = Dense.learn(self.vectors[inside], counted, columns).tell(self.vectors[outside])
            every[:, :after] += DENSE_SHARE * stand_out(told[:, :after])
            every[:, after:] += DENSE_SHARE * stand_out(told[:, after:])
        return Scored(
            np.array(outside),
            every[:, :after],
            every[:, after:],
            phrased,
            heads[INTENSITY].matrix_scores(held)[:, 0],
            heads["marks"].matrix_scores(held),
            danger,
            np.diff(held.indptr).astype(np.float32),
            self._guesses(fold, intent, reach, phrasing),
        )

    def _guesses(
        self, fold: int, intent: Linear, reach: Ints, phrasing: Phrasing
    ) -> dict[int, tuple[str, Guess | None]]:
        """What the halves of this fold's lessons say."""
        starts = np.cumsum([0, *(1 + len(lesson.halves.parts) for lesson in self.lessons)])
        mine = [number for number, lesson in enumerate(self.lessons) if lesson.fold == fold]
        rows = [row for number in mine for row in range(starts[number], starts[number + 1])]
        every = intent.matrix_scores(of_length_one(self.halves[rows][:, reach]))
        tokens = [each.tokens for number in mine for each in self.lessons[number].messages]
        columns = [self.labels.index(label) for label in intent.labels]
        every += ORDER_SHARE * stand_out(phrasing.tell_all(tokens)[:, : len(self.labels)])[:, columns]
        guesses: dict[int, tuple[str, Guess | None]] = {}
        after = 0
        for number in mine:
            lesson = self.lessons[number]
            before, after = after, after + 1 + len(lesson.halves.parts)
            scores = every[before:after]
            first = intent.labels[int(scores[0].argmax())]
            guesses[number] = (first, guess(lesson.halves, scores[0], scores[1:], intent.labels, first))
        return guesses

    def ear(self, scored: Scored) -> Ear | None:
        """What the guesses teach about second matters."""
        signs, right, groups = [], [], []
        for number, (first, guessed) in sorted(scored.guesses.items()):
            if guessed is not None:
                lesson = self.lessons[number]
                swapped = guessed.matter == lesson.intent and first in lesson.also
                signs.append(guessed.signs)
                right.append(float(guessed.matter in lesson.also or swapped))
                groups.append(lesson.fold)
        return Ear.learn(np.array(signs, np.float32), np.array(right, np.float32), groups) if signs else None

    def settle(self, scored: Scored) -> tuple[Second | None, Danger | None, Calibration]:
        """What the scores teach: how to weigh them together, where they are enough for it, and when to trust them."""
        after = len(self.labels)
        phrased = scored.phrased[:, :after]
        first = First(scored.scores, phrased, scored.felt, scored.phrased[:, after:], scored.amounts, scored.marks)
        examples, truth = [self.examples[place] for place in scored.places], self.truth[scored.places]
        intents = [example.intent for example in examples]
        second = danger = None
        scores, marks = first.intent, first.marks
        if len(examples) >= ENOUGH * after:
            second = Second.learn(
                first,
                intents,
                [example.emotion for example in examples],
                np.array([example.intensity for example in examples], dtype=np.float32),
                truth,
                (self.labels, self.emotions),
            )
            every = second.scores(first)
            scores, marks = every[:, :after], every[:, -len(MARKS) :]
            danger = Danger.learn(first, scored.danger, truth[:, MARKS.index(SAFETY)] > 0.5)
            marks[:, MARKS.index(SAFETY)] = danger.scores(first, scored.danger)
        wanted = [self.labels.index(intent) for intent in intents]
        temperature = fit_temperature(scores, wanted)
        right = (scores.argmax(axis=1) == np.array(wanted)).astype(np.float32)
        lengths = np.array([len(self.cut[place]) for place in scored.places])
        signs = signs_of_doubt(scores, phrased, scored.known, lengths, temperature)
        doubt = fit_doubt(signs, right)
        confidences = sigmoid(signs @ np.array(doubt, dtype=np.float32))
        return (
            second,
            danger,
            Calibration(
                temperature=temperature,
                doubt=doubt,
                unsure_below=round(fit_unsure(confidences, right), 4),
                thresholds={
                    mark: fit_threshold(marks[:, n], truth[:, n], recall_counts=RECALL_COUNTS.get(mark, 1.0))
                    for n, mark in enumerate(MARKS)
                },
            ),
        )


def _placed(head: Linear, labels: tuple[str, ...], held: sparse.csr_matrix) -> Floats:
    """The head's scores in the order of all labels; one that it has not read is far off: (messages, labels)."""
    every = np.full((held.shape[0], len(labels)), -2.0, dtype=np.float32)
    every[:, [labels.index(label) for label in head.labels]] = head.matrix_scores(held)
    return every
