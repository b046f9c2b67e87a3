"""A message in clauses: which of them say what is wanted, and which rule something out."""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"[，,。.!！?？;；\n…~～]+|\bbut\b|而是|是要", re.IGNORECASE)
_NOT = re.compile(
    r"不是|别|別|不要|不用|不想|先不|唔係|唔好|唔使|唔要|没有|\b(?:not|don'?t|isn'?t|never|no longer|instead of)\b",
    re.IGNORECASE,
)


def clauses_of(text: str) -> list[str]:
    """The clauses of a message, in order."""
    return [part.strip() for part in _CLAUSE.split(text) if part.strip()]


def parted(text: str, beside: re.Pattern[str] | None = None) -> tuple[list[str], list[str]]:
    """The clauses that want something, and those that rule something out.

    ``beside``: words that only look like ruling something out ("not paid yet" says which order).
    """
    parts = clauses_of(text)
    ruled_out = [bool(_NOT.search(beside.sub("", part) if beside else part)) for part in parts]
    return (
        [part for part, no in zip(parts, ruled_out, strict=True) if not no],
        [part for part, no in zip(parts, ruled_out, strict=True) if no],
    )
