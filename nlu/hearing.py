"""What one message said: the values that hearing hands to the rest of the house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Entity:
    """A detail named in the message.

    `start` and `end` are character offsets into the original text, so `text == message[start:end]`.
    `value` is normalised: amounts as "CUR 399.00" ("399.00" if no currency is named), dates as ISO 8601
    (relative ones as "now-1d" when no clock is given), phones as E.164 or bare digits, quantities and
    scores as plain numbers, products as their catalogue id.
    """

    kind: str
    value: str
    text: str
    start: int
    end: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values."""
        return asdict(self)


@dataclass(frozen=True)
class Context:
    """What is known when a message arrives; everything may be missing.

    asked: what the bot asked last, a fact name ("order_number", "phone_last4", ...), "invitation",
      "clarify", "confirm", "choice", "survey" or None.
    locale: the conversation's present language, for messages too short to tell.
    now: an aware time; timezone: an IANA name. They turn "yesterday" into a date.
    """

    asked: str | None = None
    locale: str | None = None
    now: datetime | None = None
    timezone: str | None = None


@dataclass(frozen=True)
class Hearing:
    """Everything heard in one message.

    confidence is a calibrated probability of `intent`; `unsure` is true when it is below the threshold
    that was set on messages the model had not seen. intensity runs from 0 (neutral) to 3 (strong).
    also: service issues that the message raises beside `intent`. asks, negated, conditional: how it is put
    (nlu.modality): the kind of question or "", whether something is ruled out or put off, whether a condition is set.
    """

    text: str
    language: str
    intent: str
    confidence: float
    runner_up: str | None
    unsure: bool
    emotion: str
    intensity: int
    needs: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = field(default_factory=tuple)
    safety: bool = False
    repeat: bool = False
    also: tuple[str, ...] = ()
    asks: str = ""
    negated: bool = False
    conditional: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values; `from_dict` turns them back into an equal Hearing."""
        return {
            "text": self.text,
            "language": self.language,
            "intent": self.intent,
            "confidence": self.confidence,
            "runner_up": self.runner_up,
            "unsure": self.unsure,
            "emotion": self.emotion,
            "intensity": self.intensity,
            "needs": list(self.needs),
            "entities": [entity.to_dict() for entity in self.entities],
            "safety": self.safety,
            "repeat": self.repeat,
            "also": list(self.also),
            "asks": self.asks,
            "negated": self.negated,
            "conditional": self.conditional,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Hearing:
        """Raises KeyError for a missing field; unknown fields are ignored. Older ones hold nothing from `also` on."""
        return cls(
            text=str(data["text"]),
            language=str(data["language"]),
            intent=str(data["intent"]),
            confidence=float(data["confidence"]),
            runner_up=None if data["runner_up"] is None else str(data["runner_up"]),
            unsure=bool(data["unsure"]),
            emotion=str(data["emotion"]),
            intensity=int(data["intensity"]),
            needs=tuple(data["needs"]),
            entities=tuple(
                Entity(str(e["kind"]), str(e["value"]), str(e["text"]), int(e["start"]), int(e["end"]))
                for e in data["entities"]
            ),
            safety=bool(data["safety"]),
            repeat=bool(data["repeat"]),
            also=tuple(data.get("also") or ()),
            asks=str(data.get("asks") or ""),
            negated=bool(data.get("negated")),
            conditional=bool(data.get("conditional")),
        )
