"""Makes a message ready to be heard: cleaned once, cut once, shared by every reader after it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from nlu.cantonese import to_mandarin
from nlu.script import fold, language_of

# A chat message holds at most 4,000 characters; what stands beyond is not heard.
LONGEST = 4000

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_PUNCTUATION = {
    0x3000: " ", 0x3002: ".", 0x3001: ",", 0xFF61: ".", 0x2026: "…", 0x22EF: "…", 0x2019: "'", 0x2018: "'", 0x201C: '"',
    0x201D: '"', 0x2014: "-", 0x2013: "-", 0x2212: "-", 0x300C: '"', 0x300D: '"', 0x301C: "~", 0x2665: "❤",
}  # fmt: skip
_SAME_LENGTH: dict[int, int | str] = {**_FULL_WIDTH, **_PUNCTUATION}
# Formatting that is not seen: zero-width marks, direction marks, variation selectors, soft hyphens.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufffe\uffff]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_LONG_RUN = re.compile(r"(.)\1{3,}", re.DOTALL)

# A number is heard by how long it is: 4 digits end a phone, 11 are one, 12 and more are an order.
_DIGITS = {
    2: "2",
    3: "3",
    4: "4",
    5: "5-7",
    6: "5-7",
    7: "5-7",
    8: "8-10",
    9: "8-10",
    10: "8-10",
    11: "11",
    12: "12+",
}

# Words spelt with digits are words, and no codes; Chinese in Simplified form.
_SPELT_WITH_DIGITS = {
    "3q": "谢谢", "ok3q": "好的谢谢", "3ku": "谢谢", "3ks": "谢谢", "3x": "谢谢", "88": "再见", "886": "再见", "881": "再见", "on9": "戆居", "gr8": "great", "m8": "mate",
    "l8r": "later", "w8": "wait", "b4": "before", "h8": "hate", "str8": "straight", "2day": "today", "2moro": "tomorrow", "2nite": "tonight",
    "sum1": "someone", "any1": "anyone", "every1": "everyone", "no1": "nobody", "4get": "forget",
}  # fmt: skip
_WITH_DIGITS = re.compile(
    rf"(?<![a-z0-9#-])(?:{'|'.join(w for w in _SPELT_WITH_DIGITS if not w.isdigit())})(?![a-z0-9-])|^[ .,!?~…]*88[16]?[ .,!?~…]*$"
)

_MARKS = " .,!?~…"
_EMOJI = "\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\u203c\u2049"
TOKEN = re.compile(
    r"(?P<link>https?://\S+|www\.\S+)"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<code>(?=[a-z]*-?\d)(?=[\d-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*)"
    r"|(?P<word>[a-z\u00df-\u024f]+(?:'[a-z]+)*)"
    r"|(?P<number>\d+(?:[.,:/-]\d+)*)"
    r"|(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f])"
    rf"|(?P<emoji>[{_EMOJI}])"
    r"|(?P<mark>[!?.,;:~…\"()\-]|[^\s\w])"
    r"|(?P<other>\w)",
)


@dataclass(frozen=True)
class Prepared:
    """One message made ready.

    surface: the original, character for character, with full-width forms made plain and unseen or
      broken characters blanked; offsets into it are offsets into the original (up to LONGEST).
    plain: lower-cased, folded to Simplified, Cantonese words put into Mandarin; for features only.
    tokens, kinds: `plain` cut into Chinese characters, Latin words, numbers, emoji and marks; numbers
      and codes are replaced by their shape ("<4>", "<code>"), kinds holds the group name of each.
    language: "zh-CN", "zh-TW" or "en".
    """

    text: str
    surface: str
    plain: str
    tokens: tuple[str, ...]
    kinds: tuple[str, ...]
    language: str

    def piece(self, start: int, end: int) -> Prepared:
        """Some of its tokens, as if they had been written alone."""
        tokens = self.tokens[start:end]
        text = " ".join(tokens)
        return replace(self, surface=text, plain=text, tokens=tokens, kinds=self.kinds[start:end])


def prepare(text: str, locale: str | None = None) -> Prepared:
    """Never raises for any str."""
    surface = clean(text[:LONGEST])
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", surface))
    plain = _without_accent_towers(plain).lower()
    plain = _WITH_DIGITS.sub(lambda found: _SPELT_WITH_DIGITS[found.group().strip(_MARKS)], to_mandarin(fold(plain)))
    tokens, kinds = cut(plain)
    return Prepared(text, surface, plain, tokens, kinds, language_of(surface, locale))


def clean(text: str) -> str:
    """The same number of characters, without those that nobody sees or that cannot be encoded."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROL.sub(" ", text).translate(_SAME_LENGTH)


def cut(plain: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tokens of prepared text and the kind of each; a run of the same mark or emoji is kept up to three."""
    tokens: list[str] = []
    kinds: list[str] = []
    for match in TOKEN.finditer(_LONG_RUN.sub(r"\1\1\1", plain)):
        kind = match.lastgroup or "other"
        token = match.group()
        if kind == "number":
            token = _number_shape(token)
        elif kind in ("link", "mail", "code"):
            token = f"<{kind}>"
        elif kind == "word":
            token = squeeze(token)
        tokens.append(token)
        kinds.append(kind)
    return tuple(tokens), tuple(kinds)


def squeeze(word: str) -> str:
    """ "sooooo" and "sooo" are one word."""
    return re.sub(r"(.)\1{2,}", r"\1\1", word)


def _number_shape(number: str) -> str:
    digits = sum(char.isdigit() for char in number)
    if digits == len(number):
        return number if digits == 1 else f"<{_DIGITS[min(digits, 12)]}>"
    if ":" in number:
        return "<time>"
    return "<sum>" if re.fullmatch(r"[\d,]+\.\d{1,2}|\d{1,3}(,\d{3})+", number) else "<parts>"


def _without_accent_towers(text: str) -> str:
    if text.isascii():
        return text
    if not any(unicodedata.combining(char) for char in text):
        return text
    kept = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", kept)
