"""Shares that pages and studies follow: what is counted, what of it is good. One table: a figure has one meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from actions.insights.reading import Slice, counts
from actions.insights.records import Value
from actions.insights.statistics import Estimate, share

PROMPT = ("1", "2", "5", "15")  # classes of waiting within the 15-second rule


@dataclass(frozen=True)
class Measure:
    """``good`` of the details that ``counted`` lets count. ``rising``: more is better."""

    what: str
    good: Callable[[str], bool]
    counted: Callable[[str], bool] = lambda detail: True
    rising: bool = True

    def of(self, found: Mapping[str, Value]) -> tuple[int, int]:
        """(good, all) of counts by detail."""
        whole = {detail: value.n for detail, value in found.items() if self.counted(detail)}
        return sum(n for detail, n in whole.items() if self.good(detail)), sum(whole.values())


def _starts(*heads: str) -> Callable[[str], bool]:
    return lambda detail: detail.startswith(heads)


RATER: Mapping[str, Measure] = {
    "reliability": Measure("promise", _starts("kept:", "kept_late:"), _starts("kept:", "kept_late:", "broken:")),
    "assurance": Measure("right_first", lambda detail: detail == "yes"),
    "tangibles": Measure("delivery", lambda detail: detail == "at_once"),
    "empathy": Measure("helped", lambda detail: detail.endswith(":better")),
    "responsiveness": Measure("wait", lambda detail: detail[4:] in PROMPT, _starts("bot:")),
}
# What the scorecard shows. The survey is no measure of studies: its figure never stands without how many were asked.
CARD: Mapping[str, Measure] = {
    **RATER,
    "satisfied": Measure("survey", lambda detail: detail in ("score:4", "score:5"), _starts("score:")),
}
MEASURES: Mapping[str, Measure] = {
    "confirmed": Measure("episode", _starts("confirmed:")),
    "contained": Measure("episode", lambda detail: detail.endswith(":bot")),
    "silent": Measure("episode", _starts("unfinished:"), rising=False),
    "by_people": Measure("episode", lambda detail: detail.endswith(":people"), rising=False),
    "reopened": Measure("settled", lambda detail: detail == "reopened", rising=False),
    "well_later": Measure("checked", lambda detail: detail == "well", lambda detail: detail in ("well", "not_well")),
    **RATER,
}


async def measured(session: AsyncSession, which: Slice, name: str) -> Estimate | None:
    """One measure over a slice; None where nothing counts. Raises KeyError for an unknown one."""
    measure = MEASURES[name]
    found = {key[0]: value for key, value in (await counts(session, which, measure.what, "detail")).items()}
    return share(*measure.of(found))
