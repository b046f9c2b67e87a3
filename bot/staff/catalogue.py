"""The staff pages' labels: ``bot/staff/labels/AREA/LOCALE.yml``, for templates and, through the page, for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from dialogues.language import LOCALES

LABELS = Path(__file__).parent / "labels"


class UnknownLabel(KeyError):
    """There is no such label."""


@lru_cache(maxsize=64)
def labels(area: str, locale: str) -> Mapping[str, str]:
    """All labels of an area in that language; each key begins with the area's name."""
    data = yaml.safe_load((LABELS / area / f"{locale}.yml").read_text(encoding="utf-8")) or {}
    return {f"{area}.{key}": text for key, text in _flat("", data)}


def areas() -> list[str]:
    """The areas that have labels."""
    return sorted(folder.name for folder in LABELS.iterdir() if folder.is_dir())


def label(key: str, locale: str, **values: object) -> str:
    """One label with its values put in. Raises UnknownLabel."""
    found = labels(key.partition(".")[0], locale if locale in LOCALES else "en").get(key)
    if found is None:
        raise UnknownLabel(key)
    for name, value in values.items():
        found = found.replace("{" + name + "}", str(value))
    return found


def has_label(key: str) -> bool:
    """True when there is such a label."""
    return key in labels(key.partition(".")[0], "en")


def _flat(prefix: str, data: Mapping[str, object]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in data.items():
        name = f"{prefix}{key}"
        found += _flat(f"{name}.", value) if isinstance(value, Mapping) else [(name, str(value))]
    return found
