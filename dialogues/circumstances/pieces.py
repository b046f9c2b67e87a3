"""Order number and phone told in pieces, as one who reads them off a slip of paper does: put together turn by turn."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dialogues.draft import Draft

ORDER_PART, PHONE_PART = "order_part", "phone_part"  # the facts: the digits so far
PARTS = (ORDER_PART, PHONE_PART)
_FIGURES = ("order_number", "phone_last4", *PARTS)
LONGEST = 24  # digits of an order number
LONGEST_PHONE = 15  # digits of a phone number (E.164)
_DIGITS = re.compile(r"\d(?:[\d \-]*\d)?")
_SHORT = (5, 7)  # digits of a number that can only be a part of an order number, from, to
_LAST_FOUR = 4
_BEGINS = re.compile(
    r"前面|前半|前段|前[几幾]|开头|開頭|开始是|開始是|头[几幾]|頭[几幾]|第一段"
    r"|\b(?:first (?:part|half|bit|few|\w+ digits)|starts?(?:ing)? with|begins?(?:ning)?)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"后面|後面|后半|後半|后段|後段|剩下|剩低|接着|接著|接下来|接下來|然后|然後|再来|再來|跟住|第二段"
    r"|\b(?:rest|then|second (?:part|half)|last (?:part|bit)|followed by|after that|next)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"手机|手機|电话|電話|\b(?:phone|mobile|cell)\b", re.IGNORECASE)
_ENDS = re.compile(r"尾|末|(?:后|後|最后|最後)[四4]|\b(?:last|final|ends?|ending)\b", re.IGNORECASE)


def told(draft: Draft, found: Mapping[str, str]) -> dict[str, str]:
    """``found`` (order number, last four digits) put together with what earlier turns told of the two."""
    known, text = draft.state.facts, draft.reading.text
    if learnt := {name: known[name] for name in draft.learnt if name in _FIGURES}:
        return learnt  # put together already
    runs = [re.sub(r"\D", "", run) for run in _DIGITS.findall(text)]
    if len(runs) != 1:
        return _as_it_is(draft, found, runs)
    digits = runs[0]
    if "phone_last4" not in known and (part := _phone_part(known.get(PHONE_PART, ""), text, digits)):
        whole = len(part) >= _length_of_phone(part)
        return {"phone_last4": part[-_LAST_FOUR:]} if whole else {PHONE_PART: part}
    if "order_number" not in found and "order_number" in known and "phone_last4" not in known and _is_phone(digits):
        return {"phone_last4": digits[-_LAST_FOUR:]}
    if _BEGINS.search(text):
        return {ORDER_PART: digits}
    goes_on = bool(_GOES_ON.search(text)) and not _PHONE.search(text)
    at_least, at_most = _SHORT
    is_part = goes_on or at_least <= len(digits) <= at_most or len(digits) < _LAST_FOUR
    before = known.get("order_number", "") or known.get(ORDER_PART, "")
    awaited = "order_number" not in known and ORDER_PART in known and len(digits) <= at_most
    if before and (is_part or awaited) and len(before + digits) <= LONGEST:
        return {"order_number": before + digits}
    if not found and not before and is_part and len(digits) >= at_least:
        return {ORDER_PART: digits}
    return dict(found)


def _as_it_is(draft: Draft, found: Mapping[str, str], runs: list[str]) -> dict[str, str]:
    """What was found; who is asked for the rest of the number and has none to tell has told all of it."""
    part = draft.state.facts.get(ORDER_PART, "")
    no_more = not runs and draft.reading.intent in ("deny", "dont_know", "affirm")
    if part and "order_number" not in draft.state.facts and no_more:
        return {**found, "order_number": part}
    return dict(found)


def _phone_part(before: str, text: str, digits: str) -> str:
    """The digits of the phone so far, "" where these are not the beginning of it or more of it."""
    if before:
        return before + digits
    begins = bool(_PHONE.search(text)) and not _ENDS.search(text)
    short = len(digits) < _length_of_phone(digits) and (len(digits) != _LAST_FOUR or digits[0] == "0")
    return digits if begins and short else ""


def _is_phone(digits: str) -> bool:
    """True for digits that can be a whole phone number, with or without its country's."""
    return _length_of_phone(digits) <= len(digits) <= LONGEST_PHONE


def _length_of_phone(digits: str) -> int:
    """How many digits a phone number has that begins so: in China 11, in Taiwan 10, in Hong Kong 8."""
    return 11 if digits.startswith(("1", "07")) else 10 if digits.startswith("0") else 8


def asked_for_rest(draft: Draft) -> tuple[str, str]:
    """The wording key that asks for the rest of what was begun, and its digits so far; ("", "") where nothing was."""
    known = draft.state.facts
    if ORDER_PART in known and "order_number" not in known:
        return "ask.order_rest", known[ORDER_PART]
    if PHONE_PART in known and "phone_last4" not in known:
        return "ask.phone_rest", known[PHONE_PART]
    return "", ""
