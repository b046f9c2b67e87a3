"""Keeps several serving processes alive on one listening socket."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Semaphore
from types import FrameType
from typing import Any

import structlog

log = structlog.get_logger("supervisor")
LOOK_EVERY_S = 0.2
AGAIN_AFTER_S, AGAIN_AT_MOST_S = 0.5, 30.0  # between the starts of a process that keeps dying
LIVED_S = 10.0  # one that lived that long was well
Serve = Callable[[Any, socket.socket, int, Semaphore], None]


class Supervisor:
    """Starts ``serve(settings, listener, number, ready)`` in so many processes; one that ends is started again.

    They are forked from a process that has imported ``modules`` and does nothing else: a start takes little, and what
    was imported lies in memory once.
    """

    def __init__(
        self, serve: Serve, settings: Any, listener: socket.socket, processes: int, modules: Sequence[str]
    ) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(modules))
        self._ready = self._context.Semaphore(0)
        self._serve, self._settings, self._listener = serve, settings, listener
        self._processes: list[ForkServerProcess | None] = [None] * processes
        self._started = [0.0] * processes
        self._pauses = [0.0] * processes
        self._stopping = threading.Event()

    def run(self, when_ready: Callable[[], None]) -> None:
        """Runs until told to stop by a signal, then lets the processes finish what they do."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        is_ready = 0
        while not self._stopping.wait(LOOK_EVERY_S):
            self._start_those_that_are_not_there()
            if is_ready < len(self._processes) and self._ready.acquire(block=False):
                is_ready += 1
                if is_ready == len(self._processes):
                    when_ready()
        for process in self._processes:
            if process and process.is_alive():
                process.terminate()
        for process in self._processes:
            if process:
                process.join()

    def _start_those_that_are_not_there(self) -> None:
        now = time.monotonic()
        for n, process in enumerate(self._processes):
            if process and process.is_alive():
                continue
            if process:
                lived = now - self._started[n]
                log.error("a serving process ended", number=n, status=process.exitcode, lived_s=round(lived, 1))
                pause = (
                    AGAIN_AFTER_S if lived > LIVED_S else min(max(self._pauses[n] * 2, AGAIN_AFTER_S), AGAIN_AT_MOST_S)
                )
                self._pauses[n], self._processes[n] = pause, None
                self._started[n] = now
            if now - self._started[n] >= self._pauses[n] or not self._started[n]:
                self._processes[n] = self._start(n)
                self._started[n] = now

    def _start(self, n: int) -> ForkServerProcess:
        arguments = (self._serve, self._settings, self._listener, n, self._ready)
        process = self._context.Process(target=_child, args=arguments, name=f"kairos-{n}")
        process.start()
        return process

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self._stopping.set()


def _child(serve: Serve, settings: Any, listener: socket.socket, number: int, ready: Semaphore) -> None:
    """In the new process. It ends when its parent does, even when that had no time to say so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C goes to the parent, who tells us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    serve(settings, listener, number, ready)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
