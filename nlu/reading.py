"""Reads the training messages: prepares, cuts and counts them.

Reading is plain Python, of which one process does one thing at a time. However it is shared out, the same is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from nlu.calibrating import SCORED
from nlu.corpus import Example
from nlu.features import counted, features_of
from nlu.matters import Lesson, lessons
from nlu.prepare import prepare
from nlu.second_process import Other

# The second process also reads the lessons about second matters, and starts later.
_OURS = 0.65
_AT_A_TIME = 500  # messages read between two steps of the progress line


@dataclass(frozen=True)
class Counted:
    """names: of the features; often: how many times each message has each of them, (messages, names)."""

    names: tuple[str, ...]
    often: sparse.csr_matrix

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> Counted:
        """documents: names of features, repeated as often as they occur."""
        return cls(*counted(documents))

    def followed_by(self, other: Counted) -> Counted:
        """The messages of both, one after the other."""
        index = {name: number for number, name in enumerate(self.names)}
        places = np.array([index.setdefault(name, len(index)) for name in other.names], dtype=np.int32)
        ours, theirs = self.often, other.often
        return Counted(
            tuple(index),
            sparse.csr_matrix(
                (
                    np.concatenate([ours.data, theirs.data]),
                    np.concatenate([ours.indices, places[theirs.indices]]),
                    np.concatenate([ours.indptr, ours.indptr[-1] + theirs.indptr[1:]]),
                ),
                shape=(ours.shape[0] + theirs.shape[0], len(index)),
            ),
        )


@dataclass(frozen=True)
class Messages:
    """cut: the tokens of each message; counted: its features."""

    cut: list[tuple[str, ...]]
    counted: Counted


@dataclass(frozen=True)
class Taught:
    """Lessons about second matters; halves: the features of their messages, lesson by lesson."""

    lessons: tuple[Lesson, ...]
    halves: Counted


def read(examples: Sequence[Example], progress: Callable[[float], None]) -> Messages:
    """In this process."""
    documents, cut = [], []
    for number, example in enumerate(examples):
        if number % _AT_A_TIME == 0:
            progress(number / len(examples))
        message = prepare(example.text, example.lang)
        documents.append(features_of(message))
        cut.append(message.tokens)
    return Messages(cut, Counted.of(documents))


def read_taught(examples: Sequence[Example], folds: Sequence[int]) -> Taught:
    """folds: that of each example; only those that are scored can teach."""
    kept = [place for place, fold in enumerate(folds) if fold in SCORED]
    found = tuple(lessons([examples[place] for place in kept], [folds[place] for place in kept]))
    return Taught(found, Counted.of([document for lesson in found for document in lesson.documents]))


def read_all(
    examples: Sequence[Example], folds: Sequence[int], other: Other, progress: Callable[[float], None]
) -> tuple[Messages, Taught]:
    """All messages, and what they teach about second matters; `other` reads a part of them."""
    ours = int(_OURS * len(examples))
    other.begin(_read_rest, examples, folds, ours)
    first = read(examples[:ours], progress)
    second, taught = other.result()
    return Messages(first.cut + second.cut, first.counted.followed_by(second.counted)), taught


def _read_rest(examples: Sequence[Example], folds: Sequence[int], start: int) -> tuple[Messages, Taught]:
    taught = read_taught(examples, folds)
    return read(examples[start:], lambda _share: None), taught
