"""The settings pages themselves: a tab for each subject, shown to those who may open it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from bot.staff import shell
from bot.staff.access import Person, permits
from bot.staff.permissions import Permission

router = APIRouter(prefix="/settings")


@dataclass(frozen=True)
class Tab:
    """One subject. ``name`` is its path, its script and its label."""

    name: str
    permission: Permission
    icon: str


TABS = (
    Tab("hours", Permission.SEE_SETTINGS, "clock"),
    Tab("numbers", Permission.SEE_SETTINGS, "settings"),
    Tab("assignment", Permission.SEE_SETTINGS, "desk"),
    Tab("replies", Permission.EDIT_REPLIES, "reply"),
    Tab("staff", Permission.MANAGE_STAFF, "people"),
    Tab("keys", Permission.MANAGE_KEYS, "key"),
    Tab("privacy", Permission.MANAGE_PRIVACY, "person"),
    Tab("log", Permission.SEE_AUDIT, "log"),
)


@router.get("")
async def settings(who: Annotated[Person, Depends(permits(Permission.SEE_SETTINGS))]) -> Response:
    """The first tab that this person may open."""
    return RedirectResponse(f"/settings/{next(tab.name for tab in TABS if who.may(tab.permission))}", 303)


def _page(tab: Tab) -> Callable[..., Awaitable[Response]]:
    async def show(request: Request, who: Annotated[Person, Depends(permits(tab.permission))]) -> Response:
        return shell.page(
            request, who, at="settings", title=f"settings.{tab.name}.title", module=f"settings/{tab.name}.js",
            styles=("settings/settings.css",), areas=("settings",), template="settings.html",
            element=f"kairos-{tab.name}", tab=tab.name, tabs=[each for each in TABS if who.may(each.permission)],
            timezone=request.app.state.house.settings.shop_timezone,
        )  # fmt: skip

    show.__annotations__["request"], show.__annotations__["who"] = Request, _needing(tab.permission)
    return show


def _needing(permission: Permission) -> object:
    return Annotated[Person, Depends(permits(permission))]


for _tab in TABS:
    router.add_api_route(f"/{_tab.name}", _page(_tab), methods=["GET"], name=f"settings-{_tab.name}")
