"""Chinese characters and words of Latin letters: told apart, counted, and joined as each is written."""

from __future__ import annotations

import re
from collections.abc import Iterable

HAN = re.compile(r"[㐀-䶿一-鿿]")


def is_chinese(text: str) -> bool:
    """True when a Chinese character is in it."""
    return bool(HAN.search(text))


def size(text: str) -> int:
    """How many Chinese characters and words of Latin letters a text has."""
    return len(re.findall(r"[㐀-䶿一-鿿]|[a-z0-9']+", text, re.IGNORECASE))


def joined(clauses: Iterable[str], like: str) -> str:
    """The clauses with commas between them, as a text like that one has them."""
    return ("，" if is_chinese(like) else ", ").join(clauses)
