"""What becomes of the thing itself: swapped, repaired, paid back. Only one of these stands for an order."""

from __future__ import annotations

import re
from dataclasses import replace

from dialogues.draft import Draft
from dialogues.playbook import Option
from dialogues.reading import Order

# Ports whose steps look into something or send papers: they can stand beside a refund or a cancellation.
ASKING = frozenset({"", "tickets", "accounts", "invoices", "coupons"})
OF_THE_THING = frozenset({"returns", "refunds", "repairs"})  # ports by which it is swapped, paid back, mended
# What comes in place of the thing.
THE_NEW = re.compile(
    r"新的|新嗰|新那|新这|新這|换的|換的|补的|補的"
    r"|\b(?:new|other|replacement) (?:one|ones|pair)\b|\b(?:replacement|exchange)\b",
    re.IGNORECASE,
)
# How a customer asks after what is booked, by its port.
_ASKED_AFTER = {
    "returns": THE_NEW, "orders": THE_NEW, "repairs": re.compile(r"修|\brepair|\bfix", re.IGNORECASE),
    "refunds": re.compile(r"退|\brefund|\bmoney\b", re.IGNORECASE),
}  # fmt: skip


def in_place_of(option: Option, booked: Option) -> bool:
    """True when the option cannot stand beside what is booked for the same order, so that this is taken back first."""
    if option.id == booked.id:
        return False
    return option.is_remedy or (booked.irreversible and option.port not in ASKING)


def order_for(draft: Draft, option: Option) -> Order | None:
    """The order at hand; for what would take the place of money back that is booked: as it is without that."""
    booked = draft.booked
    return as_before(draft, booked) if booked and in_place_of(option, booked) else draft.order


def as_before(draft: Draft, done: Option) -> Order | None:
    """The order at hand as it is without what was done for it: the shop's record of this turn still holds that."""
    order = draft.order
    if order is None or not done.undo:
        return order
    status = order.status
    if status == "cancelled":
        status = "shipped" if order.tracking else "paid"
    return replace(order, refunds=order.refunds[:-1], status=status) if done.port == "refunds" else order


def asked_after(draft: Draft) -> tuple[Order, ...]:
    """The orders for which something is booked that the turn asks after: "when will the new one get here?"."""

    def is_meant(order: Order) -> bool:
        option = draft.book.option(draft.state.booked.get(order.number, ""))
        words = _ASKED_AFTER.get(option.port) if option else None
        return words is not None and bool(words.search(draft.reading.text))

    return tuple(filter(is_meant, draft.world.orders))
