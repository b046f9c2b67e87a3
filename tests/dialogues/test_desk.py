"""What the desk advises: order, whom to ask, which step comes next, what a draft should not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dialogues.desk.assigning import Candidate, after_chat, choose
from dialogues.desk.guiding import Scene, conflict_steps, due_in, eoac_steps, hints, next_step, skipped
from dialogues.desk.saying import acts_in, after_staff
from dialogues.desk.urgency import Case, reasons_of, score
from dialogues.numbers import Numbers
from dialogues.state import Conflict, Stage, State
from dialogues.wording import Wording

pytestmark = pytest.mark.fast
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NUMBERS = Numbers()

HEARD_FIRST = {
    "zh-CN": ("换了谁都会生气，对不起。您说得对，这件事我来负责。", "给您退款可以吗？"),
    "zh-TW": ("換了誰都會生氣，對不起。您說得對，這件事我來負責。", "幫您退款可以嗎？"),
    "en": ("Anyone would be angry, and I'm sorry. You're right, I'll take care of this.", "Would you like a refund?"),
}


def urgency(**case: object) -> int:
    return score(reasons_of(Case(**{"status": "waiting", "since": NOW, **case}), NOW, NUMBERS))  # type: ignore[arg-type]


def test_danger_comes_before_threats_before_anger_before_waiting():
    waited = NOW - timedelta(minutes=2)
    order = [urgency(reason="safety"), urgency(reason="threat"), urgency(heat=30, heats=(20, 30)),
             urgency(since=waited), urgency()]  # fmt: skip
    assert order == sorted(order, reverse=True) and len(set(order)) == len(order)


def test_every_point_of_urgency_has_a_reason_that_can_be_shown():
    case = Case("taken", NOW, "heat", (12, 24), 24, NOW - timedelta(seconds=130), NOW + timedelta(minutes=5), 5000)
    reasons = reasons_of(case, NOW, NUMBERS)
    assert {why.code for why in reasons} == {"reason.heat", "hot", "rising", "silent", "promise_soon", "valued"}
    assert score(reasons) == sum(why.points for why in reasons)


def test_within_fifteen_seconds_nobody_is_hurried():
    assert urgency(status="taken", unanswered_since=NOW - timedelta(seconds=14)) == 0
    assert urgency(status="taken", unanswered_since=NOW - timedelta(seconds=15)) > 0


def candidates(**second: object) -> list[Candidate]:
    return [
        Candidate("a", "An", served_at=NOW, load=1),
        Candidate("b", "Bo", served_at=NOW - timedelta(hours=1), **second),
    ]  # type: ignore[arg-type]


def test_in_turns_the_one_who_waited_longest_is_asked():
    assert choose(candidates(), "en", "round_robin").candidate.name == "Bo"  # type: ignore[union-attr]


def test_the_least_busy_is_the_one_with_the_smallest_share_of_their_capacity():
    busy = candidates(load=3, capacity=20)
    assert choose(busy, "en", "least_busy").candidate.name == "Bo"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "why", [{"load": 5}, {"here": False}, {"languages": ("zh-TW",)}, {"passed": True}, {"resting": True}]
)
def test_who_is_full_away_of_another_tongue_passed_or_resting_is_not_asked(why: dict[str, object]):
    assert choose(candidates(**why), "en", "round_robin").candidate.name == "An"  # type: ignore[union-attr]


def test_a_customer_comes_back_to_who_served_them():
    assert choose([*candidates(), Candidate("c", "Cy", held_before=True, load=4)], "en", "least_busy").why == "return"  # type: ignore[union-attr]


def test_the_other_written_form_of_chinese_is_second_best_and_english_never_is():
    only = [Candidate("a", "An", languages=("zh-CN",))]
    assert choose(only, "zh-TW", "round_robin") and not choose(only, "en", "round_robin")


def test_abuse_or_three_heated_chats_running_call_for_a_rest():
    assert after_chat(0, heated=True, abusive=True).rest
    running = 0
    for place in range(3):
        care = after_chat(running, heated=True, abusive=False)
        running = care.heated_running
        assert care.rest == (place == 2)
    assert after_chat(2, heated=False, abusive=False).heated_running == 0


@pytest.mark.parametrize("locale", HEARD_FIRST)
def test_an_angry_customer_is_heard_before_an_offer(locale: str):
    heard, offer = HEARD_FIRST[locale]
    angry = Scene(locale, heat=27, conflict="listen")
    assert skipped("send", acts_in(offer, locale), angry, NUMBERS) == ("offer_unheard:empathise,accept",)
    said = frozenset(acts_in(heard, locale))
    assert {"empathise", "apologise", "accept"} <= said
    after = Scene(locale, heat=27, conflict="resolve", said=said)
    assert skipped("send", acts_in(offer, locale), after, NUMBERS) == ()
    assert skipped("send", acts_in(offer, locale), Scene(locale, heat=3), NUMBERS) == ()


def test_nothing_is_closed_before_the_customer_agreed():
    assert skipped("close", (), Scene("en"), NUMBERS) == ("close_unconfirmed",)
    assert skipped("close", (), Scene("en", settled=True), NUMBERS) == ()


def test_the_steps_say_what_is_done_and_what_is_next():
    steps = conflict_steps(Scene("en", heat=24, conflict="empathise", said=frozenset({"empathise"})), NUMBERS)
    assert [step.state for step in steps] == ["done", "done", "now", "next"]
    assert [step.state for step in eoac_steps(Scene("en", stage="action"))] == ["done", "done", "now", "next"]
    assert {step.state for step in conflict_steps(Scene("en"), NUMBERS)} == {"spare"}


@pytest.mark.parametrize(
    ("locale", "text", "code"),
    [
        ("en", "Please calm down.", "phrase"), ("zh-CN", "请您冷静一下", "phrase"), ("zh-TW", "請您冷靜一下", "phrase"),
        ("en", "You're right, but it takes time.", "but"), ("zh-CN", "您说得对，但是要等", "but"),
        ("zh-TW", "您說得對，不過要等", "but"), ("en", "I'm sorry again", "second_apology"),
        ("zh-CN", "真的对不起", "second_apology"), ("en", "I'll call you back within 2 hours", "promise"),
        ("zh-CN", "我今天下午给您回复", "promise"), ("zh-TW", "兩小時內回覆您", "promise"),
        ("en", "I will refund you tomorrow.", "promise"), ("zh-CN", "我明天退款給您", "promise"),
        ("zh-CN", "我會馬上查，請您冷靜", "phrase"),
        ("en", "What happened? And when?", "many_questions"), ("zh-TW", "请稍候", "other_script"),
    ],
)  # fmt: skip
def test_a_draft_gets_the_hint_that_a_good_colleague_would_give(locale: str, text: str, code: str):
    assert code in {hint.code for hint in hints(text, Scene(locale, apologised=1, heat=12), NOW, numbers=NUMBERS)}


@pytest.mark.parametrize("text", ["Thank you, I have your order here.", "我看到您的订单了。", "我看到您的訂單了。"])
def test_a_plain_sentence_gets_none(text: str):
    locale = "en" if text.isascii() else "zh-CN" if "单" in text else "zh-TW"
    assert hints(text, Scene(locale), NOW, numbers=NUMBERS) == ()


@pytest.mark.parametrize(
    ("text", "hours"),
    [("within 2 hours", 2), ("半小时内", 0.5), ("30分鐘內", 0.5), ("in three days", 72), ("一天之内", 24), ("soon", 2)],
)
def test_a_promise_is_due_when_it_says(text: str, hours: float):
    assert due_in(text, NOW) == NOW + timedelta(hours=hours)


def test_a_named_day_is_due_in_its_evening():
    assert due_in("tomorrow", NOW, "2026-11-24") == datetime(2026, 11, 24, 18, tzinfo=UTC)


def test_staff_move_the_state_on_as_the_bot_would():
    angry = State(heat=24, conflict=Conflict.LISTEN, stage=Stage.EXPLORE)
    heard = after_staff(angry, ("empathise", "apologise", "accept"), NUMBERS)
    assert (heard.conflict, heard.apologised, heard.stage) == (Conflict.RESOLVE, 1, Stage.EXPLORE)
    assert after_staff(heard, ("confirm",), NUMBERS).stage is Stage.CONFIRM


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "en"])
def test_what_the_desk_suggests_is_known_as_what_it_does(locale: str):
    wording = Wording.load()
    steps = {"empathise.angry.plain": "empathise", "empathise.frustrated.sorry": "empathise", "accept.plain": "accept",
             "confirm.full": "confirm", "offer.several": "offer"}  # fmt: skip
    for key, act in steps.items():
        for seed in "abcdefgh":
            text = wording.say(key, locale, {"cause": "@cause.refund"}, seed=seed).text
            listed = f"{text}\n1. A\n2. B" if act == "offer" else text
            assert act in acts_in(listed, locale), listed


def test_asking_whether_an_offer_suits_is_not_asking_whether_all_is_settled():
    assert "confirm" in acts_in("Does that work for you?", "en")
    assert "confirm" not in acts_in("I can send a new one tomorrow. Does that work for you?", "en")


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "Your parcel did not arrive as promised."),
        ("zh-CN", "没按承诺的时间送到。"),
        ("zh-TW", "沒有照承諾的時間送到。"),
    ],
)
def test_what_was_promised_before_is_no_promise_now(locale: str, text: str):
    assert "promise" not in acts_in(text, locale)


def test_the_next_step_moves_on_with_what_people_did():
    unheard = Scene("en", stage="explore", heat=24, conflict="listen")
    assert next_step(unheard, "offer", NUMBERS) == "hear_out"
    assert [next_step(unheard, "safe", NUMBERS), next_step(replace(unheard, spoken=True), "safe", NUMBERS)] == [
        "safe", "hear_out"
    ]  # fmt: skip
    assert next_step(Scene("en", stage="explore"), "find:order_number", NUMBERS) == "find:order_number"
    steps = [next_step(Scene("en", stage=stage, spoken=True), "hear_out", NUMBERS)
             for stage in ("explore", "offer", "action", "confirm")]  # fmt: skip
    assert steps == ["offer", "chosen", "confirm", "confirm"]
    assert next_step(Scene("en", stage="action", spoken=True, promises=1), "offer", NUMBERS) == "keep"
    assert next_step(Scene("en", stage="confirm", spoken=True, settled=True), "offer", NUMBERS) == "close"
