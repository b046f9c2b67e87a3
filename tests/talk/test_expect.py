"""What a turn or a conversation looked like, held against what was wanted."""

from __future__ import annotations

from typing import Any

import pytest

from bot.talk import expect
from bot.talk.expect import judge_conversation, judge_turn
from bot.talk.seen import Failure, Reply, SeenAct, SeenConversation, SeenTurn
from dialogues import plan, state

pytestmark = pytest.mark.fast

OPTIONS = (
    {"title": "Refund £42.50", "payload": "option:refund_all"},
    {"title": "Talk to a person", "payload": "human"},
)
TURN = SeenTurn(
    said="where is it?!", owner="bot", locale="en", seconds=0.2, handover=None,
    heard={"intent": "delivery_problem", "emotion": "angry", "intensity": 2, "needs": ["speed", "respect"],
           "entities": [{"kind": "order_number", "value": "2026111800042"}, {"kind": "quantity", "value": 2}]},
    after={"stage": "offer", "conflict": "resolve", "heat": 20, "issue": "delivery_problem", "unresolved": 1},
    acts=(SeenAct("listen"), SeenAct("empathise"), SeenAct("ask", question=True), SeenAct("offer", choices=2)),
    replies=(Reply("bot", "I am sorry."), Reply("bot", "Which one?", OPTIONS), Reply("agent", "Sam here")),
    moment={"kind": "second"},
)  # fmt: skip
ANSWER = SeenTurn(
    said="2026111800042 8812", owner="queue", locale="en", seconds=0.1, handover="asked",
    heard={"intent": "provide_info", "emotion": "neutral", "intensity": 0},
    after={"stage": "confirm", "conflict": "none", "heat": 6, "issue": "refund", "unresolved": 1},
    acts=(SeenAct("act"), SeenAct("confirm", question=True)), replies=(Reply("bot", "Done."),),
    moment={"kind": "first"},
)  # fmt: skip
OUTSIDE = SeenTurn("hi", "bot", "en", (Reply("bot", "Hello"),), 0.1, inside=False)
WHOLE = SeenConversation("bot", 0, "closed", 4, 1, 0, 2, 1)


def failures(wanted: dict[str, Any], *span: SeenTurn) -> list[tuple[str, Any]]:
    return [(failure.key, failure.got) for failure in judge_turn(wanted, span or (TURN,), 1).failures]


@pytest.mark.parametrize(
    ("key", "holding", "failing"),
    [
        ("intent", ["refund", "delivery_problem"], "refund"),
        ("emotion", "angry", ["happy", "neutral"]),
        ("intensity", [2, 3], 1),
        ("needs_include", ["ease", "speed"], "fairness"),
        ("entities", {"order_number": "2026111800042"}, {"order_number": "1"}),
        ("entities", "order_number", "phone"),
        ("entities", [{"phone": "1"}, {"quantity": ["2", "3"]}], [{"phone": "1"}]),
        ("stage", "offer", ["idle", "closed"]),
        ("conflict", "resolve", "none"),
        ("heat_at_least", 20, 21),
        ("heat_at_most", 20, 19),
        ("owner", ["bot", "human"], "queue"),
        ("issue", "delivery_problem", "refund"),
        ("acts_include", ["listen", "offer"], ["listen", "act"]),
        ("acts_exclude", ["act", "close"], ["act", "offer"]),
        ("acts", ["listen", "empathise", "ask", "offer"], ["listen"]),
        ("opens_with", ["greet", "conflict"], "greet"),
        ("opens_with", "listen", "boundary"),
        ("questions_at_most", 1, 0),
        ("bubbles_at_most", 2, 1),
        ("unresolved", 1, [0, 2]),
        ("offers_at_least", 1, 2),
        ("reply_contains", ["nothing", "SORRY"], "nothing"),
        ("reply_contains", "refund £", "Sam"),
        ("reply_excludes", "Sam", ["nothing", "sorry"]),
        ("locale", "en", ["zh-CN", "zh-TW"]),
        ("moment_kind", "second", "zero"),
        ("seconds_at_most", 0.2, 0.1),
    ],
)
def test_each_key_holds_and_fails(key: str, holding: Any, failing: Any) -> None:
    assert not failures({key: holding})
    assert [name for name, _ in failures({key: failing})] == [key]


def test_a_failure_names_turn_key_wanted_and_got() -> None:
    verdict = judge_turn({"stage": ["idle", "closed"]}, (TURN,), 7)
    assert verdict.failures == (Failure(7, "stage", ["idle", "closed"], "offer"),)


def test_no_acts_means_that_nothing_was_said() -> None:
    silent = SeenTurn("hello?", "human")
    assert not failures({"acts": []}, silent)
    assert failures({"acts": []}) == [("acts", ["listen", "empathise", "ask", "offer"])]


def test_after_an_automatic_answer_the_state_is_the_last_one_and_the_hearing_the_first() -> None:
    wanted = {
        "intent": "delivery_problem", "moment_kind": "second", "stage": "confirm", "owner": "queue", "heat_at_most": 6,
        "acts_include": ["listen", "act"], "opens_with": "conflict", "reply_contains": "done",
        "handover_reason": "asked", "offers_at_least": 1,
    }  # fmt: skip
    assert not failures(wanted, TURN, ANSWER)


def test_limits_hold_for_each_reply_of_the_span() -> None:
    assert not failures({"questions_at_most": 1, "bubbles_at_most": 2, "seconds_at_most": 0.2}, TURN, ANSWER)


def test_an_invitation_to_tell_more_is_a_question_and_a_reflection_is_not() -> None:
    invites = SeenTurn("argh", "bot", acts=(SeenAct("listen", question=True),))
    reflects = SeenTurn("argh", "bot", acts=(SeenAct("listen"),))
    assert failures({"questions_at_most": 0}, invites) == [("questions_at_most", 1)]
    assert not failures({"questions_at_most": 0}, reflects)


@pytest.mark.parametrize(
    ("wanted", "held"), [("any", True), ("asked", True), (["heat", "asked"], True), ("heat", False)]
)
def test_the_open_handover_is_asked_for_by_reason(wanted: Any, held: bool) -> None:
    assert (not failures({"handover_reason": wanted}, ANSWER)) is held


def test_any_handover_needs_one_to_be_open() -> None:
    assert failures({"handover_reason": "any"}) == [("handover_reason", None)]


@pytest.mark.parametrize(
    ("key", "holding", "failing"),
    [
        ("moments_at_least", 4, 5),
        ("moments_exactly", [4, 5], 3),
        ("promises_open", 1, 0),
        ("promises_kept", 0, 1),
        ("followups_pending", 2, 1),
        ("followups_pending_at_least", 2, 3),
        ("apologies_at_most", 1, 0),
        ("silent_turns", 0, 1),
        ("owner", "bot", ["queue", "human"]),
        ("stage", ["closed", "idle"], "offer"),
    ],
)
def test_each_key_of_a_conversation_holds_and_fails(key: str, holding: Any, failing: Any) -> None:
    assert not judge_conversation({key: holding}, WHOLE).failures
    (failure,) = judge_conversation({key: failing}, WHOLE).failures
    assert (failure.turn, failure.key) == (None, key)


def test_what_cannot_be_seen_from_outside_is_counted_and_the_rest_is_held() -> None:
    wanted = {"intent": "greet", "stage": "idle", "acts": [], "questions_at_most": 0, "handover_reason": "any",
              "moment_kind": "zero", "owner": "queue", "locale": "en", "reply_contains": "hello"}  # fmt: skip
    verdict = judge_turn(wanted, (OUTSIDE,), 1)
    assert verdict.unchecked == 6
    assert [failure.key for failure in verdict.failures] == ["owner"]


def test_a_conversation_from_outside_still_shows_owner_and_silence() -> None:
    verdict = judge_conversation(dict.fromkeys(expect.CONVERSATION, 0) | {"owner": "bot"}, SeenConversation("bot", 0))
    assert verdict.unchecked == len(expect.CONVERSATION) - 2
    assert not verdict.failures


def test_the_names_are_those_of_the_dialogue() -> None:
    assert plan.ACTS == expect.ACTS
    assert frozenset(expect.OPENINGS) == plan.OPENING_ACTS
    assert tuple(stage.value for stage in state.Stage) == expect.STAGES
    assert tuple(step.value for step in state.Conflict) == expect.CONFLICTS
    assert tuple(owner.value for owner in state.Owner) == expect.OWNERS
