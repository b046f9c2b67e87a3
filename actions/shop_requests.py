"""What the demonstration shop changes in an order when it is asked to do something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dialogues.plan import Call
from models.orders import ShopOrder


def apply(row: ShopOrder, call: Call) -> None:
    """Carries out a request on its order. Requests that only people act on change nothing here; they are on record."""
    change = _CHANGES.get((call.port, call.action))
    if change is not None:
        change(row)


def _add_refund(row: ShopOrder, status: str) -> None:
    refund: dict[str, Any] = {"amount": row.amount, "currency": row.currency, "status": status}
    row.details = {**row.details, "refunds": [*row.details.get("refunds", []), refund]}


def _refund(row: ShopOrder) -> None:
    """Money back for the whole order; what was not shipped yet is not shipped any more."""
    _add_refund(row, "submitted")
    if row.status == "paid":
        row.status = "cancelled"


def _return_refund(row: ShopOrder) -> None:
    """Money back once the goods are collected."""
    _add_refund(row, "awaiting_return")


def _extra_charge(row: ShopOrder) -> None:
    """Money back for a charge too many; the order goes on."""
    _add_refund(row, "submitted")


def _undo_refund(row: ShopOrder) -> None:
    refunds = list(row.details.get("refunds", []))
    row.details = {**row.details, "refunds": refunds[:-1]}
    if row.status == "cancelled":
        row.status = "paid"


def _cancel(row: ShopOrder) -> None:
    if row.status == "paid":
        _add_refund(row, "submitted")
    row.status = "cancelled"


_CHANGES: dict[tuple[str, str], Callable[[ShopOrder], None]] = {
    ("refunds", "create"): _refund,
    ("refunds", "create_with_return"): _return_refund,
    ("refunds", "extra_charge"): _extra_charge,
    ("refunds", "cancel"): _undo_refund,
    ("orders", "cancel"): _cancel,
    ("orders", "reinstate"): _undo_refund,
}
