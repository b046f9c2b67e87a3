"""Rules for details, written over the tags of entity_words.py and matched by spaCy.

A rule is a kind, a name and a row of elements: tags joined by "|", a quoted literal word, "?" for one
that may be missing. values.py turns what a rule matched into a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlu.entity_words import longest_chinese, tags

RULES: tuple[tuple[str, str, str], ...] = (
    ("date", "day", "DAY|NIGHT|MORN"),
    ("date", "day_before", "'the'? 'day' 'before' 'yesterday'"),
    ("date", "day_after", "'the'? 'day' 'after' 'tomorrow'"),
    ("date", "week", "SHIFT WEEK"),
    ("date", "weekday", "SHIFT? WEEK NUM|DAYS"),
    ("date", "weekday", "SHIFT? WD"),
    ("date", "weekend", "SHIFT? WEEKEND"),
    ("date", "month", "SHIFT MONTH"),
    ("date", "month_day", "SHIFT MONTH NUM DATEUNIT|DAYS"),
    ("date", "month_end", "SHIFT? MONTHEND"),
    ("date", "month_end", "'end' OF THE MONTH"),
    ("date", "year_end", "YEAREND"),
    ("date", "absolute", "YMD"),
    ("date", "absolute", "NUM YEAR NUM MONTH NUM DATEUNIT|DAYS"),
    ("date", "calendar", "NUM MONTH NUM DATEUNIT|DAYS?"),
    ("date", "month_day", "NUM DATEUNIT"),
    ("date", "named_month", "MON NUM ORDINAL?"),
    ("date", "named_month", "NUM ORDINAL? OF? MON"),
    ("date", "month_day", "THE NUM ORDINAL"),
    ("date", "ago", "NUM|ARTICLE DAYS|WEEK|MONTH|YEAR|HOURS AGO"),
    ("date", "later", "NUM|ARTICLE DAYS|WEEK|MONTH|YEAR|HOURS LATER|WITHIN"),
    ("date", "later", "IN NUM|ARTICLE DAYS|WEEK|MONTH|YEAR|HOURS"),
    ("date", "feast", "FEAST"),
    ("time", "clock", "AT? PART? CLOCK PART?"),
    ("time", "clock", "PART? NUM OCLOCK HALF?"),
    ("time", "clock", "PART? NUM OCLOCK NUM POINT?"),
    ("time", "clock", "AT? NUM PART"),
    ("time", "clock", "AT NOON|MIDNIGHT"),
    ("amount", "amount", "CUR NUM CUR?"),
    ("amount", "amount", "NUM CUR"),
    ("amount", "amount", "NUM CUR NUM DIME?"),
    ("quantity", "quantity", "NUM MEASURE"),
    ("quantity", "loose", "NUM MEASURE_LOOSE"),
    ("quantity", "after", "QTY FILL? NUM"),
    ("quantity", "quantity", "NUM OF THEM"),
    ("score", "points", "NUM POINT|STAR"),
    ("score", "share", "NUM OUTOF NUM POINT|STAR?"),
    ("score", "share", "NUM 'out' OF NUM POINT|STAR?"),
    ("phone", "tail", "CUE_TAIL CUE_TAIL? CUE_TAIL? FILL? FILL? NUM"),
)

_LEXER = re.compile(
    r"(?P<ymd>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d))"
    r"|(?P<clock>\d{1,2}:\d{2}(?!\d))"
    r"|(?P<num>(?<![\d.])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[kw](?![a-z]))?)"
    r"|(?P<cur>(?:nt|hk|us|s|ca|a)?\$|[£€¥])"
    r"|(?P<word>[a-z]+(?:['’.-](?=[a-z])[a-z]+)*)"
    r"|(?P<han>[\u3400-\u9fff]+)"
    r"|(?P<other>\S)"
)
_NUMERALS = re.compile("[零〇一二两俩三四五六七八九十百千万亿廿壹贰叁肆伍陆柒捌玖拾佰仟]+")
_FILL = frozenset(["是", "为", "is", "are", ":", "=", "吧", "个", "was"])
_NUMBER_WORDS = re.compile(
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|dozen)"
)


@dataclass(frozen=True)
class Piece:
    """A token of the detail lexer: text, tag, the word's value, offsets."""

    text: str
    tag: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Match:
    kind: str
    name: str
    pieces: tuple[Piece, ...]

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return self.pieces[0].start

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.pieces[-1].end


def lex(folded: str) -> list[Piece]:
    """Cuts folded, lower-cased text into tagged pieces; offsets are those of the text."""
    pieces: list[Piece] = []
    for found in _LEXER.finditer(folded):
        group, text, start = found.lastgroup, found.group(), found.start()
        if group == "han":
            pieces += _lex_chinese(text, start)
            continue
        tag, value = tags().get(text, ("", ""))
        if group == "num" or (group == "word" and not tag and _NUMBER_WORDS.fullmatch(text)):
            tag = "NUM"
        elif group in ("ymd", "clock"):
            tag = group.upper()
        elif not tag and text in _FILL:
            tag = "FILL"
        pieces.append(Piece(text, tag or "X", value, start, found.end()))
    return pieces


def _lex_chinese(run: str, offset: int) -> Iterator[Piece]:
    known = tags()
    place = 0
    while place < len(run):
        numeral = _NUMERALS.match(run, place)
        if numeral:
            yield Piece(numeral.group(), "NUM", "", offset + place, offset + numeral.end())
            place = numeral.end()
            continue
        for size in range(min(longest_chinese(), len(run) - place), 0, -1):
            word = run[place : place + size]
            if size == 1 or word in known:
                tag, value = known.get(word, ("FILL" if word in _FILL else "X", ""))
                yield Piece(word, tag, value, offset + place, offset + place + size)
                place += size
                break


class Grammar:
    """The rules compiled once. Strings of a message do not stay in spaCy's store after it is matched."""

    def __init__(self) -> None:
        self._vocab = Vocab()
        self._matcher = Matcher(self._vocab)
        self._rules: dict[int, tuple[str, str]] = {}
        for number, (kind, name, row) in enumerate(RULES):
            self._matcher.add(f"{number}", [[_element(part) for part in row.split()]], greedy="LONGEST")
            self._rules[self._vocab.strings[f"{number}"]] = (kind, name)
        for tag, _ in tags().values():
            self._vocab.strings.add(tag)
        for tag in ("X", "NUM", "YMD", "CLOCK", "FILL"):
            self._vocab.strings.add(tag)

    def matches(self, folded: str) -> list[Match]:
        """Every match of every rule, overlapping ones too."""
        pieces = lex(folded)
        if not any(piece.tag != "X" for piece in pieces):
            return []
        with self._vocab.memory_zone():
            doc = Doc(self._vocab, words=[p.text for p in pieces], tags=[p.tag for p in pieces])
            found = [(self._rules[rule], start, end) for rule, start, end in self._matcher(doc)]
        return [Match(kind, name, tuple(pieces[start:end])) for (kind, name), start, end in found]


def _element(part: str) -> dict[str, Any]:
    optional = part.endswith("?")
    part = part.removesuffix("?")
    pattern: dict[str, Any]
    pattern = {"ORTH": part.strip("'")} if part.startswith("'") else {"TAG": {"IN": part.split("|")}}
    return pattern | {"OP": "?"} if optional else pattern
