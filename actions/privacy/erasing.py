"""Erases a person, with a proof, so that it lasts: also when a back-up from before is put back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from actions.attachments import Cabinet
from actions.audit import Author, record_change
from actions.insights import rollup
from actions.privacy import persons
from actions.services import Services
from actions.staff import StaffRefused
from actions.storage import Storage
from models.conversations import Conversation
from models.learning import ModelVersion, TrainingRow
from models.log import LogExport, LogExportSubject
from models.privacy import Erasure
from models.search import FTS

LIST = "erasures"  # the folder of the storage that tells, outside the database, who was erased


@dataclass(frozen=True)
class Order:
    """What is kept outside the database about an erasure: ids that mean nothing any more."""

    id: str
    customer_id: str
    by_id: str
    by_name: str
    reason: str
    files: tuple[str, ...]
    conversations: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """As it lies in the storage."""
        return json.dumps(self.__dict__, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Order:
        """Raises ValueError, KeyError, TypeError for something else."""
        told: Mapping[str, Any] = json.loads(data)
        return cls(**{**told, "files": tuple(told["files"]), "conversations": tuple(told.get("conversations", ()))})


class Eraser:
    """Erases people. ``storage`` holds the list of who was, beside the files; it is not put back with the database."""

    def __init__(self, services: Services, cabinet: Cabinet, storage: Storage) -> None:
        self._services, self._cabinet, self._storage = services, cabinet, storage

    async def erase(self, customer_id: str, author: Author, reason: str) -> Erasure:
        """Erases everything of a person.

        Raises StaffRefused: no_such_person_here, no_reason; StorageError, DatabaseError. First it is put down outside
        the database; whatever is interrupted after that is finished by the next start.
        """
        if not reason.strip():
            raise StaffRefused("no_reason")
        async with self._services.database.read() as session:
            if not await persons.count(session, customer_id):
                raise StaffRefused("no_such_person_here")
            files = tuple(await persons.files_of(session, customer_id))
            conversations = tuple(await persons.conversations_of(session, customer_id))
        order = Order(
            self._services.new_id(), customer_id, author.id, author.name, reason.strip()[:400], files, conversations
        )  # fmt: skip
        await self._storage.put(_place(order.id), order.to_bytes(), "application/json")
        return await self._carry_out(order, author)

    async def again(self) -> int:
        """Erases whoever is on the list and is there all the same, or was erased by half; says how many."""
        done = 0
        for name in await self._storage.names(LIST):
            data = await self._storage.get(name)
            if data is None:
                continue
            order = Order.from_bytes(data)
            async with self._services.database.read() as session:
                row = await session.get(Erasure, order.id)
                is_back = bool(await persons.count(session, order.customer_id))
            if row is None or is_back or not row.files_gone:
                await self._carry_out(order, Author(order.by_id, order.by_name))
                done += 1
        return done

    async def _carry_out(self, order: Order, author: Author) -> Erasure:
        async with self._services.database.write() as session:
            row = await self._erase_rows(session, order, author)
        files = set(order.files)
        for attachment_id in files:
            await self._cabinet.forget_bytes(attachment_id)
        await rollup.catch_up(self._services)
        async with self._services.database.write() as session:
            row = await session.merge(row)
            row.files_gone = True
            row.remaining += await persons.counted(session, order.conversations)
            await _clean(session)
        return row

    async def _erase_rows(self, session: AsyncSession, order: Order, author: Author) -> Erasure:
        now = self._services.clock()
        theirs = select(Conversation.id).where(Conversation.customer_id == order.customer_id)
        await session.execute(theirs.with_for_update())  # a turn under way ends before, or finds nothing to settle
        exports, versions = await _exports(session, order.customer_id), await _versions(session, order.customer_id)
        removed: dict[str, int] = {}
        if session.get_bind().dialect.name == "sqlite":
            await session.execute(text("PRAGMA secure_delete = ON"))
        for table, is_theirs in persons.tables_of(order.customer_id):
            gone = await session.execute(delete(table).where(is_theirs))
            if count := int(gone.rowcount):  # type: ignore[attr-defined]
                removed[table.name] = count
        remaining = sum((await persons.count(session, order.customer_id)).values())
        row = await session.get(Erasure, order.id)
        if row is None:
            row = Erasure(
                id=order.id, customer_id=order.customer_id, by_id=order.by_id, by_name=order.by_name,
                reason=order.reason, removed=removed, remaining=remaining, files=len(order.files), exports=exports,
                versions=versions, previous=await _last_digest(session), at=now, applied_at=now, digest="",
            )  # fmt: skip
            row.digest = digest_of(row)
            session.add(row)
            record_change(session, author, "privacy.erased", None, {"erasure": row.id, "removed": removed}, now)
        elif removed:
            row.applied, row.applied_at, row.remaining = row.applied + 1, now, remaining
            record_change(session, author, "privacy.erased_again", None, {"erasure": row.id, "removed": removed}, now)
        return row


def _place(erasure_id: str) -> str:
    return f"{LIST}/{erasure_id}.json"


async def _exports(session: AsyncSession, customer_id: str) -> list[dict[str, Any]]:
    """Files with this person's words that went out. Nobody can call them back; who took them out must delete them."""
    query = (
        select(LogExport)
        .join(LogExportSubject, LogExportSubject.export_id == LogExport.id)
        .where(LogExportSubject.customer_id == customer_id)
        .order_by(LogExport.created_at)
    )
    return [
        {"id": row.id, "by": row.staff_name, "at": row.created_at.isoformat(), "form": row.form,
         "redacted": row.redacted, "digest": row.digest}
        for row in (await session.execute(query)).scalars()
    ]  # fmt: skip


async def _versions(session: AsyncSession, customer_id: str) -> list[int]:
    """Versions of the hearing whose training set held messages of this person."""
    theirs = next(condition for table, condition in persons.tables_of(customer_id) if table.name == "training_rows")
    since = (
        (await session.execute(select(TrainingRow.since).where(theirs).order_by(TrainingRow.since))).scalars().first()
    )
    if since is None:
        return []
    query = select(ModelVersion.n).where(ModelVersion.set_n >= since).order_by(ModelVersion.n)
    return list((await session.execute(query)).scalars())


async def _last_digest(session: AsyncSession) -> str:
    query = select(Erasure.digest).order_by(Erasure.at.desc(), Erasure.id.desc()).limit(1)
    return (await session.execute(query)).scalar_one_or_none() or ""


def digest_of(row: Erasure) -> str:
    """Over what a proof says and the proof before it. How often it was done again is not part of it."""
    told = [
        row.id, row.customer_id, row.by_id, row.by_name, row.reason, row.removed, row.files, row.exports,
        row.versions, row.previous, row.at.isoformat(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


async def _clean(session: AsyncSession) -> None:
    """What was deleted must not lie in unused pages and in the search's index either. PostgreSQL's VACUUM does that."""
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(text(f"INSERT INTO {FTS}({FTS}) VALUES ('optimize')"))


async def proofs(session: AsyncSession) -> list[Erasure]:
    """All proofs, the newest first."""
    return list((await session.execute(select(Erasure).order_by(Erasure.at.desc(), Erasure.id.desc()))).scalars())


def chain_holds(rows: list[Erasure]) -> bool:
    """True when no proof was changed or taken out from between (``rows``: the newest first)."""
    olders = [row.digest for row in rows[1:]] + [""] * bool(rows)
    return all(row.digest == digest_of(row) for row in rows) and all(
        row.previous == older for row, older in zip(rows, olders, strict=True)
    )


def shown(row: Erasure) -> dict[str, Any]:
    """A proof as the page and the command tell it."""
    return {
        "id": row.id, "customer": row.customer_id, "by": row.by_name, "reason": row.reason, "removed": row.removed,
        "remaining": row.remaining, "files": row.files, "files_gone": row.files_gone, "exports": row.exports,
        "versions": row.versions, "applied": row.applied, "digest": row.digest, "previous": row.previous,
        "at": row.at.isoformat(), "applied_at": row.applied_at.isoformat(),
    }  # fmt: skip
