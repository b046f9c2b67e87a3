"""Past turns through changed numbers: what would have gone to a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dialogues.numbers import Numbers
from dialogues.reading import Reading
from dialogues.replay import Logged, replay

pytestmark = pytest.mark.fast
NUMBERS = Numbers()
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


def log(*turns: dict[str, Any]) -> list[Logged]:
    logged = []
    for minute, turn in enumerate(turns):
        heard = {"intent": "delivery_problem", "emotion": "neutral", "intensity": 0, **turn.pop("heard", {})}
        reading = Reading(text="…", language="en", **heard)
        told = {"at": NOON + timedelta(minutes=minute), "episode": 0, "reading": reading, "owner": "bot"}
        logged.append(Logged(**{**told, "unresolved": 0, **turn}))
    return logged


def reasons(turns: list[Logged], **numbers: Any) -> list[tuple[int, str]]:
    found = replay(turns, replace(NUMBERS, **numbers), frozenset())
    return [(verdict.place, verdict.reason) for verdict in found]


FURIOUS = {"emotion": "angry", "intensity": 3}


def test_a_lower_threshold_of_heat_calls_a_person_sooner():
    upset = log(
        {"heard": {"emotion": "frustrated", "intensity": 2}}, {"heard": {"emotion": "frustrated", "intensity": 2}}
    )
    assert reasons(upset) == []
    assert reasons(upset, heat_for_human=20) == [(1, "heat")]
    furious = log({"heard": FURIOUS}, {"heard": FURIOUS})
    assert reasons(furious) == [(1, "heat")]
    assert reasons(furious, heat_for_human=30) == [(1, "heat")] and furious[1].reading.intensity == 3


def test_what_hangs_on_counters_follows_the_counters_of_the_log():
    turns = log({"move": "reopen", "unresolved": 1}, {"move": "reopen", "unresolved": 2})
    assert reasons(turns) == [(1, "unresolved")]
    assert reasons(turns, unresolved_before_human=1) == [(0, "unresolved"), (1, "unresolved")]
    refused = log({"refused": True}, {}, {"refused": True})
    assert reasons(refused) == [(2, "offers_refused")]
    assert reasons(refused, refusals_before_human=3) == []
    puzzled = log({"move": "unclear"}, {"move": "aside"}, {"move": "unclear"})
    assert reasons(puzzled) == [(2, "misunderstood")]  # small talk does not end the run
    assert reasons(log({"move": "unclear"}, {"move": "offer"}, {"move": "unclear"})) == []


def test_a_low_score_goes_to_a_person_up_to_the_threshold():
    assert reasons(log({"score": 2})) == [(0, "survey")]
    assert reasons(log({"score": 2}), survey_low_at=1) == []


def test_what_no_number_changes_stays_as_it_was():
    asked = log({"reason": "asked", "why": "the customer chose human_now"}, {"heard": {"intent": "request_human"}})
    for numbers in ({}, {"heat_for_human": 10}, {"unresolved_before_human": 5}):
        assert reasons(asked, **numbers) == [(0, "asked"), (1, "asked")]
    ran_out = log({"reason": "offers_refused", "why": "nothing is left to offer"})
    assert reasons(ran_out, refusals_before_human=5) == [(0, "offers_refused")]
    too_often = log({"reason": "offers_refused", "why": "offers refused 2 times", "refused": True})
    assert reasons(too_often, refusals_before_human=5) == []


def test_while_a_person_holds_it_nothing_is_handed_over_but_heat_goes_on():
    turns = log({"heard": FURIOUS, "owner": "human"}, {"heard": FURIOUS})
    assert reasons(turns) == [(1, "heat")]
