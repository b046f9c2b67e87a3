"""Which words calm people: each wording beside the others that could have been said, and the switch that uses it.

The wording of a reply hangs on the conversation's id alone, so that who gets which is as good as drawn by lot: variants
of one text in one language are comparable, and nothing else is.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.insights.reading import Slice, counts
from actions.insights.records import Value
from actions.insights.statistics import adjusted, chances, differs, mean
from actions.services import Services
from dialogues.wording import Wording
from models.handovers import Handover

ENOUGH = 5  # below so many a variant is shown, and not drawn
Q = 0.1  # of the variants called better or worse, at most this share is called so by chance
SWITCH = "insights.better_words"
FLOOR = 0.1  # no variant falls below this share, or below an even share where there are many
LEARNT_FROM_DAYS = 90
DRAWS = 400


@dataclass(frozen=True)
class Compared:
    """A variant. ``relief``: levels of feeling that the customer's next words are better, with its interval.

    ``against``: the same of the other variants of its text; ``q``: the adjusted p-value that there is a difference.
    """

    locale: str
    variant: str
    n: int
    relief: float
    low: float
    high: float
    against: float | None
    q: float

    @property
    def is_better(self) -> bool:
        """Called better than the others."""
        return self.q <= Q and self.against is not None and self.relief > self.against

    @property
    def is_worse(self) -> bool:
        """Called worse than the others."""
        return self.q <= Q and self.against is not None and self.relief < self.against


async def compared(session: AsyncSession, which: Slice) -> list[Compared]:
    """All variants that answered an upset customer, the most relieving first."""
    return compare({(k[0], k[1]): v for k, v in (await counts(session, which, "variant", "locale", "detail")).items()})


def compare(found: Mapping[tuple[str, str], Value]) -> list[Compared]:
    """Each variant (locale, ``key#index``) against the others of its key; p-values adjusted over all. Pure."""
    of_key: defaultdict[tuple[str, str], Value] = defaultdict(Value)
    for (locale, variant), value in found.items():
        of_key[locale, variant.partition("#")[0]] += value
    cases = []
    for (locale, variant), value in found.items():
        others = of_key[locale, variant.partition("#")[0]] + -value
        cases.append((locale, variant, value, others, differs(value, others)))
    corrected = adjusted([case[4] for case in cases])
    result = []
    for (locale, variant, value, others, _), q in zip(cases, corrected, strict=True):
        if estimate := mean(value):
            low, high = (max(estimate.low, -3.0), min(estimate.high, 3.0))
            against = others.total / others.n if others.n else None
            result.append(Compared(locale, variant, value.n, estimate.value, low, high, against, q))
    return sorted(result, key=lambda each: (each.n < ENOUGH, -each.relief, each.locale, each.variant))


def text_of(wording: Wording, locale: str, variant: str) -> str:
    """The text of a variant as the catalogue has it; the variant's own name when it is there no more."""
    key, _, index = variant.partition("#")
    texts = wording.catalogues.get(locale, {}).get(key, ())
    return texts[int(index)] if index.isdecimal() and int(index) < len(texts) else variant


async def agent_names(session: AsyncSession, agent_ids: Collection[str]) -> dict[str, str]:
    """The name under which each member of staff took over last."""
    if not agent_ids:
        return {}
    last = select(Handover.agent).order_by(Handover.created_at.desc()).limit(1)
    names = [last.where(Handover.agent_id == each).scalar_subquery() for each in agent_ids]
    found = (await session.execute(select(*names))).one()
    return {of: name for of, name in zip(agent_ids, found, strict=True) if name is not None}


def is_on(settings: Mapping[str, Any]) -> bool:
    """Whether the shop wants better words to be used more. Off unless it was switched on."""
    return bool(settings.get(SWITCH))


async def weights(services: Services, now: datetime) -> dict[tuple[str, str], tuple[float, ...]]:
    """How often each variant is to be used, by (locale, key): Thompson sampling over the last three months.

    Keys of which nothing is known are left out: their variants are used evenly, as ever.
    """
    today = services.hours.local(now).date()
    async with services.database.read() as session:
        which = Slice(today - timedelta(days=LEARNT_FROM_DAYS), today)
        found = await counts(session, which, "variant", "locale", "detail")
    return await asyncio.to_thread(weigh, {(k[0], k[1]): v for k, v in found.items()}, services.wording, str(today))


def weigh(
    found: Mapping[tuple[str, str], Value], wording: Wording, seed: str
) -> dict[tuple[str, str], tuple[float, ...]]:
    """The weights that counts by (locale, variant) speak for. Pure: the same seed draws the same."""
    arms: defaultdict[tuple[str, str], dict[int, Value]] = defaultdict(dict)
    for (locale, variant), value in found.items():
        key, _, index = variant.partition("#")
        if index.isdecimal():
            arms[locale, key][int(index)] = value
    result = {}
    for (locale, key), known in arms.items():
        many = len(wording.catalogues.get(locale, {}).get(key, ()))
        if many > 1:
            values = [known.get(index, Value()) for index in range(many)]
            floor = min(FLOOR, 0.5 / many)
            result[locale, key] = tuple(chances(values, floor=floor, seed=f"{seed}|{locale}|{key}", draws=DRAWS))
    return result
