"""Runs the web server."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from functools import partial
from multiprocessing.synchronize import Semaphore

import structlog
import uvicorn

from bot import logs
from bot.app import create_app
from bot.settings import Settings
from bot.staff import first
from bot.supervisor import Supervisor

log = structlog.get_logger("serve")
SOCKET_BYTES = 256 * 1024  # far above a frame's limit, so that a frame too long gets an answer, not a closed socket
IMPORTED_ONCE = ("bot.serving", "bot.engine.processor", "dialogues.rasa_policy", "nlu.rasa_adapters")


class PortBusy(Exception):
    """Somebody listens on that port already."""


class _Server(uvicorn.Server):
    """Tells once it serves."""

    def __init__(self, config: uvicorn.Config, serves: Callable[[], None]) -> None:
        super().__init__(config)
        self._serves = serves

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._serves()


def run(settings: Settings) -> None:
    """Serves until it is told to stop, in one process or several. Raises PortBusy."""
    listener = listen(settings.host, settings.port)
    first.ask_on_terminal(settings)
    tell = partial(_say_where, settings, listener)
    if settings.workers == 1:
        _serve(settings, listener, tell)
    else:
        Supervisor(serve_one, settings, listener, settings.workers, IMPORTED_ONCE).run(tell)


def serve_one(settings: Settings, listener: socket.socket, number: int, ready: Semaphore) -> None:
    """One of several processes."""
    logs.configure(settings.log_level, as_json=settings.log_json)
    _serve(settings, listener, ready.release, says_link=number == 0)


def _say_where(settings: Settings, listener: socket.socket) -> None:
    print(f"Kairos is at {_address(settings, listener)}", flush=True)


def _address(settings: Settings, listener: socket.socket) -> str:
    shown = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host
    return f"http://{shown}:{listener.getsockname()[1]}"


def _serve(settings: Settings, listener: socket.socket, serves: Callable[[], None], *, says_link: bool = True) -> None:
    app = create_app(settings)

    def tell() -> None:
        serves()
        if says_link and (link := app.state.first_link):
            where = f"{_address(settings, listener)}{link}"
            print(f"Nobody administers this shop yet; become its administrator once at {where}", flush=True)

    config = uvicorn.Config(
        app, log_level="warning", log_config=None, access_log=False, ws="websockets-sansio",
        ws_max_size=SOCKET_BYTES, ws_per_message_deflate=False, ws_ping_interval=30, ws_ping_timeout=30,
        timeout_graceful_shutdown=max(int(settings.drain_s), 1), lifespan="on",
    )  # fmt: skip
    _Server(config, tell).run(sockets=[listener])


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
