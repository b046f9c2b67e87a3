"""All of the desk's routes. Every one says what it needs (bot/staff/access.py)."""

from __future__ import annotations

from fastapi import APIRouter, WebSocket

from bot.staff.desk import holding_routes, page_routes, reading_routes, speaking_routes
from bot.staff.desk import socket as desk_socket

_live = APIRouter(prefix="/desk")
# Side by side, each with its whole path: the table role x route is checked by what each of them says.
routers = (page_routes.router, reading_routes.router, holding_routes.router, speaking_routes.router, _live)


@_live.websocket("/ws")
async def live(socket: WebSocket) -> None:
    """The desk's socket."""
    await desk_socket.serve(socket, socket.app.state.desk)
