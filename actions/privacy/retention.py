"""How long what is kept: by kind of data, set by the shop, done every day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from actions.attachments import Cabinet
from actions.audit import Author, record_change
from actions.insights.loading import TOLD_BY_TAP
from actions.insights.records import REFUSED, SURVEY
from actions.privacy import persons
from actions.services import Services
from actions.shop_settings import change
from actions.staff import StaffRefused
from models.attachments import Attachment
from models.base import Base
from models.conversations import Conversation
from models.customers import Customer, Identity, Link
from models.desk import DeskEntry, StaffSend
from models.followups import Followup
from models.handovers import Handover
from models.learning import ReviewItem, ReviewLabel
from models.log import LogComment, LogExport, LogExportSubject
from models.messages import Message, MessageVersion
from models.moments import Moment
from models.promises import Promise
from models.search import SearchText
from models.settings import ShopSetting

PREFIX = "retention."
KINDS = ("files", "words", "conversations", "reviews", "exports")
LEAST_DAYS, MOST_DAYS = 1, 3650
AT_ONCE = 100
TAPPED = "tapped"  # instead of what was tapped, which may name an order
ITSELF = Author("", "kairos")
Days = Mapping[str, int | None]


async def days(session: AsyncSession) -> dict[str, int | None]:
    """For how many days each kind is kept; None: until somebody erases it."""
    query = select(ShopSetting).where(ShopSetting.key.startswith(PREFIX))
    found = {row.key.removeprefix(PREFIX): row.value for row in (await session.execute(query)).scalars()}
    return {kind: found.get(kind) for kind in KINDS}


async def set_days(session: AsyncSession, given: Mapping[str, Any], author: Author, now: datetime) -> None:
    """Sets them. Raises StaffRefused: bad_days, words_outlive (words cannot be kept longer than their conversation)."""
    wanted = {**await days(session), **given}
    for kind, value in given.items():
        whole = isinstance(value, int) and not isinstance(value, bool)
        if kind not in KINDS or not (value is None or (whole and LEAST_DAYS <= value <= MOST_DAYS)):
            raise StaffRefused("bad_days")
    whole_ones = wanted["conversations"]
    for kind in ("words", "files"):
        if whole_ones is not None and (wanted[kind] or 0) > whole_ones:
            raise StaffRefused("words_outlive")
    for kind, value in given.items():
        await change(session, PREFIX + kind, value, author, now)


class Keeper:
    """Lets go of what was kept long enough. What is still being dealt with stays, however old it is."""

    def __init__(self, services: Services, cabinet: Cabinet) -> None:
        self._services, self._cabinet = services, cabinet

    async def let_go(self) -> dict[str, int]:
        """Does all kinds; says how much of each went. Raises StorageError, DatabaseError: the next time goes on."""
        now = self._services.clock()
        async with self._services.database.read() as session:
            wanted = await days(session)
        works = {"files": self._files, "words": self._words, "conversations": self._conversations,
                 "reviews": self._reviews, "exports": self._exports}  # fmt: skip
        done: dict[str, int] = {}
        for kind, work in works.items():
            if (kept := wanted[kind]) is not None and (count := await work(now - timedelta(days=kept))):
                done[kind] = count
        if done:
            async with self._services.database.write() as session:
                record_change(session, ITSELF, "privacy.retention", None, {"days": wanted, "let_go": done}, now)
        return done

    async def _files(self, before: datetime) -> int:
        """The bytes go first: a row without them is tried again, bytes without a row would be lost from sight."""
        done = 0
        query = (
            select(Attachment.id).where(Attachment.created_at < before, Attachment.status != "expired").limit(AT_ONCE)
        )
        while True:
            async with self._services.database.read() as session:
                ids = list((await session.execute(query)).scalars())
            if not ids:
                return done
            for attachment_id in ids:
                await self._cabinet.forget_bytes(attachment_id)
            async with self._services.database.write() as session:
                await _expire_files(session, ids)
            done += len(ids)

    async def _words(self, before: datetime) -> int:
        """What was said goes; that it was said or tapped, how it was felt, and scores stay for the figures."""
        done = 0
        has_words = exists().where(Message.conversation_id == Conversation.id, Message.text != "")
        while True:
            async with self._services.database.write() as session:
                ids = list((await session.execute(_quiet(before).where(has_words).limit(AT_ONCE))).scalars())
                if not ids:
                    return done
                await _empty(session, ids)
            done += len(ids)

    async def _conversations(self, before: datetime) -> int:
        done = 0
        while True:
            async with self._services.database.read() as session:
                ids = list((await session.execute(_quiet(before).limit(AT_ONCE))).scalars())
                files = list((await session.execute(select(Attachment.id).where(
                    Attachment.conversation_id.in_(ids)))).scalars())  # fmt: skip
            if not ids:
                return done
            for attachment_id in files:
                await self._cabinet.forget_bytes(attachment_id)
            async with self._services.database.write() as session:
                await _remove(session, ids)
            done += len(ids)

    async def _reviews(self, before: datetime) -> int:
        """Turns that nobody decided on; what was learnt from stays with its training set."""
        waiting = select(ReviewItem.id).where(
            ReviewItem.created_at < before, ReviewItem.status.in_(("open", "rated", "disputed", "skipped"))
        )
        async with self._services.database.write() as session:
            await session.execute(delete(ReviewLabel).where(ReviewLabel.item_id.in_(waiting)))
            return int((await session.execute(delete(ReviewItem).where(ReviewItem.id.in_(waiting)))).rowcount)  # type: ignore[attr-defined]

    async def _exports(self, before: datetime) -> int:
        """The list of what went out: whose words were in it is forgotten with it."""
        old = select(LogExport.id).where(LogExport.created_at < before)
        async with self._services.database.write() as session:
            await session.execute(delete(LogExportSubject).where(LogExportSubject.export_id.in_(old)))
            return int((await session.execute(delete(LogExport).where(LogExport.created_at < before))).rowcount)  # type: ignore[attr-defined]


def _quiet(before: datetime) -> Select[str]:
    """Conversations in which nothing is to come: the bot's, without a promise to keep or a follow-up to send."""
    of_it: Sequence[ColumnElement[bool]] = (
        exists().where(Promise.conversation_id == Conversation.id, Promise.status.in_(("open", "slipped"))),
        exists().where(Followup.conversation_id == Conversation.id, Followup.status == "pending"),
        exists().where(Handover.conversation_id == Conversation.id, Handover.status.in_(("waiting", "taken"))),
    )
    return (
        select(Conversation.id)
        .where(Conversation.updated_at < before, Conversation.owner == "bot", *(~each for each in of_it))
        .order_by(Conversation.updated_at)
    )


async def _expire_files(session: AsyncSession, ids: Sequence[str]) -> None:
    rows = (await session.execute(select(Attachment).where(Attachment.id.in_(ids)))).scalars().all()
    for row in rows:
        row.status, row.name = "expired", ""
        if row.message_id and (message := await session.get(Message, row.message_id)):
            message.attachments = [
                {**each, "status": "expired", "name": ""} if each["id"] == row.id else each
                for each in message.attachments
            ]


async def _empty(session: AsyncSession, ids: Sequence[str]) -> None:
    messages = select(Message.id).where(Message.conversation_id.in_(ids))
    await session.execute(delete(SearchText).where(SearchText.conversation_id.in_(ids)))
    await session.execute(delete(MessageVersion).where(MessageVersion.message_id.in_(messages)))
    await session.execute(delete(LogComment).where(LogComment.conversation_id.in_(ids)))
    tapped = case((Message.payload.in_(TOLD_BY_TAP), Message.payload), (Message.payload.is_not(None), TAPPED))
    await session.execute(
        update(Message).where(Message.conversation_id.in_(ids)).values(text="", choices=[], payload=tapped)
    )
    await session.execute(update(StaffSend).where(StaffSend.conversation_id.in_(ids)).values(text="", heard={}))
    await session.execute(update(DeskEntry).where(DeskEntry.conversation_id.in_(ids)).values(text="", data={}))
    await session.execute(update(Handover).where(Handover.conversation_id.in_(ids)).values(brief={}, note=""))
    await session.execute(update(Promise).where(Promise.conversation_id.in_(ids)).values(what=""))
    await session.execute(update(Conversation).where(Conversation.id.in_(ids)).values(state={}))
    for moment in (await session.execute(select(Moment).where(Moment.conversation_id.in_(ids)))).scalars():
        moment.heard = {**moment.heard, "text": "", "entities": []}
        moment.before, moment.after = {**moment.before, "facts": {}}, {**moment.after, "facts": {}}
        moment.reasons = [reason for reason in moment.reasons if reason.startswith((SURVEY, REFUSED))]
    undecided = select(ReviewItem).where(ReviewItem.conversation_id.in_(ids))
    for item in (await session.execute(undecided)).scalars():
        item.text = ""


async def _remove(session: AsyncSession, ids: Sequence[str]) -> None:
    """Whole conversations, and customers who have none left."""
    customers = list((await session.execute(
        select(Conversation.customer_id).where(Conversation.id.in_(ids)).distinct())).scalars())  # fmt: skip
    messages = select(Message.id).where(Message.conversation_id.in_(ids))
    items = select(ReviewItem.id).where(ReviewItem.conversation_id.in_(ids))
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in persons.NOT_OF_PERSONS | persons.OF_COUNTS:
            continue
        for name, condition in (("conversation_id", ids), ("message_id", messages), ("item_id", items)):
            if name in table.c:
                await session.execute(delete(table).where(table.c[name].in_(condition)))
                break
    await session.execute(delete(Conversation).where(Conversation.id.in_(ids)))
    left = select(func.count()).where(Conversation.customer_id == Customer.id).scalar_subquery()
    gone = list((await session.execute(select(Customer.id).where(Customer.id.in_(customers), left == 0))).scalars())
    accounts = select(Identity.external_id).where(Identity.customer_id.in_(gone), Identity.linked)
    await session.execute(delete(Link).where(Link.account.in_(accounts)))
    for table in (LogExportSubject, Identity):
        await session.execute(delete(table).where(table.customer_id.in_(gone)))
    await session.execute(delete(Customer).where(Customer.id.in_(gone)))
