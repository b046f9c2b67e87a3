"""The training messages: JSON Lines in, frozen examples out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.labels import EMOTIONS, FLAGS, INTENTS, LANGUAGES, NEEDS, NEUTRAL, SERVICE_INTENTS


class CorpusError(ValueError):
    """A line that does not follow the scheme; the message names file and line."""


@dataclass(frozen=True)
class Example:
    """One labelled message. `voice` is the name of the file it came from: its writer.

    also: service issues that the message raises beside its intent.
    """

    text: str
    lang: str
    intent: str
    emotion: str = NEUTRAL
    intensity: int = 0
    needs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    voice: str = ""
    also: tuple[str, ...] = ()

    def to_json(self) -> str:
        """One JSON line in the scheme's form; empty needs, flags and further issues are left out."""
        row: dict[str, Any] = {
            "text": self.text,
            "lang": self.lang,
            "intent": self.intent,
            "emotion": self.emotion,
            "intensity": self.intensity,
        }
        if self.needs:
            row["needs"] = list(self.needs)
        if self.flags:
            row["flags"] = list(self.flags)
        if self.also:
            row["also"] = list(self.also)
        return json.dumps(row, ensure_ascii=False)


def read_examples(place: Path | str) -> list[Example]:
    """Reads one .jsonl file, or every one below a folder in the order of their names.

    Raises FileNotFoundError when there is nothing to read, and CorpusError naming file and line for the
    first line that does not follow the scheme.
    """
    place = Path(place)
    files = sorted(place.rglob("*.jsonl")) if place.is_dir() else [place]
    if not files or not all(file.is_file() for file in files):
        raise FileNotFoundError(f"no .jsonl file at {place}")
    return [example for file in files for example in _read_file(file)]


def _read_file(file: Path) -> Iterable[Example]:
    with file.open(encoding="utf-8") as lines:
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield parse_line(line, f"{file}:{number}", voice=file.stem, own=own_issue(file))
        except UnicodeDecodeError as error:
            raise CorpusError(f"{file}: not UTF-8 ({error.reason} at byte {error.start})") from error


def own_issue(file: Path) -> str:
    """The issue of a shop's own that a file `own/<issue>.jsonl` adds to the scheme, or ""."""
    return file.stem if file.parent.name == "own" else ""


def parse_line(line: str, where: str, voice: str = "", own: str = "") -> Example:
    """Turns one JSON line into an Example; `where` is named in the CorpusError that a bad line raises.

    `own` is an intent beside those of the scheme.
    """
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise CorpusError(f"{where}: not JSON ({error.msg})") from error
    if not isinstance(row, dict):
        raise CorpusError(f"{where}: a line holds one JSON object")
    problems = list(_problems(row, own))
    if problems:
        raise CorpusError(f"{where}: {'; '.join(problems)}")
    return Example(
        text=row["text"],
        lang=row["lang"],
        intent=row["intent"],
        emotion=row["emotion"],
        intensity=row["intensity"],
        needs=tuple(row.get("needs") or ()),
        flags=tuple(row.get("flags") or ()),
        voice=voice,
        also=tuple(row.get("also") or ()),
    )


def _problems(row: dict[str, Any], own: str = "") -> Iterable[str]:
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        yield "text is missing or empty"
    yield from _one_of(row, "lang", LANGUAGES)
    yield from _one_of(row, "intent", (*INTENTS, own) if own else INTENTS)
    yield from _one_of(row, "emotion", EMOTIONS)
    intensity = row.get("intensity")
    if isinstance(intensity, bool) or intensity not in (0, 1, 2, 3):
        yield f"intensity {intensity!r} is not 0, 1, 2 or 3"
    elif (intensity == 0) != (row.get("emotion") == NEUTRAL):
        yield "neutral has intensity 0 and every other emotion 1 to 3"
    yield from _some_of(row, "needs", NEEDS)
    yield from _some_of(row, "flags", FLAGS)
    yield from _some_of(row, "also", SERVICE_INTENTS)
    if row.get("intent") in (row.get("also") or []):
        yield "also names the intent itself"
    for key in row.keys() - {"text", "lang", "intent", "emotion", "intensity", "needs", "flags", "also"}:
        yield f"unknown field {key!r}"


def _one_of(row: dict[str, Any], key: str, allowed: tuple[str, ...]) -> Iterable[str]:
    if row.get(key) not in allowed:
        yield f"{key} {row.get(key)!r} is not in the scheme"


def _some_of(row: dict[str, Any], key: str, allowed: tuple[str, ...]) -> Iterable[str]:
    values = row.get(key) or []
    if not isinstance(values, list):
        yield f"{key} is not a list"
        return
    for value in values:
        if value not in allowed:
            yield f"{key} {value!r} is not in the scheme"
    if len(set(map(str, values))) != len(values):
        yield f"{key} names something twice"
