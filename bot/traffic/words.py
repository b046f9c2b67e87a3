"""What made-up customers write: messages from the training corpus, with the labels that say how they are heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from nlu.corpus import Example, read_examples
from nlu.labels import INTENTS

CORPUS = Path(__file__).resolve().parents[2] / "nlu" / "data" / "train"
STAFF_WORDS = Path(__file__).parent / "words.yml"
CLEARLY, BARELY = (0.72, 0.995), (0.30, 0.55)  # how sure the hearing is of a message, from and to
UNSURE_SHARE, MISHEARD_SHARE = 0.06, 0.03  # of the messages; heard barely and wrong, or clearly and wrong


@dataclass(frozen=True)
class Spoken:
    """A text with how it is heard: the dict that the hearing would hand over."""

    text: str
    heard: dict[str, Any]


class Words:
    """Messages by language and what they say, drawn by chance that comes in."""

    def __init__(self, examples: Iterable[Example], fixed: dict[str, Any]) -> None:
        self._fixed = fixed
        self._exact: defaultdict[tuple[str, str, str, int], list[Example]] = defaultdict(list)
        self._nearly: defaultdict[tuple[str, str, str], list[Example]] = defaultdict(list)
        self._any: defaultdict[tuple[str, str], list[Example]] = defaultdict(list)
        for example in examples:
            if "safety" in example.flags:
                continue  # danger is not left to chance: see ``say``
            self._exact[example.lang, example.intent, example.emotion, example.intensity].append(example)
            self._nearly[example.lang, example.intent, example.emotion].append(example)
            self._any[example.lang, example.intent].append(example)

    def say(self, lang: str, intent: str, emotion: str, intensity: int, chance: Random, **heard: Any) -> Spoken:
        """A message of that intent, as near to the feeling as there is one. Its own labels are what is heard."""
        found = (
            self._exact.get((lang, intent, emotion, intensity))
            or self._nearly.get((lang, intent, emotion))
            or self._any[lang, intent]
        )
        example = chance.choice(found)
        return Spoken(example.text, self._hearing(example, chance) | heard)

    def detail(self, lang: str, key: str, chance: Random, entities: list[dict[str, str]], **values: str) -> Spoken:
        """A detail that was asked for, in fixed words with its values put in."""
        text = str(chance.choice(self._fixed[lang][key])).format(**values)
        example = Example(text, lang, "provide_info")
        return Spoken(text, self._hearing(example, chance, sure=True) | {"entities": entities})

    def staff(self, lang: str, key: str, chance: Random) -> str:
        """What a member of staff writes."""
        return str(chance.choice(self._fixed[lang][f"staff_{key}"]))

    def items(self, lang: str) -> list[str]:
        """Goods that are ordered there."""
        return [str(item) for item in self._fixed[lang]["items"]]

    def _hearing(self, example: Example, chance: Random, *, sure: bool = False) -> dict[str, Any]:
        roll = 1.0 if sure else chance.random()
        intent, runner_up, (low, high) = example.intent, chance.choice(INTENTS), CLEARLY
        if roll < UNSURE_SHARE + MISHEARD_SHARE:
            intent, runner_up = runner_up, example.intent
            low, high = BARELY if roll < UNSURE_SHARE else CLEARLY
        confidence = round(chance.uniform(low, high), 3)
        return {
            "text": example.text, "language": example.lang, "intent": intent, "confidence": confidence,
            "runner_up": runner_up, "unsure": confidence < BARELY[1], "emotion": example.emotion,
            "intensity": example.intensity, "needs": list(example.needs), "entities": [], "safety": False,
            "repeat": "repeat" in example.flags,
        }  # fmt: skip


@lru_cache(maxsize=1)
def words() -> Words:
    """The corpus and the fixed words, read once. Raises FileNotFoundError where the training messages are not kept."""
    return Words(read_examples(CORPUS), yaml.safe_load(STAFF_WORDS.read_text(encoding="utf-8")))
