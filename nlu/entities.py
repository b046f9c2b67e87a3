"""Finds the details named in a message, each once, with a normalised value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from nlu.catalogue import Catalogue
from nlu.codes import find_codes
from nlu.dates import DAY_ENDS, Today, clock_value, date_value
from nlu.grammar import Grammar, Match
from nlu.hearing import Context, Entity
from nlu.lookalikes import counts_goods, is_day, is_hour, is_mark, is_of_a_trip
from nlu.numerals import number_of
from nlu.prepare import LONGEST, Prepared
from nlu.script import fold
from nlu.tense import is_over

_LOCAL = {"zh-CN": "CNY", "zh-TW": "TWD", "en": ""}
_HONG_KONG = re.compile(r"[嘅咗哋喺啲嗰冇嘢嚟啱喎㗎攞搵畀俾]|香港|蚊")
_STARS = re.compile(r"[★⭐🌟]{1,10}")
# Beyond this, a message is searched for codes only.
_RULES_UP_TO = 1500


class EntityFinder:
    """Thread-safe after construction; building it compiles the rules (about 20 ms)."""

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        self._grammar = Grammar()
        self._catalogue = catalogue or Catalogue.empty()

    def find(self, message: Prepared, context: Context | None = None) -> tuple[Entity, ...]:
        """Details in the order in which they stand; where two overlap the surer kind, then the longer."""
        context = context or Context()
        surface = message.surface[:LONGEST]
        folded = fold(surface.lower()) if len(surface.lower()) == len(surface) else fold(surface)
        today = Today.of(context.now, context.timezone)
        found = [code for code in find_codes(surface, folded, message.language) if not is_of_a_trip(code, folded)]
        found += _by_rules(self._grammar.matches(folded[:_RULES_UP_TO]), surface, folded, message.language, today)
        found += [_entity("score", str(len(m.group())), surface, m.start(), m.end()) for m in _STARS.finditer(surface)]
        found += self._catalogue.find(surface, folded)
        return tuple(_in_original(entity, message.text) for entity in _settle(found))


def _by_rules(matches: Sequence[Match], surface: str, folded: str, language: str, today: Today) -> Iterator[Entity]:
    ranked = sorted(matches, key=lambda match: match.end - match.start, reverse=True)
    days = [
        (match, value) for match in ranked
        if match.kind == "date" and is_day(match, folded)
        and (value := date_value(match, today, is_over(folded, match.start, match.end)))
    ]  # fmt: skip
    clocks = [
        (match, value) for match in ranked
        if match.kind == "time" and is_hour(match, folded) and (value := clock_value(match))
    ]  # fmt: skip
    yield from _moments(days, clocks, surface, folded, today)
    for match in ranked:
        value = _value(match, surface, folded, language)
        if value is not None:
            start = match.pieces[-1].start if match.name == "tail" else match.start
            yield _entity(match.kind, value, surface, start, match.end)


def _moments(
    days: list[tuple[Match, str]], clocks: list[tuple[Match, str]], surface: str, folded: str, today: Today
) -> Iterator[Entity]:
    """Dates, joined with the time of day that stands beside them."""
    for day, value in days:
        yield _entity("date", value, surface, day.start, day.end)
        for clock, hour in clocks:
            start, end = min(day.start, clock.start), max(day.end, clock.end)
            between = surface[min(day.end, clock.end) : max(day.start, clock.start)]
            apart = day.end <= clock.start or clock.end <= day.start
            if apart and len(between) <= 4 and not re.search(r"[,.;\w]{2,}", between) and "T" not in value:
                at = _to_come(clock, _evening(day, hour), folded, today) if value == today.shifted(0) else hour
                at = _evening(day, at)
                joined = f"{value}T{at}" if re.match(r"\d{4}-\d\d-\d\d$", value) else f"{value} {hour}"
                yield _entity("date", joined, surface, start, end)
    for clock, hour in clocks:
        at = f"{today.shifted(0)}T{_to_come(clock, hour, folded, today)}" if today.moment else hour
        yield _entity("date", at, surface, clock.start, clock.end)


def _to_come(clock: Match, hour: str, folded: str, today: Today) -> str:
    """ "At five", said after lunch, is 17:00; told of as over it stays what it was."""
    bare = not any(piece.tag in ("PART", "NOON", "MIDNIGHT") for piece in clock.pieces)
    now = today.moment
    padded = any(piece.text.startswith("0") for piece in clock.pieces)  # "08:30" is written on a clock of 24 hours
    if now is None or not bare or padded or not "01:00" <= hour < "12:00":
        return hour
    later = f"{int(hour[:2]) + 12:02d}{hour[2:]}"
    gone = hour <= f"{now:%H:%M}" < later
    return later if gone and not is_over(folded, clock.start, clock.end) else hour


def _evening(day: Match, hour: str) -> str:
    """ "今晚8点" is 20:00."""
    number = int(hour[:2])
    if day.pieces[0].tag == "NIGHT" and number == 12:
        return DAY_ENDS
    return f"{number + 12:02d}{hour[2:]}" if day.pieces[0].tag == "NIGHT" and 1 <= number < 12 else hour


def _value(match: Match, surface: str, folded: str, language: str) -> str | None:
    numbers = [piece for piece in match.pieces if piece.tag == "NUM"]
    first = number_of(numbers[0].text) if numbers else None
    if first is None or first > 10**12:
        return None
    if match.kind == "amount":
        return _amount(match, first, surface, language)
    if match.kind == "quantity":
        if first != int(first) or not 0 < first <= 9999:
            return None
        if not counts_goods(match, folded):
            return None
        vague = match.name == "loose" and first == 1 and not numbers[0].text.isdigit()
        return None if vague or (first == 1 and numbers[0].text == "一") else str(int(first))
    if match.kind == "score":
        return _score(match, first, folded)
    if match.kind == "phone":
        return numbers[-1].text if re.fullmatch(r"\d{4}", numbers[-1].text) else None
    return None


def _amount(match: Match, number: Decimal, surface: str, language: str) -> str | None:
    currencies = [piece for piece in match.pieces if piece.tag == "CUR"]
    values = [piece.value for piece in currencies]
    code = next((value for value in values if value != "LOCAL"), "")
    mark = currencies[0].text
    if not code:
        code = _local_currency(mark, surface, language)
    numerals = [piece.text for piece in match.pieces if piece.tag == "NUM"]
    if match.pieces[0].tag == "NUM" and mark[-1] in "$£€¥" and surface[match.end : match.end + 2].strip()[:1].isdigit():
        return None  # the sign belongs to the number after it
    if numerals[0] == "一" and mark == "块" and len(numerals) == 1:  # "together"
        return None
    if len(numerals) == 2:  # 三块五, 399块9毛, but not "3块50包"
        small = number_of(numerals[1])
        if small is None or small >= 100 or match.pieces[0].tag == "CUR":
            return None
        number += small / (10 if small < 10 else 100)
    return f"{code} {number:.2f}".strip()


def _local_currency(mark: str, surface: str, language: str) -> str:
    if mark == "¥":
        return "CNY"
    if mark == "$" and language == "en":
        return "USD"
    if language == "zh-TW" and _HONG_KONG.search(surface):
        return "HKD"
    return "CNY" if mark == "$" and language == "zh-CN" else _LOCAL.get(language, "")


def _score(match: Match, number: Decimal, folded: str) -> str | None:
    if match.name == "share":
        top = number_of([piece for piece in match.pieces if piece.tag == "NUM"][-1].text)
        if top not in (Decimal(5), Decimal(10), Decimal(100)) or number > top:
            return None
        return f"{_plain(number)}/{_plain(top)}"
    if not is_mark(match, folded):
        return None
    latin = match.pieces[-1].text.isascii()
    return _plain(number) if number <= (10 if latin else 100) else None


def _plain(number: Decimal) -> str:
    return str(int(number)) if number == int(number) else str(number.normalize())


def _entity(kind: str, value: str, surface: str, start: int, end: int) -> Entity:
    return Entity(kind, value, surface[start:end], start, end)


_SURENESS = (
    "email",
    "tracking_number",
    "phone",
    "amount",
    "date",
    "order_number",
    "score",
    "quantity",
    "product",
)


def _settle(found: Iterable[Entity]) -> list[Entity]:
    """No two details overlap: a date with its time beats the date, a long code beats the number in it."""
    kept: list[Entity] = []
    order = sorted(found, key=lambda e: (e.kind == "product", -(e.end - e.start), _SURENESS.index(e.kind)))
    order.sort(key=lambda e: 0 if e.kind in ("email", "tracking_number") else 1)
    for entity in order:
        if all(entity.end <= other.start or other.end <= entity.start for other in kept):
            kept.append(entity)
    return sorted(kept, key=lambda entity: entity.start)


def _in_original(entity: Entity, text: str) -> Entity:
    return Entity(entity.kind, entity.value, text[entity.start : entity.end], entity.start, entity.end)
