"""Asks the shop's systems what Kairos would ask, harmlessly, and says where they do not keep to docs/ports.md."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from time import time
from urllib.parse import urlsplit

import httpx

from actions.services import new_id, utc_now
from actions.shop_contract import BadAnswer, read_orders, read_result
from actions.signing import BadSignature, check_signature, sign_answer, sign_request

NOBODY = "kairos-check-nobody"
LONG_AGO_S = 3600


@dataclass(frozen=True)
class Finding:
    """One thing the shop must keep to, and what came of it. ``wrong`` is empty when it held."""

    rule: str
    wrong: str = ""

    @property
    def held(self) -> bool:
        """True when the shop keeps to it."""
        return not self.wrong

    def __str__(self) -> str:
        return f"ok     {self.rule}" if self.held else f"WRONG  {self.rule}: {self.wrong}"


@dataclass(frozen=True)
class _Asker:
    client: httpx.AsyncClient
    url: str
    secret: str

    async def post(
        self, what: str, params: dict[str, str], key: str, *, secret: str = "", age_s: int = 0
    ) -> httpx.Response:
        """One signed request."""
        url = f"{self.url.rstrip('/')}/v1/{what}"
        body = json.dumps({"params": params}, ensure_ascii=False).encode()
        timestamp = str(int(time()) - age_s)
        signature = sign_request(
            secret or self.secret, timestamp=timestamp, path=urlsplit(url).path, key=key, body=body
        )  # fmt: skip
        headers = {"Content-Type": "application/json", "Idempotency-Key": key, "Kairos-Timestamp": timestamp,
                   "Kairos-Signature": signature}  # fmt: skip
        return await self.client.post(url, content=body, headers=headers)

    def wrong_with(self, response: httpx.Response, key: str, read: Callable[[bytes], object]) -> str:
        """What is wrong with an answer that should be one."""
        if response.status_code != 200:
            return f"expected status 200, got {response.status_code}"
        timestamp = response.headers.get("Kairos-Timestamp", "")
        wanted = sign_answer(self.secret, timestamp=timestamp, status=200, key=key, body=response.content)
        try:
            check_signature(response.headers.get("Kairos-Signature", ""), wanted, timestamp, utc_now())
            read(response.content)
        except (BadSignature, BadAnswer) as error:
            return str(error)
        return ""


async def check(url: str, secret: str, *, order: str = "", phone: str = "") -> list[Finding]:
    """What held and what did not; nothing in the shop is changed."""
    found = list[Finding]()
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        asker = _Asker(client, url, secret)
        try:
            await _check_strangers(asker, found)
            await _check_answers(asker, found, order, phone)
        except httpx.HTTPError as error:
            found.append(Finding("the shop can be reached", f"{type(error).__name__} {error}".strip()))
    return found


async def _check_strangers(asker: _Asker, found: list[Finding]) -> None:
    params = {"account": NOBODY}
    forged = await asker.post("orders/look_up", params, new_id(), secret="not the secret that was agreed")
    found.append(Finding("a request with a wrong signature is refused", _not_refused(forged)))
    old = await asker.post("orders/look_up", params, new_id(), age_s=LONG_AGO_S)
    found.append(Finding("a request signed an hour ago is refused", _not_refused(old)))


def _not_refused(response: httpx.Response) -> str:
    return "" if 400 <= response.status_code < 500 else f"status {response.status_code} instead of 401"


async def _check_answers(asker: _Asker, found: list[Finding], order: str, phone: str) -> None:
    key = new_id()
    nobody = await asker.post("orders/look_up", {"account": NOBODY}, key)
    wrong = asker.wrong_with(nobody, key, read_orders)
    if not wrong and read_orders(nobody.content):
        wrong = "orders are shown to an account that does not exist"
    found.append(Finding("an unknown account has no orders", wrong))
    key = new_id()
    guess = {"order_number": NOBODY, "phone_last4": "0000"}
    refused = await asker.post("orders/verify", guess, key)
    wrong = asker.wrong_with(refused, key, lambda body: _read_verify(body, expected=False))
    found.append(Finding("an unknown order is not verified", wrong))
    again = await asker.post("orders/verify", guess, key)
    same = again.content == refused.content
    found.append(Finding("the same key again gets the same answer", "" if same else "the answers differ"))
    if order:
        key = new_id()
        right = await asker.post("orders/verify", {"order_number": order, "phone_last4": phone}, key)
        wrong = asker.wrong_with(right, key, lambda body: _read_verify(body, expected=True))
        found.append(Finding(f"order {order} is verified with {phone}", wrong))


def _read_verify(body: bytes, *, expected: bool) -> None:
    result = read_result(body, "orders", "verify")
    if result.ok is not expected:
        raise BadAnswer(f"ok is {str(result.ok).lower()}")
