"""Where a conversation is, what comes next, and what a draft should not say. Pure but for reading the rules once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dialogues.desk.saying import acts_in, lexicon, missing_steps, strange_in, tongue_of
from dialogues.numbers import Numbers
from dialogues.wording_lint import CHARSETS, rules

CONFLICT_STEPS = ("listen", "empathise", "accept", "resolve")
EOAC_STEPS = ("explore", "offer", "action", "confirm")
_FEELINGS = ("accept.*", "empathise.*", "listen.*")
# Rules for what software says. People may promise (and are asked to record it) and say what they did; their apologies
# and their "but" are looked at below, where it is known what they said before.
_NOT_FOR_PEOPLE = ("a promise word outside", "claims what is not done", "an apology outside", "a “but” takes back")
_USUAL_DUE = timedelta(hours=2)
_WITHIN = re.compile(
    r"(?i)(?P<n>\d+|半|一|两|兩|二|三|四|五|六|an?|half an|two|three|four|six)\s*(?:个|個)?\s*"
    r"(?P<unit>分钟|分鐘|小时|小時|鐘頭|天|min(?:ute)?s?|hours?|days?)"
)
_NUMBERS = {
    "半": 0.5, "half an": 0.5, "一": 1, "a": 1, "an": 1, "两": 2, "兩": 2, "二": 2, "two": 2, "三": 3, "three": 3,
    "四": 4, "four": 4, "五": 5, "六": 6, "six": 6,
}  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """What is known when a member of staff speaks. ``said``: the acts said to the customer since it became heated.

    ``spoken``: a person said something in this matter. ``settled``: the customer agreed that it is, after Confirm.
    ``promises``: recorded and still open.
    """

    locale: str
    stage: str = "idle"
    conflict: str = "none"
    heat: int = 0
    said: frozenset[str] = frozenset()
    apologised: int = 0
    settled: bool = False
    spoken: bool = False
    confirm_asked: bool = False
    promises: int = 0


@dataclass(frozen=True)
class Hint:
    """Something about a draft. ``phrase`` is what it is about; ``due`` for a promise to be recorded."""

    code: str
    phrase: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One step and where it stands: done, now, next, spare (not needed)."""

    name: str
    state: str


def conflict_steps(scene: Scene, numbers: Numbers) -> tuple[Step, ...]:
    """Listen, empathise, accept, resolve: how far this conversation is."""
    heated = scene.heat >= numbers.conflict_ends_below and (
        scene.conflict != "none" or scene.heat >= numbers.conflict_starts_at
    )
    if not heated:
        return tuple(Step(name, "done" if name in scene.said else "spare") for name in CONFLICT_STEPS)
    done = [name for name in CONFLICT_STEPS[:3] if name in scene.said]
    if "empathise" in done and "listen" not in done:
        done.insert(0, "listen")  # who named the feeling and its cause has listened
    now = next(name for name in CONFLICT_STEPS if name not in done)
    return tuple(Step(name, "done" if name in done else "now" if name == now else "next") for name in CONFLICT_STEPS)


def eoac_steps(scene: Scene) -> tuple[Step, ...]:
    """Explore, offer, act, confirm: how far this matter is."""
    if scene.stage == "closed" or scene.settled:
        return tuple(Step(name, "done") for name in EOAC_STEPS)
    at = EOAC_STEPS.index(scene.stage) if scene.stage in EOAC_STEPS else 0
    return tuple(
        Step(name, "done" if place < at else "now" if place == at else "next") for place, name in enumerate(EOAC_STEPS)
    )


def next_step(scene: Scene, told: str, numbers: Numbers) -> str:
    """What a member of staff does next, as a code that the desk puts into words.

    ``told``: what the brief said at the handover; it holds until a person has spoken.
    """
    if scene.settled:
        return "close"
    if told == "safe" and not scene.spoken:
        return told
    if any(step.state == "now" and step.name != "resolve" for step in conflict_steps(scene, numbers)):
        return "hear_out"
    if told and not scene.spoken:
        return told
    by_stage = {"offer": "chosen", "action": "keep" if scene.promises else "confirm", "confirm": "confirm"}
    return by_stage.get(scene.stage, "offer" if told in ("hear_out", "safe") else told)


def skipped(action: str, acts: Collection[str], scene: Scene, numbers: Numbers) -> tuple[str, ...]:
    """What is skipped when this is done now; it can be done all the same, with a reason that is kept.

    ``action``: send, close. ``offer_unheard:empathise,accept``: an offer to an angry customer who was not heard.
    """
    found = []
    heated = scene.heat >= numbers.conflict_starts_at or (
        scene.conflict != "none" and scene.heat >= numbers.conflict_ends_below
    )
    if action == "send" and "offer" in acts and heated and (missing := missing_steps(acts, scene.said)):
        found.append(f"offer_unheard:{','.join(missing)}")
    if action == "send" and "close" in acts and not scene.settled and not (scene.confirm_asked or "confirm" in acts):
        found.append("close_unconfirmed")
    if action == "close" and not scene.settled:
        found.append("close_unconfirmed")
    return tuple(found)


def hints(text: str, scene: Scene, now: datetime, *, named_day: str = "", numbers: Numbers) -> tuple[Hint, ...]:
    """What a good colleague would say of this draft, the gravest first. ``named_day``: a date that the text names."""
    if not text.strip():
        return ()
    acts = acts_in(text, scene.locale)
    found = [Hint(f"skip.{name.partition(':')[0]}", figures={"missing": name.partition(":")[2]})
             for name in skipped("send", acts, scene, numbers)]  # fmt: skip
    tongue = tongue_of(text, scene.locale)
    same_language = tongue[:2] == scene.locale[:2]
    if not same_language:
        found.append(Hint("other_language", figures={"language": scene.locale}))
    found += _forbidden(text, tongue, scene, numbers)
    if "apologise" in acts and scene.apologised:
        found.append(Hint("second_apology", _phrase(text, tongue, "apologise"), {"before": str(scene.apologised)}))
    if but := _but_after_accepting(text, tongue):
        found.append(Hint("but", but))
    if "promise" in acts:
        due = due_in(text, now, named_day)
        found.append(Hint("promise", _phrase(text, tongue, "promise"), {"due": due.isoformat()}))
    if len(re.findall(r"[?？]", text)) > 1:
        found.append(Hint("many_questions"))
    if same_language:
        found += _other_script(text, scene.locale)
    return tuple(found)


def due_in(text: str, now: datetime, named_day: str = "") -> datetime:
    """When a promise in that text is due: so many hours, the day it names, else in two hours. ``now`` in shop time."""
    if match := _WITHIN.search(text):
        number = match["n"].lower()
        amount = float(number) if number.isdigit() else float(_NUMBERS[number])
        unit = match["unit"].lower()
        hours = (
            amount / 60 if unit.startswith(("分", "min")) else amount * 24 if unit.startswith(("天", "day")) else amount
        )
        if 0 < hours <= 24 * 60:
            return now + timedelta(hours=hours)
    if named_day:
        try:
            day = datetime.fromisoformat(named_day)
        except ValueError:
            return now + _USUAL_DUE
        if day.tzinfo is None:
            day = day.replace(tzinfo=now.tzinfo)
        if len(named_day) <= 10:
            day = day.replace(hour=18)
        return day if day > now else now + _USUAL_DUE
    return now + _USUAL_DUE


def _phrase(text: str, locale: str, act: str) -> str:
    match = lexicon()[locale][act].search(text)
    return match.group()[:40] if match else ""


def _but_after_accepting(text: str, locale: str) -> str:
    """A "but" that takes back what was accepted just before, or ""."""
    words = lexicon()[locale]
    ends = [match.end() for act in ("accept", "empathise", "apologise") for match in words[act].finditer(text)]
    if not ends:
        return ""
    match = words["but"].search(text, min(ends))
    return match.group() if match else ""


def _forbidden(text: str, tongue: str, scene: Scene, numbers: Numbers) -> list[Hint]:
    """The catalogues' own rules hold for people too; those for the conflict steps only while feelings run high."""
    heated = scene.heat >= numbers.conflict_ends_below
    found = []
    for rule in rules()["forbidden"]:
        if rule["locale"] != tongue or rule["reason"].startswith(_NOT_FOR_PEOPLE):
            continue
        keys = rule.get("keys")
        if keys and not (heated and set(keys) & set(_FEELINGS)):
            continue
        if match := re.search(rule["phrase"], text):
            found.append(Hint("phrase", match.group(), {"reason": rule["reason"]}))
    return found


def _other_script(text: str, locale: str) -> list[Hint]:
    """Characters and words of the other written form of Chinese."""
    if locale not in CHARSETS:
        return []
    strange = strange_in(text, locale)
    found = [Hint("other_script", strange)] if strange else []
    for word, instead in rules()["words"][locale].items():
        if match := re.search(word, text):
            found.append(Hint("other_word", match.group(), {"instead": str(instead)}))
    return found
