"""Reads YAML strictly: what is unknown, missing, twice there or of the wrong type is refused, saying where."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=3650)


class ScriptError(ValueError):
    """A conversation file that cannot be used; the message names file, conversation, entry and key."""


@dataclass(frozen=True)
class Place:
    """Where in a file something stands."""

    file: str
    conversation: str = ""
    entry: int = 0
    key: str = ""

    def at(self, key: str) -> Place:
        """A key inside this place."""
        return replace(self, key=f"{self.key}.{key}" if self.key else key)

    def refuse(self, problem: str) -> ScriptError:
        """The error to raise for something wrong here."""
        parts = [self.file]
        if self.conversation:
            parts.append(f"conversation {self.conversation!r}")
        if self.entry:
            parts.append(f"entry {self.entry}")
        if self.key:
            parts.append(self.key)
        return ScriptError(f"{', '.join(parts)}: {problem}")


# What stands under these keys is words, also where YAML would read `yes`, `8812` or a day into them.
_WORDS = {"say", "name", "phone", "number", "tracking", "item", "note", "reply_contains", "reply_excludes"}
_ALL_WORDS = {"answers"}  # mappings of which every value is words
_TEXT = "tag:yaml.org,2002:str"
_NOTHING = "tag:yaml.org,2002:null"


class _Loader(yaml.SafeLoader):
    """Safe loading that keeps words as they are written, and refuses a key written twice: the first would be
    dropped silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        for key, value in node.value:
            if key.value in _WORDS:
                _keep_words(value)
            elif key.value in _ALL_WORDS and isinstance(value, yaml.MappingNode):
                for _, answer in value.value:
                    _keep_words(answer)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        if len(mapping) < len(node.value):
            names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            if twice := sorted({name for name in names if names.count(name) > 1} - {"<<"}):
                raise yaml.constructor.ConstructorError(
                    None, None, f"{', '.join(twice)} stands there twice", node.start_mark
                )
        return mapping


def _keep_words(node: yaml.Node) -> None:
    for each in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        if isinstance(each, yaml.ScalarNode) and each.tag != _NOTHING:
            each.tag = _TEXT


def read_yaml(path: Path) -> Any:
    """What a file holds. Raises ScriptError when it cannot be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptError(f"{path}: cannot be read: {error}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ScriptError(f"{path}: not readable as YAML: {error}") from error


def mapping(value: Any, place: Place, known: Collection[str], required: Collection[str] = ()) -> Mapping[str, Any]:
    """A mapping with known keys only."""
    if not isinstance(value, dict):
        raise place.refuse(f"expected keys and values, got {value!r}")
    if unknown := [str(key) for key in value if key not in known]:
        raise place.refuse(f"unknown key {', '.join(unknown)} (known: {', '.join(known)})")
    if missing := [key for key in required if key not in value]:
        raise place.refuse(f"{', '.join(missing)} is missing")
    return value


def text(value: Any, place: Place, *, empty: bool = False) -> str:
    """Text. A bare number, date, yes or no is refused: YAML may have changed it already (0812, no)."""
    if not isinstance(value, str):
        raise place.refuse(f"expected text, got {value!r} (put it in quotes)")
    if not value.strip() and not empty:
        raise place.refuse("expected text, got nothing")
    return value


def texts(value: Any, place: Place) -> tuple[str, ...]:
    """One text or a list of texts."""
    items = value if isinstance(value, list) else [value]
    if not items:
        raise place.refuse("expected text, got an empty list")
    return tuple(text(item, place) for item in items)


def names(value: Any, place: Place) -> tuple[str, ...]:
    """A list of texts, which may be empty."""
    if not isinstance(value, list):
        raise place.refuse(f"expected a list, got {value!r}")
    return tuple(text(item, place) for item in value)


def one_of(value: Any, place: Place, allowed: Collection[str]) -> str:
    """One of a few words."""
    if value not in allowed:
        raise place.refuse(f"expected one of {', '.join(allowed)}, got {value!r}")
    return str(value)


def flag(value: Any, place: Place) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise place.refuse(f"expected true or false, got {value!r}")
    return value


def count(value: Any, place: Place, at_least: int = 0) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, int) or value < at_least:
        raise place.refuse(f"expected a whole number of at least {at_least}, got {value!r}")
    return value


def duration(value: Any, place: Place) -> timedelta:
    """A length of time: a number and s, m, h or d."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise place.refuse(f"expected a duration such as 90s, 10m, 26h or 3d, got {value!r}")
    try:
        length = timedelta(**{_UNITS[match[2]]: float(match[1])})
    except OverflowError:
        length = _LONGEST + timedelta(1)
    if not timedelta(0) < length <= _LONGEST:
        raise place.refuse(f"expected a duration above nothing and below ten years, got {value!r}")
    return length


def moment(value: Any, place: Place) -> datetime:
    """A point in time with its offset from UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise place.refuse(f"expected a time such as 2026-11-23T10:00:00+08:00, got {value!r}") from None
    if not isinstance(value, datetime):
        raise place.refuse(f"expected a time such as 2026-11-23T10:00:00+08:00, got {value!r}")
    if value.tzinfo is None:
        raise place.refuse(f"{value.isoformat()} needs its offset from UTC, for instance +08:00")
    return value


def day(value: Any, place: Place) -> str:
    """A day, or a time, in ISO form."""
    if isinstance(value, str):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            raise place.refuse(f"expected a day such as 2026-11-23, got {value!r}") from None
        return value
    if not isinstance(value, date):  # a datetime is a date too
        raise place.refuse(f"expected a day such as 2026-11-23, got {value!r}")
    return value.isoformat()


def money(value: Any, place: Place) -> str:
    """An amount as a decimal string."""
    if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise place.refuse(f"expected an amount such as 399.00, got {value!r}")
    return f"{value:.2f}"
