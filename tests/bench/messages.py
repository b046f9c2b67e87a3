"""Which messages are sent, and which ones Rasa's default pipeline learns from: seeded, so the same in every run."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.corpus import Example, read_examples

ROOT = Path(__file__).resolve().parents[2]
TRAIN = ROOT / "nlu" / "data" / "train"
DEV = ROOT / "nlu" / "data" / "dev"


@dataclass(frozen=True)
class Conversation:
    """What one customer writes, one message after the other, each sent when the one before is answered."""

    locale: str
    texts: tuple[str, ...]


def sample_conversations(count: int, turns: int, seed: int, place: Path = DEV) -> tuple[Conversation, ...]:
    """About `count` messages as conversations of `turns`, the languages in equal parts and taking turns.

    A language with fewer messages than its part is repeated. Raises FileNotFoundError without data.
    """
    chance = random.Random(seed)
    by_language: defaultdict[str, list[str]] = defaultdict(list)
    for example in read_examples(place):
        by_language[example.lang].append(example.text)
    each = max(1, round(count / turns / len(by_language)))
    columns = []
    for language in sorted(by_language):
        texts = by_language[language]
        chance.shuffle(texts)
        wanted = [texts[i % len(texts)] for i in range(each * turns)]
        columns.append([Conversation(language, tuple(wanted[i : i + turns])) for i in range(0, len(wanted), turns)])
    return tuple(conversation for row in zip(*columns, strict=True) for conversation in row)


def count_messages(conversations: Iterable[Conversation]) -> int:
    """How many messages the conversations hold."""
    return sum(len(conversation.texts) for conversation in conversations)


def sample_training(share: float, seed: int, place: Path = TRAIN) -> tuple[Example, ...]:
    """A share (0-1) of the training messages of each intent and language, at least two of each where there are two.

    Raises FileNotFoundError without data.
    """
    chance = random.Random(seed)
    groups: defaultdict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in read_examples(place):
        groups[example.intent, example.lang].append(example)
    chosen: list[Example] = []
    for key in sorted(groups):
        examples: Sequence[Example] = groups[key]
        chosen += chance.sample(examples, min(len(examples), max(2, round(len(examples) * share))))
    return tuple(chosen)
