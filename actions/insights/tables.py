"""Conversations as tables for questions that the pages do not answer: a record in, rows out. Pure.

No words and no names: customers, conversations and staff are ids, wordings the names of their variants. What a matter
is, how it ended and whether it came back is told by the functions that count for the pages, so that a figure means the
same here and there. Days and hours are the shop's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from actions.insights.counting import about, by_people, came_back, end_of, first_yes, turn_at
from actions.insights.records import Record, Turn

_TIME, _TEXTS = "timestamp('UTC')", "array<string>"
_OF = {"conversation": "string", "customer": "string", "channel": "string", "language": "string", "matter": "int64"}
# Types as Ibis names them. ``matter``: the episode's number in its conversation, -1 where there was none yet.
TABLES: Mapping[str, Mapping[str, str]] = {
    # An episode. ``people``: some were needed; ``settled_at``: the first yes, ``came_back``: again within 7 days of it.
    "matters": {**_OF, "day": "date", "began_at": _TIME, "issue": "string", "kind": "string", "end": "string",
                "people": "boolean", "settled_at": _TIME, "came_back": "boolean"},
    # A customer's turn with its answer. ``place``: in its conversation; ``level``: how bad words felt, null without.
    "turns": {**_OF, "place": "int64", "at": _TIME, "day": "date", "issue": "string", "kind": "string",
              "emotion": "string", "level": "int64", "tapped": "boolean", "refused": "boolean", "acts": _TEXTS,
              "variants": _TEXTS, "outcome": "string", "speaker": "string", "agent": "string", "seconds": "float64",
              "score": "int64"},
    # ``due_hour``: of the time that the customer was told; ``slips``: how often they were told that it takes longer.
    "promises": {**_OF, "at": _TIME, "day": "date", "key": "string", "issue": "string", "status": "string",
                 "slips": "int64", "told_due_at": _TIME, "due_hour": "int64"},
    "followups": {**_OF, "kind": "string", "status": "string", "created_at": _TIME, "closed_at": _TIME},
    "handovers": {**_OF, "at": _TIME, "day": "date", "reason": "string", "agent": "string", "taken_at": _TIME,
                  "first_reply_at": _TIME},
}  # fmt: skip
Local = Callable[[datetime], datetime]  # a moment in shop time
Row = dict[str, Any]


def rows_of(conversation: str, record: Record, local: Local) -> dict[str, list[Row]]:
    """The rows of one conversation, by table."""
    of = {"conversation": conversation, "customer": record.customer, "channel": record.channel,
          "language": record.locale}  # fmt: skip

    def then(at: datetime) -> Row:
        turn = turn_at(record, at)
        return {**of, "matter": turn.episode if turn else -1}

    return {
        "matters": [{**of, **matter} for matter in _matters(record, local)],
        "turns": [{**of, **_turn(place, turn, local)} for place, turn in enumerate(record.turns)],
        "promises": [
            {**then(each.at), "at": each.at, "day": local(each.at).date(), "key": each.key, "issue": each.issue,
             "status": each.status, "slips": each.slips, "told_due_at": each.told_due_at,
             "due_hour": local(each.told_due_at).hour if each.told_due_at else None}
            for each in record.promises
        ],
        "followups": [
            {**then(each.created_at), "kind": each.kind, "status": each.status, "created_at": each.created_at,
             "closed_at": each.closed_at}
            for each in record.comebacks
        ],
        "handovers": [
            {**then(each.at), "at": each.at, "day": local(each.at).date(), "reason": each.reason, "agent": each.agent,
             "taken_at": each.taken_at, "first_reply_at": each.first_reply_at}
            for each in record.handovers
        ],
    }  # fmt: skip


def _matters(record: Record, local: Local) -> list[Row]:
    episodes = record.episodes()
    return [_matter(turns, episodes[place + 1 :], local) for place, turns in enumerate(episodes)]


def _matter(turns: Sequence[Turn], later: Sequence[Sequence[Turn]], local: Local) -> Row:
    issue, kind = about(turns)
    yes = first_yes(turns)
    return {
        "matter": turns[0].episode, "day": local(turns[0].at).date(), "began_at": turns[0].at, "issue": issue,
        "kind": kind, "end": end_of(turns), "people": by_people(turns), "settled_at": yes.at if yes else None,
        "came_back": came_back(turns, yes, later) if yes else None,
    }  # fmt: skip


def _turn(place: int, turn: Turn, local: Local) -> Row:
    return {
        "matter": turn.episode, "place": place, "at": turn.at, "day": local(turn.at).date(), "issue": turn.issue,
        "kind": turn.kind, "emotion": turn.emotion, "level": turn.level, "tapped": turn.tapped,
        "refused": turn.refused, "acts": list(turn.acts), "variants": list(turn.variants), "outcome": turn.outcome,
        "speaker": turn.speaker, "agent": turn.agent, "seconds": turn.seconds, "score": turn.survey,
    }  # fmt: skip
