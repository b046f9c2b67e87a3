"""What a message is made of, as named features, and the vocabulary that numbers them.

A feature is a short string whose prefix says its kind: "t " a run of one to three tokens, "s " two
tokens with one between them, "c " a piece of a Latin word, "i " an idea (see ideas.py), "m " a mark of
emphasis. The names are what `kairos nlu parse` shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from nlu.emphasis import marks_of
from nlu.ideas import ideas_of
from nlu.prepare import Prepared

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

TOKEN_RUN = 3
PIECES = (3, 4, 5)
# How much each kind may say beside token runs; found on held-out voices (docs/hearing.md).
VOICE = {"t": 1.0, "s": 0.7, "c": 0.4, "i": 0.85, "m": 1.0}
# What only one or two messages held is not kept: it makes the model larger, not better (docs/hearing.md).
AT_LEAST = 3
# Every run of a 4,000-character message would cost more than it says.
MOST_TOKENS = 400


def features_of(message: Prepared) -> list[str]:
    """Names of the features of one message, repeated as often as they occur."""
    tokens = kept_of(message.tokens)
    names = list(_token_runs(tokens))
    names += [f"s {first} _ {last}" for first, last in zip(tokens, tokens[2:], strict=False)]
    names += [piece for token in tokens for piece in pieces_of(token)]
    return names + other_features(message)


def kept_of(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """What is read of a message: beginning and end of a very long one."""
    half = MOST_TOKENS // 2
    return tokens if len(tokens) <= MOST_TOKENS else tokens[:half] + tokens[-half:]


def other_features(message: Prepared) -> list[str]:
    """Ideas and marks of emphasis."""
    return ideas_of(kept_of(message.tokens)) + marks_of(message)


def _token_runs(tokens: Sequence[str]) -> Iterable[str]:
    padded = ("^", *tokens, "$")
    for size in range(1, TOKEN_RUN + 1):
        for start in range(len(padded) - size + 1):
            yield "t " + " ".join(padded[start : start + size])


def pieces_of(token: str) -> list[str]:
    """Those of a Latin word; nothing else has any."""
    if len(token) < 3 or not token[0].isalpha() or not token[0].isascii():
        return []
    whole = f"^{token[:24]}$"
    return ["c " + whole[start : start + size] for size in PIECES for start in range(len(whole) - size + 1)]


@dataclass(frozen=True)
class Vocabulary:
    """The features that a trained model knows: their numbers and weights (inverse document frequency)."""

    names: tuple[str, ...]
    weights: Floats
    index: dict[str, int]

    @classmethod
    def learn(cls, documents: Sequence[Sequence[str]], at_least: int = AT_LEAST) -> Vocabulary:
        """Keeps what occurs in at least `at_least` documents."""
        return cls.learn_matrix(*counted(documents), at_least)[0]

    @classmethod
    def learn_matrix(
        cls, names: Sequence[str], often: sparse.csr_matrix, at_least: int = AT_LEAST
    ) -> tuple[Vocabulary, sparse.csr_matrix]:
        """The vocabulary of counted documents, and their matrix."""
        documents, _ = often.shape
        spread = np.bincount(often.indices, minlength=len(names))
        kept = np.array(sorted(np.flatnonzero(spread >= at_least).tolist(), key=names.__getitem__), dtype=np.int64)
        weights = np.log((1.0 + documents) / (1.0 + spread[kept])) + 1.0
        weights *= np.array([VOICE.get(names[number][:1], 1.0) for number in kept])
        vocabulary = cls.of([names[number] for number in kept], weights.astype(np.float32))
        return vocabulary, vocabulary.weigh(names, often)

    @classmethod
    def of(cls, names: Iterable[str], weights: Floats) -> Vocabulary:
        """From names and their weights, in the same order."""
        kept = tuple(names)
        return cls(kept, weights, {name: number for number, name in enumerate(kept)})

    def __len__(self) -> int:
        return len(self.names)

    def vector(self, names: Sequence[str]) -> tuple[Ints, Floats]:
        """Known features and their values; the values have length one together (or there are none)."""
        counts: dict[int, int] = {}
        index = self.index
        for name in names:
            number = index.get(name)
            if number is not None:
                counts[number] = counts.get(number, 0) + 1
        numbers = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        often = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1.0 + np.log(often)) * self.weights[numbers]
        length = float(np.sqrt(np.dot(values, values)))
        return numbers, (values / length if length else values).astype(np.float32)

    def weigh(self, names: Sequence[str], often: sparse.csr_matrix) -> sparse.csr_matrix:
        """Counted documents by features that are known."""
        places = np.array([self.index.get(name, -1) for name in names], dtype=np.int32)[often.indices]
        known = places >= 0
        starts = np.concatenate([[0], np.cumsum(known)])[often.indptr]
        values = (1.0 + np.log(often.data[known])) * self.weights[places[known]]
        matrix = sparse.csr_matrix((values, places[known], starts), shape=(often.shape[0], len(self)))
        matrix.sort_indices()
        return of_length_one(matrix)


def counted(documents: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], sparse.csr_matrix]:
    """The names that occur, in the order in which they first do, and how often each document has each."""
    index: dict[str, int] = {}
    numbers = np.array([index.setdefault(name, len(index)) for names in documents for name in names], np.int32)
    starts = np.concatenate([[0], np.cumsum([len(names) for names in documents])])
    ones = np.ones(len(numbers), np.float32)
    often = sparse.csr_matrix((ones, numbers, starts), shape=(len(documents), len(index)))
    often.sum_duplicates()
    return tuple(index), often


def within_reach(matrix: sparse.csr_matrix, rows: Sequence[int]) -> Ints:
    """The columns of those features that a vocabulary learnt from `rows` would know."""
    spread = np.bincount(matrix[rows].indices, minlength=matrix.shape[1])
    return np.flatnonzero(spread >= AT_LEAST)


def of_length_one(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Each row divided by its length."""
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags_array(1.0 / np.maximum(length, 1e-9)).astype(np.float32) @ matrix)
