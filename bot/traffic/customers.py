"""Made-up customers: what brings them, how they feel, how what is said changes that, what they do next. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bot.traffic.words import Spoken, Words

LANGUAGES = {"zh-CN": 50, "zh-TW": 22, "en": 28}
CHANNELS = {"web": 68, "telegram": 32}
ISSUES = {
    "order_status": 20, "delivery_problem": 16, "item_problem": 9, "return_exchange": 8, "refund": 9,
    "order_cancel": 4, "order_change": 4, "payment_problem": 4, "invoice": 3, "price_promotion": 4,
    "product_question": 5, "usage_help": 3, "repair_warranty": 3, "account_problem": 3, "membership": 2,
    "service_complaint": 3, "escalation_threat": 1, "privacy_request": 1, "business_info": 3, "suggestion": 1,
    "praise": 2, "request_human": 2,
}  # fmt: skip
_HURTS = frozenset({"delivery_problem", "item_problem", "refund", "payment_problem", "service_complaint",
                    "escalation_threat", "repair_warranty"})  # fmt: skip
_BAD = {"frustrated": 30, "angry": 22, "disappointed": 20, "anxious": 18, "confused": 8, "abusive": 2}
_MILD = {"anxious": 34, "confused": 33, "disappointed": 20, "frustrated": 13}
_STATUSES = {"shipped": 42, "delivered": 30, "paid": 20, "out_for_delivery": 5, "pending_payment": 3}
_HOURS = (1, 1, 0, 0, 0, 1, 2, 4, 7, 11, 13, 12, 9, 9, 10, 11, 10, 9, 9, 11, 13, 11, 6, 3)  # by local hour
TIMEZONES = {"zh-CN": "Asia/Shanghai", "zh-TW": "Asia/Taipei", "en": "Europe/London"}
NAMES = {"zh-CN": ("王女士", "刘先生", "赵女士", "孙先生"), "zh-TW": ("林小姐", "張先生", "黃小姐", "吳先生"),
         "en": ("Emma", "James", "Priya", "Tom")}  # fmt: skip


@dataclass(frozen=True)
class Mood:
    """How a customer feels. ``hope`` 0-1 falls with every disappointment; at the end they ask for a person."""

    emotion: str = "neutral"
    intensity: int = 0
    hope: float = 1.0


@dataclass(frozen=True)
class Customer:
    """Who writes, about what, and about which order."""

    number: int
    locale: str
    channel: str
    name: str
    account: str
    phone: str
    issue: str
    mood: Mood
    begins_at: datetime
    order: Mapping[str, Any]
    returns_after: tuple[timedelta, ...]


@dataclass(frozen=True)
class Move:
    """What the customer does: writes ``spoken``, or taps ``choice`` (title, payload); neither: falls silent."""

    spoken: Spoken | None = None
    choice: tuple[str, str] | None = None
    after: timedelta = timedelta(seconds=20)


SILENT = Move()


def pick(weights: Mapping[str, int], chance: Random) -> str:
    """One of the names, as often as its weight says."""
    return chance.choices(list(weights), list(weights.values()))[0]


def made_up(number: int, seed: str, begin: datetime, end: datetime, words: Words) -> Customer:
    """The customer of that number. The same number, seed and span give the same one."""
    chance = Random(f"{seed}:{number}:customer")
    locale, channel = pick(LANGUAGES, chance), pick(CHANNELS, chance)
    at = _writes_at(chance, begin, end)
    issue = pick(ISSUES, chance)
    account = f"traffic-{seed}-{number}" if chance.random() < 0.6 else ""
    later = tuple(timedelta(days=chance.uniform(4, 40)) for _ in range(chance.choices((0, 1, 2), (70, 22, 8))[0]))
    phone = f"138{chance.randrange(10**8):08d}"
    return Customer(
        number, locale, channel, chance.choice(NAMES[locale]), account, phone, issue, mood=_mood(issue, chance),
        begins_at=at, order=_order(number, seed, locale, issue, at, chance, words), returns_after=later,
    )  # fmt: skip


def _writes_at(chance: Random, begin: datetime, end: datetime) -> datetime:
    """Evenings and noons are busy, nights are quiet, and the shop grows: later days get more."""
    days = max((end - begin).days, 1)
    day = begin + timedelta(days=int(days * chance.random() ** 0.8))
    hour = chance.choices(range(24), _HOURS)[0]
    at = day.replace(hour=0, minute=0, second=0, microsecond=0)
    at += timedelta(hours=hour - 8, seconds=chance.randrange(3600))  # the curve is the shop's, eight hours ahead
    return min(max(at, begin), end)


def _mood(issue: str, chance: Random) -> Mood:
    hurts = issue in _HURTS
    if issue == "praise":
        return Mood("happy", chance.randint(1, 3))
    if chance.random() < (0.25 if hurts else 0.62):
        return Mood()
    intensity = chance.choices((1, 2, 3), (34, 44, 22) if hurts else (55, 35, 10))[0]
    return Mood(pick(_BAD if hurts else _MILD, chance), intensity)


def _order(
    number: int, seed: str, locale: str, issue: str, at: datetime, chance: Random, words: Words
) -> dict[str, Any]:
    status = pick(_STATUSES, chance)
    if issue == "delivery_problem":
        status = chance.choice(("shipped", "shipped", "shipped", "delivered", "paid"))
    if issue in ("item_problem", "return_exchange", "repair_warranty", "usage_help"):
        status = "delivered"
    placed = at - timedelta(days=chance.randint(2, 12))
    late = issue == "delivery_problem" or chance.random() < 0.2
    key = int(hashlib.blake2b(f"{seed}|{number}".encode(), digest_size=5).hexdigest(), 16) % 10**8
    order = {
        "number": f"{placed:%Y%m%d}9{key:08d}", "status": status, "item": chance.choice(words.items(locale)),
        "quantity": 1, "amount": f"{chance.randint(39, 2999)}.00",
        "currency": {"zh-CN": "CNY", "zh-TW": "TWD", "en": "GBP"}[locale], "placed": f"{placed:%Y-%m-%d}",
        "tracking": f"SF{chance.randrange(10**10):010d}",
        "eta": f"{at + timedelta(days=-chance.randint(1, 5) if late else chance.randint(1, 4)):%Y-%m-%d}",
    }  # fmt: skip
    if status == "delivered":
        order["delivered_at"] = f"{at - timedelta(days=1):%Y-%m-%d}"
    return order


def calming(variant: str) -> float:
    """How much a wording helps beyond the average, -0.22 to 0.22: the truth that reports ought to find again."""
    return int(hashlib.blake2b(variant.encode(), digest_size=2).hexdigest(), 16) / 65535 * 0.44 - 0.22


def felt_after(mood: Mood, acts: Sequence[str], variants: Sequence[str], chance: Random) -> Mood:
    """The mood after a reply: heard first one calms, a form while upset does not."""
    said = set(acts)
    if mood.emotion in ("neutral", "happy"):
        worse = "recover" in said or ("clarify" in said and chance.random() < 0.25)
        if worse and chance.random() < 0.4:
            return Mood("frustrated", 1, mood.hope - 0.2)
        glad = said & {"act", "answer"} and chance.random() < 0.2
        return replace(mood, emotion="happy", intensity=1) if glad else mood
    comforting = [v for v in variants if v.partition(".")[0] in ("empathise", "accept", "listen")]
    calms = 0.16 + (0.34 if comforting else 0) + (0.22 if said & {"offer", "act", "answer", "promise"} else 0)
    calms += sum(map(calming, comforting)) / max(len(comforting), 1)
    stirs = 0.1 + (0.2 if mood.intensity >= 2 and said & {"ask", "clarify"} and not comforting else 0)
    stirs += 0.25 if "recover" in said else 0
    roll = chance.random()
    if roll < calms:
        left = mood.intensity - (2 if roll < calms / 4 else 1)
        return replace(mood, intensity=left) if left > 0 else Mood("neutral", 0, mood.hope)
    if roll > 1 - stirs:
        hotter = "angry" if mood.emotion in ("frustrated", "disappointed") else mood.emotion
        return Mood(hotter, min(mood.intensity + 1, 3), mood.hope - 0.25)
    return replace(mood, hope=mood.hope - 0.06)


def next_move(
    who: Customer, mood: Mood, asked: str, choices: Sequence[Mapping[str, str]], words: Words, chance: Random
) -> Move:
    """What the customer does about what was said. ``asked`` is what the last reply asked for."""
    after = timedelta(seconds=chance.lognormvariate(3.4, 0.8))
    if mood.hope < 0.25 and chance.random() < 0.6:
        return Move(_say(who, "request_human", mood, words, chance), after=after)
    taps = {each["payload"]: each["title"] for each in choices}

    def tap(payload: str) -> Move:
        return Move(choice=(taps[payload], payload), after=after) if payload in taps else SILENT

    def say(intent: str) -> Move:
        return Move(_say(who, intent, mood, words, chance), after=after)

    facts = [payload for payload in taps if payload.startswith("fact:")]
    roll = chance.random()
    if asked in ("order_number", "phone_last4"):
        if roll < 0.08:
            return say("dont_know") if roll < 0.05 else SILENT
        return tap(chance.choice(facts)) if facts else Move(_proof(who, asked, words, chance), after=after)
    if asked == "confirm":
        bad = 0.12 + 0.12 * mood.intensity * (mood.emotion not in ("neutral", "happy"))
        if roll < bad:
            return tap("confirm:not_yet") if chance.random() < 0.7 else say("unresolved")
        if roll < bad + 0.5:
            return tap("confirm:settled") if chance.random() < 0.6 else say("resolved")
        return tap("confirm:other") if roll > 0.97 else SILENT
    if asked == "survey":
        return tap(f"score:{_score(mood, chance)}") if roll < 0.5 else SILENT
    if asked == "clarify":
        if "yes" in taps:
            return tap("yes") if roll < 0.85 else tap("no")
        return tap(f"issue:{who.issue}") if f"issue:{who.issue}" in taps and roll < 0.5 else say(who.issue)
    if asked == "invitation":
        return say(who.issue)
    if options := [payload for payload in taps if payload.startswith("option:")]:
        if roll < 0.72:
            return tap(options[0] if chance.random() < 0.55 else chance.choice(options))
        return say("ask_alternative" if roll < 0.79 else "deny") if roll < 0.87 else SILENT
    if facts:
        return tap(chance.choice(facts)) if roll < 0.85 else say(who.issue)
    if asked:
        return Move(words.detail(who.locale, "free", chance, []), after=after) if roll < 0.85 else SILENT
    if roll < 0.3:
        return say("thank")
    return say("goodbye") if roll < 0.45 else SILENT


def _say(who: Customer, intent: str, mood: Mood, words: Words, chance: Random) -> Spoken:
    return words.say(who.locale, intent, mood.emotion, mood.intensity, chance)


def _proof(who: Customer, asked: str, words: Words, chance: Random) -> Spoken:
    number, last4 = str(who.order["number"]), who.phone[-4:]
    both = [{"kind": "order_number", "value": number}, {"kind": "phone", "value": last4}]
    if asked == "phone_last4":
        return words.detail(who.locale, "last4", chance, both[1:], last4=last4)
    return words.detail(who.locale, "order", chance, both, number=number, last4=last4)


def _score(mood: Mood, chance: Random) -> int:
    if mood.emotion in ("neutral", "happy"):
        return chance.choices((5, 4, 3, 2), (55, 33, 9, 3))[0]
    return chance.choices((4, 3, 2, 1), (14, 36, 30, 20))[0]
