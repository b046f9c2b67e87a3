"""The application's routes, through routers that were included in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi import FastAPI
from starlette.routing import BaseRoute


def all_routes(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Each route, those of included routers too."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from all_routes(inner.routes)


def paths(app: FastAPI) -> frozenset[str]:
    """The paths that are served; looked up once, since routes do not change while it runs."""
    known: frozenset[str] | None = getattr(app.state, "paths", None)
    if known is None:
        known = app.state.paths = frozenset(getattr(route, "path", "") for route in all_routes(app.routes))
    return known
