"""Deals with a follow-up that falls due: looked at once more, then sent once, skipped with a reason, or done later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
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


@dataclass(frozen=True)
class Fired:
    """What came of it. Without a ``conversation_id`` there was nothing to do any more, or not yet."""

    spoke: bool = False
    conversation_id: str = ""
    due_at: datetime | None = None


# Built once, and everything asked for in as few statements as can be: a hundred may fall due in a second.
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
    .where(Followup.conversation_id.in_(_THEIRS), Followup.status == "sent", Followup.closed_at > bindparam("week"))
    .where(Followup.kind.in_(UNSOLICITED))
)
_NUDGED = select(func.count()).where(
    Followup.conversation_id == bindparam("of"), Followup.kind == "nudge", Followup.status == "sent",
    Followup.closed_at > bindparam("lately"),
)  # fmt: skip
_WROTE = select(func.max(Message.created_at)).where(
    Message.conversation_id == bindparam("of"), Message.author == "customer"
)
_KNOWN = select(_WROTE.scalar_subquery(), _SENT.scalar_subquery(), _NUDGED.scalar_subquery())


async def fire_followup(followup_id: str, services: Services) -> Fired:
    """Deals with a follow-up, unless somebody else did, it was cancelled, or it is too early."""
    orders: tuple[Order, ...] | None = None
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
            if promise is None or orders is not None:
                due_at = followup.due_at
                seen = await _circumstances(
                    session, conversation, followup, customer, promise, orders or (), services, now
                )
                comeback = decide_comeback(followup.kind, state_of(conversation), seen, services.numbers)
                await _settle(session, conversation, followup, promise, comeback, services, now)
                return Fired(comeback.verdict == "send", conversation.id, due_at)
        # A promise asks the shop's systems, and no row is locked while it does.
        orders = await _orders(followup.conversation_id, services)


async def _orders(conversation_id: str, services: Services) -> tuple[Order, ...]:
    """What the shop's systems tell of the customer's orders."""
    async with services.database.read() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        account = await conversations.linked_account(session, conversation.customer_id)
        state = state_of(conversation)
    number = state.facts.get("order_number", "") if state.verified else ""
    return await services.ports.orders(account=account, number=number) or ()


async def _circumstances(
    session: AsyncSession,
    conversation: Conversation,
    followup: Followup,
    customer: Customer,
    promise: Promise | None,
    orders: tuple[Order, ...],
    services: Services,
    now: datetime,
) -> Circumstances:
    lately = now - timedelta(hours=services.numbers.nudge_again_after_hours + 1)
    given = {"of": conversation.id, "customer": customer.id, "week": now - WEEK, "lately": lately}
    wrote, unsolicited, nudged = (await session.execute(_KNOWN, given)).one()
    number = state_of(conversation).facts.get("order_number", "")
    stopped = customer.contact_stopped_at
    return Circumstances(
        now=now.astimezone(ZoneInfo(customer.timezone or services.hours.timezone)),
        last_customer_at=wrote,
        scheduled_at=followup.created_at,
        unreachable=conversation.unreachable_at is not None,
        contact_stopped=stopped is not None and followup.created_at <= stopped,
        unsolicited_this_week=unsolicited,
        promise_key=promise.key if promise else "",
        promise_status=promise.status if promise else "",
        told_due=services.hours.local(promise.told_due_at).isoformat() if promise else "",
        nudged=nudged,
        order=next((order for order in orders if order.number == number), None),
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
