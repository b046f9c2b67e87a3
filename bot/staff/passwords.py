"""Passwords: argon2id hashes, made in a thread and few at a time: each takes 64 MB and some 50 ms, on purpose."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from actions.staff import StaffRefused

SHORTEST, LONGEST = 10, 200
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")


def check_password(password: str, *known: str) -> None:
    """Raises StaffRefused: password_short, password_long, password_easy (few letters, or the login itself)."""
    if len(password) < SHORTEST:
        raise StaffRefused("password_short")
    if len(password) > LONGEST:
        raise StaffRefused("password_long")
    folded = password.casefold()
    if len(set(folded)) < 5 or any(word and word.casefold() in (folded, folded[::-1]) for word in known):
        raise StaffRefused("password_easy")


def hash_now(password: str, memory_mb: int) -> str:
    """The hash, made at once: for the command line."""
    return _hasher(memory_mb).hash(password)


async def hash_password(password: str, memory_mb: int) -> str:
    """The hash, made without keeping others waiting."""
    return await asyncio.get_running_loop().run_in_executor(_threads, hash_now, password, memory_mb)


async def is_right(password: str, password_hash: str, memory_mb: int) -> bool:
    """True when the hash is of that password. Without a hash it takes as long, and is False."""
    loop = asyncio.get_running_loop()
    right = await loop.run_in_executor(_threads, _verify, password[: LONGEST + 1], password_hash, memory_mb)
    return right and bool(password_hash)


def is_dated(password_hash: str, memory_mb: int) -> bool:
    """True when it was made with other parameters than today's."""
    return _hasher(memory_mb).check_needs_rehash(password_hash)


def _verify(password: str, password_hash: str, memory_mb: int) -> bool:
    try:
        return _hasher(memory_mb).verify(password_hash or _nobodys(memory_mb), password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=4)
def _hasher(memory_mb: int) -> PasswordHasher:
    return PasswordHasher(memory_cost=memory_mb * 1024)


@lru_cache(maxsize=4)
def _nobodys(memory_mb: int) -> str:
    """A hash that is nobody's: whether a login exists must not show in the time that an answer takes."""
    return _hasher(memory_mb).hash("nobody signs in with this")
