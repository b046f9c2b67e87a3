"""Figures against a small set worked out by hand: three conversations, every count written down."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from actions.insights.counting import cells_of, end_of, reached
from actions.insights.records import ComeBack, Handed, Promised, Record, Turn

pytestmark = pytest.mark.fast
MONDAY = datetime(2026, 11, 16, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def counted(record: Record) -> Counter[tuple[str, str]]:
    """(what, detail) → how many, over all days and matters."""
    found: Counter[tuple[str, str]] = Counter()
    for key, value in cells_of(record, lambda moment: moment.date()).items():
        found[key.what, key.detail] += value.n
    return found


# An angry customer whose parcel is late. Heard and comforted (angry 3, then frustrated 1 three minutes later), an
# option tapped, the bot's Confirm answered by a tap: settled. A survey of 5. Eight days later, once more the same.
LATE = {"kind": "second", "issue": "delivery_problem"}
PARCEL = Record(
    channel="web", locale="en",
    turns=(
        Turn(at(0), 0, **LATE, emotion="angry", intensity=3, acts=("listen", "empathise", "accept", "ask"), seconds=1,
             variants=("listen.plain#0", "empathise.angry.plain#1", "ask.wish#0")),
        Turn(at(3), 0, **LATE, emotion="frustrated", intensity=1, acts=("restate", "offer"), seconds=2,
             variants=("restate.need#0", "offer.several#1")),
        Turn(at(4), 0, **LATE, tapped=True, acts=("act", "promise", "confirm"), seconds=4),
        Turn(at(10), 0, **LATE, tapped=True, acts=("thank", "survey"), outcome="settled", seconds=1),
        Turn(at(11), 0, **LATE, tapped=True, acts=("thank",), reasons=("neutral 0", "survey: 5"), seconds=1),
        Turn(at(8 * 1440), 1, **LATE, emotion="anxious", intensity=2, acts=("ask",), seconds=20),
    ),
    promises=(Promised(at(4), "courier_report", "delivery_problem", "kept", slips=1),),
    comebacks=(ComeBack("promise_check", "sent", at(4), at(1000)), ComeBack("nudge", "cancelled", at(3), at(4))),
    delivery={"at_once": 6, "retried": 1},
)  # fmt: skip
# A question in passing: answered, and they never said whether it helped.
QUESTION = Record(
    channel="telegram", locale="zh-TW",
    turns=(Turn(at(60), 0, "first", "order_status", acts=("answer", "confirm"), seconds=0.5),),
    comebacks=(ComeBack("outcome_check", "sent", at(60), at(1500)),),
)  # fmt: skip
# Asked for a person, taken over after 90 seconds; what the person said helped; the yes came to the person.
PERSON = Record(
    channel="web", locale="zh-CN",
    turns=(
        Turn(at(0), 0, "second", "refund", emotion="disappointed", intensity=2, acts=("empathise", "handover"),
             variants=("empathise.disappointed.plain#0",), outcome="handed_over", seconds=1),
        Turn(at(4), 0, "second", "refund", emotion="disappointed", intensity=2, speaker="human", agent="li",
             seconds=40),
        Turn(at(6), 0, "second", "refund", emotion="happy", intensity=1, speaker="human", agent="li",
             outcome="settled", seconds=30),
    ),
    handovers=(Handed(at(0), "asked", "li", at(1), at(1.5)),),
)  # fmt: skip


def test_the_late_parcel():
    found = counted(PARCEL)
    assert found["episode", "confirmed:bot"] == 1 and found["episode", "unfinished:bot"] == 1
    assert [found["reached", step] for step in ("explore", "offer", "act", "confirm", "confirmed")] == [2, 1, 1, 1, 1]
    assert found["settled", "held"] == 1 and found["settled", "reopened"] == 0  # eight days is no relapse
    assert found["right_first", "yes"] == 1
    assert found["promise", "kept_late:courier_report"] == 1
    assert found["survey", "asked"] == 1 and found["survey", "score:5"] == 1
    assert (found["wait", "bot:1"], found["wait", "bot:2"], found["wait", "bot:5"], found["wait", "bot:30"]) == (
        3, 1, 1, 1)  # fmt: skip
    assert found["conversation", ""] == 2  # on two days
    assert found["delivery", "at_once"] == 6 and found["delivery", "retried"] == 1


def test_the_feelings_of_the_late_parcel():
    cells = cells_of(PARCEL, lambda moment: moment.date())
    found = counted(PARCEL)
    assert found["felt", "3>1"] == 1 and found["felt", "2>2"] == 1  # taps tell of no feeling
    assert found["calm", "never"] == 2
    assert found["helped", "step:listen+empathise+accept:better"] == 1
    relief = {key.detail: value.total for key, value in cells.items() if key.what == "variant"}
    assert relief == {"listen.plain#0": 2.0, "empathise.angry.plain#1": 2.0}  # asking is no comfort
    assert sum(n for (what, _), n in found.items() if what == "helped") == 1  # eight days later is no answer


def test_the_question_that_was_answered():
    found = counted(QUESTION)
    assert found["episode", "unfinished:bot"] == 1
    assert [found["reached", step] for step in ("offer", "act", "confirm", "confirmed")] == [1, 1, 1, 0]
    assert found["reached", "confirm"] == 1
    assert found["checked", "silent"] == 1 and found["followup", "outcome_check:sent"] == 1


def test_the_person_who_took_over():
    found = counted(PERSON)
    assert found["episode", "confirmed:people"] == 1
    assert found["handover", "asked"] == 1 and found["wait", "human:180"] == 1
    assert found["helped", "step:empathise:same"] == 1 and found["helped", "agent:li:better"] == 1
    assert found["calm", "15"] == 1 and found["felt", "2>happy"] == 1


def test_a_check_that_comes_later_asks_for_the_yes_too():
    """Something was done, the customer left; a day later they were asked whether all is well."""
    turns = (Turn(at(0), 0, **LATE, acts=("offer",)), Turn(at(2), 0, **LATE, tapped=True, acts=("act", "promise")))
    sent = ComeBack("outcome_check", "sent", at(2), at(2000))
    assert counted(Record("web", "en", turns))["reached", "confirm"] == 0
    assert counted(Record("web", "en", turns, comebacks=(sent,)))["reached", "confirm"] == 1
    next_one = Turn(at(1500), 1, "first", "invoice", acts=("offer",))
    found = counted(Record("web", "en", (*turns, next_one), comebacks=(sent,)))
    assert found["reached", "confirm"] == 1 and found["reached", "offer"] == 2  # it asked about the later one


def test_cells_carry_day_channel_language_issue_and_kind():
    [key] = [key for key in cells_of(PERSON, lambda moment: moment.date()) if key.what == "handover"]
    assert (key.day, key.channel, key.locale, key.issue, key.kind) == (
        "2026-11-16", "web", "zh-CN", "refund", "second")  # fmt: skip


@pytest.mark.parametrize(("outcomes", "end"), [
    (("open",), "unfinished"), (("settled",), "confirmed"), (("settled", "open"), "confirmed"),
    (("settled", "reopened"), "unfinished"), (("settled", "reopened", "goodbye"), "goodbye"),
    (("settled", "goodbye"), "confirmed"), (("goodbye",), "goodbye"), (("stopped",), "stopped"),
    (("reopened", "settled"), "confirmed"), (("handed_over",), "unfinished"),
])  # fmt: skip
def test_only_a_yes_that_stands_is_a_confirmed_resolution(outcomes: tuple[str, ...], end: str):
    turns = [Turn(at(n), 0, "second", "refund", outcome=outcome) for n, outcome in enumerate(outcomes)]
    assert end_of(turns) == end
    assert ("confirmed" in reached(turns)) == (end == "confirmed")


def test_a_relapse_within_seven_days_is_one_and_later_is_none():
    def settled_then(days: float, issue: str) -> Counter[tuple[str, str]]:
        first = Turn(at(0), 0, "second", "refund", outcome="settled")
        return counted(Record("web", "en", (first, Turn(at(days * 1440), 1, "second", issue))))

    assert settled_then(6, "refund")["settled", "reopened"] == 1
    assert settled_then(8, "refund")["settled", "reopened"] == 0
    assert settled_then(6, "invoice")["settled", "reopened"] == 0
