"""The web application: chat, demonstration shop, health."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import structlog
from fastapi import FastAPI, Header, Query, Request, Response, WebSocket
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from actions import conversations, delivery, replies
from bot import demo, help_pages
from bot.attachments import add_attachments, forget_unsent
from bot.channels.telegram import telegram_of
from bot.channels.telegram.web import add_telegram
from bot.channels.webchat.socket import ChatSocket
from bot.house import House, open_house
from bot.settings import Settings
from bot.staff import wiring as staff_pages
from bot.staff.desk.desk import Desk

log = structlog.get_logger("app")
STATIC = Path(__file__).parent / "static"
LOOPBACK = frozenset({"127.0.0.1", "::1"})


class WidgetFiles(StaticFiles):
    """The chat element, loadable from a shop's own pages and never mixed from two versions."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """A file with the headers that other origins need."""
        response = super().file_response(*args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cache-Control"] = "no-cache"
        return response


def create_app(settings: Settings) -> FastAPI:
    """The application; its house opens when it starts and closes when it stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        house = await open_house(settings, lasting=True)
        app.state.house = house
        if settings.is_demo:
            await demo.open_shop(house.database, house.services.clock())
        if left := await house.finish_what_was_left():
            log.info("taking up what was left unanswered", conversations=left)
        app.state.first_link = await staff_pages.open_desk(house)
        if settings.jobs:
            await house.look_after_what_falls_due()
        tidying = asyncio.create_task(forget_unsent(house), name="attachments")
        app.state.desk = Desk(house, undo_s=settings.undo_s, assignment=lambda: house.live.assignment)
        await app.state.desk.start()
        telegram = app.state.telegram = telegram_of(house)
        if telegram:
            telegram.start(receives=True)
        try:
            yield
        finally:
            tidying.cancel()
            await app.state.desk.stop()
            if telegram:
                await telegram.stop()
            await house.close()
            if telegram:
                await telegram.close()

    app = FastAPI(title="Kairos", docs_url=None, redoc_url=None, lifespan=lifespan)
    _add_health(app, settings)
    _add_chat(app)
    staff_pages.add_staff_pages(app)
    _add_pages(app, settings)
    return app


def _house(request: Request | WebSocket) -> House:
    house: House = request.app.state.house
    return house


def _add_health(app: FastAPI, settings: Settings) -> None:
    @app.get("/healthz", response_class=PlainTextResponse)
    async def alive() -> str:
        return "ok"

    @app.get("/readyz")
    async def ready(request: Request) -> Response:
        is_ready = await _house(request).is_ready()
        return PlainTextResponse("ready" if is_ready else "not ready", 200 if is_ready else 503)

    @app.get("/metrics")
    async def figures(request: Request, authorization: Annotated[str, Header()] = "") -> Response:
        wanted = f"Bearer {settings.metrics_token}"
        has_token = bool(settings.metrics_token) and hmac.compare_digest(authorization.encode(), wanted.encode())
        if not has_token and (request.client is None or request.client.host not in LOOPBACK):
            return PlainTextResponse("figures are for the loopback or with a token", 403)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _add_chat(app: FastAPI) -> None:
    @app.websocket("/chat/ws")
    async def chat(socket: WebSocket) -> None:
        await ChatSocket(socket, _house(socket)).serve()

    @app.get("/chat/transcript")
    async def transcript(request: Request, session: Annotated[str, Query(max_length=200)]) -> Response:
        house = _house(request)
        async with house.database.read() as db:
            row = await conversations.find_by_token(db, session)
            if row is None:
                return JSONResponse({"error": "bad_session"}, 404)
            messages = await delivery.messages_after(db, row.id, 0)
        frames = [replies.as_frame(message) for message in messages]
        return JSONResponse({"conversation": row.id, "owner": row.owner, "locale": row.locale, "messages": frames})

    add_attachments(app)
    add_telegram(app)
    app.mount("/chat", WidgetFiles(directory=STATIC / "chat"))


def _add_pages(app: FastAPI, settings: Settings) -> None:
    app.mount("/static", StaticFiles(directory=STATIC))

    @app.get("/help/{locale}/{article_id}")
    async def help_page(locale: str, article_id: str) -> Response:
        page = help_pages.page(locale, article_id)
        return HTMLResponse(page) if page else PlainTextResponse("404", 404)

    if not settings.is_demo:

        @app.get("/")
        async def nothing_to_see() -> Response:
            return RedirectResponse("/healthz")

        return

    @app.get("/")
    async def shop() -> Response:
        return FileResponse(STATIC / "shop" / "index.html")

    @app.get("/shop/customers.json")
    async def customers(request: Request) -> Response:
        house = _house(request)
        return JSONResponse(await demo.customers(house.database, house.identity_secret))
