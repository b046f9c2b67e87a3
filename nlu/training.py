"""Teaches the listener: one vocabulary, four linear heads, and calibration on voices held out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from nlu.corpus import Example
from nlu.features import Floats, Vocabulary, features_of
from nlu.judgement import Calibration, fit_temperature, fit_threshold, fit_unsure
from nlu.labels import FLAGS, NEEDS, NEUTRAL
from nlu.linear import Linear, fit_choice, fit_marks, sigmoid, softmax
from nlu.prepare import prepare

Progress = Callable[[str, float], None]
MARKS = NEEDS + FLAGS
STEPS = ("at least 2", "at least 3")
FOLDS = 3
DECAY = 0.1


@dataclass(frozen=True)
class Trained:
    """All that was learnt. intensity: scores of "at least 2" and "at least 3"; marks: needs and flags."""

    vocabulary: Vocabulary
    intent: Linear
    emotion: Linear
    intensity: Linear
    marks: Linear
    calibration: Calibration

    def to_parts(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Arrays (weights in half precision) and JSON-ready notes."""
        arrays: dict[str, Any] = {"vocabulary": self.vocabulary.weights}
        notes: dict[str, Any] = {
            "names": list(self.vocabulary.names),
            "calibration": self.calibration.to_dict(),
        }
        for name in ("intent", "emotion", "intensity", "marks"):
            head: Linear = getattr(self, name)
            arrays[f"{name}_weights"] = head.weights.astype(np.float16)
            arrays[f"{name}_bias"] = head.bias
            notes[name] = list(head.labels)
        return arrays, notes

    @classmethod
    def from_parts(cls, arrays: dict[str, Any], notes: dict[str, Any]) -> Trained:
        heads = {
            name: Linear(tuple(notes[name]), arrays[f"{name}_weights"], arrays[f"{name}_bias"])
            for name in ("intent", "emotion", "intensity", "marks")
        }
        vocabulary = Vocabulary.of(notes["names"], arrays["vocabulary"])
        return cls(vocabulary=vocabulary, calibration=Calibration(**notes["calibration"]), **heads)


def train_heads(examples: Sequence[Example], progress: Progress) -> Trained:
    """Raises ValueError when fewer than two intents are given."""
    if len({example.intent for example in examples}) < 2:
        raise ValueError("at least two intents are needed to learn a difference")
    documents = []
    for number, example in enumerate(examples):
        if number % 500 == 0:
            progress("reading", number / len(examples))
        documents.append(features_of(prepare(example.text, example.lang)))
    progress("learning", 0.0)
    trained = _fit(documents, examples, lambda share: progress("learning", share))
    calibration = _calibrate(documents, examples, trained, lambda share: progress("calibrating", share))
    progress("done", 1.0)
    return replace(trained, calibration=calibration)


def _fit(
    documents: Sequence[Sequence[str]], examples: Sequence[Example], progress: Callable[[float], None]
) -> Trained:
    vocabulary = Vocabulary.learn(documents)
    matrix = vocabulary.matrix(documents)
    intent = fit_choice(matrix, [example.intent for example in examples], decay=DECAY)
    progress(0.6)
    emotion = fit_choice(matrix, [example.emotion for example in examples], decay=DECAY, balance=0.5)
    progress(0.8)
    intensity = _fit_intensity(matrix, examples)
    progress(0.9)
    marks = fit_marks(matrix, MARKS, _marks_of(examples), decay=DECAY)
    progress(1.0)
    return Trained(vocabulary, intent, emotion, intensity, marks, Calibration())


def _fit_intensity(matrix: sparse.csr_matrix, examples: Sequence[Example]) -> Linear:
    """Learnt on messages that show a feeling only: neutral has no intensity to learn from."""
    felt = [place for place, example in enumerate(examples) if example.emotion != NEUTRAL]
    if not felt:
        return Linear(STEPS, np.zeros((matrix.shape[1], 2), np.float32), np.zeros(2, np.float32))
    wanted = np.array(
        [[examples[p].intensity >= 2, examples[p].intensity >= 3] for p in felt], dtype=np.float32
    )
    return fit_marks(matrix[felt], STEPS, wanted, decay=DECAY)


def _marks_of(examples: Iterable[Example]) -> Floats:
    return np.array(
        [[mark in e.needs or mark in e.flags for mark in MARKS] for e in examples], dtype=np.float32
    )


def held_out_folds(examples: Sequence[Example], folds: int = FOLDS) -> list[int]:
    """The fold of each message. A voice is never split; without voices, every folds-th message."""
    voices = sorted({example.voice for example in examples})
    if len(voices) < folds:
        return [number % folds for number in range(len(examples))]
    place = {voice: number % folds for number, voice in enumerate(voices)}
    return [place[example.voice] for example in examples]


def _calibrate(
    documents: Sequence[Sequence[str]],
    examples: Sequence[Example],
    trained: Trained,
    progress: Callable[[float], None],
) -> Calibration:
    fold_of = held_out_folds(examples)
    labels = trained.intent.labels
    scores = np.full((len(examples), len(labels)), -10.0, dtype=np.float32)
    marks = np.zeros((len(examples), len(MARKS)), dtype=np.float32)
    for fold in range(FOLDS):
        inside = [place for place, each in enumerate(fold_of) if each != fold]
        outside = [place for place, each in enumerate(fold_of) if each == fold]
        if not inside or not outside or len({examples[place].intent for place in inside}) < 2:
            return Calibration()
        vocabulary = Vocabulary.learn([documents[place] for place in inside])
        matrix = vocabulary.matrix([documents[place] for place in inside])
        held = vocabulary.matrix([documents[place] for place in outside])
        kept = [examples[place] for place in inside]
        intent = fit_choice(matrix, [example.intent for example in kept], decay=DECAY, steps=40)
        columns = [labels.index(label) for label in intent.labels]
        scores[np.ix_(outside, columns)] = intent.matrix_scores(held)
        marks[outside] = sigmoid(
            fit_marks(matrix, MARKS, _marks_of(kept), decay=DECAY, steps=40).matrix_scores(held)
        )
        progress((fold + 1) / FOLDS)
    wanted = [labels.index(example.intent) for example in examples]
    temperature = fit_temperature(scores, wanted)
    truth = _marks_of(examples)
    return Calibration(
        temperature=temperature,
        unsure_below=fit_unsure(softmax(scores / temperature), wanted),
        thresholds={mark: fit_threshold(marks[:, n], truth[:, n]) for n, mark in enumerate(MARKS)},
    )
