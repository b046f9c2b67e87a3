"""Every route and socket of the staff's side, tried in every role: the table decides, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import WebSocketRoute

from bot.staff.access import permitted_socket
from bot.staff.headers import is_staff_path
from bot.staff.permissions import TABLE, Permission, Role, permissions_of
from bot.staff.routes import all_routes
from tests.staff.desk import Desk

pytestmark = pytest.mark.fast

# Open before signing in; each checks for itself where a request comes from.
OPEN = {
    "GET /staff/sign-in", "POST /staff/sign-in", "GET /staff/set-up/{token}", "POST /staff/set-up/{token}",
    "POST /staff/language", "GET /staff/code", "POST /staff/code",
    "GET /staff/oidc/start", "GET /staff/oidc/callback",
}  # fmt: skip
ENDS_THE_SESSION = {"/staff/sign-out", "/staff/api/sessions/end"}
OWN_CONTENT = re.compile(r"\{[^}]+\}")


def _needs(dependant: Dependant) -> Iterator[Permission]:
    for dependency in dependant.dependencies:
        if permission := getattr(dependency.call, "permission", None):
            yield permission
        yield from _needs(dependency)


def _routes(app: FastAPI) -> Iterator[tuple[str, str, set[Permission]]]:
    for route in all_routes(app.routes):
        if isinstance(route, APIRoute) and is_staff_path(route.path):
            for method in route.methods:
                yield method, route.path, set(_needs(route.dependant))


async def test_every_staff_route_says_what_it_needs_or_is_known_to_be_open(desk: Desk):
    routes = list(_routes(desk.app))
    assert len(routes) > 5
    undeclared = {f"{method} {path}" for method, path, needs in routes if not needs} - OPEN
    assert undeclared == set(), "give these permits(Permission.…)"


@pytest.mark.parametrize("role", list(Role))
async def test_every_route_lets_in_exactly_the_roles_of_the_table(desk: Desk, role: Role):
    browser = await desk.signed_in(role.value)
    for method, path, needs in _routes(desk.app):
        if not needs or path in ENDS_THE_SESSION:
            continue
        answer = await browser.call(method, OWN_CONTENT.sub("none", path), json={} if method != "GET" else None)
        allowed = all(role in TABLE[permission] for permission in needs)
        assert (answer.status_code == 403) is not allowed, f"{role.value}: {method} {path} {answer.text[:200]}"
        assert answer.status_code != 401 and answer.status_code < 500, f"{method} {path} {answer.text[:200]}"


async def test_every_route_refuses_who_is_not_signed_in(desk: Desk):
    browser = desk.browser()
    for method, path, needs in _routes(desk.app):
        if needs:
            answer = await browser.call(method, OWN_CONTENT.sub("none", path), json={} if method != "GET" else None)
            assert answer.status_code == 401, f"{method} {path}"


async def test_every_change_refuses_a_request_without_the_token(desk: Desk):
    browser = await desk.signed_in("administrator")
    for method, path, needs in _routes(desk.app):
        if needs and method not in ("GET", "HEAD"):
            answer = await browser.call(
                method, OWN_CONTENT.sub("none", path), json={}, headers={"x-csrf-token": "none"}
            )
            assert (answer.status_code, answer.json()["error"]) == (403, "bad_csrf"), f"{method} {path}"


def test_an_administrator_may_everything_and_an_analyst_never_speaks():
    assert set(permissions_of(Role.ADMINISTRATOR)) == set(Permission)
    assert Permission.ANSWER_CUSTOMERS not in permissions_of(Role.ANALYST)
    assert set(permissions_of(Role.AGENT)) < set(permissions_of(Role.SUPERVISOR))


async def test_a_socket_is_for_who_may_and_ends_with_the_session(desk: Desk):
    @desk.app.websocket("/desk/try-out")
    async def socket(socket: WebSocket) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            async with permitted_socket(socket, Permission.SEE_BOARD):
                while True:
                    await socket.receive_text()

    supervisor, agent = await desk.signed_in("supervisor"), await desk.signed_in("agent")
    assert await desk.browser().try_socket(desk.app, "/desk/try-out") == 4401
    assert await agent.try_socket(desk.app, "/desk/try-out") == 4403
    assert await supervisor.try_socket(desk.app, "/desk/try-out", origin="https://evil.test") == 4403
    with pytest.raises(TimeoutError):
        await supervisor.try_socket(desk.app, "/desk/try-out", origin="http://desk.test")
    lasting = asyncio.create_task(supervisor.try_socket(desk.app, "/desk/try-out"))
    await asyncio.sleep(0.2)
    assert not lasting.done()
    await supervisor.post("/staff/sign-out")
    assert await lasting == 4401


async def test_staff_sockets_are_all_served_through_the_permitted_one(desk: Desk):
    """Sockets have no dependencies to read; so each is tried without a session and must be closed as signed out."""
    for route in all_routes(desk.app.routes):
        if isinstance(route, WebSocketRoute) and is_staff_path(route.path):
            assert await desk.browser().try_socket(desk.app, route.path) == 4401, route.path
