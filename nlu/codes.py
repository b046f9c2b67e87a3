"""Details that are strings of letters and digits: order and tracking numbers, phones, e-mail, cards."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from nlu.hearing import Entity

_MAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,62}){1,4}",
    re.ASCII,
)
# Carriers whose numbers can be told by their form, and the postal union's form.
_TRACKING = re.compile(
    r"(?<![A-Z0-9])(?:SF\d{10,15}|YT\d{13,15}|ZTO?\d{10,15}|JD[A-Z]{0,3}\d{10,15}|JT\d{13}|DPK?\d{10,15}|1Z[0-9A-Z]{16}|[A-Z]{2}\d{9}[A-Z]{2})(?![A-Z0-9])",
    re.ASCII | re.IGNORECASE,
)
_CODE = re.compile(
    r"(?<![A-Za-z0-9@.])#?(?=[A-Za-z]{0,6}[-_]?[A-Za-z0-9-]*\d{4})[A-Za-z]{0,6}[-_]?\d[A-Za-z0-9-]{3,23}(?![A-Za-z0-9@])",
    re.ASCII,
)
_LETTERS_DIGITS = re.compile(r"(?<![A-Za-z0-9@.])#?[A-Za-z]{1,6}[-_]?\d{3,16}(?:-\d{1,8})*(?![A-Za-z0-9@])", re.ASCII)
_TRACK_CUE = re.compile(
    r"运单|快递|物流|配送|托运|包裹|宅配|速递|查件|track|awb|consignment|courier|parcel|waybill",
    re.IGNORECASE,
)
_ORDER_CUE = re.compile(r"订单|单号|编号|order|\bref\b|reference|number|\bno\b|#", re.IGNORECASE)
_PHONE_CUE = re.compile(
    r"电话|手机|手提|联系|联络|phone|mobile|\btel\b|\bcell\b|call|whatsapp|打给|致电", re.IGNORECASE
)
# Numbers of other things, which stand before or in the number's own words; folded to Simplified.
_OTHER_CUE = re.compile(
    r"(?:统编|统一编号|统一社会|税号|税务|纳税|信用代码|序列号|序号|机身|邮编|邮政编码|卡号|账号|帐号|会员|验证码|身份证|车牌|载具"
    r"|\bvat\b|\btax\b|\bgst\b|\babn\b|\bein\b|serial|\bs/?n\b|imei|post ?code|\bzip\b|\bcard\b|account|member(?:ship)?"
    r"|\bpin\b|\botp\b|passport)(?:\s*(?:id|no\.?|number|code|号码|编号|#))*",
    re.IGNORECASE,
)
_MODEL_CUE = re.compile(r"型号|型號|model|款", re.IGNORECASE)
_PHONE_SHAPE = re.compile(r"(?<![\w.#-])\+?\(?\d(?:[\d ()\-]{5,17})\d(?![\w-])", re.ASCII)
REGIONS = {
    "zh-CN": ("CN", "TW", "HK"),
    "zh-TW": ("TW", "HK", "CN"),
    "en": ("GB", "US", "CN", "HK", "TW", "SG"),
}
_MOBILE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
_NEAR = 14


def find_codes(surface: str, folded: str, language: str) -> Iterator[Entity]:
    """E-mail, tracking numbers, phones, order numbers; may overlap, the surest first."""
    for found in _MAIL.finditer(surface):
        yield _entity("email", found.group().lower(), surface, found.start(), found.end())
    if not any(char.isdigit() for char in surface):
        return
    for found in _TRACKING.finditer(surface):
        yield _entity("tracking_number", found.group().upper(), surface, found.start(), found.end())
    yield from _phones(surface, folded, language)
    for pattern in (_CODE, _LETTERS_DIGITS):
        for found in pattern.finditer(surface):
            kind = _code_kind(found, folded)
            if kind:
                start = found.start() + found.group().startswith("#")
                yield _entity(kind, surface[start : found.end()].upper(), surface, start, found.end())


def _phones(surface: str, folded: str, language: str) -> Iterator[Entity]:
    for found in _PHONE_SHAPE.finditer(surface):
        digits = sum(char.isdigit() for char in found.group())
        if not 7 <= digits <= 15:
            continue
        before = folded[max(0, found.start() - _NEAR) : found.start()]
        cued = bool(_PHONE_CUE.search(before)) and not _ORDER_CUE.search(before)
        value = _phone_value(found.group(), language, cued)
        if value:
            yield _entity("phone", value, surface, found.start(), found.end())


def _phone_value(written: str, language: str, cued: bool) -> str | None:
    """E.164 when some region of the language has such a number: mobile numbers by their form, others when
    the word "phone" stands before them."""
    parsed = []
    for region in REGIONS.get(language, REGIONS["en"]):
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            parsed.append((region, number))
    for region, number in parsed:
        if phonenumbers.number_type(number) in _MOBILE:
            plain_run = written.strip().isdigit() and (len(written) < 10 or region == "US")
            if cued or not plain_run:
                return _E164(number)
    if parsed and (written.startswith("+") or (cued and parsed[0][0] == REGIONS.get(language, REGIONS["en"])[0])):
        return _E164(parsed[0][1])
    digits = re.sub(r"\D", "", written)
    return digits if cued and len(digits) >= 7 else None


def _E164(number: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _code_kind(found: re.Match[str], folded: str) -> str | None:
    text = found.group()
    digits = sum(char.isdigit() for char in text)
    before = folded[max(0, found.start() - _NEAR) : found.start()]
    if _OTHER_CUE.search(before) and not _ORDER_CUE.search(_OTHER_CUE.sub("", before)):
        return None
    if _TRACK_CUE.search(before) and digits >= 8 and not _ORDER_CUE.search(before[-6:].replace("单号", "")):
        return "tracking_number"
    if text.startswith("#") or _ORDER_CUE.search(before):
        return "order_number" if digits >= 3 else None
    if _MODEL_CUE.search(before):
        return None
    letters = sum(char.isalpha() for char in text)
    if letters:
        return "order_number" if digits >= 5 or (digits >= 4 and re.match(r"[A-Za-z]{2,6}-?\d+$", text)) else None
    return "order_number" if 8 <= digits <= 24 and re.fullmatch(r"[\d-]+", text) and not _is_date(text) else None


def _is_date(text: str) -> bool:
    return bool(re.fullmatch(r"(19|20)\d\d-?(0?[1-9]|1[0-2])-?(0?[1-9]|[12]\d|3[01])", text))


def _entity(kind: str, value: str, surface: str, start: int, end: int) -> Entity:
    return Entity(kind, value, surface[start:end], start, end)
