"""What somebody typed into the search, as words."""

from __future__ import annotations

import re
import unicodedata

WORDS_AT_MOST, CHARS_AT_MOST = 8, 80
_PIECE = re.compile(r'"([^"]+)"|(\S+)')
_QUOTES = str.maketrans("“”「」『』", '""""""')


def words_of(typed: str) -> tuple[str, ...]:
    """The words. What stands in quotation marks belongs together."""
    text = unicodedata.normalize("NFKC", typed).translate(_QUOTES).replace("\x00", "")
    found = [(quoted or bare.strip('"'))[:CHARS_AT_MOST].strip() for quoted, bare in _PIECE.findall(text)]
    return tuple([each for each in found if each][:WORDS_AT_MOST])
