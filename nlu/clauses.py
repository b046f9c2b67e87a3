"""A message cut into clauses: what is said between marks, and between words that add one thing to another."""

from __future__ import annotations

import re

from nlu.prepare import LONGEST

# More clauses than this are heard as one long tail: nobody names a second matter in the thirtieth.
MOST = 24
_JOINT = re.compile(
    r"[\n!?;…~]+|\.(?!\d)|,(?!\d{3})|:(?!\d|//)"
    r"|\s-+\s|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])"
    r"|(?=还有(?!没|多久|多少|几|货|吗|没有|什么|啥|得|[^,.!?]{0,6}[吗么])|另外|顺便|顺带|对了|再就是|还想|另一件|第二件|第二个问题|同时)"
    r"|(?=\b(?:and|but|also|plus|btw|by the way|another thing|one more thing|other thing|second(?:ly)?,|oh and)\b)"
)


def split(plain: str) -> tuple[str, ...]:
    """Clauses of prepared text (Prepared.plain), in order, without the marks between them; none is empty."""
    parts = [part.strip() for part in _JOINT.split(plain[:LONGEST], maxsplit=4 * MOST)]
    clauses = [part for part in parts if any(char.isalnum() for char in part)]
    return (*clauses[: MOST - 1], " ".join(clauses[MOST - 1 :])) if len(clauses) > MOST else tuple(clauses)


def sentences(plain: str) -> tuple[str, ...]:
    """Larger pieces, which keep their closing mark: what stands before a full stop, a question or exclamation mark."""
    found = re.findall(r"[^.!?\n;…]+(?:\.(?=\d)[^.!?\n;…]*)*[.!?\n;…]*", plain[:LONGEST])
    return tuple(piece.strip() for piece in found if any(char.isalnum() for char in piece))
