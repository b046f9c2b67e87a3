"""YAML read strictly: every finding tells file and line. Used by the loaders, never by the judging."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # several times as fast, where PyYAML has it


class Refused(ValueError):
    """A file that cannot be used. ``findings``: each names file and line, and what is wrong there."""

    def __init__(self, *findings: str) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


@dataclass(frozen=True)
class Place:
    """A part of a YAML file, and the line on which it begins."""

    path: Path
    node: yaml.Node
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"

    def at(self, *way: str | int) -> Place:
        """The part that is found that way, by keys and positions; as far as it can be followed."""
        here = self
        for step in way:
            found = here._step(step)
            if found is None:
                return here
            here = found
        return here

    def _step(self, step: str | int) -> Place | None:
        if isinstance(self.node, yaml.MappingNode):
            for key, value in self.node.value:
                if key.value == str(step):
                    return Place(self.path, value, key.start_mark.line + 1)
        elif isinstance(self.node, yaml.SequenceNode) and isinstance(step, int) and step < len(self.node.value):
            item = self.node.value[step]
            return Place(self.path, item, item.start_mark.line + 1)
        return None


def read_mapping(path: Path) -> tuple[dict[str, Any], Place]:
    """A file that holds keys and values, and where each stands. Raises Refused."""
    text = path.read_text(encoding="utf-8")
    try:
        node = yaml.compose(text, Loader=_LOADER)
        data = yaml.SafeLoader("").construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Refused(f"{path}:{line}: not readable as YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise Refused(f"{path}:1: not readable as YAML: {error}") from error
    if not isinstance(data, dict) or node is None:
        raise Refused(f"{path}:1: expected keys and values")
    place = Place(path, node, 1)
    if twice := list(_twice(place)):
        raise Refused(*twice)
    return data, place


def _twice(place: Place) -> Iterator[str]:
    """Keys that stand twice in one mapping: YAML would silently keep the last."""
    if isinstance(place.node, yaml.MappingNode):
        seen = set[str]()
        for key, value in place.node.value:
            if key.value in seen:
                yield f"{place.path}:{key.start_mark.line + 1}: {key.value} stands here a second time"
            seen.add(key.value)
            yield from _twice(Place(place.path, value, key.start_mark.line + 1))
    elif isinstance(place.node, yaml.SequenceNode):
        for item in place.node.value:
            yield from _twice(Place(place.path, item, item.start_mark.line + 1))


def build(kind: type[T], data: Any, place: Place) -> T:
    """The dataclass that the data describes; unknown keys and values of another type are refused. Raises Refused."""
    if not isinstance(data, Mapping):
        raise Refused(f"{place}: expected keys and values, got {data!r}")
    known = [f.name for f in fields(kind)]  # type: ignore[arg-type]
    unknown = [f"{place.at(key)}: unknown key {key}{_perhaps(key, known)}" for key in data if key not in known]
    if unknown:
        raise Refused(*unknown)
    try:
        value: T = _adapter(kind).validate_json(json.dumps(data), strict=True)  # type: ignore[arg-type]
        return value
    except ValidationError as error:
        raise Refused(*(_told(found, place) for found in error.errors(include_url=False))) from error
    except TypeError as error:  # a date or the like, which JSON cannot say
        raise Refused(f"{place}: {error}; put it in quotes") from error


def line_of(finding: str) -> int:
    """The line that a finding names."""
    found = re.search(r":(\d+): ", finding)
    return int(found.group(1)) if found else 0


def _told(found: Any, place: Place) -> str:
    way = tuple(found["loc"])
    name = ".".join(str(step) for step in way if step != "[key]")
    if found["type"] == "missing":
        return f"{place}: {name} is missing"
    return f"{place.at(*way)}: {name}: {found['msg']}, got {found['input']!r}"


def _perhaps(key: str, known: Sequence[str]) -> str:
    alike = get_close_matches(str(key), known, 1)
    return f", perhaps {alike[0]}" if alike else f" (known: {', '.join(sorted(known))})"


@lru_cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
