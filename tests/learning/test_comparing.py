"""Figures worked out by hand: agreement of raters, significance of differences, the verdict."""

from __future__ import annotations

from typing import Any

import pytest

from bot.learning.comparing import Heard, compare, holm, mcnemar, verdict
from bot.learning.kappa import agreement, kappa
from nlu.corpus import Example
from nlu.hearing import Hearing

pytestmark = pytest.mark.fast


def test_kappa_is_what_the_books_say():
    # 50 things: both yes 20, both no 15, one yes 5, the other yes 10 (a textbook's table): 0.7 seen, 0.5 by chance.
    one = ["yes"] * 25 + ["no"] * 25
    other = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert kappa(one, other) == pytest.approx(0.4)
    assert kappa(["a", "b"], ["a", "b"]) == 1 and kappa(["a", "b"], ["b", "a"]) == -1
    assert kappa([], []) is None and kappa(["a", "a"], ["a", "a"]) is None


def test_agreement_names_what_raters_differ_in():
    label = {"intent": "refund", "emotion": "angry", "intensity": 2, "needs": ["speed"]}
    other = {"intent": "refund", "emotion": "frustrated", "intensity": 1, "needs": []}
    third = {"intent": "thank", "emotion": "happy", "intensity": 1, "needs": []}
    told = agreement([(label, other), (third, third)])
    assert told["n"] == 2 and told["intent"] == {"kappa": 1.0, "same": 1.0} and told["emotion"]["same"] == 0.5
    assert told["emotion"]["kappa"] == pytest.approx(0.3333, abs=1e-4)  # (0.5 - 0.25) / 0.75
    assert told["intensity_within_one"] == 1.0 and told["needs"]["same"] == pytest.approx(11 / 12, abs=1e-4)
    assert agreement([]) == {"n": 0}


def test_mcnemar_counts_only_what_one_of_both_heard_right():
    assert mcnemar(0, 0) == 1 and mcnemar(5, 5) == 1
    assert mcnemar(10, 0) == pytest.approx(2 / 2**10) and mcnemar(0, 10) == mcnemar(10, 0)
    assert mcnemar(8, 2) == pytest.approx(2 * (1 + 10 + 45) / 2**10)


def test_holm_corrects_the_smallest_most_and_never_turns_the_order():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0] and holm([]) == []


def _heard(intents: list[str], safety: list[bool] | None = None, emotion: str = "neutral") -> Heard:
    flags = safety or [False] * len(intents)
    return Heard(tuple(
        Hearing("", "en", intent, 0.9, None, False, emotion, 0 if emotion == "neutral" else 1, safety=flag)
        for intent, flag in zip(intents, flags, strict=True)
    ))  # fmt: skip


def _examples(intents: list[str], **more: Any) -> list[Example]:
    return [Example(f"message {n}", "en", intent, **more) for n, intent in enumerate(intents)]


def test_a_comparison_says_what_was_gained_and_lost_in_each_class():
    wanted = ["refund"] * 4 + ["thank"] * 2
    told = compare(_examples(wanted), _heard(["refund", "refund", "thank", "thank", "thank", "thank"]),
                   _heard(["refund", "refund", "refund", "refund", "refund", "thank"]), own=2)  # fmt: skip
    assert (told["n"], told["own"]) == (6, 2)
    assert (told["intent"]["gained"], told["intent"]["lost"]) == (2, 1)
    assert told["intent"]["accuracy"] == [round(4 / 6, 4), round(5 / 6, 4)]
    refund, thank = told["classes"]
    assert refund["name"] == "refund" and refund["f1"] == [round(2 / 3, 4), round(8 / 9, 4)]
    assert thank["f1"] == [round(2 / 3, 4), round(2 / 3, 4)] and refund["n"] == 4
    assert [each["text"] for each in told["gained"]] == ["message 2", "message 3"]
    assert [each["text"] for each in told["lost"]] == ["message 4"] and told["verdict"] == "same"
    low, high = told["intent"]["macro_f1_difference"]
    assert low < told["intent"]["macro_f1"][1] - told["intent"]["macro_f1"][0] < high


@pytest.mark.parametrize(("worse", "wanted"), [(20, "worse"), (0, "same"), (-20, "better")])
def test_the_verdict_follows_significance(worse: int, wanted: str):
    gold = ["refund", "thank"] * 40
    wrong = [{"refund": "thank", "thank": "refund"}[intent] for intent in gold]
    broken = [bad if n < abs(worse) else good for n, (good, bad) in enumerate(zip(gold, wrong, strict=True))]
    old, new = (gold, broken) if worse > 0 else (broken, gold)
    assert compare(_examples(gold), _heard(old), _heard(new))["verdict"] == wanted


def test_dangers_that_are_no_longer_heard_make_it_worse_whatever_else_is_gained():
    gold = ["item_problem"] * 30
    examples = _examples(gold, flags=("safety",))
    old = _heard(["refund"] * 30, [True] * 30)
    told = compare(examples, old, _heard(gold, [True] * 26 + [False] * 4))
    assert told["intent"]["gained"] == 30 and told["safety"]["lost"] == 4 and told["verdict"] == "worse"
    assert compare(examples, old, _heard(gold, [True] * 29 + [False]))["verdict"] == "better"


def test_a_class_that_falls_makes_it_worse_though_the_whole_rises():
    gold = ["refund"] * 40 + ["thank"] * 15
    old = ["thank"] * 40 + ["thank"] * 15
    new = ["refund"] * 40 + ["goodbye"] * 15
    told = compare(_examples(gold), _heard(old), _heard(new))
    assert told["intent"]["gained"] == 40 and told["intent"]["lost"] == 15
    assert told["verdict"] == "better", "of 'thank' as much was wrong before: forty were taken for it"
    unchanged = {"p": 1.0, "gained": 0, "lost": 0, "macro_f1_difference": [0.0, 0.1]}
    safe = {**unchanged, "recall": [1.0, 1.0]}
    assert verdict({**unchanged, "p": 0.01, "gained": 9}, unchanged, safe, ["thank"]) == "worse"
    assert verdict(unchanged, {**unchanged, "p": 0.01, "lost": 9}, safe, []) == "worse"
    assert verdict({**unchanged, "macro_f1_difference": [-0.2, -0.01]}, unchanged, safe, []) == "worse"
