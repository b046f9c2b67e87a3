"""How often a password or code may be tried. Kept in the database: a restart or a second process changes nothing."""

from __future__ import annotations

from datetime import timedelta

from actions import staff_sessions
from bot.house import House

WINDOW = timedelta(minutes=15)
PER_PAIR, PER_ADDRESS, PER_LOGIN, PER_CODE = 5, 30, 40, 5


async def take_try(house: House, login: str, address: str) -> int:
    """Counts a try for this login from this address; 0, or the seconds to wait when there were too many."""
    return await _take(house, {
        _pair(login, address): PER_PAIR, f"address {address}": PER_ADDRESS, f"login {login}": PER_LOGIN,
    })  # fmt: skip


async def take_code_try(house: House, staff_id: str) -> int:
    """The same for the code that follows the password."""
    return await _take(house, {f"code {staff_id}": PER_CODE})


async def forget(house: House, login: str, address: str) -> None:
    """The password was right: what this address tried for this login counts no more."""
    async with house.database.write() as session:
        await staff_sessions.forget_failures(session, (_pair(login, address),))


async def forget_codes(house: House, staff_id: str) -> None:
    """The code was right."""
    async with house.database.write() as session:
        await staff_sessions.forget_failures(session, (f"code {staff_id}",))


async def _take(house: House, limits: dict[str, int]) -> int:
    """Counted before the password is looked at: many tries at the same moment are as many as one after another."""
    now = house.services.clock()
    async with house.database.write() as session:
        for counted_as, limit in limits.items():
            count, first = await staff_sessions.count_failures(session, counted_as[:240], now - WINDOW)
            if count >= limit and first is not None:
                return max(1, int((first + WINDOW - now).total_seconds()))
        for counted_as in limits:
            staff_sessions.add_failure(session, house.services.new_id(), counted_as, now)
    return 0


def _pair(login: str, address: str) -> str:
    return f"pair {login} {address}"
