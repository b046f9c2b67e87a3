"""Renders acts into words: key, locale, parameters, and a variant that was not used yet.

The catalogues are ``wording/<locale>.yml``: each key holds one text or a list of variants; ``key@style`` holds those
for customers who write in that style. A parameter may itself be a key (``@cause.refund``), a date
(``date:2026-11-22``; ``day:…`` says the year too), a time (``time:…``), money (``money:399.00 CNY``), or text to be
taken as it is (``=…``).
"""

from __future__ import annotations

import hashlib
import math
import re
import string
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency

from dialogues.checked_yaml import read_mapping
from dialogues.language import LOCALES

HERE = Path(__file__).parent / "wording"
_BABEL = {"zh-CN": "zh_Hans_CN", "zh-TW": "zh_Hant_TW", "en": "en_GB"}
_MONEY_FORMAT = {"TWD": "'NT$'#,##0.##"}  # as prices are written in Taiwan: never a bare dollar sign, no cents
_TIME_FORMAT = {"zh-CN": "M月d日 HH:mm", "zh-TW": "M月d日 HH:mm", "en": "EEE d MMM, HH:mm"}
_DATE_FORMAT = {"zh-CN": "M月d日", "zh-TW": "M月d日", "en": "EEE d MMM"}


class WordingError(KeyError):
    """A key that a catalogue does not hold, or a parameter that its text needs and did not get."""


@dataclass(frozen=True)
class Said:
    """A rendered text and the variant it came from (``key#index``)."""

    text: str
    variant: str


_SENTENCE_END = {"en": re.compile(r"[.!?]+(?=[\"”')]?(?:\s|$))"), "": re.compile(r"[。！？!?]+")}


def sentences(locale: str, text: str) -> int:
    """How many sentences a text has; a last one without a mark counts."""
    parts = _SENTENCE_END["en" if locale == "en" else ""].split(text)
    return sum(bool(re.search(r"\w", part)) for part in parts)


def flatten(data: Mapping[str, Any], prefix: str = "") -> dict[str, tuple[str, ...]]:
    """Nested keys as dotted ones, each with its tuple of variants. Raises WordingError for a key that is no text.

    YAML takes a bare ``yes`` for a truth value.
    """
    flat: dict[str, tuple[str, ...]] = {}
    for name, value in data.items():
        key = f"{prefix}{name}"
        if not isinstance(name, str):
            raise WordingError(f"{key}: a key that is no text; put it in quotation marks")
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{key}.")
        else:
            flat[key] = tuple(str(text) for text in value) if isinstance(value, list) else (str(value),)
    return flat


class Wording:
    """The catalogues of all locales."""

    def __init__(
        self,
        catalogues: Mapping[str, Mapping[str, tuple[str, ...]]],
        weights: Mapping[tuple[str, str], tuple[float, ...]] | None = None,
    ) -> None:
        self.catalogues = catalogues
        self.weights = weights or {}

    def weighted(self, weights: Mapping[tuple[str, str], tuple[float, ...]]) -> Wording:
        """The same texts, whose variants are used as often as ``weights`` say, by (locale, key); else evenly."""
        return Wording(self.catalogues, weights)

    @classmethod
    def load(cls, folder: Path = HERE) -> Wording:
        """Reads the three catalogues; what a shop has of its own (``own/<locale>.yml``) comes on top."""
        return cls(
            {
                locale: _with_deeds(_read(folder / f"{locale}.yml") | _read(folder / "own" / f"{locale}.yml"))
                for locale in LOCALES
            }
        )

    def say(
        self,
        key: str,
        locale: str,
        params: Mapping[str, str] | None = None,
        *,
        seed: str = "",
        used: Collection[str] = (),
        style: str = "",
        zone: tzinfo | None = None,
    ) -> Said:
        """Renders a key. The variant depends on ``seed`` (the conversation) and avoids ``used`` ones.

        Times are told in ``zone``, else in the zone they come in.

        Those of the style come first. When all were used the one used longest ago comes again. Raises WordingError.
        """
        catalogue = self.catalogues[locale]
        if style and any(f"{key}@{style}#{i}" not in used for i in range(len(catalogue.get(f"{key}@{style}", ())))):
            key = f"{key}@{style}"
        variants = catalogue.get(key)
        if not variants:
            raise WordingError(f"{locale}: no wording for {key!r}")
        index = _pick(key, len(variants), seed, tuple(used), self.weights.get((locale, key), ()))
        return Said(self._fill(variants[index], locale, params or {}, seed, zone), f"{key}#{index}")

    def _fill(self, text: str, locale: str, params: Mapping[str, str], seed: str, zone: tzinfo | None) -> str:
        if "{" not in text:
            return text
        try:
            needed = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            values = {name: self._value(params[name], locale, params, seed, zone) for name in needed}
            return string.Formatter().vformat(text, (), values)
        except KeyError as error:
            raise WordingError(f"{locale}: {text!r} needs {error}") from error

    def _value(self, value: str, locale: str, params: Mapping[str, str], seed: str, zone: tzinfo | None) -> str:
        if value.startswith("="):
            return value[1:]
        if value.startswith("@"):
            others = {name: each for name, each in params.items() if each != value}
            return self.say(value[1:], locale, others, seed=seed, zone=zone).text
        if value.startswith("date:"):
            return str(format_date(date.fromisoformat(value[5:15]), _DATE_FORMAT[locale], locale=_BABEL[locale]))
        if value.startswith("day:"):
            return str(format_date(date.fromisoformat(value[4:14]), "long", locale=_BABEL[locale]))
        if value.startswith("time:"):
            when = datetime.fromisoformat(value[5:])
            when = when.astimezone(zone) if zone and when.tzinfo else when
            return str(format_datetime(when.replace(tzinfo=None), _TIME_FORMAT[locale], locale=_BABEL[locale]))
        if value.startswith("money:"):
            amount, _, currency = value[6:].partition(" ")
            pattern = _MONEY_FORMAT.get(currency)
            return str(format_currency(
                Decimal(amount), currency or "CNY", pattern, locale=_BABEL[locale], currency_digits=pattern is None
            ))  # fmt: skip
        return value


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    """The texts of one file; none where there is no such file in ``own``. Raises Refused."""
    if path.parent.name == "own" and not path.exists():
        return {}
    data, _ = read_mapping(path)
    return flatten(data)


def _with_deeds(texts: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """A way out that has no name of its own for the shop's sentences (``deed.<id>``) is called by its title there."""
    titles = {f"deed.{key.removeprefix('option.')}": text for key, text in texts.items() if key.startswith("option.")}
    return titles | texts


def _pick(key: str, count: int, seed: str, used: tuple[str, ...], weights: tuple[float, ...] = ()) -> int:
    drawn = [hashlib.blake2b(f"{seed}|{key}|{i}".encode(), digest_size=8).digest() for i in range(count)]
    order = sorted(range(count), key=drawn.__getitem__)
    if len(weights) == count:
        order.sort(key=lambda i: _sooner(drawn[i], weights[i]))
    last_use = {variant: place for place, variant in enumerate(used)}
    return min(order, key=lambda i: last_use.get(f"{key}#{i}", -1))


def _sooner(drawn: bytes, weight: float) -> float:
    """When a variant's turn comes: the first of exponential times is variant i with a chance of its share of weight."""
    even = (int.from_bytes(drawn, "big") + 1) / (2 ** (8 * len(drawn)) + 1)
    return -math.log(even) / max(weight, 1e-9)


@lru_cache(maxsize=1)
def wording() -> Wording:
    """The shop's catalogues, read once."""
    return Wording.load()
