"""The listener: everything that is heard in one message, in one pass over its features."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nlu.catalogue import Catalogue
from nlu.corpus import Example
from nlu.despair import speaks_of_despair
from nlu.encoder import Encoder
from nlu.entities import EntityFinder
from nlu.features import Floats, features_of
from nlu.hearing import Context, Entity, Hearing
from nlu.judgement import Calibration, intensity_of
from nlu.labels import FLAGS, NEEDS, NEUTRAL
from nlu.light import details_asked_for, light_on
from nlu.modality import modality_of
from nlu.peril import speaks_of_peril
from nlu.prepare import Prepared, prepare
from nlu.trained import Trained
from nlu.training import train_heads

Progress = Callable[[str, float], None]
FORM = 4  # of the folder that save() writes


# How far the score of an insult must be above the next feeling's: nobody polite is told to mind their words.
ABUSE_BY = 1.0
# An injury told late in a long story is lost among the rest: longer messages are heard once more in pieces, each of
# which must speak that much more plainly of danger than a whole message (docs/hearing.md). In tokens.
_LONG, _PIECE, _STEP, _MOST_PIECES = 40, 24, 12, 16
_PLAINLY = 1.0


def _felt(scores: Floats, emotions: tuple[str, ...]) -> str:
    """The likeliest feeling; an insult only where it is plain."""
    first, *rest = (int(place) for place in np.argsort(-scores)[:2])
    doubtful = bool(rest) and emotions[first] == "abusive" and scores[first] - scores[rest[0]] < ABUSE_BY
    return emotions[rest[0] if doubtful else first]


class Listener:
    """Immutable after construction and safe to share between threads."""

    def __init__(self, trained: Trained, catalogue: Catalogue | None = None) -> None:
        self._trained = trained
        self._finder = EntityFinder(catalogue)

    @classmethod
    def train(
        cls, examples: Sequence[Example], *, progress: Progress | None = None, encoder: Encoder | None = None
    ) -> Listener:
        """Learns from labelled messages. Raises ValueError when there are too few to learn from."""
        return cls(train_heads(examples, progress or (lambda _what, _share: None), encoder))

    def knowing(self, catalogue: Catalogue) -> Listener:
        """The same listener, which also hears the names of these products."""
        return Listener(self._trained, catalogue)

    def save(self, folder: Path) -> None:
        """Writes model.npz and model.json; arrays and JSON only, nothing that runs when it is read."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays, notes = self._trained.to_parts()
        np.savez(folder / "model.npz", **arrays)
        notes["form"] = FORM
        (folder / "model.json").write_text(json.dumps(notes, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Listener:
        """Raises FileNotFoundError, ValueError for another form of model, EncoderMissing when its encoder is."""
        notes = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if notes.get("form") != FORM:
            raise ValueError(f"{folder}: a model of form {notes.get('form')}, this code reads form {FORM}; train again")
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            return cls(Trained.from_parts({name: arrays[name] for name in arrays.files}, notes))

    def prepare(self, text: str, context: Context = Context()) -> Prepared:  # noqa: B008 - frozen
        """Cleans and cuts the text once for everything that reads it."""
        return prepare(text, context.locale)

    def find_entities(self, message: Prepared, context: Context = Context()) -> tuple[Entity, ...]:  # noqa: B008
        """The details of a prepared message, in the light of what was asked."""
        return details_asked_for(message, context, self._finder.find(message, context))

    def hear(self, text: str, context: Context = Context()) -> Hearing:  # noqa: B008
        """Never raises for any str."""
        message = self.prepare(text, context)
        return self.hear_prepared(message, context, self.find_entities(message, context))

    def hear_prepared(self, message: Prepared, context: Context, entities: tuple[Entity, ...]) -> Hearing:
        """As `hear`, when the text is already prepared and its details are found."""
        return self.hear_ranked(message, context, entities)[0]

    def hear_ranked(
        self, message: Prepared, context: Context, entities: tuple[Entity, ...], most: int = 10
    ) -> tuple[Hearing, list[tuple[str, float]]]:
        """As `hear_prepared`, with the likeliest intents and their probabilities."""
        trained, calibration = self._trained, self._trained.calibration
        numbers, values = trained.vocabulary.vector(features_of(message))
        scores = trained.scores(numbers, values, message.tokens, message.surface)
        intents, emotions = trained.labels("intent"), trained.labels("emotion")
        lit = self._lit(scores.intent, light_on(message, context, entities))
        order = np.argsort(-lit)
        confidence = round(calibration.confidence(lit, scores.phrased, len(numbers), len(message.tokens)), 4)
        emotion = _felt(scores.emotion, emotions) if message.tokens else NEUTRAL
        heard = {
            mark
            for mark, score in zip(trained.labels("marks"), scores.marks, strict=True)
            if score >= calibration.thresholds.get(mark, 0.0)
        }
        manner = modality_of(message.plain)
        second = trained.second_matter(message, scores.at_first, intents[order[0]])
        hearing = Hearing(
            text=message.text,
            language=message.language,
            intent=intents[order[0]],
            confidence=confidence,
            runner_up=intents[order[1]] if len(intents) > 1 else None,
            unsure=confidence < calibration.unsure_below or not message.tokens,
            emotion=emotion,
            intensity=0 if emotion == NEUTRAL else intensity_of(scores.intensity),
            needs=tuple(need for need in NEEDS if need in heard),
            entities=entities,
            safety=FLAGS[0] in heard or self._speaks_of_danger(message),
            repeat=FLAGS[1] in heard,
            also=(second,) if second else (),
            asks=manner.asks,
            negated=manner.negated,
            conditional=manner.conditional,
        )
        chances = calibration.chances(lit)
        rest = max(1e-6, 1.0 - float(chances[order[0]]))
        others = [(intents[n], round(float(chances[n]) * (1 - confidence) / rest, 4)) for n in order[1:most]]
        return hearing, [(hearing.intent, confidence), *others]

    def _speaks_of_danger(self, message: Prepared) -> bool:
        """In words that nobody says lightly, or in a piece of a long message."""
        if speaks_of_despair(message.plain) or speaks_of_peril(message.plain):
            return True
        trained = self._trained
        marks, needed = trained.labels("marks"), trained.calibration.thresholds.get(FLAGS[0], 0.0) + _PLAINLY
        step = max(_STEP, len(message.tokens) // _MOST_PIECES)
        starts = range(0, len(message.tokens) - _STEP, step) if len(message.tokens) > _LONG else ()
        for start in starts:
            piece = message.piece(start, start + max(_PIECE, 2 * step))
            numbers, values = trained.vocabulary.vector(features_of(piece))
            scores = trained.scores(numbers, values, piece.tokens, piece.surface)
            if scores.marks[marks.index(FLAGS[0])] >= needed:
                return True
        return False

    def _lit(self, scores: Floats, light: dict[str, float]) -> Floats:
        """Scores after the light of the question, which is given in logarithms of probability."""
        labels = self._trained.labels("intent")
        lit = scores.copy()
        for label, shift in light.items():
            if label in labels:
                lit[labels.index(label)] += shift * self._trained.calibration.temperature
        return lit

    def explain(self, text: str, context: Context = Context(), most: int = 8) -> dict[str, Any]:  # noqa: B008
        """What was heard and the features that spoke for the intent and the emotion, the strongest first."""
        message = self.prepare(text, context)
        hearing, ranking = self.hear_ranked(message, context, self.find_entities(message, context), 5)
        trained = self._trained
        numbers, values = trained.vocabulary.vector(features_of(message))
        names = trained.vocabulary.names
        spoke = {}
        for head, label in (("intent", hearing.intent), ("emotion", hearing.emotion)):
            if label not in trained.labels(head):
                continue
            column = trained.columns[head][0] + trained.labels(head).index(label)
            parts = values * trained.reader.weights[numbers, column].astype(np.float32)
            strongest = np.argsort(-np.abs(parts))[:most]
            spoke[head] = [[names[numbers[place]], round(float(parts[place]), 3)] for place in strongest]
        light = light_on(message, context, hearing.entities)
        return {
            "heard": hearing.to_dict(),
            "ranking": [list(pair) for pair in ranking],
            "tokens": list(message.tokens),
            "spoke": spoke,
            "light": light,
            "unsure_below": self._trained.calibration.unsure_below,
        }

    def recalibrated(self, **changes: Any) -> Listener:
        """A copy with other thresholds, for experiments and for shops that want more or fewer questions."""
        calibration: Calibration = replace(self._trained.calibration, **changes)
        return Listener(replace(self._trained, calibration=calibration))
