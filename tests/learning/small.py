"""A small corpus of the product's own messages, so that a training takes seconds; and a model trained from it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from bot.engine import training
from bot.learning.recipe import Recipe
from nlu.corpus import Example, read_examples

DATA = training.ROOT / "nlu" / "data"
LEARNT, HELD_OUT = 9, 3  # messages of each intent in each language


def small_corpus(folder: Path) -> Path:
    """Writes ``train`` and ``test`` below the folder."""
    for name, most in (("train", LEARNT), ("test", HELD_OUT)):
        (folder / name).mkdir(parents=True)
        for language, lines in _few(read_examples(DATA / name), most).items():
            (folder / name / f"{language}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _few(examples: list[Example], most: int) -> dict[str, list[str]]:
    seen: Counter[tuple[str, str]] = Counter()
    lines: dict[str, list[str]] = {}
    for example in examples:
        kind = (example.lang, example.intent)
        seen[kind] += 1
        if seen[kind] <= most and len(example.text) < 120:
            lines.setdefault(example.lang, []).append(example.to_json())
    return lines


def train_small(folder: Path, corpus: Path) -> Path:
    """The standard model for tests: trained from the small corpus alone."""
    recipe = Recipe(folder, corpus)
    recipe.write([])
    return training.train(folder / "model", recipe.sources)
