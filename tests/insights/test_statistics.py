"""Intervals, comparisons and the correction for many of them, against figures worked out elsewhere."""

from __future__ import annotations

import pytest
from scipy import stats

from actions.insights.records import Value
from actions.insights.statistics import adjusted, chances, differs, mean, share, share_change, variance
from actions.insights.words import compare, weigh
from dialogues.wording import Wording

pytestmark = pytest.mark.fast


def of(*numbers: float) -> Value:
    return Value(len(numbers), sum(numbers), sum(n * n for n in numbers))


@pytest.mark.parametrize(("part", "whole"), [(0, 10), (1, 10), (81, 263), (10, 10)])
def test_a_share_has_wilsons_interval(part: int, whole: int):
    found, known = share(part, whole), stats.binomtest(part, whole).proportion_ci(method="wilson")
    assert found is not None
    assert (found.low, found.high) == pytest.approx((known.low, known.high), abs=1e-6)
    assert share(0, 0) is None


def test_the_difference_of_two_shares_has_newcombes_interval():
    """Newcombe 1998, table II, example (a): 56/70 against 48/80, method 10."""
    before, after = share(48, 80), share(56, 70)
    assert before and after
    change = share_change(before, after)
    assert (change.value, change.low, change.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


def test_a_mean_and_its_spread_come_from_sums():
    found = mean(of(1, 2, 4, 5))
    assert found and found.value == 3 and variance(of(1, 2, 4, 5)) == pytest.approx(10 / 3)
    assert found.high - found.low == pytest.approx(2 * 1.959964 * (10 / 3 / 4) ** 0.5)
    assert mean(Value()) is None


def test_two_means_are_compared_as_welch_does():
    one, other = (1.0, 2, 2, 3, 3, 3) * 20, (2.0, 3, 3, 3, 1, 2) * 20
    known = stats.ttest_ind(one, other, equal_var=False).pvalue
    assert differs(of(*one), of(*other)) == pytest.approx(known, abs=0.005)
    assert differs(of(1.0), of(2.0, 3.0)) == 1.0


def test_p_values_are_adjusted_as_benjamini_and_hochberg_do():
    ps = [0.01, 0.04, 0.03, 0.005, 0.8, 0.2]
    assert adjusted(ps) == pytest.approx(list(stats.false_discovery_control(ps)))
    assert adjusted([]) == []


def test_better_arms_are_used_more_and_none_falls_below_the_floor():
    found = chances([of(*[2.0] * 60), of(*[0.5] * 60), of(*[0.4] * 60)], floor=0.1, seed="s")
    assert sum(found) == pytest.approx(1)
    assert found[0] > 0.75 and min(found) == pytest.approx(0.1)
    assert chances([Value(), Value()], floor=0.1, seed="s")[0] == pytest.approx(0.5, abs=0.05)


def test_a_wording_is_compared_with_the_others_of_its_text_and_language_alone():
    found = compare({
        ("en", "accept.plain#0"): of(*[2.0, 1.0] * 30), ("en", "accept.plain#1"): of(*[0.0, 1.0] * 30),
        ("en", "listen.plain#0"): of(*[3.0, 3.0] * 30), ("zh-CN", "accept.plain#1"): of(*[3.0, 3.0] * 30),
    })  # fmt: skip
    by_name = {(each.locale, each.variant): each for each in found}
    assert by_name["en", "accept.plain#0"].is_better and by_name["en", "accept.plain#1"].is_worse
    assert by_name["en", "accept.plain#0"].against == 0.5
    alone = by_name["en", "listen.plain#0"]
    assert alone.against is None and not alone.is_better  # the best of all, and nothing to compare it with


def test_chance_alone_calls_hardly_any_wording_better():
    """A hundred texts of two equal wordings each: without the correction ten or so would look different."""
    import random

    chance = random.Random(7)
    found = compare({("en", f"accept.{key}#{index}"): of(*[float(chance.randint(-1, 3)) for _ in range(40)])
                     for key in range(100) for index in range(2)})  # fmt: skip
    assert sum(each.is_better for each in found) <= 3


def test_weights_shift_the_choice_of_words_and_equal_ones_leave_it_even():
    wording = Wording({"en": {"accept.plain": ("a", "b", "c")}})
    weights = weigh(
        {("en", "accept.plain#1"): of(*[3.0] * 50), ("en", "accept.plain#0"): of(*[0.0] * 50)}, wording, "d"
    )
    shares = weights["en", "accept.plain"]
    assert shares[1] > 0.6 and min(shares) >= 0.1 - 1e-9

    def used(words: Wording) -> list[float]:
        said = [words.say("accept.plain", "en", seed=f"conversation {n}").text for n in range(3000)]
        return [said.count(text) / len(said) for text in "abc"]

    assert used(wording) == pytest.approx([1 / 3] * 3, abs=0.04)
    assert used(wording.weighted(weights)) == pytest.approx(shares, abs=0.04)
    first = wording.weighted(weights).say("accept.plain", "en", seed="x")
    again = wording.weighted(weights).say("accept.plain", "en", seed="x", used=(first.variant,))
    assert again.variant != first.variant  # a wording that was said is not said again, however well it calms
