from __future__ import annotations

import numpy as np
import pytest

from nlu.judgement import (
    FALSE_ALARMS,
    Calibration,
    fit_doubt,
    fit_temperature,
    fit_threshold,
    fit_unsure,
    intensity_of,
    signs_of_doubt,
)
from nlu.linear import sigmoid, softmax

pytestmark = pytest.mark.fast


def test_the_temperature_makes_confidence_match_how_often_it_is_right() -> None:
    chance = np.random.default_rng(0)
    scores = chance.normal(size=(4000, 5)).astype(np.float32)
    wanted = [int(chance.choice(5, p=row / row.sum())) for row in softmax(scores / 0.5).astype(np.float64)]
    assert fit_temperature(scores, wanted) == pytest.approx(0.5, rel=0.15)


def test_the_set_share_of_right_ones_lies_below_the_unsure_line() -> None:
    confidences = np.linspace(0, 1, 1001, dtype=np.float32)
    right = np.ones(1001, dtype=np.float32)
    line = fit_unsure(confidences, right)
    assert float((confidences < line).mean()) == pytest.approx(FALSE_ALARMS, abs=0.01)


def test_a_missed_danger_weighs_more_than_a_false_alarm() -> None:
    scores = np.array([0.4, 0.2, -0.1, 0.3, 0.0, -0.5, -0.6, -0.7], dtype=np.float32)
    wanted = np.array([1, 1, 1, 0, 0, 0, 0, 0], dtype=np.float32)
    assert fit_threshold(scores, wanted, recall_counts=2.0) <= fit_threshold(scores, wanted)


def test_a_mark_that_is_never_wanted_is_never_heard() -> None:
    assert fit_threshold(np.zeros(3, np.float32), np.zeros(3, np.float32)) > 1.0


def test_doubt_learns_that_a_small_lead_is_less_often_right() -> None:
    chance = np.random.default_rng(1)
    scores = np.sort(chance.normal(size=(3000, 6)).astype(np.float32))[:, ::-1]
    lead = scores[:, 0] - scores[:, 1]
    right = (chance.random(3000) < sigmoid(6 * lead - 1)).astype(np.float32)
    signs = signs_of_doubt(scores, scores, np.full(3000, 50), np.full(3000, 10), 0.3)
    calibration = Calibration(temperature=0.3, doubt=fit_doubt(signs, right))
    clear = np.array([2.0, -1, -1, -1, -1, -1], dtype=np.float32)
    torn = np.array([0.1, 0.05, -1, -1, -1, -1], dtype=np.float32)
    assert calibration.confidence(clear, clear, 50, 10) > calibration.confidence(torn, torn, 50, 10)


def test_a_calibration_survives_the_way_through_json() -> None:
    calibration = Calibration(0.2, (0.1, 0.2), 0.4, {"safety": 0.1})
    assert Calibration.from_dict(calibration.to_dict()) == calibration


@pytest.mark.parametrize(("amount", "intensity"), [(-1.0, 1), (1.4, 1), (1.6, 2), (2.6, 3), (9.0, 3)])
def test_a_feeling_has_an_intensity_from_one_to_three(amount: float, intensity: int) -> None:
    assert intensity_of(amount) == intensity
