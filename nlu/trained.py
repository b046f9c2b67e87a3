"""What was learnt: the heads, the further opinions beside them, and their calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlu import encoder as dense
from nlu import phrasing as order
from nlu.danger import SAFETY, Danger, likelier
from nlu.encoder import Dense, Encoder
from nlu.features import Floats, Ints, Vocabulary, features_of
from nlu.heads import HEADS
from nlu.judgement import Calibration
from nlu.linear import Linear
from nlu.matters import Ear, Halves, beside, guess
from nlu.phrasing import Phrasing, stand_out
from nlu.prepare import Prepared
from nlu.second import First, Second


@dataclass(frozen=True)
class Scores:
    """What each head says of one message; intensity is a number, the others one score a label.

    They are those of the second reading where there is one. phrased: what the order of the words alone says of the
    intents; it is part of `intent` already. at_first: the intents in the first reading.
    """

    intent: Floats
    emotion: Floats
    intensity: float
    marks: Floats
    phrased: Floats
    at_first: Floats


@dataclass(frozen=True)
class Trained:
    """All that was learnt. `reader` holds the columns of all heads; `columns` says which are whose.

    phrasing, dense: their columns are the intents and the emotions, in the order of `reader`, and in phrasing those of
    danger behind them; dense belongs to the optional encoder. second, ear, danger: None when there was too little to
    learn them from.
    """

    vocabulary: Vocabulary
    reader: Linear
    phrasing: Phrasing
    columns: Mapping[str, tuple[int, int]]
    calibration: Calibration
    encoder: Encoder | None = None
    dense: Dense | None = None
    second: Second | None = None
    ear: Ear | None = None
    danger: Danger | None = None

    def labels(self, head: str) -> tuple[str, ...]:
        """What one head can say, in the order of its scores."""
        start, end = self.columns[head]
        return self.reader.labels[start:end]

    def scores(self, numbers: Ints, values: Floats, tokens: Sequence[str], text: str) -> Scores:
        """What all heads say of one message, from the numbers and values of its features, its tokens and its text."""
        every = self.reader.scores(numbers, values)
        intent, emotion, intensity, marks = (every[slice(*self.columns[head])] for head in HEADS)
        after = len(intent)
        told = self.phrasing.tell(tokens)
        phrased, felt = stand_out(told[:after]), stand_out(told[after : after + len(emotion)])
        endangered = likelier(told[None], [len(tokens)])
        intent = intent + order.SHARE * phrased
        emotion = emotion + order.SHARE * felt
        if self.encoder is not None and self.dense is not None:
            told = self.dense.tell(self.encoder.encode([text]))[0]
            intent = intent + dense.SHARE * stand_out(told[:after])
            emotion = emotion + dense.SHARE * stand_out(told[after:])
        at_first = intent
        if self.second is not None:
            first = First(intent[None], phrased[None], emotion[None], felt[None], intensity, marks[None])
            every = self.second.scores(first)[0]
            intent, emotion, intensity, marks = (every[slice(*self.columns[head])] for head in HEADS)
            if self.danger is not None:
                marks[self.labels("marks").index(SAFETY)] = self.danger.scores(first, endangered)[0]
        return Scores(intent, emotion, float(intensity[0]), marks, phrased, at_first)

    def second_matter(self, message: Prepared, at_first: Floats, first: str) -> str:
        """The service issue raised beside `first`, or ""; at_first: the message's scores in the first reading."""
        labels = self.labels("intent")
        halves = Halves.of(message) if self.ear is not None and beside(at_first, labels, first) else None
        if self.ear is None or halves is None:
            return ""
        heard = np.stack([self._first_intents(each) for each in halves.parts])
        guessed = guess(halves, at_first, heard, labels, first)
        return guessed.matter if guessed is not None and self.ear.hears(guessed) else ""

    def _first_intents(self, message: Prepared) -> Floats:
        numbers, values = self.vocabulary.vector(features_of(message))
        start, end = self.columns["intent"]
        rows = self.reader.weights.take(numbers, axis=0)[:, start:end].astype(np.float32)
        told = order.SHARE * stand_out(self.phrasing.tell(message.tokens)[: end - start])
        return np.asarray(values @ rows + self.reader.bias[start:end] + told, dtype=np.float32)

    def to_parts(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Arrays (weights in half precision) and JSON-ready notes."""
        arrays = {
            "vocabulary": self.vocabulary.weights,
            "weights": self.reader.weights.astype(np.float16),
            "bias": self.reader.bias,
        }
        told, phrasing = self.phrasing.to_parts()
        notes: dict[str, Any] = {
            "names": list(self.vocabulary.names),
            "labels": list(self.reader.labels),
            "columns": {head: list(span) for head, span in self.columns.items()},
            "calibration": self.calibration.to_dict(),
            "phrasing": phrasing,
            "ear": None if self.ear is None else self.ear.to_dict(),
        }
        if self.second is not None:
            told |= self.second.to_arrays()
        if self.danger is not None:
            told |= self.danger.to_arrays()
        if self.encoder is not None and self.dense is not None:
            told |= self.dense.to_arrays()
            notes["encoder"] = self.encoder.place
        return arrays | told, notes

    @classmethod
    def from_parts(cls, arrays: Mapping[str, Any], notes: Mapping[str, Any]) -> Trained:
        """The other way round. Raises KeyError when something is missing, EncoderMissing when its encoder is."""
        place = notes.get("encoder")
        return cls(
            Vocabulary.of(notes["names"], arrays["vocabulary"]),
            Linear(tuple(notes["labels"]), arrays["weights"], arrays["bias"]),
            Phrasing.from_parts(arrays, notes["phrasing"]),
            {head: (int(span[0]), int(span[1])) for head, span in notes["columns"].items()},
            Calibration.from_dict(notes["calibration"]),
            dense.open_encoder(place) if place else None,
            Dense.from_arrays(arrays) if place else None,
            Second.from_arrays(arrays),
            Ear.from_dict(notes.get("ear")),
            Danger.from_arrays(arrays),
        )
