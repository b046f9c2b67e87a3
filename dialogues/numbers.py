"""The numbers behind the judging. Each is a default that a shop changes in ``dialogues/shop.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def _weights() -> Mapping[str, int]:
    return {"angry": 10, "abusive": 10, "frustrated": 10, "disappointed": 9, "anxious": 9, "confused": 6}


@dataclass(frozen=True)
class Numbers:
    """Units are in the names; heat is 0-30."""

    heat_weights: Mapping[str, int] = field(default_factory=_weights)
    heat_halves_after_hours: float = 12
    conflict_starts_at: int = 18
    conflict_ends_below: int = 10
    no_offer_at_intensity: int = 3
    empathy_per_episode: int = 3
    questions_per_episode: int = 3
    fact_asked_at_most: int = 2
    options_at_most: int = 3
    options_in_conflict: int = 2
    refusals_before_human: int = 2
    unresolved_before_human: int = 2
    misunderstood_before_human: int = 2
    heat_for_human: int = 25
    rising_ends_at: int = 20
    abuse_again_within_hours: float = 24
    episode_ends_after_hours: float = 72
    outcome_check_after_hours: float = 24
    survey_every_days: float = 14
    survey_low_at: int = 2
    queue_minutes: int = 3
    agent_alarm_minutes: int = 2
    agent_silent_minutes: int = 5
    call_back_within_minutes: int = 60
    quiet_from_hour: int = 21
    quiet_until_hour: int = 9
    unsolicited_per_week: int = 2
    slipped_again_after_hours: float = 24
    nudge_after_minutes: int = 10
    nudge_again_after_hours: float = 24
    busy_again_after_minutes: int = 60
    survey_after_days: float = 2
    care_after_days: float = 3
    opening_hour: int = 9
    closing_hour: int = 21
    verifications_at_most: int = 2
