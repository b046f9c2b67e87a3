"""A shop's own systems, small and on a real socket: they keep to docs/ports.md, and misbehave when told to."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

SECRET = "a secret that both sides know, long enough"
DOCS = Path(__file__).parents[1] / "docs" / "ports.md"
# The shop's side of the signatures is the page's own example.
_EXAMPLE: dict[str, Any] = {}
exec(re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[0], _EXAMPLE)

ORDER = {"number": "2026111800042", "status": "paid", "item": "desk lamp", "amount": "42.50", "currency": "GBP"}


class ShopServer:
    """Orders, refunds and what is done to them. ``moods`` says how the next requests are met, one each:

    slow, error, drop_before, drop_after, garbage, wrong_shape, unsigned, wrong_signature, other_key, busy, closed,
    redirect.
    """

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = [dict(ORDER)]
        self.moods: list[str] = []
        self.always = ""
        self.refuses = ""
        self.asked: list[tuple[str, dict[str, Any], str]] = []
        self.done: dict[str, dict[str, Any]] = {}
        self.slow_s = 0.5
        self.url = ""

    def done_with(self, path: str) -> list[str]:
        """The keys under which that path was carried out."""
        return [key for key, answer in self.done.items() if answer["path"] == path]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        path = first.split()[1]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        mood = self.moods.pop(0) if self.moods else self.always
        key = headers["idempotency-key"]
        if not _EXAMPLE["is_from_kairos"](SECRET, headers, path, body):
            return self._reply(writer, 401, b"who are you?", {})
        params = json.loads(body)["params"]
        self.asked.append((path, params, key))
        if mood in ("error", "busy", "closed", "redirect"):
            return self._reply(writer, {"error": 500, "busy": 429, "closed": 403, "redirect": 302}[mood], b"", {})
        if mood == "drop_before":
            return False
        if mood == "slow":
            await asyncio.sleep(self.slow_s)
        answer = self._answer(path, params, key)
        if mood == "drop_after":
            return False
        told = {"garbage": b"<html>Welcome!</html>", "wrong_shape": b'{"ok": "yes"}'}.get(mood) or json.dumps(
            answer
        ).encode()
        signed_for = {"other_key": "another"}.get(mood, key)
        signed = _EXAMPLE["answer_headers"](SECRET, signed_for, told)
        if mood == "wrong_signature":
            signed["Kairos-Signature"] = "v1=" + "0" * 64
        return self._reply(writer, 200, told, {} if mood == "unsigned" else signed)

    def _answer(self, path: str, params: dict[str, str], key: str) -> dict[str, Any]:
        if key in self.done:
            return dict(self.done[key]["answer"])
        answer = self._do(path.removeprefix("/kairos/v1/"), params)
        if answer["ok"]:
            self.done[key] = {"path": path, "answer": answer}
        return answer

    def _do(self, what: str, params: dict[str, str]) -> dict[str, Any]:
        if self.refuses:
            return {"ok": False, "reason": self.refuses}
        match what:
            case "orders/look_up":
                return {"ok": True, "data": {"orders": self.orders}}
            case "orders/verify":
                fits = [
                    o for o in self.orders if o["number"] == params["order_number"] and params["phone_last4"] == "8812"
                ]
                return {"ok": True, "data": {"order": fits[0]}} if fits else {"ok": False, "reason": "no such order"}
            case "orders/checkout":
                return {"ok": True, "data": {"link": "https://shop.example/buy"}}
            case _:
                return {"ok": True, "data": {"note": "@cause.refund"}}

    @staticmethod
    def _reply(writer: asyncio.StreamWriter, status: int, body: bytes, headers: dict[str, str]) -> bool:
        told = {"Content-Length": str(len(body)), "Content-Type": "application/json", **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        writer.write(f"HTTP/1.1 {status} .\r\n{lines}\r\n".encode() + body)
        return True


@asynccontextmanager
async def shop_server() -> AsyncIterator[ShopServer]:
    """A shop that listens on a free port of the loopback."""
    shop = ShopServer()
    server = await asyncio.start_server(shop.serve, "127.0.0.1", 0)
    shop.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/kairos"
    try:
        yield shop
    finally:
        server.close()
