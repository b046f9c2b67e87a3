"""Ideas: words of both languages that mean the same for a service desk, written by hand.

The lexicon (nlu/lexicon/*.txt) has one idea a line, `name: word, word, ...`; Chinese in Simplified form,
English in lower case, `refund*` for every word that begins so. A message's ideas are features like any
other: they let a word that no training message held be heard through its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from nlu.prepare import cut

LEXICON = Path(__file__).parent / "lexicon"
_PREFIX_AT_LEAST = 3


@dataclass(frozen=True)
class Lexicon:
    """phrases: token runs to idea names; openings: beginnings of single words; longest: for each token that
    begins a phrase, the tokens of the longest one."""

    phrases: dict[tuple[str, ...], tuple[str, ...]]
    openings: dict[str, tuple[str, ...]]
    longest: dict[str, int]


@cache
def lexicon(folder: Path = LEXICON) -> Lexicon:
    """Reads the lexicon once. Raises ValueError naming file and line for a line without a name."""
    phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
    openings: dict[str, tuple[str, ...]] = {}
    for file in sorted(folder.glob("*.txt")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            name, colon, words = line.partition(":")
            if not colon:
                raise ValueError(f"{file}:{number}: an idea is written `name: word, word`")
            for word in filter(None, (part.strip() for part in words.split(","))):
                if word.endswith("*"):
                    opening = word[:-1]
                    openings[opening] = (*openings.get(opening, ()), name.strip())
                else:
                    key = cut(word)[0]
                    if not key:
                        raise ValueError(f"{file}:{number}: {word!r} holds nothing that is heard")
                    phrases[key] = (*phrases.get(key, ()), name.strip())
    longest: dict[str, int] = {}
    for key in phrases:
        longest[key[0]] = max(longest.get(key[0], 1), len(key))
    return Lexicon(phrases, openings, longest)


def find_ideas(tokens: Sequence[str]) -> list[tuple[int, int, str]]:
    """(first token, token after the last, idea): the longest phrase at each place, phrases may follow
    each other but not overlap."""
    known = lexicon()
    found: list[tuple[int, int, str]] = []
    place = 0
    while place < len(tokens):
        step = 1
        for size in range(min(known.longest.get(tokens[place], 1), len(tokens) - place), 0, -1):
            names = known.phrases.get(tuple(tokens[place : place + size]))
            if names is None and size == 1:
                names = _by_opening(tokens[place], known)
            if names:
                found += [(place, place + size, name) for name in names]
                step = size
                break
        place += step
    return found


def _by_opening(token: str, known: Lexicon) -> tuple[str, ...] | None:
    if not token.isascii():
        return None
    for size in range(len(token), _PREFIX_AT_LEAST - 1, -1):
        names = known.openings.get(token[:size])
        if names:
            return names
    return None


def ideas_of(tokens: Sequence[str]) -> list[str]:
    """Features: each idea, each pair of ideas that follow one another, and ideas that are denied."""
    found = find_ideas(tokens)
    names = [f"i {name}" for _, _, name in found]
    names += [f"i {a[2]} > {b[2]}" for a, b in pairwise(found) if a[0] != b[0]]
    return names
