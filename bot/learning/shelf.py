"""Where trained versions lie: in the storage that all processes share, and a copy on each machine that uses one."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

from actions.storage import Storage


class WrongFile(Exception):
    """What lies there is not what was put there."""


class Shelf:
    """Versions by the SHA-256 of their archive, which is looked at before one is used."""

    def __init__(self, storage: Storage, folder: Path) -> None:
        self._storage, self._folder = storage, folder

    async def put(self, archive: Path) -> str:
        """Keeps an archive; returns its digest. Raises StorageError."""
        data = await asyncio.to_thread(archive.read_bytes)
        digest = hashlib.sha256(data).hexdigest()
        await self._storage.put(_place(digest), data, "application/gzip")
        return digest

    async def fetch(self, digest: str) -> Path:
        """The archive as a file of this machine. Raises FileNotFoundError, StorageError, WrongFile."""
        target = self._folder / f"{digest}.tar.gz"
        if await asyncio.to_thread(_fits, target, digest):
            return target
        data = await self._storage.get(_place(digest))
        if data is None:
            raise FileNotFoundError(f"the archive {digest[:12]} is in no storage")
        if hashlib.sha256(data).hexdigest() != digest:
            raise WrongFile(f"the archive {digest[:12]} is not what was stored under that name")
        await asyncio.to_thread(_write, target, data)
        return target

    async def remove(self, digest: str) -> None:
        """Forgets an archive. Raises StorageError."""
        await self._storage.delete(_place(digest))
        (self._folder / f"{digest}.tar.gz").unlink(missing_ok=True)


def _place(digest: str) -> str:
    return f"models/{digest}.tar.gz"


def _fits(path: Path, digest: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(".half")
    half.write_bytes(data)
    half.replace(target)
