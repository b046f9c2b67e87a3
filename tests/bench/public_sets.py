"""Public sets for measuring only: Banking77, CLINC150 and BRIGHTER, as JSON Lines in a folder that DATA names."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.corpus import Example
from tests.bench.processes import BenchError

OUT_OF_SCOPE = "oos"


@dataclass(frozen=True)
class ChoiceSet:
    """One label a message. tests: by name, each with its right labels; `outside` is what no label fits."""

    name: str
    train: list[Example]
    tests: dict[str, list[Example]]
    outside: list[Example]
    outside_to_learn: list[Example]

    def few(self, shots: int) -> ChoiceSet:
        """With `shots` training messages a label, drawn by lot, the same each time; what is outside is one label."""
        learn = _drawn(self.train, shots)
        return replace(
            self, name=f"{self.name} {shots}-shot", train=learn, outside_to_learn=_drawn(self.outside_to_learn, shots)
        )


@dataclass(frozen=True)
class FeelingSet:
    """Several feelings a message, each with an intensity 0-3."""

    name: str
    emotions: tuple[str, ...]
    train: list[tuple[str, dict[str, int]]]
    test: list[tuple[str, dict[str, int]]]
    language: str


def read_choice_sets(data: Path) -> list[ChoiceSet]:
    """Raises BenchError when a file is missing or is not what it should be."""
    bank = _rows(data / "banking77" / "data.jsonl")
    clinc = _rows(data / "clinc150" / "data.jsonl")
    inside = [row for row in clinc if row["label"] != OUT_OF_SCOPE]
    oos = [row for row in clinc if row["label"] == OUT_OF_SCOPE]
    return [
        ChoiceSet(
            "Banking77",
            _examples(bank, "train"),
            {"test": _examples(bank, "test"), "hard": _examples(_rows(data / "banking77" / "hard_test_ibm.jsonl"))},
            [],
            [],
        ),
        ChoiceSet(
            "CLINC150",
            _examples(inside, "train"),
            {"test": _examples(inside, "test"), "hard": _examples(_rows(data / "clinc150" / "hard_test_ibm.jsonl"))},
            _examples(oos, "test"),
            _examples(oos, "train") + _examples(oos, "val"),
        ),
    ]


def read_feeling_sets(data: Path) -> list[FeelingSet]:
    """Raises BenchError when a file is missing or is not what it should be."""
    sets = []
    for language, code in (("zh", "zh-CN"), ("en", "en")):
        rows = _rows(data / "brighter_emotion_intensity" / f"{language}.jsonl")
        emotions = tuple(sorted({emotion for row in rows for emotion in row["intensity"]}))
        train = [(row["text"], row["intensity"]) for row in rows if row["split"] in ("train", "dev")]
        test = [(row["text"], row["intensity"]) for row in rows if row["split"] == "test"]
        sets.append(FeelingSet(f"BRIGHTER {language}", emotions, train, test, code))
    return sets


def _drawn(examples: Iterable[Example], shots: int) -> list[Example]:
    by_label: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_label[example.intent].append(example)
    lot = random.Random(0)
    return [e for label in sorted(by_label) for e in lot.sample(by_label[label], min(shots, len(by_label[label])))]


def _rows(file: Path) -> list[dict]:
    try:
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise BenchError(f"{file}: {error}; DATA must name the folder that holds the public sets") from error


def _examples(rows: list[dict], split: str | None = None) -> list[Example]:
    return [Example(row["text"], "en", row["label"]) for row in rows if split is None or row["split"] == split]
