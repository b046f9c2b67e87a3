"""An application with a staff desk and no engine, and browsers (without scripts) that visit it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from actions import staff
from actions.audit import COMMAND_LINE
from bot.app import create_app
from bot.house import House
from bot.settings import Settings
from bot.staff.passwords import hash_now
from models.staff import StaffMember

PASSWORD = "correct horse battery"
MEMORY_MB = 8
HASH = hash_now(PASSWORD, MEMORY_MB)
URL = "http://desk.test"


class Browser:
    """Keeps cookies and the CSRF token of the last page, as a browser does."""

    def __init__(self, app: FastAPI, address: str = "192.0.2.1") -> None:
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, client=(address, 1234)), base_url=URL, headers={"accept": "text/html"}
        )
        self.csrf = ""

    @property
    def cookies(self) -> httpx.Cookies:
        """Its cookies."""
        return self._http.cookies

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """Opens a page."""
        return self._keep(await self._http.get(path, **options))

    async def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> httpx.Response:
        """Sends a form as the page before had it, with its token."""
        return self._keep(await self._http.post(path, data={"csrf": self.csrf, **(data or {})}, **options))

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """What a script of our page sends."""
        headers = {"accept": "application/json", "x-csrf-token": self.csrf, **options.pop("headers", {})}
        return await self._http.request(method, path, headers=headers, **options)

    async def sign_in(self, login: str, password: str = PASSWORD, next: str = "/staff/me") -> httpx.Response:
        """Signs in through the page."""
        await self.get("/staff/sign-in")
        answer = await self.post("/staff/sign-in", {"login": login, "password": password, "next": next})
        if answer.status_code == 303:
            told = await self.get("/staff/me", headers={"accept": "application/json"})
            self.csrf = told.json().get("csrf", self.csrf)
        return answer

    async def try_socket(self, app: FastAPI, path: str, **headers: str) -> int:
        """Opens a socket and waits until it is closed; the code that it was given. Raises TimeoutError: it stays."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        given = {"host": "desk.test", "cookie": cookies, **headers}
        scope = {
            "type": "websocket", "path": path, "raw_path": path.encode(), "query_string": b"", "scheme": "ws",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()], "subprotocols": [],
            "client": ("192.0.2.1", 1), "server": ("desk.test", 80), "app": app, "state": {}, "root_path": "",
            "http_version": "1.1", "asgi": {"version": "3.0"},
        }  # fmt: skip
        waits = asyncio.Event()
        first = [{"type": "websocket.connect"}]

        async def receive() -> dict[str, Any]:
            if first:
                return first.pop()
            await waits.wait()
            return {"type": "websocket.disconnect", "code": 1000}

        serving = asyncio.create_task(app(scope, receive, sent.put))
        try:
            async with asyncio.timeout(3):
                while (event := await sent.get())["type"] != "websocket.close":
                    pass
            return int(event["code"])
        finally:
            waits.set()
            await asyncio.wait([serving])
            serving.exception()

    def _keep(self, answer: httpx.Response) -> httpx.Response:
        if found := re.search(r'name="csrf" value="([^"]+)"', answer.text):
            self.csrf = found.group(1)
        return answer


class Desk:
    """The application, its house, and how to make people and browsers."""

    def __init__(self, app: FastAPI, house: House) -> None:
        self.app, self.house = app, house

    def browser(self, address: str = "192.0.2.1") -> Browser:
        """A browser that was never here."""
        return Browser(self.app, address)

    async def person(self, role: str = "agent", login: str = "", **more: Any) -> StaffMember:
        """Somebody who may sign in with PASSWORD; the login is the role's name unless given."""
        house = self.house
        async with house.database.write() as session:
            return await staff.add_staff(
                session, staff_id=house.services.new_id(), login=login or role, name=more.pop("name", role.title()),
                role=role, author=COMMAND_LINE, now=house.services.clock(), password_hash=HASH, **more,
            )  # fmt: skip

    async def signed_in(self, role: str = "agent", login: str = "") -> Browser:
        """A browser in which such a person is signed in."""
        await self.person(role, login)
        browser = self.browser()
        assert (await browser.sign_in(login or role)).status_code == 303
        return browser


@asynccontextmanager
async def open_desk(url: str, folder: Path, **settings: Any) -> AsyncIterator[Desk]:
    """A running application on that database."""
    given = {
        "DATABASE_URL": url,
        "data_dir": folder,
        "model": folder / "none.tar.gz",
        "identity_secret": "s",
        "password_memory_mb": MEMORY_MB,
        "jobs": False,
        **settings,
    }
    app = create_app(Settings(_env_file=None, **given))
    async with app.router.lifespan_context(app):
        yield Desk(app, app.state.house)
