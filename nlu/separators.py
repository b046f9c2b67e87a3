"""Large-margin separators for all labels of all heads, found together.

Each label has a separator of its own, as in a linear support vector machine with squared hinge loss, found by dual
coordinate ascent: message after message, each label's weights are moved until this message lies right for it. Messages
are taken in blocks. What those of a block have in common is worked out once, so the weights are fetched and stored once
a block, for all labels side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from threadpoolctl import threadpool_limits

from nlu.features import Floats, Ints
from nlu.linear import Linear

Bools = npt.NDArray[np.bool_]

_BLOCK = 128
# The constant counts as a small feature: were it as large as a message, all messages would pull at it and little else
# would be learnt at first. It starts where most messages lie for most labels: on the side of no.
_CONSTANT = 0.04
_START = -1.0
# Enough when a pass moves the messages so little beside what the first one did; more hear no better.
_STILL = 0.1
_MOST_PASSES = 20


@dataclass(frozen=True)
class Sought:
    """What one head is to tell. wanted: (messages, labels); yes, no: how dear it is for each label when a message that
    has it, or has it not, lies on the wrong side."""

    labels: tuple[str, ...]
    wanted: Bools
    yes: Floats
    no: Floats

    @classmethod
    def one_of(cls, labels: Sequence[str], cost: float, *, balanced: bool = False) -> Sought:
        """labels: of each message. balanced: what is rare is as dear altogether as what is frequent."""
        names = tuple(sorted(set(labels)))
        wanted = np.array(labels)[:, None] == np.array(names)
        even = len(labels) / (len(names) * wanted.sum(axis=0))
        same = np.full(len(names), cost, np.float32)
        return cls(names, wanted, (cost * even).astype(np.float32) if balanced else same, same)

    @classmethod
    def any_of(cls, names: tuple[str, ...], wanted: Bools, cost: float) -> Sought:
        """A mark that no message or every message has is never or always told."""
        same = np.full(len(names), cost, np.float32)
        return cls(names, wanted, same, same)


@dataclass(frozen=True)
class _Block:
    """Some messages. rows: which; columns: the features that occur; values: (rows, columns); alike: (rows, rows)."""

    rows: slice
    columns: Ints
    values: sparse.csr_matrix
    alike: Floats


def separate(
    matrix: sparse.csr_matrix, sought: Sequence[Sought], progress: Callable[[float], None] = lambda _share: None
) -> list[Linear]:
    """A reader for each head. matrix: (messages, features). The same matrix gives the same, to the last digit."""
    chance = np.random.RandomState(0)
    order = chance.permutation(matrix.shape[0])
    wanted = np.concatenate([each.wanted for each in sought], axis=1)[order]
    yes, no = (np.concatenate([getattr(each, cost) for each in sought]) for cost in ("yes", "no"))
    side, soft = np.where(wanted, np.float32(1.0), np.float32(-1.0)), np.where(wanted, 0.5 / yes, 0.5 / no)
    held = np.zeros_like(side)
    weights = np.zeros((matrix.shape[1], side.shape[1]), np.float32)
    bias = np.where(wanted.all(axis=0), -_START, _START).astype(np.float32)
    with threadpool_limits(1):  # small products, whose last digits would hang on the number of threads
        blocks = list(_blocks(matrix[order]))
        first = 0.0
        for _ in range(_MOST_PASSES):
            moved = 0.0
            for place in chance.permutation(len(blocks)):
                block = blocks[place]
                some = weights[block.columns]
                step = _settle(block, side[block.rows], soft[block.rows], held[block.rows], block.values @ some + bias)
                weights[block.columns] = some + block.values.T @ step
                bias += _CONSTANT * step.sum(axis=0)
                moved += float(np.abs(step).sum())
            first = first or moved
            progress(min(1.0, _STILL * first / max(moved, 1e-9)))
            if moved <= _STILL * first:
                break
    ends = np.cumsum([len(each.labels) for each in sought])
    return [
        Linear(
            each.labels,
            np.ascontiguousarray(weights[:, end - len(each.labels) : end]),
            bias[end - len(each.labels) : end],
        )
        for each, end in zip(sought, ends, strict=True)
    ]


def _blocks(matrix: sparse.csr_matrix) -> Iterator[_Block]:
    for start in range(0, matrix.shape[0], _BLOCK):
        rows = slice(start, min(start + _BLOCK, matrix.shape[0]))
        part = matrix[rows]
        columns, places = np.unique(part.indices, return_inverse=True)
        values = sparse.csr_matrix(
            (part.data.astype(np.float32), places.astype(np.int32), part.indptr), shape=(part.shape[0], len(columns))
        )
        yield _Block(rows, columns, values, (values @ values.T).toarray() + np.float32(_CONSTANT))


def _settle(block: _Block, side: Floats, soft: Floats, held: Floats, scores: Floats) -> Floats:
    """By how much each message moves each label's weights, (rows, labels); `held` is brought up to date.

    held: how hard each message holds a separator on its side, never below zero; scores: before any of them moves.
    """
    steps = np.zeros_like(held)
    slope = side * scores - 1.0 + soft * held
    reach = 1.0 / (block.alike.diagonal()[:, None] + soft)
    for row, alike in enumerate(block.alike):
        now = slope[row] + side[row] * (alike[:row] @ steps[:row])
        after = np.maximum(held[row] - now * reach[row], 0.0)
        steps[row] = (after - held[row]) * side[row]
        held[row] = after
    return steps
