"""Keeps the corpus clean: scheme, duplicates, near-duplicates, coverage."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from nlu.corpus import CorpusError, Example, own_issue, parse_line
from nlu.labels import EMOTIONS, INTENTS, LANGUAGES, NEUTRAL
from nlu.script import ENOUGH_HAN, HAN, fold, script_of

# Two messages that share this much of their shingles (runs of letters) are one message written twice.
ALIKE = 0.7
_SHINGLE = 4
_SHORTEST = 12  # letters; below that only equality counts

# Fewest messages an intent may have, over all files that are linted together.
AT_LEAST = {"zh-CN": 100, "zh-TW": 90, "en": 100}


def lint(paths: Sequence[Path], *, coverage: bool = True) -> list[str]:
    """Problems in words, each naming file and line where it can; an empty list is a clean corpus."""
    problems: list[str] = []
    rows: list[tuple[str, Example]] = []
    for path in paths:
        files = sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]
        if not files:
            problems.append(f"{path}: no .jsonl file")
        for file in files:
            found, wrong = _read(file)
            rows += found
            problems += wrong
    problems += _wrong_script(rows)
    problems += _duplicates(rows)
    problems += _near_duplicates(rows)
    if coverage and rows:
        problems += _coverage([example for _, example in rows])
    return problems


def _read(file: Path) -> tuple[list[tuple[str, Example]], list[str]]:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        return [], [f"{file}: cannot be read ({error})"]
    rows, problems = [], []
    for number, line in enumerate(lines, 1):
        where = f"{file}:{number}"
        if not line:
            continue
        try:
            rows.append((where, parse_line(line, where, file.stem, own_issue(file))))
        except CorpusError as error:
            problems.append(str(error))
    return rows, problems


def letters(text: str) -> str:
    """What is compared: folded, lower-cased, without spaces and marks."""
    return re.sub(r"[\W_]", "", fold(text.lower()))


def _duplicates(rows: Iterable[tuple[str, Example]]) -> Iterable[str]:
    first: dict[tuple[str, str], str] = {}
    for where, example in rows:
        key = (example.lang, letters(example.text) or example.text.strip())
        if key in first:
            yield f"{where}: the same message as {first[key]}"
        else:
            first[key] = where


def shingles(text: str) -> frozenset[str]:
    """Every run of _SHINGLE letters."""
    plain = letters(text)
    return frozenset(plain[place : place + _SHINGLE] for place in range(len(plain) - _SHINGLE + 1))


def _near_duplicates(rows: Sequence[tuple[str, Example]]) -> Iterable[str]:
    """Two sets that share ALIKE of their members share one of the rarest few of each, so that only messages
    that meet there are compared."""
    sets = [shingles(e.text) if len(letters(e.text)) >= _SHORTEST else frozenset() for _, e in rows]
    spread = Counter(shingle for each in sets for shingle in each)
    holders: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(sets):
        rarest = sorted(each, key=lambda shingle: (spread[shingle], shingle))
        rarest = rarest[: len(each) - int(ALIKE * len(each)) + 1]
        met = {other for shingle in rarest for other in holders[shingle]}
        for shingle in rarest:
            holders[shingle].append(place)
        for other in sorted(met):
            likeness = len(each & sets[other]) / len(each | sets[other])
            if likeness >= ALIKE and letters(rows[place][1].text) != letters(rows[other][1].text):
                yield f"{rows[place][0]}: nearly the same message as {rows[other][0]} ({likeness:.0%})"


def _wrong_script(rows: Iterable[tuple[str, Example]]) -> Iterable[str]:
    for where, example in rows:
        seen = script_of(example.text)
        if seen and len(HAN.findall(example.text)) >= ENOUGH_HAN and seen != example.lang:
            yield f"{where}: marked {example.lang}, written in {seen}"


def _coverage(examples: Sequence[Example]) -> Iterable[str]:
    intents = Counter((example.lang, example.intent) for example in examples)
    feelings = Counter((example.lang, example.emotion, example.intensity) for example in examples)
    for language in LANGUAGES:
        for intent in INTENTS:
            if intents[language, intent] < AT_LEAST[language]:
                yield f"{language} {intent}: {intents[language, intent]} messages, {AT_LEAST[language]} wanted"
        for emotion in EMOTIONS:
            for intensity in (0,) if emotion == NEUTRAL else (1, 2, 3):
                if not feelings[language, emotion, intensity]:
                    yield f"{language} {emotion} {intensity}: no message"
