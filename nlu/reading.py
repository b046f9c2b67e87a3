"""Reads the training messages: prepares, cuts and counts them, in two processes at once when there are many.

Reading is plain Python, of which one process does one thing at a time. However it is shared out, the same is read.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np
from scipy import sparse

from nlu.corpus import Example
from nlu.features import counted, features_of
from nlu.matters import Lesson, lessons
from nlu.prepare import prepare

# Fewer messages are read before a second process has started.
_MANY = 10_000
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
    """folds: that of each example."""
    found = tuple(lessons(examples, folds))
    return Taught(found, Counted.of([document for lesson in found for document in lesson.documents]))


def read_all(
    examples: Sequence[Example], folds: Sequence[int], progress: Callable[[float], None]
) -> tuple[Messages, Taught]:
    """All messages, and what they teach about second matters. Raises EOFError when the second process dies."""
    if len(examples) < _MANY:
        return read(examples, progress), read_taught(examples, folds)
    ours = int(_OURS * len(examples))
    with _second_process(examples, folds, ours) as results:
        first = read(examples[:ours], progress)
        second, taught = results.recv()
    return Messages(first.cut + second.cut, first.counted.followed_by(second.counted)), taught


@contextmanager
def _second_process(examples: Sequence[Example], folds: Sequence[int], start: int) -> Iterator[Connection]:
    """Where the results of a second process come from; it ends with this one."""
    context = multiprocessing.get_context("spawn")  # a forked child of a process with threads may wait for ever
    results, sender = context.Pipe(duplex=False)
    process = context.Process(target=_read_rest, args=(sender, examples, folds, start), daemon=True)
    process.start()
    sender.close()  # so that its death is noticed
    try:
        yield results
    finally:
        process.kill()
        process.join()


def _read_rest(sender: Connection, examples: Sequence[Example], folds: Sequence[int], start: int) -> None:
    taught = read_taught(examples, folds)
    sender.send((read(examples[start:], lambda _share: None), taught))
