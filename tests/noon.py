"""Where it is noon now: a shop there is open, whenever the tests run."""

from __future__ import annotations

from datetime import UTC, datetime


def zone_of_noon() -> str:
    """The IANA name of the zone where it is between twelve and one."""
    ahead = 12 - datetime.now(UTC).hour  # hours, -11 to 12
    return f"Etc/GMT{-ahead:+d}"  # these names turn the sign round
