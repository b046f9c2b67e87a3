"""Numbers as people write them: "三百九十九", "兩千五", "1,280", "a dozen", "twenty-five"."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "两": 2, "俩": 2, "仨": 3,
    "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
_TENS = {"廿": 20, "卅": 30}

ENGLISH: dict[str, int] = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12, "couple": 2,
}  # fmt: skip


def number_of(written: str) -> Decimal | None:
    """The number a piece of folded, lower-cased text writes; None when it writes none."""
    text = written.strip().replace(",", "").replace(" ", "")
    if not text:
        return None
    if text[0].isascii():
        return _english(text) if text[0].isalpha() else _arabic(text)
    return _chinese(text)


def _arabic(text: str) -> Decimal | None:
    factor = 1
    for unit, times in (
        ("k", 1000),
        ("w", 10_000),
        ("千", 1000),
        ("百", 100),
        ("万", 10_000),
        ("亿", 100_000_000),
    ):
        if text.endswith(unit):
            text, factor = text.removesuffix(unit), times
            break
    if len(text) > 24 or not text.isascii():
        return None
    try:
        number = Decimal(text) * factor
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _english(text: str) -> Decimal | None:
    total = 0
    for part in text.split("-"):
        if part not in ENGLISH:
            return None
        total += ENGLISH[part]
    return Decimal(total)


def _chinese(text: str) -> Decimal | None:
    """Place values ("三百零五"), digits in a row ("八八一二"), a last digit without its step ("两千五")."""
    if len(text) > 24:
        return None
    if text == "半":
        return Decimal("0.5")
    if text.endswith("半") and len(text) > 1:
        whole = _chinese(text[:-1])
        return None if whole is None else whole + Decimal("0.5")
    if all(char in _DIGITS for char in text):
        return Decimal(int("".join(str(_DIGITS[char]) for char in text)))
    total = section = digit = 0
    last = 1
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
            last = 1 if char in "零〇○" else last
        elif char in _TENS:
            section, digit, last = section + _TENS[char], 0, 10
        elif char in _STEPS:
            section, digit, last = section + (digit or 1) * _STEPS[char], 0, _STEPS[char]
        elif char in _GROUPS:
            total, section, digit, last = (total + section + digit or 1) * _GROUPS[char], 0, 0, _GROUPS[char]
        else:
            return None
    if digit and last >= 100:  # 两千五 is 2,500
        digit *= last // 10
    return Decimal(total + section + digit)
