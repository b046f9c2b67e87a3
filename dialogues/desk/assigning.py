"""Who is asked to take a waiting conversation. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

WAYS = ("hand", "round_robin", "least_busy")
ASK_AGAIN_AFTER_S = 60  # who was asked and did not take it within that time is passed over
HEATED_RUNNING = 3
REST_AT_MOST_S = 15 * 60
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Candidate:
    """A member of staff as the choice sees them. ``load``: conversations held or assigned. No languages: all of them.

    ``held_before``: held this very conversation last. ``passed``: was asked for it and did not take it.
    """

    staff_id: str
    name: str
    here: bool = True
    languages: tuple[str, ...] = ()
    capacity: int = 5
    load: int = 0
    resting: bool = False
    served_at: datetime | None = None
    held_before: bool = False
    passed: bool = False


@dataclass(frozen=True)
class Chosen:
    """Whom, and why: return (held it before), round_robin or least_busy."""

    candidate: Candidate
    why: str


def choose(candidates: Sequence[Candidate], locale: str, how: str) -> Chosen | None:
    """Whoever is here, has room, and speaks the language; who needs a rest only when nobody else is left.

    Nobody speaks it: for one written form of Chinese somebody who writes the other. None: nobody can take it.
    """
    free = [c for c in candidates if c.here and c.load < c.capacity and not c.passed]
    speaking = [c for c in free if _speaks(c, locale)] or [c for c in free if _nearly(c, locale)]
    rested = [c for c in speaking if not c.resting] or speaking
    if not rested:
        return None
    if before := next((c for c in rested if c.held_before and not c.resting), None):
        return Chosen(before, "return")
    if how == "least_busy":
        return Chosen(min(rested, key=lambda c: (c.load / c.capacity, c.served_at or _NEVER, c.staff_id)), how)
    return Chosen(min(rested, key=lambda c: (c.served_at or _NEVER, c.staff_id)), "round_robin")


def _speaks(candidate: Candidate, locale: str) -> bool:
    return not candidate.languages or locale in candidate.languages


def _nearly(candidate: Candidate, locale: str) -> bool:
    return locale.startswith("zh") and any(language.startswith("zh") for language in candidate.languages)


@dataclass(frozen=True)
class Care:
    """What a conversation leaves behind in who served it. ``why``: abuse, heated_running or ""."""

    heated_running: int
    why: str

    @property
    def rest(self) -> bool:
        """True when the next conversation goes to somebody else, and a break is suggested."""
        return bool(self.why)


def after_chat(heated_running: int, *, heated: bool, abusive: bool) -> Care:
    """What is due to a member of staff when a conversation ends."""
    running = heated_running + 1 if heated or abusive else 0
    if abusive:
        return Care(running, "abuse")
    return Care(running, "heated_running" if running >= HEATED_RUNNING else "")
