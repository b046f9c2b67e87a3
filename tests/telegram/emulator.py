"""A Bot API server of our own: a real server on a real socket that the bot reaches through its base address.

It keeps updates until they are confirmed, calls a webhook with its secret, and can refuse as Telegram does: 429 with
retry_after for one chat, 403 for who blocked the bot, 500, and an answer that gets lost after the message was shown.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import httpx
from aiohttp import web

TOKEN = "123456:emulated-token-that-must-never-be-seen"
BOT = {"id": 123456, "is_bot": True, "first_name": "Kairos", "username": "kairos_test_bot"}
Json = dict[str, Any]
FORGED: Json = {  # a button that is none of ours: no message has such a number, and no database
    "message_id": 1, "text": "", "reply_markup": {"inline_keyboard": [[{"callback_data": f"c:{10**30}:0"}]]},
}  # fmt: skip


class Emulator:
    """``with Emulator() as telegram: telegram.says(7, "hello")``."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.shown: dict[int, list[Json]] = defaultdict(list)  # what a chat shows of the bot, newest last
        # (``text`` is what stands there now, ``sent_as`` what stood there before it was edited)
        self.files: dict[str, bytes] = {}
        self.blocked: set[int] = set()
        self.wait_for: dict[int, list[int]] = {}  # chat: seconds to be told to wait, one a try
        self.broken: dict[int, int] = {}  # chat: so many tries answered with 500
        self.mute: dict[int, int] = {}  # chat: so many messages shown whose answer is lost
        self.webhook: Json = {}
        self.webhook_answers: list[int] = []
        self.unauthorised = 0
        self.url = ""
        self._updates: list[Json] = []
        self._numbers = iter(range(1000, 10**9))
        self._loop = asyncio.new_event_loop()
        self._new = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name="telegram emulator", daemon=True)

    def __enter__(self) -> Emulator:
        self._thread.start()
        self.url = asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(10)
        return self

    def __exit__(self, *exc: object) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)

    # What people do.

    def says(self, chat: int, text: str = "", *, language: str = "en", **fields: Any) -> int:
        """A message in a private chat, or in the ``group`` given; its number."""
        number = next(self._numbers)
        if group := fields.pop("group", None):
            fields["chat"] = group
        message = {**self._message(chat, number, language), **({"text": text} if text else {}), **fields}
        if text.startswith("/"):
            word = text.split()[0]
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(word)}]
        self.update(message=message)
        return number

    def edits(self, chat: int, number: int, text: str, *, language: str = "en") -> None:
        """Changes a message."""
        message = self._message(chat, number, language)
        self.update(edited_message={**message, "text": text, "edit_date": int(time.time())})

    def sends_photo(self, chat: int, data: bytes, *, caption: str = "", album: str = "") -> int:
        """A photo in two sizes, the larger last."""
        large = self.file(data)
        ids = (("small", 99), (large, len(data)))
        sizes = [{"file_id": i, "file_unique_id": i, "width": 9, "height": 9, "file_size": size} for i, size in ids]
        more = {**({"caption": caption} if caption else {}), **({"media_group_id": album} if album else {})}
        return self.says(chat, photo=sizes, **more)

    def file(self, data: bytes) -> str:
        """A file that can be fetched; its id."""
        file_id = f"file{next(self._numbers)}"
        self.files[file_id] = data
        return file_id

    def taps(self, chat: int, message: Json, place: int) -> None:
        """Taps a button below a message that was shown."""
        button = message["reply_markup"]["inline_keyboard"][place][0]
        shown = {"message_id": message["message_id"], "date": 1, "text": message["text"], "from": BOT,
                 "chat": {"id": chat, "type": "private"}}  # fmt: skip
        self.update(callback_query={
            "id": f"q{next(self._numbers)}", "from": _user(chat, "en"), "chat_instance": "1",
            "message": shown, "data": button["callback_data"],
        })  # fmt: skip

    def blocks(self, chat: int, *, back: bool = False) -> None:
        """Blocks the bot, or lets it in again."""
        (self.blocked.discard if back else self.blocked.add)(chat)
        old, new = ("kicked", "member") if back else ("member", "kicked")
        person = {"user": BOT, "until_date": 0}
        self.update(my_chat_member={
            "chat": {"id": chat, "type": "private"}, "from": _user(chat, "en"), "date": 1,
            "old_chat_member": {**person, "status": old}, "new_chat_member": {**person, "status": new},
        })  # fmt: skip

    def update(self, **fields: Any) -> None:
        """Something for the bot, by the way that is in force."""
        update = {"update_id": next(self._numbers), **fields}
        if self.webhook.get("url"):
            asyncio.run_coroutine_threadsafe(self._call(update), self._loop)
        else:
            self._updates.append(update)
            self._loop.call_soon_threadsafe(self._new.set)

    # What is seen.

    def waiting(self) -> int:
        """How many updates were not confirmed."""
        return len(self._updates)

    def texts(self, chat: int) -> list[str]:
        """What the bot said there."""
        return [message["text"] for message in self.shown[chat]]

    def until(self, what: Callable[[], Any], within_s: float = 90.0) -> Any:
        """Waits until something is so; returns it."""
        give_up = time.monotonic() + within_s
        while not (found := what()):
            assert time.monotonic() < give_up, f"it did not happen: {self.calls[-5:]}"
            time.sleep(0.02)
        return found

    def said(self, chat: int, count: int = 1, within_s: float = 90.0) -> list[Json]:
        """Waits until the bot has said so much there."""
        self.until(lambda: len(self.shown[chat]) >= count, within_s)
        return self.shown[chat]

    # The server.

    async def _serve(self) -> str:
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path}", self._file)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]

    async def _answer(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN:
            self.unauthorised += 1
            return _refusal(401, "Unauthorized")
        try:
            form = await request.post()
        except ConnectionError:  # who asked was killed while asking
            return _refusal(400, "Bad Request")
        given = {key: _given(value) for key, value in form.items()}
        method = request.match_info["method"]
        self.calls.append((method, given))
        handler = getattr(self, f"_{method}", None)
        result = await handler(given) if handler else True
        if isinstance(result, web.Response):
            return result
        if result is None:  # shown, and the answer gets lost
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"ok": True, "result": result})

    async def _getMe(self, _: Json) -> Json:
        return BOT

    async def _setWebhook(self, given: Json) -> bool:
        self.webhook = given
        return True

    async def _deleteWebhook(self, _: Json) -> bool:
        self.webhook = {}
        return True

    async def _getUpdates(self, given: Json) -> Any:
        if self.webhook.get("url"):
            return _refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(given.get("offset", 0))
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        if not self._updates:
            self._new.clear()
            try:
                async with asyncio.timeout(min(float(given.get("timeout", 0)), 2)):
                    await self._new.wait()
            except TimeoutError:
                return []
        return self._updates[:100]

    async def _sendMessage(self, given: Json) -> Any:
        chat = int(given["chat_id"])
        if chat in self.blocked:
            return _refusal(403, "Forbidden: bot was blocked by the user")
        if waits := self.wait_for.get(chat):
            seconds = waits.pop(0)
            return _refusal(429, "Too Many Requests", {"retry_after": seconds})
        if self.broken.get(chat, 0) > 0:
            self.broken[chat] -= 1
            return _refusal(500, "Internal Server Error")
        text = str(given["text"])
        if given.get("parse_mode") == "HTML" and "<" in text.replace("<b>", "").replace("</b>", ""):
            return _refusal(400, "Bad Request: can't parse entities")
        message = {**self._message(chat, next(self._numbers), "en"), "from": BOT, "text": text, "sent_as": text,
                   "reply_markup": given.get("reply_markup"), "at": time.monotonic()}  # fmt: skip
        self.shown[chat].append(message)
        if self.mute.get(chat, 0) > 0:
            self.mute[chat] -= 1
            return None
        return _as_told(message)

    async def _sendPhoto(self, given: Json) -> Any:
        size = {"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}
        return self._show_file(given, given["photo"], photo=[size])

    async def _sendDocument(self, given: Json) -> Any:
        return self._show_file(given, given["document"], document={"file_id": "d", "file_unique_id": "d"})

    def _show_file(self, given: Json, file: bytes, **fields: Any) -> Json:
        chat = int(given["chat_id"])
        message = {**self._message(chat, next(self._numbers), "en"), "from": BOT, **fields}
        self.shown[chat].append(
            {**message, "text": str(given.get("caption", "")), "file": file, "at": time.monotonic()}
        )
        return message

    async def _editMessageText(self, given: Json) -> Any:
        for message in self.shown[int(given["chat_id"])]:
            if message["message_id"] == int(given["message_id"]):
                message.update(text=str(given["text"]), reply_markup=given.get("reply_markup"))
                return _as_told(message)
        return _refusal(400, "Bad Request: message to edit not found")

    async def _getFile(self, given: Json) -> Any:
        file_id = str(given["file_id"])
        if file_id not in self.files:
            return _refusal(400, "Bad Request: file not found")
        return {"file_id": file_id, "file_unique_id": file_id, "file_path": file_id}

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["path"]])

    async def _call(self, update: Json) -> None:
        """Calls the webhook, again until it is taken."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": str(self.webhook.get("secret_token", ""))}
        async with httpx.AsyncClient() as http:
            for _ in range(20):
                try:
                    answer = await http.post(str(self.webhook["url"]), json=update, headers=headers)
                    self.webhook_answers.append(answer.status_code)
                    if answer.status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.2)

    def _message(self, chat: int, number: int, language: str) -> Json:
        return {"message_id": number, "date": int(time.time()), "from": _user(chat, language),
                "chat": {"id": chat, "type": "private", "first_name": "Customer"}}  # fmt: skip


def _as_told(message: Json) -> Json:
    """A message as the bot is told of it; what the emulator notes for itself stays here."""
    return {key: value for key, value in message.items() if key not in ("reply_markup", "at", "sent_as")}


def _user(number: int, language: str) -> Json:
    return {"id": abs(number), "is_bot": False, "first_name": f"Customer {number}", "language_code": language}


def _given(value: str | bytes | web.FileField) -> Any:
    return value.file.read() if isinstance(value, web.FileField) else _read(str(value))


def _read(value: str) -> Any:
    try:
        return json.loads(value) if value[:1] in "{[" else value
    except ValueError:
        return value


def _refusal(status: int, description: str, parameters: Json | None = None) -> web.Response:
    body: Json = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=status)
