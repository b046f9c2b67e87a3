"""How many messages a session may send: a token bucket for each, whichever socket they come through."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

KEPT_AT_MOST = 10_000


@dataclass
class Allowance:
    """A token bucket: ``burst`` messages at once, ``per_s`` a second in the long run."""

    per_s: float
    burst: int
    left: float = field(init=False)
    at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.left = float(self.burst)

    def take(self) -> float:
        """Takes one; returns 0, or the seconds to wait."""
        self._refill()
        if self.left < 1:
            return (1 - self.left) / self.per_s
        self.left -= 1
        return 0.0

    def is_full(self) -> bool:
        """True when nothing was taken lately: a new one would be the same."""
        self._refill()
        return self.left >= self.burst

    def _refill(self) -> None:
        now = time.monotonic()
        self.left = min(self.burst, self.left + (now - self.at) * self.per_s)
        self.at = now


class Allowances:
    """The allowance of each conversation. Those that are full again are forgotten when there are many."""

    def __init__(self, per_s: float, burst: int) -> None:
        self._per_s, self._burst = per_s, burst
        self._of: dict[str, Allowance] = {}

    def of(self, conversation_id: str) -> Allowance:
        """The allowance of that conversation."""
        if conversation_id not in self._of and len(self._of) >= KEPT_AT_MOST:
            self._of = {key: allowance for key, allowance in self._of.items() if not allowance.is_full()}
        return self._of.setdefault(conversation_id, Allowance(self._per_s, self._burst))
