"""From a training set to what Rasa trains from: the messages that come with the product, and the shop's own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from actions.learning.sets import as_line
from bot.engine.training import ROOT, Sources
from models.learning import TrainingRow
from nlu.corpus import Example, parse_line, read_examples
from nlu.labels import INTENTS

PROGRESS = "progress.json"


@dataclass(frozen=True)
class Recipe:
    """Files of one training, all below ``folder``; ``base`` is the folder with the product's ``train`` and ``test``."""

    folder: Path
    base: Path

    @property
    def own(self) -> Path:
        """The shop's own messages to learn from."""
        return self.folder / "messages"

    @property
    def progress(self) -> Path:
        """Where the training tells how far it is."""
        return self.folder / PROGRESS

    @property
    def sources(self) -> Sources:
        """What Rasa trains from."""
        return Sources(config=self.folder / "config.yml", corpus=self.own)

    def fingerprint(self) -> str:
        """Of code, libraries, settings and the product's messages: what the rows of the set come on top of."""
        return Sources(corpus=self.base / "train").fingerprint()

    def write(self, rows: Sequence[TrainingRow]) -> None:
        """Writes the messages and the pipeline's settings."""
        self.own.mkdir(parents=True, exist_ok=True)
        for name, lines in _files(row for row in rows if not row.held_out):
            place = self.own / name
            place.parent.mkdir(exist_ok=True)
            place.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
        for importer in config["importers"]:
            if "corpus" in importer:
                own = [str(self.own)] if any(self.own.rglob("*.jsonl")) else []
                importer["corpus"] = [str(self.base / "train"), *own]
        for component in config["pipeline"]:
            if component["name"].endswith("Hearer"):
                component["progress"] = str(self.progress)
        self.sources.config.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")

    def held_out(self, rows: Sequence[TrainingRow]) -> tuple[list[Example], int]:
        """What versions are compared on: the product's own test messages, then the shop's; and how many those are."""
        shop = [example_of(row) for row in rows if row.held_out]
        return [*read_examples(self.base / "test"), *shop], len(shop)

    def told(self) -> tuple[str, float] | None:
        """What the training says it is doing, and how far it is with that."""
        try:
            told = json.loads(self.progress.read_text(encoding="utf-8"))
            return str(told["what"]), float(told["share"])
        except (OSError, ValueError, KeyError):
            return None


def example_of(row: TrainingRow) -> Example:
    """A row as the hearing reads it."""
    return parse_line(as_line(row), f"row {row.id}", voice="shop", own="" if row.intent in INTENTS else row.intent)


def _files(rows: Iterable[TrainingRow]) -> Iterable[tuple[str, list[str]]]:
    """An issue of the shop's own has a file of its own: its name is the issue."""
    lines: dict[str, list[str]] = {}
    for row in rows:
        lines.setdefault("shop.jsonl" if row.intent in INTENTS else f"own/{row.intent}.jsonl", []).append(as_line(row))
    return lines.items()
