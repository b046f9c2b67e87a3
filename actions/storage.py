"""Where the bytes of attachments lie: a folder, or a bucket that speaks S3. One port for both."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import obstore
from obstore.store import LocalStore, S3Store


class StorageError(OSError):
    """The storage cannot be reached, or is not set up."""


class Storage(Protocol):
    """Keeps bytes under a name of ours."""

    async def put(self, name: str, data: bytes, media_type: str) -> None:
        """Stores them; what was there before is replaced. Raises StorageError."""

    async def get(self, name: str) -> bytes | None:
        """What is stored under that name, or None. Raises StorageError."""

    async def delete(self, name: str) -> None:
        """Forgets it; what is not there is forgotten already. Raises StorageError."""

    async def names(self, folder: str) -> list[str]:
        """The names below a folder, in order. Raises StorageError."""


class ObjectStorage:
    """A store of obstore behind our port."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._keeps_types = not isinstance(store, LocalStore)

    async def put(self, name: str, data: bytes, media_type: str) -> None:
        """Stores them. A folder keeps no types: our own rows know them."""
        attributes: Any = {"Content-Type": media_type} if self._keeps_types else None
        try:
            await obstore.put_async(self._store, name, data, attributes=attributes)
        except Exception as error:
            raise StorageError(f"{name} could not be stored: {error}") from error

    async def get(self, name: str) -> bytes | None:
        """What is stored under that name."""
        try:
            found = await obstore.get_async(self._store, name)
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except Exception as error:
            raise StorageError(f"{name} could not be read: {error}") from error

    async def delete(self, name: str) -> None:
        """Forgets it."""
        try:
            await obstore.delete_async(self._store, name)
        except FileNotFoundError:
            return
        except Exception as error:
            raise StorageError(f"{name} could not be deleted: {error}") from error

    async def names(self, folder: str) -> list[str]:
        """The names below a folder."""
        try:
            return sorted([each["path"] async for some in obstore.list(self._store, folder) for each in some])
        except Exception as error:
            raise StorageError(f"{folder} could not be listed: {error}") from error


def open_storage(place: str, *, endpoint: str = "", key: str = "", secret: str = "", region: str = "") -> Storage:
    """A folder (a path), or a bucket (``s3://bucket/prefix``). Raises ValueError for anything else.

    ``endpoint`` is the address of a store that is not Amazon's; ``key`` and ``secret`` may be left out where the
    machine itself is trusted.
    """
    url = urlsplit(place)
    if url.scheme == "s3" and url.netloc:
        given: dict[str, Any] = {
            "endpoint": endpoint, "access_key_id": key, "secret_access_key": secret, "region": region or "us-east-1",
        }  # fmt: skip
        options: Any = {"allow_http": endpoint.startswith("http://"), "timeout": "30s"}
        return ObjectStorage(S3Store(
            url.netloc, prefix=url.path.strip("/") or None, client_options=options,
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
            **{name: value for name, value in given.items() if value},
        ))  # fmt: skip
    if url.scheme:
        raise ValueError(f"{place!r} is neither a folder nor s3://bucket/prefix")
    folder = Path(place).absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return ObjectStorage(LocalStore(folder))
