"""A second process beside this one: plain Python does one thing at a time in a process, whatever its threads do."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, Protocol


class Other(Protocol):
    """Does one thing at a time while its owner does another. `begin` and `result` are called in turn."""

    def begin(self, work: Callable[..., Any], *given: Any) -> None:
        """work: a function of a module."""

    def result(self) -> Any:
        """What the work that was begun returned. Raises what it raised, and EOFError when the process has died."""


class _Here:
    """No other process at all: what was begun is done when its result is wanted."""

    def begin(self, work: Callable[..., Any], *given: Any) -> None:
        self._begun = work, given

    def result(self) -> Any:
        work, given = self._begun
        return work(*given)


class _There:
    def __init__(self, channel: Connection) -> None:
        self._channel = channel

    def begin(self, work: Callable[..., Any], *given: Any) -> None:
        self._channel.send((work, given))

    def result(self) -> Any:
        result, error = self._channel.recv()
        if error is not None:
            raise error
        return result


@contextmanager
def second_process(wanted: bool) -> Iterator[Other]:
    """Starts it and ends it. wanted: False for little work, which would be done before a process has started."""
    if not wanted:
        yield _Here()
        return
    context = multiprocessing.get_context("spawn")  # a forked child of a process with threads may wait for ever
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()  # so that its death is noticed
    try:
        yield _There(ours)
    finally:
        process.kill()
        process.join()


def _serve(channel: Connection) -> None:
    while True:
        try:
            work, given = channel.recv()
        except EOFError:  # its owner is gone
            return
        try:
            channel.send((work(*given), None))
        except Exception as error:  # raised again where the result is wanted
            channel.send((None, error))
