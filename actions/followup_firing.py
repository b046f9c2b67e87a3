"""Deals with follow-ups that fall due: looked at once more, then sent once, skipped with a reason, or done later.

A hundred may fall due in a second. Those that nobody else holds are dealt with together, in one transaction of few
statements; the others, and those that ask the shop's systems, one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions import conversations, followups, replies
from actions.handovers import open_handover
from actions.moments import tell_of_promise
from actions.promises import close_promise
from actions.services import Services
from actions.turns import keep_state, state_of
from dialogues.comeback import UNSOLICITED, Circumstances, Comeback, decide_comeback
from dialogues.reading import Order
from dialogues.style import variant
from models.conversations import Conversation
from models.customers import Customer
from models.followups import Followup
from models.messages import Message
from models.promises import Promise

WEEK = timedelta(days=7)
_WAS_SENT: ColumnElement[str] = literal_column(
    "'sent'"
)  # written out, so that every plan may use the index of what was sent


@dataclass(frozen=True)
class Fired:
    """What came of it. Without a ``conversation_id`` there was nothing to do any more, or not yet."""

    spoke: bool = False
    conversation_id: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class _Known:
    """What was asked of the database: when the customer wrote last, what they were sent this week, and reminded of."""

    wrote: datetime | None
    unsolicited: int
    nudged: int


# Built once, and everything asked for in as few statements as can be.
# The customer is locked too: another conversation of theirs may have one due now, and the week's measure is one.
_LOCKED = (
    select(Conversation, Followup, Customer, Promise)
    .join(Followup, Followup.conversation_id == Conversation.id)
    .join(Customer, Customer.id == Conversation.customer_id)
    .outerjoin(Promise, Promise.id == Followup.promise_id)
    .where(Followup.id == bindparam("id"))
    .with_for_update(of=(Conversation, Followup, Customer))
)
_THEIRS = select(Conversation.id).where(Conversation.customer_id == bindparam("customer"))
_SENT = (
    select(func.count())
    .where(Followup.conversation_id.in_(_THEIRS), Followup.status == _WAS_SENT, Followup.closed_at > bindparam("week"))
    .where(Followup.kind.in_(UNSOLICITED))
)
_NUDGED = select(func.count()).where(
    Followup.conversation_id == bindparam("of"), Followup.kind == "nudge", Followup.status == _WAS_SENT,
    Followup.closed_at > bindparam("lately"),
)  # fmt: skip
_WROTE = select(func.max(Message.created_at)).where(
    Message.conversation_id == bindparam("of"), Message.author == "customer"
)
_KNOWN = select(_WROTE.scalar_subquery(), _SENT.scalar_subquery(), _NUDGED.scalar_subquery())

# The same for many. Whoever's row somebody holds is left out: nobody waits for anybody here, so nobody waits for ever.
_IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
_TOGETHER = (
    select(Conversation, Followup, Customer)
    .join(Followup, Followup.conversation_id == Conversation.id)
    .join(Customer, Customer.id == Conversation.customer_id)
    .where(Followup.id.in_(_IDS), Followup.status == "pending", Followup.promise_id.is_(None))
    .where(Followup.due_at <= bindparam("now"))
    .order_by(Followup.due_at, Followup.id)
    .with_for_update(of=(Conversation, Followup, Customer), skip_locked=True)
)
_ALL_WROTE = (
    select(Message.conversation_id, func.max(Message.created_at))
    .where(Message.conversation_id.in_(_IDS), Message.author == "customer")
    .group_by(Message.conversation_id)
)
_ALL_SENT = (
    select(Conversation.customer_id, func.count())
    .join(Followup, Followup.conversation_id == Conversation.id)
    .where(Conversation.customer_id.in_(_IDS), Followup.status == _WAS_SENT, Followup.closed_at > bindparam("week"))
    .where(Followup.kind.in_(UNSOLICITED))
    .group_by(Conversation.customer_id)
)
_ALL_NUDGED = (
    select(Followup.conversation_id, func.count())
    .where(Followup.conversation_id.in_(_IDS), Followup.kind == "nudge", Followup.status == _WAS_SENT)
    .where(Followup.closed_at > bindparam("lately"))
    .group_by(Followup.conversation_id)
)


async def fire_together(ids: Collection[str], services: Services) -> dict[str, Fired]:
    """Deals with those of them that can be dealt with in one transaction; what came of each, by its id.

    Left out is what somebody holds, what checks a promise, what is done or too early, and all but one of a customer.
    """
    async with services.database.write() as session:
        now = services.clock()
        rows: dict[str, tuple[Conversation, Followup, Customer]] = {}
        for conversation, followup, customer in await session.execute(_TOGETHER, {"ids": list(ids), "now": now}):
            rows.setdefault(customer.id, (conversation, followup, customer))
        known = await _all_known(session, list(rows.values()), services, now)
        fired = {}
        for (conversation, followup, customer), of_it in zip(rows.values(), known, strict=True):
            due_at = followup.due_at
            seen = _circumstances(conversation, followup, customer, None, (), of_it, services, now)
            comeback = decide_comeback(followup.kind, state_of(conversation), seen, services.numbers)
            await _settle(session, conversation, followup, None, comeback, services, now)
            fired[followup.id] = Fired(comeback.verdict == "send", conversation.id, due_at)
        return fired


async def _all_known(
    session: AsyncSession, rows: Sequence[tuple[Conversation, Followup, Customer]], services: Services, now: datetime
) -> list[_Known]:
    if not rows:
        return []
    conversations_, customers = [row[0].id for row in rows], [row[2].id for row in rows]
    wrote = dict((await session.execute(_ALL_WROTE, {"ids": conversations_})).tuples().all())
    sent = dict((await session.execute(_ALL_SENT, {"ids": customers, "week": now - WEEK})).tuples().all())
    lately = {"ids": conversations_, "lately": _lately(services, now)}
    nudged = dict((await session.execute(_ALL_NUDGED, lately)).tuples().all())
    return [_Known(wrote.get(conversation.id), sent.get(customer.id, 0), nudged.get(conversation.id, 0))
            for conversation, _, customer in rows]  # fmt: skip


def _lately(services: Services, now: datetime) -> datetime:
    return now - timedelta(hours=services.numbers.nudge_again_after_hours + 1)


async def fire_followup(followup_id: str, services: Services) -> Fired:
    """Deals with a follow-up, unless somebody else did, it was cancelled, or it is too early."""
    orders: tuple[Order, ...] | None = None
    asked = False
    while True:
        async with services.database.write() as session:
            found = (await session.execute(_LOCKED, {"id": followup_id})).first()
            if found is None or found[1].status != "pending":
                return Fired()
            conversation, followup, customer, promise = found
            now = services.clock()
            if followup.due_at > now:  # it was moved since its timer was set
                await services.timers.set(session, followup.id, followup.due_at)
                return Fired()
            if promise is None or asked:
                due_at = followup.due_at
                known = await _known(session, conversation, services, now)
                seen = _circumstances(conversation, followup, customer, promise, orders, known, services, now)
                comeback = decide_comeback(followup.kind, state_of(conversation), seen, services.numbers)
                await _settle(session, conversation, followup, promise, comeback, services, now)
                return Fired(comeback.verdict == "send", conversation.id, due_at)
        # A promise asks the shop's systems, and no row is locked while it does.
        orders, asked = await _orders(followup.conversation_id, promise, services), True


def _order_of(promise: Promise | None, conversation: Conversation) -> str:
    """The order that was promised for; of old promises it is not known, then the one that is spoken of."""
    return (promise.order_number if promise else "") or state_of(conversation).facts.get("order_number", "")


async def _orders(conversation_id: str, promise: Promise, services: Services) -> tuple[Order, ...] | None:
    """What the shop's systems tell of the customer's orders; None when they cannot be asked."""
    async with services.database.read() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        account = await conversations.linked_account(session, conversation.customer_id)
    number = _order_of(promise, conversation) if state_of(conversation).verified else ""
    return await services.ports.orders(account=account, number=number)


async def _known(session: AsyncSession, conversation: Conversation, services: Services, now: datetime) -> _Known:
    given = {"of": conversation.id, "customer": conversation.customer_id, "week": now - WEEK,
             "lately": _lately(services, now)}  # fmt: skip
    return _Known(*(await session.execute(_KNOWN, given)).one())


def _circumstances(
    conversation: Conversation,
    followup: Followup,
    customer: Customer,
    promise: Promise | None,
    orders: tuple[Order, ...] | None,
    known: _Known,
    services: Services,
    now: datetime,
) -> Circumstances:
    number = _order_of(promise, conversation)
    stopped = customer.contact_stopped_at
    return Circumstances(
        now=now.astimezone(ZoneInfo(customer.timezone or services.hours.timezone)),
        last_customer_at=known.wrote,
        scheduled_at=followup.created_at,
        unreachable=conversation.unreachable_at is not None,
        # Only a promise that was made on a later request is told about, in whichever conversation it was.
        contact_stopped=stopped is not None and (followup.kind in UNSOLICITED or followup.created_at <= stopped),
        unsolicited_this_week=known.unsolicited,
        promise_key=promise.key if promise else "",
        promise_issue=promise.issue if promise else "",
        promise_words=promise.what if promise else "",
        promise_order=promise.order_number if promise else "",
        promise_status=promise.status if promise else "",
        shown_before=promise.shown_before if promise else "",
        told_due=services.hours.local(promise.told_due_at).isoformat() if promise else "",
        nudged=known.nudged,
        order=next((order for order in orders or () if order.number == number), None),
        orders_unknown=orders is None,
    )


async def _settle(
    session: AsyncSession,
    conversation: Conversation,
    followup: Followup,
    promise: Promise | None,
    comeback: Comeback,
    services: Services,
    now: datetime,
) -> None:
    if comeback.verdict == "later":
        await followups.move(session, services, followup, comeback.at or now)
        return
    followup.status = "sent" if comeback.verdict == "send" else "skipped"
    followup.reason, followup.closed_at = comeback.reason, now
    if promise and comeback.promise in ("kept", "broken"):
        await session.flush()  # the check that was sent is not pending any more
        await close_promise(session, promise, comeback.promise, now)
    elif promise and comeback.promise and comeback.again_at:  # it slips: still to be kept, by the time now told
        promise.status, promise.due_at, promise.told_due_at = comeback.promise, comeback.again_at, comeback.again_at
        await tell_of_promise(session, promise.turn_id, kept=False)
    if comeback.handover:
        open_handover(session, handover_id=services.new_id(), conversation_id=conversation.id, turn_id=followup.id,
                      data=comeback.handover, now=now)  # fmt: skip
    if comeback.again_at:
        await session.flush()
        await followups.schedule(session, services, conversation_id=conversation.id, kind=followup.kind,
                                 due_at=comeback.again_at, promise_id=followup.promise_id)  # fmt: skip
    if comeback.verdict == "send":
        await speak(session, conversation, comeback, followup.id, services, now)


async def speak(
    session: AsyncSession,
    conversation: Conversation,
    comeback: Comeback,
    origin_id: str,
    services: Services,
    now: datetime,
) -> None:
    """Says what was decided, in the customer's language and time, and keeps the state that it leads to."""
    state = comeback.state
    customer = await session.get_one(Customer, conversation.customer_id)
    bubbles = replies.compose(
        comeback.acts, services.wording, locale=state.locale, seed=conversation.id, used=state.said,
        style=variant(state.style), timezone=customer.timezone,
    )  # fmt: skip
    variants = tuple(variant for bubble in bubbles for variant in bubble.wording)
    keep_state(conversation, replace(state, said=(*state.said, *variants)))
    replies.queue_replies(session, conversation, bubbles, origin=replies.Origin(origin_id), now=now, services=services)
