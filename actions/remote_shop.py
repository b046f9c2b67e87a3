"""The shop's systems over HTTP: signed requests, tried again under the same key, left in peace while they are down.

docs/ports.md is the contract. Whatever goes wrong comes back as a Result that is not ok, with ``why`` for the staff;
where the shop may have done it all the same, that is said too, and the customer is never told that it was done.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
import structlog
from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from actions import shop_contract
from actions.services import new_id, utc_now
from actions.shop_contract import BadAnswer
from actions.signing import BadSignature, check_signature, sign_answer, sign_request
from dialogues.plan import Call
from dialogues.reading import Order, Result

log = structlog.get_logger("shop")
T = TypeVar("T")
ANSWER_LIMIT = 256 * 1024  # bytes
LOOK_UP = "look_up"


@dataclass(frozen=True)
class Remote:
    """Where the shop's systems are and how patient to be with them.

    ``try_s``: one try; ``total_s``: all tries of one call. After ``failures`` calls in a row that failed, a port rests
    for ``rest_s``. Orders are remembered for ``fresh_s``.
    """

    url: str
    secret: str
    try_s: float = 1.5
    total_s: float = 3.5
    tries: int = 3
    failures: int = 5
    rest_s: float = 20.0
    fresh_s: float = 15.0


class Trouble(Exception):
    """A try that failed. ``again``: worth another. ``maybe_done``: the shop may have done what was asked."""

    def __init__(self, why: str, *, again: bool, maybe_done: bool) -> None:
        super().__init__(why)
        self.again, self.maybe_done = again, maybe_done


class RemoteShop:
    """The ports served by the shop's own systems."""

    def __init__(self, remote: Remote, clock: Callable[[], datetime] = utc_now) -> None:
        self._remote, self._clock = remote, clock
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(remote.try_s, connect=min(1.0, remote.try_s)), follow_redirects=False,
            limits=httpx.Limits(max_connections=50, max_keepalive_connections=10), trust_env=False,
        )  # fmt: skip
        self._breakers = AsyncCircuitBreakerFactory(default_threshold=remote.failures, default_ttl=remote.rest_s)
        self._seen: OrderedDict[tuple[str, str], tuple[float, tuple[Order, ...]]] = OrderedDict()

    async def close(self) -> None:
        """Lets go of the connections."""
        await self._client.aclose()

    async def call(self, call: Call, *, key: str) -> Result:
        """Asks for something to be done; the same key again does it once only."""
        self._seen.clear()  # what is done may change any order
        what = f"{call.port}.{call.action}"
        try:
            return await self._ask(
                call.port, call.action, plain(call.params), key,
                lambda body: shop_contract.read_result(body, call.port, call.action),
            )  # fmt: skip
        except Trouble as error:
            log.error("the shop failed", port=call.port, action=call.action, key=key, why=str(error))
            unsure = "; it may have been done all the same, please look" if error.maybe_done else ""
            return Result(ok=False, data={"failed": "yes", "why": f"{what} failed: {error}{unsure} (key {key})"})

    async def orders(self, *, account: str, number: str) -> tuple[Order, ...] | None:
        """The account's recent orders, or the one with that number; None when they cannot be looked up."""
        if not (account or number):
            return ()
        asked = (account, number if not account else "")
        now = time.monotonic()
        if (seen := self._seen.get(asked)) and now - seen[0] < self._remote.fresh_s:
            return seen[1]
        params = {"account": account} if account else {"order_number": number}
        try:
            found = await self._ask("orders", LOOK_UP, params, new_id(), shop_contract.read_orders)
        except Trouble as error:
            log.error("orders could not be looked up", why=str(error))
            return None
        if number and not account:
            found = tuple(order for order in found if order.number == number)
        self._seen[asked] = (now, found)
        while len(self._seen) > 1000:
            self._seen.popitem(last=False)
        return found

    async def _ask(self, port: str, action: str, params: Mapping[str, str], key: str, read: Callable[[bytes], T]) -> T:
        """Asks, again where it may help, unless the port rests. Raises Trouble."""
        body = json.dumps({"params": params}, ensure_ascii=False, separators=(",", ":")).encode()
        url = f"{self._remote.url.rstrip('/')}/v1/{port}/{action}"
        breaker = await self._breakers.get_breaker(port)
        try:
            async with breaker:
                return await self._with_tries(url, body, key, read)
        except OpenedState:
            raise Trouble("not asked, it failed too often just now", again=False, maybe_done=False) from None

    async def _with_tries(self, url: str, body: bytes, key: str, read: Callable[[bytes], T]) -> T:
        maybe_done = False
        tries = AsyncRetrying(
            stop=stop_after_attempt(self._remote.tries), wait=wait_exponential_jitter(initial=0.1, max=1.0, jitter=0.1),
            retry=retry_if_exception(lambda error: isinstance(error, Trouble) and error.again), reraise=True,
        )  # fmt: skip
        try:
            async with asyncio.timeout(self._remote.total_s):
                async for attempt in tries:
                    with attempt:
                        try:
                            return await self._once(url, body, key, read)
                        except Trouble as error:
                            maybe_done = maybe_done or error.maybe_done
                            raise
        except TimeoutError:
            raise Trouble(f"no answer within {self._remote.total_s} s", again=False, maybe_done=True) from None
        except Trouble as error:
            raise Trouble(str(error), again=False, maybe_done=maybe_done) from error
        raise AssertionError("tenacity ends with a result or an error")

    async def _once(self, url: str, body: bytes, key: str, read: Callable[[bytes], T]) -> T:
        timestamp = str(int(self._clock().timestamp()))
        signature = sign_request(self._remote.secret, timestamp=timestamp, path=urlsplit(url).path, key=key, body=body)
        headers = {
            "Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": key,
            "Kairos-Timestamp": timestamp, "Kairos-Signature": signature,
        }  # fmt: skip
        try:
            async with self._client.stream("POST", url, content=body, headers=headers) as response:
                answer = await _limited(response)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Trouble(f"no connection ({type(error).__name__})", again=True, maybe_done=False) from error
        except httpx.HTTPError as error:
            raise Trouble(f"the connection broke ({type(error).__name__})", again=True, maybe_done=True) from error
        self._check(response, answer, key)
        try:
            return read(answer)
        except BadAnswer as error:
            raise Trouble(f"the answer breaks the contract: {error}", again=True, maybe_done=True) from error

    def _check(self, response: httpx.Response, answer: bytes, key: str) -> None:
        """Raises Trouble unless it is an answer, and the shop's own."""
        status = response.status_code
        if status >= 500 or status == 409:
            raise Trouble(f"status {status}", again=True, maybe_done=True)
        if status == 429:
            raise Trouble("status 429, too many requests", again=True, maybe_done=False)
        if status != 200:
            raise Trouble(f"status {status}", again=False, maybe_done=False)
        timestamp = response.headers.get("Kairos-Timestamp", "")
        wanted = sign_answer(self._remote.secret, timestamp=timestamp, status=status, key=key, body=answer)
        try:
            check_signature(response.headers.get("Kairos-Signature", ""), wanted, timestamp, self._clock())
        except BadSignature as error:
            raise Trouble(f"the answer is not the shop's: {error}", again=False, maybe_done=True) from error


async def _limited(response: httpx.Response) -> bytes:
    """The body. Raises Trouble when it is longer than any answer can be."""
    found = bytearray()
    async for chunk in response.aiter_bytes():
        found += chunk
        if len(found) > ANSWER_LIMIT:
            raise Trouble(f"the answer is longer than {ANSWER_LIMIT} bytes", again=False, maybe_done=True)
    return bytes(found)


def plain(params: Mapping[str, str]) -> dict[str, str]:
    """Parameters as the shop wants them: sums and days without the marks that tell our wording how to write them."""
    told: dict[str, str] = {}
    for name, value in params.items():
        if value.startswith("money:"):
            told[name], _, told["currency"] = value.removeprefix("money:").partition(" ")
        else:
            told[name] = value.removeprefix("date:")
    return told
