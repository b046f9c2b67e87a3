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
AT_ONCE = 200  # conversations read together
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
    latest = latest.order_by(Conversation.updated_at.desc()).limit(CONVERSATIONS_AT_MOST)
    logs: defaultdict[str, list[Logged]] = defaultdict(list)
    found = (await session.execute(latest)).scalars().all()
    turns = select(*_READ).outerjoin(Message, Message.id == Moment.turn_id).order_by(Moment.created_at)
    for start in range(0, len(found), AT_ONCE):
        some = turns.where(Moment.conversation_id.in_(found[start : start + AT_ONCE]))
        for turn in (await session.execute(some)).all():
            logs[turn.conversation_id].append(_logged(turn))
    return dict(logs)


# Not whole rows: two facts of the states around each turn are read, and they are most of what a moment holds.
_READ = (Moment.conversation_id, Moment.created_at, Moment.episode, Moment.heard, Moment.reasons, Message.payload,
         Moment.before["owner"].as_string().label("owner"),
         Moment.after["unresolved"].as_integer().label("unresolved"))  # fmt: skip


def _logged(moment: Any) -> Logged:
    heard = {"text": "", "language": "", "intent": "", **moment.heard, "choice": moment.payload or ""}
    moves = [found.group(1) for reason in moment.reasons if (found := _MOVE.fullmatch(reason))]
    handed = [found.groups() for reason in moment.reasons if (found := _HANDOVER.match(reason))]
    scores = [reason[len(SURVEY) :] for reason in moment.reasons if reason.startswith(SURVEY)]
    return Logged(
        at=moment.created_at, episode=moment.episode, reading=Reading.from_dict(heard),
        owner=moment.owner or "bot", unresolved=moment.unresolved or 0,
        move=moves[-1] if moves else "", refused=any(reason.startswith(REFUSED) for reason in moment.reasons),
        score=int(scores[0]) if scores and scores[0].isdecimal() else None,
        reason=handed[0][0] if handed else "", why=handed[0][1] if handed else "",
    )  # fmt: skip
