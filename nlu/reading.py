"""Reads the training messages: prepares and cuts them, and finds their ideas and marks.

Reading is plain Python, of which one process does one thing at a time. However it is shared out, the same is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nlu.calibrating import SCORED
from nlu.corpus import Example
from nlu.counting import Messages
from nlu.matters import Lesson, lessons
from nlu.prepare import Prepared, prepare
from nlu.second_process import Other

# The second process also reads the lessons about second matters, and starts later.
_OURS = 0.65
_AT_A_TIME = 500  # messages read between two steps of the progress line


@dataclass(frozen=True)
class Taught:
    """Lessons about second matters; halves: the messages of each in turn."""

    lessons: tuple[Lesson, ...]
    halves: Messages


def read(examples: Sequence[Example], progress: Callable[[float], None]) -> Messages:
    """In this process."""

    def prepared() -> Iterator[Prepared]:
        for number, example in enumerate(examples):
            if number % _AT_A_TIME == 0:
                progress(number / len(examples))
            yield prepare(example.text, example.lang)

    return Messages.of(prepared())


def read_taught(examples: Sequence[Example], folds: Sequence[int]) -> Taught:
    """folds: that of each example; only those that are scored can teach."""
    kept = [place for place, fold in enumerate(folds) if fold in SCORED]
    found = tuple(lessons([examples[place] for place in kept], [folds[place] for place in kept]))
    return Taught(found, Messages.of(message for lesson in found for message in lesson.messages))


def read_all(
    examples: Sequence[Example], folds: Sequence[int], other: Other, progress: Callable[[float], None]
) -> tuple[Messages, Taught]:
    """All messages, and what they teach about second matters; `other` reads a part of them."""
    ours = int(_OURS * len(examples))
    other.begin(_read_rest, examples, folds, ours)
    first = read(examples[:ours], progress)
    second, taught = other.result()
    return first + second, taught


def _read_rest(examples: Sequence[Example], folds: Sequence[int], start: int) -> tuple[Messages, Taught]:
    taught = read_taught(examples, folds)
    return read(examples[start:], lambda _share: None), taught
