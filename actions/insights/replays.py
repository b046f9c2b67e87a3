"""Past logs through changed thresholds: what would have been handed over, and what would not."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.insights.reading import Slice
from actions.insights.records import REFUSED, SURVEY
from actions.services import Services
from actions.shop_settings import checked_numbers
from dialogues.numbers import Numbers
from dialogues.reading import Reading
from dialogues.replay import Logged, Verdict, replay
from models.conversations import Conversation
from models.messages import Message
from models.moments import Moment

CONVERSATIONS_AT_MOST = 4000  # the latest: some seconds
EXAMPLES_AT_MOST = 50
_MOVE = re.compile(r"\w+ \+ \w+: (\w+)")
_HANDOVER = re.compile(r"handover \((\w+)\): (.*)", re.DOTALL)


@dataclass(frozen=True)
class Change:
    """A conversation that the numbers would have treated otherwise. ``why``: in the words of the rule."""

    conversation_id: str
    at: datetime
    reason: str
    why: str
    gained: bool


@dataclass(frozen=True)
class Replayed:
    """What came of it. ``was`` and ``would`` count first handovers by reason; ``reproduced``: how many of those that
    really happened the present numbers find again, of ``real`` ones that hang on numbers.
    """

    conversations: int
    was: Mapping[str, int]
    would: Mapping[str, int]
    changes: tuple[Change, ...]
    real: int
    reproduced: int


async def replay_with(session: AsyncSession, which: Slice, given: Mapping[str, Any], services: Services) -> Replayed:
    """Replays with those numbers changed. Raises StaffRefused for numbers that a shop may not set."""
    numbers = replace(services.numbers, **checked_numbers(services.numbers, given))
    logs = await _logs(session, which, services)
    return await asyncio.to_thread(_compare, logs, services.numbers, numbers, services.book.rule_issues())


def _compare(
    logs: Mapping[str, Sequence[Logged]], present: Numbers, wanted: Numbers, rules: frozenset[str]
) -> Replayed:
    was, would, changes = Counter[str](), Counter[str](), []
    real = reproduced = 0
    for conversation_id, turns in logs.items():
        now, then = replay(turns, present, rules), replay(turns, wanted, rules)
        happened = {place for place, turn in enumerate(turns) if turn.hangs_on_numbers and turn.owner == "bot"}
        real += len(happened)
        reproduced += len(happened & {verdict.place for verdict in now})
        was.update(_first(now))
        would.update(_first(then))
        if bool(now) != bool(then) or (now and now[0].place != then[0].place):
            verdict = min((*now[:1], *then[:1]), key=lambda each: each.place)
            gained = bool(then) and then[0] == verdict
            changes.append(Change(conversation_id, turns[verdict.place].at, verdict.reason, verdict.why, gained=gained))
    changes.sort(key=lambda change: change.at, reverse=True)
    return Replayed(len(logs), dict(was), dict(would), tuple(changes[:EXAMPLES_AT_MOST]), real, reproduced)


def _first(verdicts: Sequence[Verdict]) -> list[str]:
    return [verdicts[0].reason] if verdicts else []


async def _logs(session: AsyncSession, which: Slice, services: Services) -> dict[str, list[Logged]]:
    begin = services.hours.local(datetime.combine(which.begin, datetime.min.time(), services.hours.local(
        services.clock()).tzinfo))  # fmt: skip
    end = begin + timedelta(days=which.days)
    of_it = [Moment.conversation_id == Conversation.id, Moment.created_at.between(begin, end)]
    of_it += [getattr(Moment, name) == value for name, value in which.chosen().items() if name in ("issue", "kind")]
    latest = select(Conversation.id).where(Conversation.updated_at >= begin, exists().where(*of_it))
    if which.channel:
        latest = latest.where(Conversation.channel == which.channel)
    if which.locale:
        latest = latest.where(Conversation.locale == which.locale)
    ids = latest.order_by(Conversation.updated_at.desc()).limit(CONVERSATIONS_AT_MOST)
    query = (
        select(Moment, Message.payload)
        .outerjoin(Message, Message.id == Moment.turn_id)
        .where(Moment.conversation_id.in_(ids))
        .order_by(Moment.conversation_id, Moment.created_at)
    )
    logs: defaultdict[str, list[Logged]] = defaultdict(list)
    for moment, payload in (await session.execute(query)).all():
        logs[moment.conversation_id].append(_logged(moment, payload or ""))
    return dict(logs)


def _logged(moment: Moment, payload: str) -> Logged:
    heard = {"text": "", "language": "", "intent": "", **moment.heard}
    moves = [found.group(1) for reason in moment.reasons if (found := _MOVE.fullmatch(reason))]
    handed = [found.groups() for reason in moment.reasons if (found := _HANDOVER.match(reason))]
    scores = [reason[len(SURVEY) :] for reason in moment.reasons if reason.startswith(SURVEY)]
    return Logged(
        at=moment.created_at, episode=moment.episode, reading=Reading.from_dict({**heard, "choice": payload}),
        owner=moment.before.get("owner", "bot"), unresolved=int(moment.after.get("unresolved", 0)),
        move=moves[-1] if moves else "", refused=any(reason.startswith(REFUSED) for reason in moment.reasons),
        score=int(scores[0]) if scores and scores[0].isdecimal() else None,
        reason=handed[0][0] if handed else "", why=handed[0][1] if handed else "",
    )  # fmt: skip
