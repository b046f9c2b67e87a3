"""Products of the shop's catalogue, found by name, also when it is misspelt."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlu.grammar import lex
from nlu.hearing import Entity
from nlu.script import fold

# Per cent of likeness at which a name counts as meant, and the shortest name that may be misspelt.
_LIKE = 86.0
_SHORTEST_FUZZY = 5
_LONGEST_FUZZY_MESSAGE = 400


@dataclass(frozen=True)
class Product:
    """`names` are what customers call it, in any language."""

    id: str
    names: tuple[str, ...]


class Catalogue:
    """Names are compared folded to Simplified and lower-cased."""

    def __init__(self, products: Sequence[Product]) -> None:
        self._names = [(fold(name).lower(), product.id) for product in products for name in product.names]
        self._vocab = Vocab()
        self._matcher = PhraseMatcher(self._vocab)
        self._ids: dict[int, str] = {}
        for name, product in self._names:
            key = f"{product}"
            self._matcher.add(key, [Doc(self._vocab, words=[piece.text for piece in lex(name)])])
            self._ids[self._vocab.strings[key]] = product
        self._fuzzy = [(name, product) for name, product in self._names if len(name) >= _SHORTEST_FUZZY]

    @classmethod
    def empty(cls) -> Catalogue:
        """A shop without products."""
        return cls(())

    @classmethod
    def read(cls, path: Path) -> Catalogue:
        """A JSON list of {"id": str, "names": [str]}. Raises OSError, ValueError or KeyError."""
        rows = json.loads(path.read_text(encoding="utf-8"))
        return cls([Product(str(row["id"]), tuple(map(str, row["names"]))) for row in rows])

    def find(self, surface: str, folded: str) -> list[Entity]:
        """Products named in a message; `folded` is `surface` folded and lower-cased, of equal length."""
        if not self._names:
            return []
        exact = list(self._exact(surface, folded))
        if exact or len(folded) > _LONGEST_FUZZY_MESSAGE:
            return exact
        return list(self._alike(surface, folded))

    def _exact(self, surface: str, folded: str) -> Iterator[Entity]:
        pieces = lex(folded)
        if not pieces:
            return
        with self._vocab.memory_zone():
            doc = Doc(self._vocab, words=[piece.text for piece in pieces])
            found = [(self._ids[key], start, end) for key, start, end in self._matcher(doc)]
        for product, first, last in found:
            start, end = pieces[first].start, pieces[last - 1].end
            yield Entity("product", product, surface[start:end], start, end)

    def _alike(self, surface: str, folded: str) -> Iterator[Entity]:
        best: tuple[float, str, int, int] | None = None
        for name, product in self._fuzzy:
            found = fuzz.partial_ratio_alignment(name, folded, score_cutoff=_LIKE)
            if found is None or found.dest_end - found.dest_start < _SHORTEST_FUZZY - 1:
                continue
            if best is None or found.score > best[0]:
                best = (found.score, product, found.dest_start, found.dest_end)
        if best:
            _, product, start, end = best
            yield Entity("product", product, surface[start:end], start, end)
