"""The desk's two pages."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.staff import shell
from bot.staff.desk.asking import Answerer, Overseer
from bot.staff.names import names_for

router = APIRouter(prefix="/desk")


@router.get("")
async def page(request: Request, who: Answerer) -> Response:
    """The desk."""
    return shell.page(request, who, at="desk", title="desk.title", module="desk/desk.js", element="kairos-desk",
                      styles=("desk/desk.css",), areas=("desk", "hearing"), data=names_for(request, who))  # fmt: skip


@router.get("/board")
async def board_page(request: Request, who: Overseer) -> Response:
    """The supervisor's board."""
    return shell.page(request, who, at="board", title="desk.board.title", module="desk/board.js",
                      element="kairos-board", styles=("desk/desk.css",), areas=("desk", "hearing"),
                      data=names_for(request, who))  # fmt: skip
