"""Why the bot decided as it did, in its reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from fastapi import Request

from actions.hours import Hours
from actions.services import Services
from bot.staff import shell
from bot.staff.access import Person
from bot.staff.catalogue import has_label, label
from bot.staff.names import names_in
from dialogues.because import read

# Where the word for a value stands: the first of these labels that there is.
_NAMED: Mapping[str, tuple[str, ...]] = {
    "emotion": ("desk.emotion",), "stage": ("desk.step",), "steps": ("desk.step", "desk.act"),
    "signal": ("because.signal",), "move": ("because.move",), "temper": ("because.temper",),
    "handover": ("desk.handover",), "facts": ("desk.fact",), "fact": ("desk.fact",), "order": ("desk.order",),
    "followup": ("insights.followup",), "enclosed": ("because.sent",),
    "issue": ("hearing.intent",), "issues": ("hearing.intent",), "intent": ("hearing.intent",),
}  # fmt: skip
_OF_SHOP = {"issue": "issues", "issues": "issues", "intent": "issues", "option": "options", "options": "options",
            "promise": "promises"}  # fmt: skip


class Telling:
    """Says kept reasons in one language. ``names``: the shop's words (``names_in``)."""

    def __init__(self, locale: str, names: Mapping[str, Mapping[str, str]], hours: Hours) -> None:
        self._locale, self._names, self._hours = locale, names, hours

    def __call__(self, reason: str) -> str:
        """The reason in this language; one that is in a shop's own words stays as it is."""
        because = read(reason)
        if because is None:
            return reason
        values = {name: self._word(name, value) for name, value in because.values.items()}
        if "emotion" in values:
            values["feeling"] = self._feeling(values["emotion"], because.values["intensity"])
        return label(f"because.say.{because.code}", self._locale, **values)

    def _word(self, name: str, value: str) -> str:
        say = _SHAPED.get(name)
        if say:
            return say(self, value)
        if name not in _NAMED and name not in _OF_SHOP:
            return value
        return label("because.between", self._locale).join(self._named(name, each) for each in value.split(", "))

    def _named(self, name: str, value: str) -> str:
        if not value:
            return label("because.nothing", self._locale)
        if known := self._names.get(_OF_SHOP.get(name, ""), {}).get(value):
            return known
        key = next((key for area in _NAMED.get(name, ()) if has_label(key := f"{area}.{value}")), "")
        return label(key, self._locale) if key else value

    def _feeling(self, emotion: str, intensity: str) -> str:
        key = f"desk.intensity.{intensity}"
        return label(key, self._locale, emotion=emotion) if has_label(key) else emotion

    def _time(self, value: str) -> str:
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return value
        return f"{self._hours.local(at):%Y-%m-%d %H:%M}" if at.tzinfo else value


_SHAPED: Mapping[str, Callable[[Telling, str], str]] = {
    "sure": lambda _, value: f"{float(value):.0%}",
    "due": Telling._time,
    "now": Telling._time,
    "why": Telling.__call__,
}


def telling_for(request: Request, who: Person) -> Telling:
    """For this person's pages."""
    return telling_in(request.app.state.house.services, shell.locale_of(request, who))


def telling_in(services: Services, locale: str) -> Telling:
    """With the words of this shop."""
    return Telling(locale, names_in(services, locale), services.hours)


def with_reasons_told(moments: Iterable[dict[str, Any]], telling: Telling) -> None:
    """Puts the reasons of these moments (of a card, of the log) into the reader's language."""
    for moment in moments:
        moment["reasons"] = [telling(str(reason)) for reason in moment["reasons"]]
