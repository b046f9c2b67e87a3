"""How each label is phrased: which token follows which two, label by label.

The separators in linear.py weigh features against each other; this counts how likely the words of a
message are, in their order, from someone who wants or feels one thing rather than another: a trigram
model for every label, each step backing off to the shorter one and at last to all labels together. Alone
it hears less well; added to the separators it corrects them (docs/hearing.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
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
        """From one entry (key, column) for each time a run was seen."""
        pairs, counts = np.unique(keys * _COLUMNS + columns, return_counts=True)
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
        """messages: their tokens; labels: the columns that each message counts for, below `columns` (256)."""
        padded = [_padded(tokens) for tokens in messages]
        numbers = {token: number for number, token in enumerate(sorted({t for m in padded for t in m}), 1)}
        runs = [_keys([numbers[token] for token in tokens], len(numbers) + 1) for tokens in padded]
        tables = [_counted([run[size] for run in runs], labels) for size in range(3)]
        return cls.of(numbers, (tables[0], tables[1], tables[2]), columns)

    def tell(self, tokens: Sequence[str]) -> Floats:
        """The logarithm of how likely the message is for each column: (columns)."""
        one, two, three = _keys([self.tokens.get(token, 0) for token in _padded(tokens)], len(self.tokens) + 1)
        columns = len(self.totals)
        single, double, triple = (t.rows(k, columns) for t, k in zip(self.tables, (one, two, three), strict=True))
        at_all = (single.sum(axis=1, keepdims=True) + 1.0) / (self.totals.sum() + len(self.tokens) + 1.0)
        chance = (single[1:] + BACK_OFF[0] * at_all[1:]) / (self.totals + BACK_OFF[0])
        chance = (double + BACK_OFF[1] * chance) / (single[:-1] + BACK_OFF[1])
        chance[1:] = (triple + BACK_OFF[2] * chance[1:]) / (double[:-1] + BACK_OFF[2])
        return np.asarray(np.log(chance).sum(axis=0), dtype=np.float32)

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


def _counted(runs: Sequence[Ints], labels: Sequence[Sequence[int]]) -> Table:
    """Every run of every message, once for each label of the message."""
    keys = [np.repeat(keys, len(mine)) for keys, mine in zip(runs, labels, strict=True)]
    columns = [np.tile(np.array(mine, dtype=np.int64), len(keys)) for keys, mine in zip(runs, labels, strict=True)]
    return Table.count(np.concatenate(keys), np.concatenate(columns))


def _padded(tokens: Sequence[str]) -> list[str]:
    return ["^", *tokens[:MOST_TOKENS], "$"]


def _keys(numbers: Sequence[int], base: int) -> tuple[Ints, Ints, Ints]:
    """Keys of all runs of one, two and three tokens; a run with an unknown token (0) has a key of its own."""
    one = np.array(numbers, dtype=np.int64)
    two = np.array([a * base + b for a, b in pairwise(numbers)], dtype=np.int64)
    three = np.array([ab * base + c for ab, c in zip(two[:-1].tolist(), numbers[2:], strict=True)], dtype=np.int64)
    return one, two, three
