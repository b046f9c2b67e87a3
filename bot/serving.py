"""Runs the web server."""

from __future__ import annotations

import errno
import socket

import structlog
import uvicorn
from fastapi import FastAPI

from bot.app import create_app
from bot.settings import Settings
from bot.staff import first

log = structlog.get_logger("serve")
SOCKET_BYTES = 256 * 1024  # far above a frame's limit, so that a frame too long gets an answer, not a closed socket


class PortBusy(Exception):
    """Somebody listens on that port already."""


class _Server(uvicorn.Server):
    """Says where it listens once it does."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, address: str) -> None:
        super().__init__(config)
        self._app, self._address = app, address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            print(f"Kairos is at {self._address}", flush=True)
            if link := self._app.state.first_link:
                print(f"Nobody administers this shop yet; become its administrator once at {self._address}{link}",
                      flush=True)  # fmt: skip


def run(settings: Settings) -> None:
    """Serves until it is told to stop. Raises PortBusy."""
    listener = listen(settings.host, settings.port)
    port = listener.getsockname()[1]
    first.ask_on_terminal(settings)
    app = create_app(settings)
    config = uvicorn.Config(
        app, log_level="warning", log_config=None, access_log=False, ws="websockets-sansio",
        ws_max_size=SOCKET_BYTES, ws_per_message_deflate=False, ws_ping_interval=30, ws_ping_timeout=30,
        timeout_graceful_shutdown=max(int(settings.drain_s), 1), lifespan="on",
    )  # fmt: skip
    shown = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host
    _Server(config, app, f"http://{shown}:{port}").run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises PortBusy."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortBusy(f"port {port} is busy; stop what listens there or choose another: PORT={port + 1}") from None
        raise PortBusy(f"cannot listen on {host}:{port}: {error.strerror}") from None
    listener.listen(512)
    return listener
