"""Attachments: files are kept under random names, sent with a message once, and forgotten when they never were."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.media import Media, MediaRefused, examine
from actions.services import Services
from actions.storage import Storage
from models.attachments import Attachment
from models.messages import Message

UNSENT_KEPT_FOR = timedelta(hours=24)
UNSENT_AT_MOST = 20
NAME_CHARS = 80
AT_ONCE = 2  # pictures painted at the same time: each takes memory
_UNFIT = re.compile(r"[\x00-\x1f\x7f/\\]")


class UnknownUpload(LookupError):
    """There is no such file for this conversation, or it was sent already."""


class TooManyUnsent(Exception):
    """So many files wait to be sent that no more are taken."""


@dataclass(frozen=True)
class ChannelFile:
    """A file that the channel still holds, under ``source``. ``wanted``: it can be fetched and kept."""

    id: str
    kind: str
    source: str
    name: str = ""
    size: int = 0
    wanted: bool = True


@dataclass(frozen=True)
class Opened:
    """A file to be served."""

    data: bytes
    media_type: str
    name: str


def new_name() -> str:
    """A name that nobody guesses."""
    return secrets.token_hex(16)


def fit_name(name: str) -> str:
    """A file's own name, fit to be shown: its last part, without control characters, not too long."""
    last = re.split(r"[/\\]", name)[-1].encode("utf-8", "ignore").decode("utf-8")
    return _UNFIT.sub("", last).strip()[-NAME_CHARS:]


def told(row: Attachment) -> dict[str, Any]:
    """What a message says of it, to its customer and to staff."""
    return {"id": row.id, "kind": row.kind, "type": row.media_type, "name": row.name, "size": row.size,
            "width": row.width, "height": row.height, "status": row.status}  # fmt: skip


class Cabinet:
    """Takes files in and hands them out."""

    def __init__(self, services: Services, storage: Storage) -> None:
        self._services, self._storage = services, storage
        self._painting = asyncio.Semaphore(AT_ONCE)

    async def examine(self, data: bytes, *, voice: bool = False) -> Media:
        """Examines a file off the event loop. Raises MediaRefused."""
        async with self._painting:
            return await asyncio.to_thread(examine, data, voice=voice)

    async def keep(self, conversation_id: str, data: bytes, name: str, *, staff_id: str = "") -> Attachment:
        """Takes a file that a message will send. Raises MediaRefused, TooManyUnsent, StorageError, DatabaseError."""
        async with self._services.database.read() as session:
            unsent = select(func.count()).where(
                Attachment.conversation_id == conversation_id, Attachment.message_id.is_(None),
                Attachment.staff_id == staff_id,
            )  # fmt: skip
            if (await session.execute(unsent)).scalar_one() >= UNSENT_AT_MOST:
                raise TooManyUnsent(conversation_id)
        media = await self.examine(data)
        row = Attachment(
            id=new_name(), conversation_id=conversation_id, staff_id=staff_id, kind=media.kind, name=fit_name(name),
            created_at=self._services.clock(),
        )  # fmt: skip
        await self.store(row, media)
        async with self._services.database.write() as session:
            session.add(row)
        return row

    async def store(self, row: Attachment, media: Media) -> None:
        """Writes the bytes, then notes in the row what they are. The caller writes the row. Raises StorageError."""
        await self._storage.put(_place(row.id), media.data, media.media_type)
        if media.thumbnail:
            await self._storage.put(_place(row.id, small=True), media.thumbnail, "image/jpeg")
        row.media_type, row.size, row.width, row.height = media.media_type, len(media.data), media.width, media.height
        row.has_thumbnail, row.status = media.thumbnail is not None, "kept"

    async def awaited(self, limit: int = 50) -> list[Attachment]:
        """Files that are still to be fetched, the least tried first."""
        query = select(Attachment).where(Attachment.status == "awaited").order_by(Attachment.attempts).limit(limit)
        async with self._services.database.read() as session:
            return list((await session.execute(query)).scalars())

    async def fetched(self, row: Attachment, data: bytes) -> int:
        """Keeps an awaited file, or notes that it is not taken; its message's number.

        Raises StorageError, DatabaseError.
        """
        try:
            media = await self.examine(data, voice=row.kind == "voice")
        except MediaRefused:
            row.status = "refused"
        else:
            await self.store(row, media)
        return await self._note(row)

    async def not_fetched(self, row: Attachment, tries: int) -> int:
        """Notes a failed try; after so many it is given up. Its message's number, 0 while there is hope."""
        row.attempts += 1
        if row.attempts >= tries:
            row.status = "refused"
        return await self._note(row)

    async def _note(self, row: Attachment) -> int:
        """Writes what became of a file, in its row and in its message."""
        async with self._services.database.write() as session:
            await session.merge(row)
            if row.status == "awaited" or row.message_id is None:
                return 0
            message = await session.get_one(Message, row.message_id, with_for_update=True)
            message.attachments = [told(row) if each["id"] == row.id else each for each in message.attachments]
            return message.seq

    async def open(self, attachment_id: str, conversation_id: str | None, *, small: bool = False) -> Opened | None:
        """A file, or its small picture, or None. ``conversation_id`` is whose it must be; None: for staff.

        A customer gets what staff are about to send when it is sent.
        Raises StorageError, DatabaseError.
        """
        async with self._services.database.read() as session:
            row = await session.get(Attachment, attachment_id)
        if row is None or row.status != "kept" or conversation_id not in (None, row.conversation_id):
            return None
        if conversation_id is not None and row.staff_id and row.message_id is None:
            return None
        small = small and row.has_thumbnail
        data = await self._storage.get(_place(row.id, small=small))
        return Opened(data, "image/jpeg" if small else row.media_type, row.name) if data is not None else None

    async def forget_unsent(self) -> int:
        """Deletes files that were taken in and never sent; says how many. Raises StorageError, DatabaseError."""
        before = self._services.clock() - UNSENT_KEPT_FOR
        old = select(Attachment.id).where(Attachment.message_id.is_(None), Attachment.created_at < before)
        async with self._services.database.read() as session:
            ids = list((await session.execute(old)).scalars())
        for attachment_id in ids:
            await self.forget_bytes(attachment_id)
        async with self._services.database.write() as session:
            await session.execute(delete(Attachment).where(Attachment.id.in_(ids), Attachment.message_id.is_(None)))
        return len(ids)

    async def forget_bytes(self, attachment_id: str) -> None:
        """Deletes a file's bytes; what is not there is forgotten already. Raises StorageError."""
        for small in (True, False):
            await self._storage.delete(_place(attachment_id, small=small))


def _place(attachment_id: str, *, small: bool = False) -> str:
    """Where the bytes lie; two letters first, so that no folder grows too large."""
    return f"{attachment_id[:2]}/{attachment_id}{'.small' if small else ''}"


async def expect(session: AsyncSession, message: Message, files: Sequence[ChannelFile]) -> None:
    """Notes what came with a message and is still to be fetched from the channel."""
    if not files:
        return
    await session.flush()  # the message first: the files refer to it
    rows = [
        Attachment(
            id=file.id, conversation_id=message.conversation_id, message_id=message.id, kind=file.kind,
            name=fit_name(file.name), size=file.size, source=file.source, media_type="", width=0, height=0,
            status="awaited" if file.wanted else "refused", has_thumbnail=False, attempts=0,
            created_at=message.created_at,
        )
        for file in files
    ]  # fmt: skip
    session.add_all(rows)
    message.attachments = [told(row) for row in rows]


async def send_with(session: AsyncSession, message: Message, uploads: Sequence[str]) -> None:
    """Ties files that a customer's page brought before to the message that sends them. Raises UnknownUpload."""
    if uploads:
        await tie(session, message, await unsent(session, message.conversation_id, uploads))


async def unsent(
    session: AsyncSession, conversation_id: str, uploads: Sequence[str], *, staff_id: str = ""
) -> list[Attachment]:
    """Files that were brought and not sent yet, by the customer or by that member of staff. Raises UnknownUpload."""
    query = select(Attachment).where(
        Attachment.id.in_(uploads), Attachment.conversation_id == conversation_id,
        Attachment.message_id.is_(None), Attachment.staff_id == staff_id,
    )  # fmt: skip
    rows = {row.id: row for row in (await session.execute(query)).scalars()}
    if len(rows) != len(set(uploads)):
        raise UnknownUpload(", ".join(uploads))
    return [rows[upload] for upload in dict.fromkeys(uploads)]


async def tie(session: AsyncSession, message: Message, rows: Sequence[Attachment]) -> None:
    """These files are sent with that message."""
    await session.flush()  # the message first: the files refer to it
    for row in rows:
        row.message_id = message.id
    message.attachments = [told(row) for row in rows]
