"""Puts the staff's side into the application."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from actions.conversations import UnknownConversation
from actions.desk.entries import DeskRefused
from actions.staff import StaffRefused
from bot.house import House
from bot.staff import access, account, code, demo, first, gate, oidc, shell
from bot.staff.catalogue import label
from bot.staff.desk import asking, routes
from bot.staff.headers import StaffHeaders
from bot.staff.insights import routes as insights
from bot.staff.insights import studies_api
from bot.staff.learning import routes as learning_routes
from bot.staff.log import routes as log_routes
from bot.staff.shop import pages, privacy_api, replies_api, shop_api, staff_api


def add_staff_pages(app: FastAPI) -> None:
    """Adds routes, headers and the answers to who is not let in."""
    for router in (
        gate.router, code.router, oidc.router, account.router, pages.router, shop_api.router, replies_api.router,
        staff_api.router, *routes.routers, log_routes.router, studies_api.router, insights.router,
        learning_routes.router, privacy_api.router,
    ):  # fmt: skip
        app.include_router(router)
    app.add_exception_handler(DeskRefused, asking.refused)
    app.add_exception_handler(UnknownConversation, asking.unknown)
    app.add_middleware(StaffHeaders)
    answers: tuple[tuple[type[Exception], Any], ...] = (
        (access.NotSignedIn, _not_signed_in), (access.Forbidden, _forbidden), (StaffRefused, _refused),
    )  # fmt: skip
    for kind, answer in answers:
        app.add_exception_handler(kind, answer)


async def open_desk(house: House) -> str:
    """Makes the demonstration's accounts, or a link for the first administrator; returns the link's path or ""."""
    if house.settings.is_demonstration:
        await demo.add_accounts(house.database, house.services.clock(), house.settings.password_memory_mb)
        await demo.add_replies(house.services)
    return await first.link_if_needed(house)


def _wants_page(request: Request) -> bool:
    return request.method in access.SAFE and "text/html" in request.headers.get("accept", "")


async def _not_signed_in(request: Request, _: Exception) -> Response | None:
    if request.scope["type"] == "websocket":  # closed with its code by then
        return None
    if _wants_page(request):
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{gate.HOME}/sign-in?next={quote(request.url.path + query)}", 303)
    return _told(request, "signed_out", 401)


async def _forbidden(request: Request, refusal: Exception) -> Response | None:
    assert isinstance(refusal, access.Forbidden)
    if request.scope["type"] == "websocket":
        return None
    if _wants_page(request) and refusal.who:
        return shell.page(request, refusal.who, at="", title="shell.refused.forbidden", template="forbidden.html",
                          status=403)  # fmt: skip
    return _told(request, refusal.code, 403)


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, StaffRefused)
    return _told(request, refusal.code, 422)


def _told(request: Request, code: str, status: int) -> Response:
    text = label(f"shell.refused.{code}", shell.locale_of(request))
    return JSONResponse({"error": code, "text": text}, status)
