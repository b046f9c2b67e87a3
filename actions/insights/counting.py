"""Counts one conversation: a record in, cells out. Pure; every page's figure begins here (docs/insights.md).

Whatever belongs to an episode is counted on the day of its first turn, under its issue and kind. Handovers, promises,
follow-ups and surveys are counted on their own day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from actions.insights.feelings import count_feelings
from actions.insights.records import Cells, ComeBack, Key, Record, Turn, Value

DayOf = Callable[[datetime], date]  # the shop's day of a moment
STEPS = ("explore", "offer", "act", "confirm", "confirmed")
_SHOWS = {"offer": {"offer", "answer"}, "act": {"act", "promise", "answer"}, "confirm": {"confirm"}}
SECONDS = (1, 2, 5, 15, 30, 60, 180, 600, 3600)  # upper ends of the classes of waiting times
ANSWERED_WITHIN = timedelta(hours=72)
REOPENED_WITHIN = timedelta(days=7)
ENDS = ("confirmed", "goodbye", "stopped", "unfinished")


class Tally:
    """Gathers cells of one conversation."""

    def __init__(self, record: Record, day_of: DayOf) -> None:
        self.record, self.day_of = record, day_of
        self.cells: Cells = {}

    def add(self, what: str, at: datetime, issue: str, kind: str, detail: str = "", *, value: float = 0.0,
            n: int = 1) -> None:  # fmt: skip
        """Counts one more; ``value`` is summed with its square."""
        day = self.day_of(at).isoformat()
        key = Key(what, day, self.record.channel, self.record.locale, issue, kind, detail[:120])
        self.cells[key] = self.cells.get(key, Value()) + Value(n, value, value * value)


def cells_of(record: Record, day_of: DayOf) -> Cells:
    """All that this conversation adds to the counts."""
    tally = Tally(record, day_of)
    episodes = record.episodes()
    for place, turns in enumerate(episodes):
        _count_episode(tally, turns, episodes[place + 1 :])
        count_feelings(tally, turns)
    _count_turns(tally)
    _count_people(tally)
    _count_promises(tally)
    _count_comebacks(tally)
    return tally.cells


def about(turns: Sequence[Turn]) -> tuple[str, str]:
    """Issue and kind of an episode: of its last turn with a matter; what never had one is told by its last turn."""
    last = next((turn for turn in reversed(turns) if turn.issue), turns[-1])
    return last.issue, last.kind


def end_of(turns: Sequence[Turn]) -> str:
    """How an episode ended, by the customer's own words. ``unfinished``: with neither yes nor goodbye.

    A yes counts while nothing was said against it later.
    """
    for turn in reversed(turns):
        if turn.outcome == "settled":
            return "confirmed"
        if turn.outcome in ("goodbye", "stopped"):
            settled = any(t.outcome == "settled" for t in turns) and not _reopened_after_last_yes(turns)
            return "confirmed" if settled else turn.outcome
        if turn.outcome in ("reopened", "handed_over") and turn.survey is None:
            return "unfinished"  # a low score goes to people too, and takes no yes back
    return "unfinished"


def _reopened_after_last_yes(turns: Sequence[Turn]) -> bool:
    for turn in reversed(turns):
        if turn.outcome in ("reopened", "settled"):
            return turn.outcome == "reopened"
    return False


def reached(turns: Sequence[Turn], *, asked_later: bool = False) -> tuple[str, ...]:
    """The steps of EOAC that an episode reached; one that is past a step counts as having reached it.

    An answer to a mere question is offer and act in one. ``asked_later``: a follow-up asked whether all is well.
    """
    acts = {name for turn in turns for name in turn.acts}
    done = [turns[-1].issue != "" or any(turn.issue for turn in turns)]
    done += [bool(acts & _SHOWS[step]) for step in ("offer", "act", "confirm")]
    done[-1] = done[-1] or asked_later
    done.append(end_of(turns) == "confirmed")
    last = max((place for place, is_done in enumerate(done) if is_done), default=-1)
    return STEPS[: last + 1]


def _count_episode(tally: Tally, turns: Sequence[Turn], later: Sequence[Sequence[Turn]]) -> None:
    first, (issue, kind) = turns[0].at, about(turns)
    end = end_of(turns)
    tally.add("episode", first, issue, kind, f"{end}:{'people' if by_people(turns) else 'bot'}")
    for step in reached(turns, asked_later=_asked_later(tally.record, turns, later)):
        tally.add("reached", first, issue, kind, step)
    if (yes := first_yes(turns)) is None:
        return
    tally.add("settled", yes.at, issue, kind, "reopened" if came_back(turns, yes, later) else "held")
    tally.add("right_first", yes.at, issue, kind, "no" if any(t.outcome == "reopened" for t in turns) else "yes")


def by_people(turns: Sequence[Turn]) -> bool:
    """True when people were needed in an episode."""
    return any(turn.speaker == "human" or turn.outcome == "handed_over" for turn in turns)


def first_yes(turns: Sequence[Turn]) -> Turn | None:
    """The turn in which the customer first said that an episode's matter is settled."""
    return next((turn for turn in turns if turn.outcome == "settled"), None)


def came_back(turns: Sequence[Turn], yes: Turn, later: Sequence[Sequence[Turn]]) -> bool:
    """True when an episode's matter was there again within 7 days of the yes, in it or in one of the ``later`` ones."""
    issue, _ = about(turns)
    again = [turn.at for turn in turns if turn.at > yes.at and turn.outcome == "reopened"]
    again += [others[0].at for others in later if issue and about(others)[0] == issue]
    return any(at - yes.at <= REOPENED_WITHIN for at in again)


def _asked_later(record: Record, turns: Sequence[Turn], later: Sequence[Sequence[Turn]]) -> bool:
    """True when an outcome check was sent in this episode, before the next began."""
    until = later[0][0].at if later else None
    return any(
        check.kind == "outcome_check" and check.status == "sent" and check.closed_at is not None
        and check.closed_at > turns[0].at and (until is None or check.closed_at < until)
        for check in record.comebacks
    )  # fmt: skip


def _count_turns(tally: Tally) -> None:
    days: set[date] = set()
    for turn in tally.record.turns:
        tally.add("turn", turn.at, turn.issue, turn.kind, turn.speaker)
        if turn.speaker == "bot":
            tally.add("wait", turn.at, turn.issue, turn.kind, f"bot:{class_of(turn.seconds)}", value=turn.seconds)
        if turn.survey is not None:
            tally.add("survey", turn.at, turn.issue, turn.kind, f"score:{turn.survey}", value=turn.survey)
        if "survey" in turn.acts:
            tally.add("survey", turn.at, turn.issue, turn.kind, "asked")
        if not turn.heard:
            tally.add("unheard", turn.at, turn.issue, turn.kind)
    for turn in tally.record.turns:
        day = tally.day_of(turn.at)
        if day not in days:
            days.add(day)
            tally.add("conversation", turn.at, "", "")
    if tally.record.turns:
        for what, n in tally.record.delivery.items():
            tally.add("delivery", tally.record.turns[0].at, "", "", what, n=n)


def class_of(seconds: float) -> str:
    """The class of a waiting time: its upper end in seconds, or ``more``."""
    return next((str(end) for end in SECONDS if seconds <= end), "more")


def turn_at(record: Record, at: datetime) -> Turn | None:
    """The turn that was under way then."""
    return next((turn for turn in reversed(record.turns) if turn.at <= at), None)


def matter_at(record: Record, at: datetime) -> tuple[str, str]:
    """Its issue and kind."""
    turn = turn_at(record, at)
    return (turn.issue, turn.kind) if turn else ("", "")


def _count_people(tally: Tally) -> None:
    for handed in tally.record.handovers:
        issue, kind = matter_at(tally.record, handed.at)
        tally.add("handover", handed.at, issue, kind, handed.reason)
        if handed.first_reply_at is not None:
            seconds = max((handed.first_reply_at - handed.at).total_seconds(), 0.0)
            tally.add("wait", handed.at, issue, kind, f"human:{class_of(seconds)}", value=seconds)


def _count_promises(tally: Tally) -> None:
    for promise in tally.record.promises:
        _, kind = matter_at(tally.record, promise.at)
        state = "kept_late" if promise.status == "kept" and promise.slips else promise.status
        tally.add("promise", promise.at, promise.issue, kind, f"{state}:{promise.key}")


def _count_comebacks(tally: Tally) -> None:
    for each in tally.record.comebacks:
        at = each.closed_at or each.created_at
        issue, kind = matter_at(tally.record, at)
        tally.add("followup", at, issue, kind, f"{each.kind}:{each.status}")
        if each.status == "sent" and each.kind == "outcome_check":
            tally.add("checked", at, issue, kind, _answer_to(each, tally.record))
        if each.status == "sent" and each.kind == "survey":
            tally.add("survey", at, issue, kind, "asked")


def _answer_to(check: ComeBack, record: Record) -> str:
    """What the customer said when asked whether all is well: well, not_well, other, silent."""
    asked = check.closed_at or check.created_at
    answer = next((turn for turn in record.turns if asked < turn.at <= asked + ANSWERED_WITHIN), None)
    if answer is None:
        return "silent"
    return {"settled": "well", "reopened": "not_well"}.get(answer.outcome, "other")
