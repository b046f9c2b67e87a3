"""Telegram's doors in the web application: the webhook, and links for customers who are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import FastAPI, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from actions import conversations, links
from bot.channels.telegram import PATH, deep_link
from bot.house import House
from models.session import DatabaseError

if TYPE_CHECKING:
    from bot.channels.telegram.channel import Telegram

UPDATE_BYTES = 1024 * 1024


class LinkFor(BaseModel):
    """For whom a link is asked: the web chat's session of a customer who is signed in to the shop."""

    session: str = Field(min_length=1, max_length=200)


def add_telegram(app: FastAPI) -> None:
    """Adds ``POST /telegram/webhook`` and ``POST /telegram/link``."""

    @app.post(PATH)
    async def webhook(request: Request, x_telegram_bot_api_secret_token: Annotated[str, Header()] = "") -> Response:
        telegram: Telegram | None = request.app.state.telegram
        if telegram is None or not telegram.is_from_telegram(x_telegram_bot_api_secret_token):
            return Response(status_code=403)
        if int(request.headers.get("content-length") or UPDATE_BYTES + 1) > UPDATE_BYTES:
            return Response(status_code=413)
        try:
            data = await request.json()
        except ValueError:
            return Response(status_code=400)
        return Response(status_code=200 if await telegram.take(data) else 503)

    @app.post("/telegram/link")
    async def link(request: Request, wanted: LinkFor) -> Response:
        telegram: Telegram | None = request.app.state.telegram
        house: House = request.app.state.house
        name = telegram.name if telegram else ""
        if not name:
            return JSONResponse({"error": "unavailable"}, 503)
        try:
            async with house.database.write() as session:
                row = await conversations.find_by_token(session, wanted.session)
                account = await conversations.linked_account(session, row.customer_id) if row else ""
                if not account:
                    return JSONResponse({"error": "bad_session"}, 403)
                token = links.invite(session, account, "", house.services.clock())
        except DatabaseError:
            return JSONResponse({"error": "unavailable"}, 503)
        return JSONResponse({"url": deep_link(name, token)}, 201)
