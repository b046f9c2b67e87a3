"""Headers of every staff page: nothing from elsewhere, nothing inline, no frames, nothing kept in caches."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

AREAS = ("/staff", "/desk", "/insights", "/log", "/learning", "/settings")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_ALWAYS = {
    "content-security-policy": POLICY, "x-content-type-options": "nosniff", "x-frame-options": "DENY",
    "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin", "cache-control": "no-store",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}  # fmt: skip


def is_staff_path(path: str) -> bool:
    """True for everything that only staff may see."""
    return any(path == area or path.startswith(f"{area}/") for area in AREAS)


class StaffHeaders:
    """Adds them; a header that an answer has already is left as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if is_staff_path(path):
                    for name, value in _ALWAYS.items():
                        headers.setdefault(name, value)
                    if scope["scheme"] == "https":
                        headers.setdefault("strict-transport-security", "max-age=31536000")
                elif path.startswith("/static/staff/"):
                    headers.setdefault("x-content-type-options", "nosniff")
                    headers.setdefault("cache-control", "no-cache")
            await send(message)

        await self._app(scope, receive, send_with_headers)
