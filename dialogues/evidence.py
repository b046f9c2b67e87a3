"""What the shop's systems show of a promise: that it was kept, not merely what stood there when it was made. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from dialogues.reading import Order

# The order's status that can show it; money back is shown by the refund.
_SHOWN_BY: Mapping[str, tuple[str, ...]] = {
    "ship_today": ("shipped", "out_for_delivery", "delivered"),
    "courier_report": ("out_for_delivery", "delivered"),
    "pickup": ("returned",),
    "money_back": (),
}


def is_paid_back(refund: Mapping[str, str]) -> bool:
    """True for a refund that the shop's system calls done."""
    return refund.get("status") in ("paid", "completed", "done")


def can_show(promise_key: str) -> bool:
    """True for a promise that the shop's systems tell of; of the others people do."""
    return promise_key in _SHOWN_BY


def shown_by(promise_key: str, order: Order) -> str:
    """What may show that a promise about an order was kept: its status, or ``refunded``; else ""."""
    if promise_key == "money_back":
        return "refunded" if _refunds_done(order) else ""
    return order.status if order.status in _SHOWN_BY.get(promise_key, ()) else ""


def proof(promise_key: str, order: Order) -> str:
    """As ``shown_by``, one event told from the other: the same text later says that nothing happened since.

    What is sent is known by its tracking number: a parcel on the road, or left with nobody, is not the new one.
    """
    shown = shown_by(promise_key, order)
    if shown and promise_key == "ship_today":
        return f"sent {order.tracking}".strip()
    return f"{shown} {_refunds_done(order)}" if promise_key == "money_back" and shown else shown


def _refunds_done(order: Order) -> int:
    return sum(map(is_paid_back, order.refunds))
