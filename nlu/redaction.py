"""Takes personal data out of text that goes to logs and exports: each piece becomes a typed mark, `[phone]`.

The same patterns that hear the details of a message find what to hide (nlu/codes.py, nlu/entities.py);
beside them stand those for what a shop never asks for: cards, identity papers, names, postal addresses.
When in doubt, something is hidden. What remains is what stood there, character for character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from nlu.entities import EntityFinder
from nlu.prepare import LONGEST, clean, prepare
from nlu.redaction_patterns import LEADS, RULES, SPOKEN
from nlu.script import fold

KINDS = (
    "email", "phone", "order_number", "tracking_number", "card", "id_number", "account", "code", "address", "name",
    "birthday", "number",
)  # fmt: skip
_MARK = re.compile(rf"\[(?:{'|'.join(KINDS)})\]")
# Of the details of a message, those that lead to a person.
_PERSONAL = ("email", "phone", "order_number", "tracking_number")
# Written with separators, these may be long without leading to anyone.
_HARMLESS = ("date", "amount", "score", "quantity")
_SEPARATED = re.compile(r"(?<!\d)\d(?:[ .,_/\-()]{0,2}\d){9,}")
_ONE_BY_ONE = re.compile(r"(?<![^\W_])\d(?:[ .,_/\-]{1,2}\d){6,}(?![^\W_])")
_BIRTH = re.compile(r"生日|出生|born|birth(?:day|date)?|\bdob\b", re.IGNORECASE)
_LONG_RUN = re.compile(r"\d{7,}")
_CARD_DIGITS = (14, 15, 16, 18, 19)
# A message is searched for details in windows of this many characters, the next beginning before the last ends.
_WINDOW, _STEP = LONGEST, LONGEST - 200


@dataclass(frozen=True)
class Span:
    """A piece of personal data: its kind and where it stands in the original text."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class _View:
    """Text as the patterns read it: digits and letters made plain, unseen characters left out, marks for what
    was found before. `origins` says where each character stands in the original."""

    plain: str
    origins: tuple[tuple[int, int], ...]
    marks: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str, found: Iterable[Span]) -> _View:
        plain: list[str] = []
        origins: list[tuple[int, int]] = []
        place = 0
        for span in found:
            _append(plain, origins, text, place, span.start)
            mark = f"[{span.kind}]"
            plain.append(mark)
            origins += [(span.start, span.end)] * len(mark)
            place = span.end
        _append(plain, origins, text, place, len(text))
        joined = "".join(plain)
        return cls(joined, tuple(origins), tuple(mark.span() for mark in _MARK.finditer(joined)))

    def in_original(self, kind: str, start: int, end: int) -> Span | None:
        """None when nothing stands there that is not hidden yet. A mark is hidden whole or not at all."""
        open_text = self.plain[start:end]
        for first, last in reversed(self.marks):
            if first < end and start < last:
                low, high = max(first, start), min(last, end)
                open_text = open_text[: low - start] + open_text[high - start :]
                start, end = min(start, first), max(end, last)
        if not any(char.isalnum() for char in open_text):
            return None
        return Span(kind, self.origins[start][0], self.origins[end - 1][1])


def spans(text: str) -> tuple[Span, ...]:
    """The personal data in a text, in order, without overlaps. Never raises for any str."""
    found: tuple[Span, ...] = ()
    while True:  # each round hides at least one more character, so this ends
        view = _View.of(text, found)
        more = [span for hit in _search(view.plain) if (span := view.in_original(*hit))]
        if not more:
            return found
        found = _joined([*found, *more])


def redact(text: str) -> str:
    """The text with a mark in place of each piece of personal data; redacting twice changes nothing more."""
    parts, place = [], 0
    for span in spans(text):
        parts += [text[place : span.start], f"[{span.kind}]"]
        place = span.end
    return "".join([*parts, text[place:]])


def _append(plain: list[str], origins: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if piece.isascii() and piece.isprintable():
        plain.append(piece)
        origins += [(place, place + 1) for place in range(start, end)]
        return
    for place, char in enumerate(clean(piece), start):
        seen = _seen(char)
        if seen:
            plain.append(seen)
            origins.append((place, place + 1))


@cache
def _seen(char: str) -> str:
    """A digit of any script as 0-9, a blank for any blank, nothing for what is not seen, the rest as it is."""
    if char.isspace():
        return "\n" if char == "\n" else " "
    if char.isascii():
        return char
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    return "" if unicodedata.category(char) in ("Cf", "Mn", "Me", "Cs", "Cn", "Co") else char


def _search(plain: str) -> Iterator[tuple[str, int, int]]:
    """Everything to hide in a text as a view shows it; pieces may overlap."""
    folded = fold(plain)
    ruled = list(_by_rules(plain, folded))
    yield from ruled
    if not any(char.isdigit() for char in plain) and "@" not in plain:
        return
    known = [(start, end) for _, start, end in ruled]
    for offset in range(0, len(plain), _STEP):
        window = plain[offset : offset + _WINDOW]
        for entity in _finder().find(prepare(window)):
            start, end = entity.start + offset, entity.end + offset
            if entity.kind in _PERSONAL or entity.kind in _HARMLESS:
                known.append((start, end))
            if entity.kind in _PERSONAL:
                yield entity.kind, start, end
            elif entity.kind == "date" and _BIRTH.search(folded[max(0, start - 12) : start]):
                yield "birthday", start, end
    for run in _SEPARATED.finditer(plain):
        if not any(start < run.end() and run.start() < end for start, end in known):
            yield _number_kind(run.group()), run.start(), run.end()
    for run in (*_LONG_RUN.finditer(plain), *_ONE_BY_ONE.finditer(plain)):
        yield _number_kind(run.group()), run.start(), run.end()


def _by_rules(plain: str, folded: str) -> Iterator[tuple[str, int, int]]:
    for rule in RULES:
        for match in rule.pattern.finditer(folded if rule.reads_folded else plain):
            start, end = match.span("it")
            if rule.kind == "address" and rule.reads_folded:
                start += _lead(folded[start:end])
            yield rule.kind, start, end
    for match in SPOKEN.finditer(folded):
        yield "number", match.start(), match.end()


def _lead(address: str) -> int:
    """How much of what was taken for an address stands before it: "寄到" in "寄到上海市…"."""
    found = 0
    for match in LEADS.finditer(address):
        found = match.end()
    return found


def _number_kind(written: str) -> str:
    digits = [int(char) for char in written if char.isdigit()]
    if len(digits) in _CARD_DIGITS and digits[0] in (3, 4, 5, 6) and _passes_luhn(digits):
        return "card"
    return "number"


def _passes_luhn(digits: list[int]) -> bool:
    doubled = [digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits[::-1])]
    return sum(doubled) % 10 == 0


def _joined(found: list[Span]) -> tuple[Span, ...]:
    """Overlapping pieces as one, of the kind that reaches furthest."""
    joined: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        last = joined[-1] if joined else None
        if last is None or span.start >= last.end:
            joined.append(span)
        elif span.end > last.end:
            kind = last.kind if last.end - last.start >= span.end - span.start else span.kind
            joined[-1] = Span(kind, last.start, span.end)
    return tuple(joined)


@cache
def _finder() -> EntityFinder:
    return EntityFinder()
