"""Counts the features of many messages at once: those that `features_of` names for one, found by arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from scipy import sparse

from nlu.features import AT_LEAST, Ints, counted, kept_of, other_features, pieces_of
from nlu.phrasing import Runs
from nlu.prepare import Prepared

Named = tuple[list[str], sparse.csr_matrix]


@dataclass(frozen=True)
class Messages:
    """What was read. cut: the tokens of each message; others: its features that are neither runs nor pieces of them."""

    cut: list[tuple[str, ...]]
    others: list[list[str]]

    @classmethod
    def of(cls, messages: Iterable[Prepared]) -> Messages:
        """The slow part: plain Python, message by message."""
        read = cls([], [])
        for message in messages:
            read.cut.append(message.tokens)
            read.others.append(other_features(message))
        return read

    def __add__(self, more: Messages) -> Messages:
        return Messages(self.cut + more.cut, self.others + more.others)

    def count(self, learnt: int) -> tuple[tuple[str, ...], sparse.csr_matrix]:
        """The names of what occurs in at least AT_LEAST of the first `learnt` messages, and how often each message has
        each: (messages, names)."""
        cut = [kept_of(tokens) for tokens in self.cut]
        found = [*_runs(cut, learnt), _pieces(cut, learnt), _often_enough(*counted(self.others), learnt)]
        return tuple(chain.from_iterable(names for names, _ in found)), sparse.csr_matrix(
            sparse.hstack([often for _, often in found], format="csr", dtype=np.float32)
        )


def _runs(cut: Sequence[Sequence[str]], learnt: int) -> list[Named]:
    """Runs of one to three tokens, and two with one between them."""
    tokens = sorted({"^", "$", *chain.from_iterable(cut)})
    runs = Runs.of(cut, {token: number for number, token in enumerate(tokens, 1)})
    base, numbers = runs.base, runs.numbers

    def spelt(key: int) -> list[str]:
        words = []
        while key:
            key, number = divmod(key, base)
            words.append(tokens[number - 1])
        return words[::-1]

    def named(keys: Ints, last: Ints, name: Callable[[int], str]) -> Named:
        """last: the place of each run's last token."""
        known, places = np.unique(keys, return_inverse=True)
        shape = (len(cut), len(known))
        often = sparse.csr_matrix((np.ones(len(keys), np.float32), (runs.owner[last], places)), shape=shape)
        return _often_enough(known.tolist(), often, learnt, name)

    each_length = runs.of_each_length()
    _, third = each_length[2]
    edge = np.zeros(len(numbers), bool)
    edge[runs.starts], edge[runs.starts - 1] = True, True
    third = third[~edge[third - 2] & ~edge[third]]
    return [
        *(named(keys, last, lambda key: "t " + " ".join(spelt(key))) for keys, last in each_length),
        named(numbers[third - 2] * base + numbers[third], third, lambda key: "s " + " _ ".join(spelt(key))),
    ]


def _pieces(cut: Sequence[Sequence[str]], learnt: int) -> Named:
    """Pieces of Latin words: each word is taken to pieces once."""
    words, has = counted(cut)
    pieces, inside = counted([pieces_of(word) for word in words])
    return _often_enough(pieces, sparse.csr_matrix(has @ inside), learnt)


def _often_enough(
    keys: Sequence[Any], often: sparse.csr_matrix, learnt: int, name: Callable[[Any], str] = str
) -> Named:
    """name: makes one from a key."""
    spread = np.bincount(often[:learnt].indices, minlength=len(keys))
    kept = np.flatnonzero(spread >= AT_LEAST)
    return [name(keys[place]) for place in kept], often[:, kept]
