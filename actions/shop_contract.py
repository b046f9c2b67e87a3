"""What the shop's systems answer over HTTP, checked before any of it is believed. docs/ports.md tells it in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from dialogues.playbook import STATUSES
from dialogues.reading import Order, Result

TEXT_LIMIT = 300
# What an answer must hold beside "ok", for the wording needs it.
NEEDED: Mapping[tuple[str, str], str] = {("orders", "checkout"): "link", ("orders", "verify"): "order"}


class BadAnswer(ValueError):
    """The answer does not keep to the contract; the message says where."""


def _day(value: str) -> str:
    if value:
        date.fromisoformat(value[:10])
    return value


def _decimal(value: Any) -> Any:
    """Money is a decimal string; a JSON number is taken as it reads."""
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


_Text = Annotated[str, Field(max_length=TEXT_LIMIT)]
_Day = Annotated[str, Field(max_length=40), AfterValidator(_day)]
_Amount = Annotated[str, BeforeValidator(_decimal), Field(pattern=r"^(\d{1,9}(\.\d{1,3})?)?$")]
_Currency = Annotated[str, Field(pattern=r"^([A-Z]{3})?$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Money(_Part):
    amount: _Amount = ""
    currency: _Currency = ""
    status: _Text = ""
    at: _Day = ""


class _Order(_Part):
    number: Annotated[str, Field(min_length=1, max_length=40)]
    status: Literal[STATUSES]  # type: ignore[valid-type]
    item: _Text = ""
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1
    amount: _Amount = ""
    currency: _Currency = ""
    placed: _Day = ""
    eta: _Day = ""
    tracking: _Text = ""
    delivered_at: _Day = ""
    refunds: Annotated[tuple[_Money, ...], Field(max_length=50)] = ()
    charges: Annotated[tuple[_Money, ...], Field(max_length=50)] = ()
    warranty_until: _Day = ""

    def order(self) -> Order:
        return Order.from_dict(self.model_dump(exclude_defaults=False))


class _Data(_Part):
    model_config = ConfigDict(extra="allow", frozen=True)

    order: _Order | None = None
    orders: Annotated[tuple[_Order, ...], Field(max_length=50)] | None = None
    link: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2000)] | None = None

    def words(self) -> dict[str, str]:
        """What else was told, as text for the wording: taken as it is, never as a key or a format."""
        told = {**(self.model_extra or {}), **({"link": self.link} if self.link else {})}
        return {name: f"={value}" for name, value in told.items()
                if isinstance(value, str) and len(value) <= 2000}  # fmt: skip


class _Answer(_Part):
    ok: Annotated[bool, Field(strict=True)]
    reason: _Text = ""
    data: _Data = _Data()


def read_result(body: bytes, port: str, action: str) -> Result:
    """The answer to a call. Raises BadAnswer."""
    answer = _read(body)
    if not answer.ok:
        return Result(ok=False, data={"why": f"{port}.{action} was refused: {answer.reason or 'no reason given'}"})
    needed = NEEDED.get((port, action))
    if needed and getattr(answer.data, needed) is None:
        raise BadAnswer(f"data.{needed} is missing")
    order = {"order": json.dumps(asdict(answer.data.order.order()))} if answer.data.order else {}
    return Result(ok=True, data={**answer.data.words(), **order})


def read_orders(body: bytes) -> tuple[Order, ...]:
    """The orders that a look-up found. Raises BadAnswer."""
    answer = _read(body)
    if not answer.ok:
        raise BadAnswer(f"a look-up was refused: {answer.reason or 'no reason given'}")
    if answer.data.orders is None:
        raise BadAnswer("data.orders is missing")
    return tuple(each.order() for each in answer.data.orders)


def _read(body: bytes) -> _Answer:
    try:
        return _Answer.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        raise BadAnswer(f"{where}: {first['msg']}") from error
