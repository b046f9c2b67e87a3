"""Passwords: argon2id hashes, made in a thread and few at a time, since each takes 64 MB and some 50 ms."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from actions.staff import StaffRefused

SHORTEST, LONGEST = 10, 200
_hasher = PasswordHasher()
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


def hash_now(password: str) -> str:
    """The hash, made at once: for the command line."""
    return _hasher.hash(password)


async def hash_password(password: str) -> str:
    """The hash, made without keeping others waiting."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def is_right(password: str, password_hash: str) -> bool:
    """True when the hash is of that password. Without a hash it takes as long, and is False."""
    loop = asyncio.get_running_loop()
    right = await loop.run_in_executor(_threads, _verify, password[: LONGEST + 1], password_hash)
    return right and bool(password_hash)


def is_dated(password_hash: str) -> bool:
    """True when it was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def _verify(password: str, password_hash: str) -> bool:
    try:
        return _hasher.verify(password_hash or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """A hash that is nobody's: whether a login exists must not show in the time that an answer takes."""
    return _hasher.hash("nobody signs in with this")
