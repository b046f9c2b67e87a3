"""In which order conversations want a person, with the reasons for it. Pure.

Every reason adds points; the sum orders the queue, the reasons are shown beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dialogues.numbers import Numbers

PROMPT_SECONDS = 15  # the 15-second rule
COUNTED_BY_S = 15  # waiting weighs in whole steps: a row changes when its place may, not with every second
PROMISE_SOON_S = 30 * 60
VALUED_FROM = 1000
ANGER = frozenset({"angry", "abusive"})
_BY_REASON = {"safety": 1000, "threat": 400, "abuse": 300, "agent_silent": 250, "heat": 150, "survey": 50}


@dataclass(frozen=True)
class Case:
    """What counts of a conversation. ``status``: waiting, taken, bot. ``unanswered_since``: the customer's oldest
    message that nobody answered. ``promise_due``: the next promise that is still to be kept. ``value``: spent so far.
    ``emotion`` with its ``intensity`` (1 to 3): what was felt last.
    """

    status: str
    since: datetime
    reason: str = ""
    heats: tuple[int, ...] = ()
    heat: int = 0
    unanswered_since: datetime | None = None
    promise_due: datetime | None = None
    value: float = 0.0
    emotion: str = ""
    intensity: int = 0


@dataclass(frozen=True)
class Why:
    """One reason: a code that the page puts into words, its points, and figures."""

    code: str
    points: int
    figures: Mapping[str, int] = field(default_factory=dict)


def reasons_of(case: Case, now: datetime, numbers: Numbers) -> tuple[Why, ...]:
    """The reasons why this conversation is urgent, the weightiest first."""
    found: list[Why] = []
    if points := _BY_REASON.get(case.reason, 0):
        found.append(Why(f"reason.{case.reason}", points))
    if case.heat >= numbers.conflict_starts_at:
        found.append(Why("hot", 8 * case.heat, {"heat": case.heat}))
    if len(case.heats) >= 2 and case.heats[-1] > case.heats[-2] and case.heat >= numbers.conflict_ends_below:
        found.append(Why("rising", 60, {"from": case.heats[-2], "to": case.heats[-1]}))
    if case.emotion in ANGER and case.intensity >= 2:  # of two who are as hot the one who is angry, not the weary one
        found.append(Why("angry", 40))
    found += _waiting(case, now, numbers)
    found += _promised(case, now)
    if case.value >= VALUED_FROM:
        found.append(Why("valued", 40, {"value": int(case.value)}))
    return tuple(sorted(found, key=lambda why: -why.points))


def score(reasons: tuple[Why, ...]) -> int:
    """The sum that orders the queue: the higher the sooner."""
    return sum(why.points for why in reasons)


def _waiting(case: Case, now: datetime, numbers: Numbers) -> list[Why]:
    """Waiting weighs more the longer it lasts: within the queue limit for whom nobody took, else by the 15 seconds."""
    if case.status == "bot":
        return []
    if case.status == "waiting":
        limit = numbers.queue_minutes * 60
        waited = int((now - case.since).total_seconds())
        code = "over_limit" if waited >= limit else "queue"
        return [Why(code, 100 + min(200 * _steps(waited) // limit, 400), {"limit": limit})]
    if case.unanswered_since is None:
        return []
    waited = int((now - case.unanswered_since).total_seconds())
    if waited < PROMPT_SECONDS:
        return []
    silent = numbers.agent_silent_minutes * 60
    alarm = waited >= numbers.agent_alarm_minutes * 60
    return [Why("silent" if alarm else "unanswered", (200 if alarm else 50) + min(_steps(waited), silent), {})]


def _steps(seconds: int) -> int:
    return seconds // COUNTED_BY_S * COUNTED_BY_S


def _promised(case: Case, now: datetime) -> list[Why]:
    if case.promise_due is None:
        return []
    left = (case.promise_due - now).total_seconds()
    if left <= 0:
        return [Why("promise_late", 250)]
    return [Why("promise_soon", 150)] if left <= PROMISE_SOON_S else []
