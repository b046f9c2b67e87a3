"""Marks of emphasis: how loudly a message is written, whatever its words say."""

from __future__ import annotations

import re

from nlu.prepare import Prepared

_SHOUTED = re.compile(r"\b[A-Z]{3,}\b|\b[A-Z]{2,}(?:\s+[A-Z]{2,})+\b")
_LETTER = re.compile(r"[A-Za-z]")
_STRETCHED = re.compile(r"([A-Za-z])\1{2,}|([\u4e00-\u9fff])\2{2,}")
_SENTENCE = re.compile(r"[.!?;\n。！？；]+")
_CENSORED = re.compile(r"[a-zA-Z][*#@$%&]{2,}|[*#@$%&]{4,}|\b[a-z]\*+[a-z]+\b|[\u4e00-\u9fff][*x]{2,}")


def marks_of(message: Prepared) -> list[str]:
    """Features of emphasis, each prefixed "m "; counts are put in steps of one, two, three and more."""
    text = message.surface
    tokens = message.tokens
    names: list[str] = []
    _step(names, "exclaim", text.count("!"))
    _step(names, "question", text.count("?"))
    _step(names, "trail", text.count("…") + text.count("...") + text.count(".."))
    _step(names, "tilde", text.count("~"))
    _step(names, "emoji", message.kinds.count("emoji"))
    shouted = len(_SHOUTED.findall(text))
    _step(names, "shout", shouted)
    letters = _LETTER.findall(text)
    if len(letters) >= 8 and sum(char.isupper() for char in letters) > 0.7 * len(letters):
        names.append("m all capitals")
    _step(names, "stretch", len(_STRETCHED.findall(text)))
    if "?!" in text or "!?" in text:
        names.append("m ?!")
    if _CENSORED.search(text):
        names.append("m censored")
    if not any(mark in text for mark in ".,!?;…~"):
        names.append("m no marks")
    names.append(f"m length {_length(len(tokens))}")
    sentences = sum(1 for part in _SENTENCE.split(text) if part.strip())
    names.append(f"m sentences {min(sentences, 4)}")
    if text.rstrip().endswith("?"):
        names.append("m ends in question")
    if text.rstrip().endswith("!"):
        names.append("m ends in exclamation")
    return names


def _step(names: list[str], what: str, count: int) -> None:
    if count:
        names.append(f"m {what} {min(count, 3)}")
        names.append(f"m {what}")


def _length(tokens: int) -> int:
    """Steps that double: 0, 1, 2, 4, 8 … tokens."""
    return min(tokens.bit_length(), 8)
