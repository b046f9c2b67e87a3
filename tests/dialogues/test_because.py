"""A reason that is kept is a sentence, and can be read again."""

from __future__ import annotations

import re

import pytest

from dialogues.because import REASONS, because, read

pytestmark = pytest.mark.fast
NUMBERS = frozenset(
    ["intensity", "own", "heat", "times", "hours", "sure", "first", "second", "third", "limit", "score"]
)


def sample(code: str) -> dict[str, object]:
    """Values for every gap of that reason: numbers, names, lists of two."""
    names = re.findall(r"\{(\w+)", REASONS[code])
    lists = {"issues", "facts", "options", "steps"}
    return {name: 2 if name in NUMBERS else ["one_of", "two"] if name in lists else "name_1" for name in names}


@pytest.mark.parametrize("code", REASONS)
def test_what_is_kept_is_read_as_what_it_was(code: str):
    found = read(because(code, **sample(code)))
    assert found is not None and found.code == code
    assert set(found.values) == set(sample(code))


def test_figures_lists_and_a_reason_within_a_reason_come_back():
    told = because("handover", handover="heat", why=because("hot_twice", first=27, second=30, limit=25))
    assert told == "handover (heat): heat 27 and 30: 25 or more twice running"
    outer = read(told)
    assert outer is not None and outer.values["handover"] == "heat"
    inner = read(outer.values["why"])
    assert inner is not None and inner.values == {"first": "27", "second": "30", "limit": "25"}
    offers = read(because("offers", options=("expedite", "refund_all")))
    assert offers is not None and offers.values["options"] == "expedite, refund_all"
    unsure = read(because("unsure", intent="", sure=0.304))
    assert unsure is not None and unsure.values == {"intent": "", "sure": "0.30"}


def test_a_shops_own_words_are_left_as_they_are_and_a_missing_value_is_an_error():
    assert read("the warehouse is closed today") is None
    with pytest.raises(KeyError):
        because("offers")
