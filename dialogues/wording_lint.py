"""Reads the catalogues as a strict editor would: what may not be said, and where. The rules are in wording/lint.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from dialogues.phrases.script import HAN
from dialogues.playbook_check import Catalogues, needed
from dialogues.wording import sentences

HERE = Path(__file__).parent / "wording"
RULES = HERE / "lint.yml"
STYLES = ("short", "warm", "factual", "steady")
CHARSETS = {"zh-CN": "gb2312", "zh-TW": "big5"}

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Any]:
    """The rules, read once."""
    data: Mapping[str, Any] = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return data


def lint(catalogues: Catalogues) -> list[str]:
    """All findings, each as ``locale key#variant: what is wrong``, in the catalogues' order. Empty: all is well."""
    found = [*_same_everywhere(catalogues)]
    for locale, texts in catalogues.items():
        for key, variants in texts.items():
            found += [f"{locale} {key}: {wrong}" for wrong in _whole(key, variants)]
            for number, text in enumerate(variants):
                found += [f"{locale} {key}#{number}: {wrong}" for wrong in check(locale, key, text)]
        found += [f"{locale} {wrong}" for wrong in _together(locale, texts)]
    return found


def check(locale: str, key: str, text: str) -> Iterator[str]:
    """What is wrong with one text, by every rule that looks at a text alone."""
    if not text.strip():
        yield "no text"
        return
    base = key.partition("@")[0]
    yield from _sentences(locale, base, text)
    yield from _ending(locale, base, text)
    yield from _question(locale, base, text)
    yield from _title(locale, base, text)
    yield from _marks(locale, text)
    yield from _forbidden(locale, base, text)
    yield from _other_side(locale, text)


def _fits(key: str, patterns: list[str]) -> bool:
    wanted = [p for name in patterns for p in (rules()["spoken"] if name == "spoken" else [name])]
    return any(fnmatchcase(key, pattern) for pattern in wanted)


def _same_everywhere(catalogues: Catalogues) -> Iterator[str]:
    """Keys and placeholders are the same in every catalogue."""
    everything = dict.fromkeys(key for texts in catalogues.values() for key in texts)
    for key in everything:
        lacking = [locale for locale, texts in catalogues.items() if key not in texts]
        if lacking:
            yield f"{', '.join(lacking)} {key}: no such key, other catalogues have it"
            continue
        needs = {locale: needed(texts[key]) for locale, texts in catalogues.items()}
        if len(set(needs.values())) > 1:
            told = "; ".join(f"{locale} {', '.join(sorted(names)) or 'none'}" for locale, names in needs.items())
            yield f"{', '.join(catalogues)} {key}: placeholders differ: {told}"


def _whole(key: str, variants: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with the variants of a key together."""
    rule = rules()["variants"]
    _, at, style = key.partition("@")
    if at and style not in STYLES:
        yield f"no style {style!r}; one of {', '.join(STYLES)}"
    if len(set(variants)) < len(variants):
        yield "the same variant twice"
    if _fits(key, rule["keys"]) and not _fits(key, rule["except"]) and len(variants) < rule["at_least"]:
        yield f"{len(variants)} variants, {rule['at_least']} are needed: it can repeat"


def _sentences(locale: str, key: str, text: str) -> Iterator[str]:
    if not (_fits(key, ["spoken"]) or key.startswith("system.")):
        return
    allowed = next(rule["at_most"] for rule in rules()["sentences"] if _fits(key, rule["keys"]))
    if (count := sentences(locale, text)) > allowed:
        yield f"{count} sentences, at most {allowed}: {text}"


def _together(locale: str, texts: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Bubbles that may grow too long where the longest variants of their acts meet."""
    rule = rules()["together"]
    for bubble in rule["bubbles"]:
        longest = [
            max((sentences(locale, text) for key, variants in texts.items() if fnmatchcase(key, pattern)
                 for text in variants), default=0)
            for pattern in bubble
        ]  # fmt: skip
        if sum(longest) > rule["at_most"]:
            yield f"{' + '.join(bubble)}: {sum(longest)} sentences in one bubble, at most {rule['at_most']}"


def _ending(locale: str, key: str, text: str) -> Iterator[str]:
    rule = next((r for r in rules()["ends"] if locale in r["locales"] and _fits(key, r["keys"])), None)
    if rule and not re.search(rule["pattern"], text):
        yield f"does not end as it must ({rule['pattern']}): {text}"


def _question(locale: str, key: str, text: str) -> Iterator[str]:
    if _fits(key, ["spoken"]) and not _fits(key, rules()["questions"]["keys"]) and re.search("[?？]", text):
        yield f"asks a question where none is counted: {text}"
    if len(re.findall("[?？]", text)) > 1:
        yield f"asks more than one question: {text}"


def _title(locale: str, key: str, text: str) -> Iterator[str]:
    rule = rules()["titles"]
    bare = _PLACEHOLDER.sub("", text)
    if _fits(key, rule["keys"]) and len(bare) > rule["longest"][locale]:
        yield f"{len(bare)} characters, a title has at most {rule['longest'][locale]}: {text}"


def _marks(locale: str, text: str) -> Iterator[str]:
    bare = _PLACEHOLDER.sub("_", text)
    for rule in rules()["marks"]:
        if locale in rule["locales"] and re.search(rule["phrase"], bare):
            yield f"{rule['reason']}: {text}"


def _forbidden(locale: str, key: str, text: str) -> Iterator[str]:
    bare = _PLACEHOLDER.sub("_", text)
    for rule in rules()["forbidden"]:
        if rule["locale"] != locale or not _fits(key, rule.get("keys", ["*"])) or _fits(key, rule.get("except", [])):
            continue
        if match := re.search(rule["phrase"], bare):
            yield f"{match.group()!r} {rule['reason']}: {text}"


def _other_side(locale: str, text: str) -> Iterator[str]:
    """Characters and words of the other written form of Chinese."""
    charset = CHARSETS.get(locale)
    if charset is None:
        return
    bare = _PLACEHOLDER.sub("", text)
    if strange := "".join(char for char in HAN.findall(bare) if not _encodes(char, charset)):
        yield f"{strange!r} is not written so in {locale}: {text}"
    for word, instead in rules()["words"][locale].items():
        if match := re.search(word, bare):
            yield f"{match.group()!r} is said elsewhere, here: {instead}: {text}"


@lru_cache(maxsize=8192)
def _encodes(char: str, charset: str) -> bool:
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
