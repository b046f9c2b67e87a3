"""A message in clauses: which of them say what is wanted, and which rule something out."""

from __future__ import annotations

import re

_CLAUSE = re.compile(
    r"[，,。.!！;；\n…~～]+|(?<=[?？])|(?<=[一-鿿])\s+(?=[一-鿿])|\bbut\b|而是|(?<![不唔])是要(?![^，,。.!！;；\s]*[吗嗎?？])",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]|[吗嗎麼呢]$|[了过過](?:没|沒)有?$|怎么|怎麼|什么|什麼|咩|点样|點樣|多少|多久|几[天时点个]|幾[天時點個]|哪[里裡个個种種]|是不是|会不会|會不會|能不能|要不要|可不可以|有没有|有沒有|(?:能|会|會|行|可以)(?:还是|還是)不|得唔得|係咪|有冇|(?:谁|誰)(?!都|也)|(?:到|给|給)[^，,。]{1,8}(?:还是|還是)[^，,。]{1,8}$|\byes or no\b"
    r"|^(?:and |so |ok |also )*(?:why|how|what|when|where|who|which|do|does|did|is|are|am|will|would|can|could|shall|should|has|have)\b",
    re.IGNORECASE,
)
# A request in the form of a question: "could you chase it?", "I just want to know where it went".
_REQUEST = re.compile(
    r"可以|可唔可以|能不能|能否|麻烦|麻煩|请(?!问)|請(?!問)|帮我|幫我|我(?:就|只)?(?:要|想)"
    r"|\b(?:can|could|would|will) (?:you|i|we)\b|\bplease\b|\bi (?:just )?(?:want|need|would like)\b|\bi'?d like\b",
    re.IGNORECASE,
)
_IF = re.compile(r"如果|要是|除非|万一|萬一|假如|的话|的話|\b(?:if|unless|in case|otherwise)\b", re.IGNORECASE)
_NOT = re.compile(
    r"不是|别|別|不要|不用|不想|先不|唔係|唔好|唔使|唔要|没有|\b(?:not|don'?t|isn'?t|never|no longer|instead of)\b",
    re.IGNORECASE,
)


def clauses_of(text: str) -> list[str]:
    """The clauses of a message, in order."""
    return [part.strip() for part in _CLAUSE.split(text) if part.strip(" ?？")]


def asks(clause: str) -> bool:
    """True when the clause puts a question."""
    return bool(_ASKS.search(clause))


def is_request(clause: str) -> bool:
    """True when the clause asks for something to be done, in the form of a question or not."""
    return bool(_REQUEST.search(clause))


def wants(clause: str) -> bool:
    """True for a clause that tells or requests something: a question counts only where it is a request."""
    return is_request(clause) or not asks(clause)


def sets_condition(clause: str) -> bool:
    """True when the clause holds only if something else does."""
    return bool(_IF.search(clause))


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
