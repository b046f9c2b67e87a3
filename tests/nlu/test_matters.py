"""Second matters: what stands beside what, and what is learnt from where it stands."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.clauses import split
from nlu.corpus import Example
from nlu.labels import INTENTS, SERVICE_INTENTS
from nlu.matters import Ear, Guess, Halves, guess, lessons, may_stand_beside
from nlu.prepare import prepare

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("when is my coat coming, and the kettle is leaking", ("when is my coat coming", "and the kettle is leaking")),
        ("大衣什么时候到，还有水壶漏水了", ("大衣什么时候到", "还有水壶漏水了")),
        ("件衫幾時到 仲有電飯煲壞咗", ("件衫什么时候到", "还有电饭煲坏了")),
        ("it cost 1,280.50 at 12:30", ("it cost 1,280.50 at 12:30",)),
        ("还有货吗", ("还有货吗",)),
        ("", ()),
        ("?!", ()),
    ],
)
def test_messages_are_cut_where_one_thing_is_added_to_another(text: str, clauses: tuple[str, ...]) -> None:
    assert split(prepare(text).plain) == clauses


@pytest.mark.parametrize(
    ("first", "second", "beside"),
    [
        ("order_status", "repair_warranty", True),
        ("request_human", "invoice", True),
        ("item_problem", "refund", False),
        ("delivery_problem", "order_cancel", False),
        ("delivery_problem", "service_complaint", False),
        ("escalation_threat", "refund", False),
        ("refund", "escalation_threat", False),
        ("thank", "order_status", False),
    ],
)
def test_a_fault_its_remedy_a_threat_and_a_complaint_about_it_are_one_matter(
    first: str, second: str, beside: bool
) -> None:
    assert may_stand_beside(second, first) is beside


def test_only_service_issues_are_second_matters() -> None:
    for first in INTENTS:
        assert not any(may_stand_beside(second, first) for second in INTENTS if second not in SERVICE_INTENTS)


def _heard(text: str, parts: dict[int, str], first: str) -> Guess | None:
    """What is guessed when each numbered half plainly says one thing and the others say `first`."""
    halves = Halves.of(prepare(text))
    assert halves is not None
    scores = np.zeros((len(halves.parts), len(INTENTS)), np.float32)
    for number in range(len(halves.parts)):
        scores[number, INTENTS.index(parts.get(number, first))] = 1.0
    whole = np.zeros(len(INTENTS), np.float32)
    whole[INTENTS.index(first)] = 0.2
    return guess(halves, whole, scores, INTENTS, first)


def test_the_half_that_says_another_thing_is_the_second_matter() -> None:
    found = _heard("when is my coat coming, and the kettle is leaking", {1: "repair_warranty"}, "order_status")
    assert found is not None
    assert found.matter == "repair_warranty"
    same = _heard("when is my coat coming, and will it fit", {}, "order_status")
    assert same is not None
    assert same.signs[0] < found.signs[0]


def test_a_message_of_one_clause_has_no_halves() -> None:
    assert Halves.of(prepare("where is my parcel")) is None


def test_nothing_stands_beside_a_threat() -> None:
    assert _heard("refund me, or I sue", {0: "refund"}, "escalation_threat") is None


def test_what_is_named_is_right_often_enough_where_it_was_not_learnt() -> None:
    chance = np.random.default_rng(0)
    right = (chance.random(3000) < 0.2).astype(np.float32)
    signs = np.stack([right * 2 + chance.normal(size=3000), chance.normal(size=3000), np.ones(3000)], axis=1)
    ear = Ear.learn(signs.astype(np.float32), right, [n % 3 for n in range(3000)])
    assert ear is not None
    named = [ear.hears(Guess("refund", tuple(map(float, row)))) for row in signs]
    assert 0.82 < right[named].mean() < 0.95
    assert Ear.from_dict(ear.to_dict()) == ear


def test_without_second_matters_nothing_is_learnt_about_them() -> None:
    plain = [Example("我要退款，快点", "zh-CN", "refund", voice=str(n)) for n in range(40)]
    assert lessons(plain, [n % 3 for n in range(40)]) == []
    assert Ear.learn(np.ones((40, 2), np.float32), np.zeros(40, np.float32), [0, 1] * 20) is None


def test_lessons_stay_in_the_fold_of_their_voice() -> None:
    told = [
        Example("when does it ship, and my points are gone", "en", "order_status", voice="a", also=("membership",)),
        Example("my points are gone", "en", "membership", voice="b"),
        Example("where is the invoice", "en", "invoice", voice="b"),
    ]
    found = lessons(told, [0, 1, 1], most=30)
    assert {lesson.fold for lesson in found if lesson.intent == "order_status"} == {0}
    pairs = [lesson for lesson in found if lesson.fold == 1 and lesson.also]
    assert pairs
    assert all({lesson.intent, *lesson.also} == {"membership", "invoice"} for lesson in pairs)
