"""How each label is phrased: which token follows which two, label by label.

The separators in linear.py weigh features against each other; this counts how likely the words of a
message are, in their order, from someone who wants or feels one thing rather than another: a trigram
model for every label, each step backing off to the shorter one and at last to all labels together. Alone
it hears less well; added to the separators it corrects them (docs/hearing.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.features import MOST_TOKENS, Floats, Ints

# How many imagined sightings the shorter run is worth beside the counted ones: for one token, two, three.
BACK_OFF = (30.0, 2.0, 2.0)
# What one standard deviation among the labels is worth beside the separators' scores.
SHARE = 0.15
_MOST = np.iinfo(np.uint16).max
_COLUMNS = 256
_AT_A_TIME = 256  # messages told side by side: more would not stay in the processor's cache


@dataclass(frozen=True)
class Table:
    """Counts of runs of one length by label. keys: sorted; starts: (keys + 1) where each key's entries
    begin in `columns` and `counts`."""

    keys: Ints
    starts: Ints
    columns: npt.NDArray[np.uint8]
    counts: npt.NDArray[np.uint16]

    @classmethod
    def count(cls, keys: Ints, columns: Ints) -> Table:
        """From one entry for each time a run was seen: keys (runs), columns (runs, as many as a message counts for)."""
        pairs, counts = np.unique(keys[:, None] * _COLUMNS + columns, return_counts=True)
        kept, first = np.unique(pairs // _COLUMNS, return_index=True)
        starts = np.append(first, len(pairs)).astype(np.int64)
        return cls(kept, starts, (pairs % _COLUMNS).astype(np.uint8), np.minimum(counts, _MOST).astype(np.uint16))

    def rows(self, wanted: Ints, columns: int) -> Floats:
        """Counts for each wanted key, zero where it was never seen: (wanted, columns)."""
        found = np.zeros((len(wanted), columns), dtype=np.float32)
        if not len(self.keys):
            return found
        place = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        known = np.flatnonzero(self.keys[place] == wanted)
        start = self.starts[place[known]]
        many = self.starts[place[known] + 1] - start
        entry = np.arange(int(many.sum())) + np.repeat(start - np.append(0, np.cumsum(many)[:-1]), many)
        found[np.repeat(known, many), self.columns[entry]] = self.counts[entry]
        return found


@dataclass(frozen=True)
class Phrasing:
    """tokens: to numbers from 1 on, 0 is every unknown one; tables: for runs of one, two and three tokens;
    totals: tokens counted in each column."""

    tokens: Mapping[str, int]
    tables: tuple[Table, Table, Table]
    totals: Floats

    @classmethod
    def of(cls, tokens: Mapping[str, int], tables: tuple[Table, Table, Table], columns: int) -> Phrasing:
        """Counts the totals."""
        totals = np.bincount(tables[0].columns, weights=tables[0].counts, minlength=columns)
        return cls(tokens, tables, totals.astype(np.float32))

    @classmethod
    def learn(cls, messages: Sequence[Sequence[str]], labels: Sequence[Sequence[int]], columns: int) -> Phrasing:
        """messages: their tokens; labels: the columns that each message counts for, below `columns` (256), as many for
        each message."""
        tokens = sorted({token for message in messages for token in _padded(message)})
        numbers = {token: number for number, token in enumerate(tokens, 1)}
        runs = Runs.of(messages, numbers)
        counts = np.array(labels, dtype=np.int64)
        one, two, three = (Table.count(keys, counts[runs.owner[places]]) for keys, places in runs.of_each_length())
        return cls.of(numbers, (one, two, three), columns)

    def tell(self, tokens: Sequence[str]) -> Floats:
        """The logarithm of how likely the message is for each column: (columns)."""
        told: Floats = self._tell(Runs.of([tokens], self.tokens))[0]
        return told

    def tell_all(self, messages: Sequence[Sequence[str]]) -> Floats:
        """As `tell`, for many messages: (messages, columns)."""
        told = np.zeros((len(messages), len(self.totals)), dtype=np.float32)
        for at in range(0, len(messages), _AT_A_TIME):
            told[at : at + _AT_A_TIME] = self._tell(Runs.of(messages[at : at + _AT_A_TIME], self.tokens))
        return told

    def _tell(self, runs: Runs) -> Floats:
        columns = len(self.totals)
        (one, _), (two, second), (three, third) = runs.of_each_length()
        single, double, triple = (t.rows(k, columns) for t, k in zip(self.tables, (one, two, three), strict=True))
        at_all = (single.sum(axis=1, keepdims=True) + 1.0) / (self.totals.sum() + len(self.tokens) + 1.0)
        chance = ((single + BACK_OFF[0] * at_all) / (self.totals + BACK_OFF[0]))[second]
        chance = (double + BACK_OFF[1] * chance) / (single[second - 1] + BACK_OFF[1])
        last = np.searchsorted(second, third)
        chance[last] = (triple + BACK_OFF[2] * chance[last]) / (double[last - 1] + BACK_OFF[2])
        first_steps = np.searchsorted(second, runs.starts)
        return np.asarray(np.add.reduceat(np.log(chance), first_steps, axis=0), dtype=np.float32)

    def to_parts(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Arrays and JSON-ready notes."""
        arrays = {
            f"phrasing_{size}_{name}": getattr(table, name)
            for size, table in enumerate(self.tables, 1)
            for name in ("keys", "starts", "columns", "counts")
        }
        return arrays, {"tokens": list(self.tokens), "columns": len(self.totals)}

    @classmethod
    def from_parts(cls, arrays: Mapping[str, Any], notes: Mapping[str, Any]) -> Phrasing:
        """The other way round. Raises KeyError when something is missing."""
        one, two, three = (
            Table(*(arrays[f"phrasing_{size}_{name}"] for name in ("keys", "starts", "columns", "counts")))
            for size in (1, 2, 3)
        )
        tokens = {token: number for number, token in enumerate(notes["tokens"], 1)}
        return cls.of(tokens, (one, two, three), int(notes["columns"]))


def stand_out(told: Floats) -> Floats:
    """By how many standard deviations each label explains a message better than labels on average."""
    apart = told - told.mean(axis=-1, keepdims=True)
    deviation = apart.std(axis=-1, keepdims=True)
    return np.asarray(apart / np.maximum(deviation, 1e-6), dtype=np.float32)


def _padded(tokens: Sequence[str]) -> list[str]:
    return ["^", *tokens[:MOST_TOKENS], "$"]


@dataclass(frozen=True)
class Runs:
    """Messages put end to end. numbers: of their tokens, those of beginning and end included; owner: which message each
    belongs to; starts: where each message begins; base: above every number."""

    numbers: Ints
    owner: Ints
    starts: Ints
    base: int

    @classmethod
    def of(cls, messages: Sequence[Sequence[str]], tokens: Mapping[str, int]) -> Runs:
        """An unknown token is 0."""
        padded = [_padded(message) for message in messages]
        numbers = np.array([tokens.get(token, 0) for message in padded for token in message], dtype=np.int64)
        lengths = np.array([len(message) for message in padded], dtype=np.int64)
        owner = np.repeat(np.arange(len(padded)), lengths)
        return cls(numbers, owner, np.cumsum(lengths) - lengths, len(tokens) + 1)

    def of_each_length(self) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints], tuple[Ints, Ints]]:
        """For runs of one, two and three tokens: a key for each run and the place of its last token. A run with an
        unknown token has a key of its own; no run reaches over the end of a message."""
        numbers, owner, base = self.numbers, self.owner, self.base
        second = 1 + np.flatnonzero(owner[1:] == owner[:-1])
        third = 2 + np.flatnonzero(owner[2:] == owner[:-2])
        two = numbers[second - 1] * base + numbers[second]
        three = (numbers[third - 2] * base + numbers[third - 1]) * base + numbers[third]
        return (numbers, np.arange(len(numbers))), (two, second), (three, third)
