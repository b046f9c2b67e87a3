"""Coming back on our own: what is said, when it is not, and what else to come back for. Pure decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dialogues.book import load_book
from dialogues.comeback import KINDS, UNSOLICITED, Circumstances, afterwards, decide_comeback
from dialogues.language import LOCALES
from dialogues.numbers import Numbers
from dialogues.reading import Order
from dialogues.state import Owner, Stage, State
from dialogues.wording import wording

pytestmark = pytest.mark.fast
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)
NUMBERS = Numbers()
WAITS = State(stage=Stage.OFFER, issue="delivery_problem")
CLOSED = State(stage=Stage.CLOSED, issue="delivery_problem", last_turn_at=(NOON - timedelta(hours=24)).isoformat())
PROMISED = {"promise_key": "courier_report", "promise_status": "open", "told_due": NOON.isoformat()}
STATES = {"promise_check": CLOSED, "outcome_check": CLOSED, "nudge": WAITS, "survey": CLOSED, "care": CLOSED}


def _seen(**known: Any) -> Circumstances:
    scheduled = NOON - timedelta(hours=1)
    wrote = scheduled - timedelta(seconds=1)
    return Circumstances(**{"now": NOON, "last_customer_at": wrote, "scheduled_at": scheduled, **PROMISED, **known})


def _order(status: str) -> Order:
    return Order.from_dict({"number": "2026111800042", "status": status})


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_something_of_its_own_in_daytime(kind: str):
    comeback = decide_comeback(kind, STATES[kind], _seen(), NUMBERS)
    assert comeback.verdict == "send" and comeback.acts
    keys = {k: decide_comeback(k, STATES[k], _seen(), NUMBERS).acts[0].key for k in KINDS}
    assert len(set(keys.values())) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_waits_for_the_morning_at_night(kind: str):
    comeback = decide_comeback(kind, STATES[kind], _seen(now=NOON.replace(hour=23)), NUMBERS)
    assert (comeback.verdict, comeback.reason) == ("later", "quiet hours")
    assert comeback.at == NOON.replace(day=25, hour=9)


@pytest.mark.parametrize("kind", sorted(UNSOLICITED))
def test_no_third_unsolicited_message_in_a_week(kind: str):
    assert decide_comeback(kind, STATES[kind], _seen(unsolicited_this_week=1), NUMBERS).verdict == "send"
    assert decide_comeback(kind, STATES[kind], _seen(unsolicited_this_week=2), NUMBERS).verdict == "skip"


def test_a_slip_is_told_whatever_was_sent_this_week():
    comeback = decide_comeback("promise_check", CLOSED, _seen(unsolicited_this_week=9), NUMBERS)
    assert (comeback.verdict, comeback.promise, comeback.acts[0].key) == ("send", "slipped", "recover.slipping")
    assert comeback.again_at == NOON + timedelta(hours=24)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_said_can_be_worded_where_no_matter_was_ever_named(kind: str, locale: str):
    for act in decide_comeback(kind, replace(STATES[kind], issue=""), _seen(), NUMBERS).acts:
        assert wording().say(act.key, locale, act.params).text


def test_a_promise_that_slips_again_is_broken_said_plainly_and_taken_on_by_a_person():
    comeback = decide_comeback("promise_check", CLOSED, _seen(promise_status="slipped"), NUMBERS)
    assert (comeback.promise, comeback.again_at, comeback.state.owner) == ("broken", None, Owner.QUEUE)
    assert [act.key for act in comeback.acts] == ["recover.broken", "handover.open"]
    assert comeback.handover["reason"] == "action_failed" and comeback.handover["brief"]["issue"] == "delivery_problem"


def test_who_waits_for_a_person_already_hears_of_a_broken_promise_and_waits_on():
    waits = replace(CLOSED, owner=Owner.QUEUE)
    comeback = decide_comeback("promise_check", waits, _seen(promise_status="slipped"), NUMBERS)
    assert [act.key for act in comeback.acts] == ["recover.broken"] and not comeback.handover


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("status", ["open", "slipped"])
def test_what_is_late_is_named_with_what_it_was_promised_for(status: str, locale: str):
    keys = {option.promise.key for playbook in load_book().playbooks.values() for option in playbook.options
            if option.promise}  # fmt: skip
    for key in sorted({*keys, "call_back", "staff"}):
        seen = _seen(promise_status=status, promise_key=key, promise_issue="invoice")
        act = decide_comeback("promise_check", CLOSED, seen, NUMBERS).acts[0]
        named = wording().say(f"promised.{key}", locale, {"issue": "@issue.invoice"}).text
        assert named in wording().say(act.key, locale, act.params).text
    called = wording().say("promised.call_back", locale, {"issue": "@issue.invoice"}).text
    assert (
        called != wording().say("issue.invoice", locale).text and wording().say("issue.invoice", locale).text in called
    )


def test_what_staff_promised_is_named_in_their_words_where_these_are_for_the_customer():
    for words, told in (("send the new lid on Monday", True), ("calm this difficult customer down", False)):
        seen = _seen(promise_key="staff", promise_issue="item_problem", promise_words=words)
        act = decide_comeback("promise_check", replace(CLOSED, locale="en"), seen, NUMBERS).acts[0]
        assert (words in wording().say(act.key, "en", act.params).text) is told


def test_nothing_is_said_to_slip_while_the_shops_systems_cannot_be_asked_unless_it_takes_too_long():
    away = _seen(orders_unknown=True)
    waits = decide_comeback("promise_check", CLOSED, away, NUMBERS)
    assert (waits.verdict, waits.at) == ("later", NOON + timedelta(hours=1))
    late = replace(away, now=NOON + timedelta(hours=4))
    assert decide_comeback("promise_check", CLOSED, late, NUMBERS).promise == "slipped"
    assert decide_comeback("promise_check", CLOSED, replace(away, promise_key="staff"), NUMBERS).promise == "slipped"


def test_a_slip_told_in_the_evening_names_a_new_time_that_is_daytime():
    comeback = decide_comeback("promise_check", CLOSED, _seen(now=NOON.replace(hour=20, minute=30)), NUMBERS)
    assert comeback.again_at == NOON.replace(day=25, hour=20, minute=30)
    early = replace(NUMBERS, slipped_again_after_hours=4)
    assert decide_comeback("promise_check", CLOSED, _seen(now=NOON.replace(hour=20)), early).again_at == NOON.replace(
        day=25, hour=9
    )


@pytest.mark.parametrize("kind", KINDS)
def test_who_wants_no_messages_gets_none(kind: str):
    comeback = decide_comeback(kind, STATES[kind], _seen(contact_stopped=True), NUMBERS)
    assert (comeback.verdict, comeback.reason) == ("skip", "the customer wants no messages")


@pytest.mark.parametrize("owner", [Owner.QUEUE, Owner.HUMAN])
@pytest.mark.parametrize("kind", sorted(UNSOLICITED))
def test_nothing_is_said_into_a_conversation_that_is_with_people(kind: str, owner: Owner):
    assert decide_comeback(kind, replace(STATES[kind], owner=owner), _seen(), NUMBERS).verdict == "skip"


def test_a_promise_is_looked_at_again_once_people_are_done():
    comeback = decide_comeback("promise_check", replace(CLOSED, owner=Owner.HUMAN), _seen(), NUMBERS)
    assert (comeback.verdict, comeback.at) == ("later", NOON + timedelta(hours=1))


def test_a_promise_that_slips_is_told_to_those_who_still_wait_for_a_person():
    comeback = decide_comeback("promise_check", replace(CLOSED, owner=Owner.QUEUE), _seen(), NUMBERS)
    assert (comeback.verdict, comeback.promise) == ("send", "slipped")


@pytest.mark.parametrize("status", ["kept", "undone", "broken", ""])
def test_a_promise_that_is_closed_is_not_spoken_of(status: str):
    assert decide_comeback("promise_check", CLOSED, _seen(promise_status=status), NUMBERS).verdict == "skip"


def test_a_promise_that_the_shop_kept_is_told_and_confirmed():
    comeback = decide_comeback("promise_check", CLOSED, _seen(order=_order("out_for_delivery")), NUMBERS)
    assert comeback.promise == "kept" and comeback.state.stage is Stage.CONFIRM
    assert [act.key for act in comeback.acts] == ["schedule.kept.out_for_delivery", "confirm.full"]


@pytest.mark.parametrize("kind", ["outcome_check", "survey", "care"])
def test_a_customer_in_the_middle_of_something_is_not_interrupted(kind: str):
    wrote = {"last_customer_at": NOON - timedelta(minutes=5)}
    assert decide_comeback(kind, replace(CLOSED, stage=Stage.OFFER), _seen(**wrote), NUMBERS).verdict == "skip"
    assert decide_comeback(kind, CLOSED, _seen(**wrote), NUMBERS).verdict == "send"


def test_a_customer_who_answered_is_not_reminded():
    wrote = _seen(last_customer_at=NOON - timedelta(minutes=5))
    assert decide_comeback("nudge", WAITS, wrote, NUMBERS).verdict == "skip"


def test_a_silent_customer_is_reminded_twice_and_not_again():
    first = decide_comeback("nudge", WAITS, _seen(), NUMBERS)
    assert first.again_at == NOON + timedelta(hours=24)
    assert decide_comeback("nudge", WAITS, _seen(nudged=1), NUMBERS).again_at is None


def test_a_rating_is_asked_for_at_most_every_two_weeks():
    lately = replace(CLOSED, surveyed_at=(NOON - timedelta(days=13)).isoformat())
    assert decide_comeback("survey", lately, _seen(), NUMBERS).verdict == "skip"
    long_ago = replace(CLOSED, surveyed_at=(NOON - timedelta(days=14)).isoformat())
    asked = decide_comeback("survey", long_ago, _seen(), NUMBERS)
    assert asked.state.asked_now == "survey" and asked.state.surveyed_at == NOON.isoformat()
    assert [choice.payload for choice in asked.acts[0].choices] == [f"score:{n}" for n in (5, 4, 3, 2, 1)]


def test_the_question_keeps_the_episode_alive_and_lets_the_heat_cool():
    before = replace(CLOSED, heat=24)
    after = decide_comeback("outcome_check", before, _seen(), NUMBERS).state
    assert after.last_turn_at == NOON.isoformat() and after.heat == 6
    assert (after.stage, after.asked_now, after.issue) == (Stage.CONFIRM, "confirm", "delivery_problem")


HARD = State(stage=Stage.CONFIRM, issue="refund", heats=(27, 16, 9), options_done=("refund_now",))


def test_after_hard_times_a_kind_word_and_a_rating_follow():
    assert afterwards(HARD, replace(HARD, stage=Stage.CLOSED), "settled", NOON, NUMBERS) == {
        "care": NOON + timedelta(days=3), "survey": NOON + timedelta(days=2)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "outcome", "wanted"),
    [
        (HARD, {}, "open", set()),
        (HARD, {"contact_stopped": True}, "settled", set()),
        (replace(HARD, heats=(6,)), {}, "settled", {"survey"}),
        (replace(HARD, options_done=()), {}, "settled", {"care"}),
        (HARD, {"asked_now": "survey"}, "settled", {"care"}),
        (HARD, {"surveyed_at": NOON.isoformat()}, "settled", {"care"}),
    ],
)
def test_what_follows_a_settled_matter(before: State, after: dict[str, Any], outcome: str, wanted: set[str]):
    assert set(afterwards(before, replace(before, **after), outcome, NOON, NUMBERS)) == wanted
