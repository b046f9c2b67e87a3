"""Signing in with the shop's own identity provider: OpenID Connect, authorization code with PKCE, through Authlib.

What must come back is kept in a sealed cookie of this browser for ten minutes. Only people who were added before are
let in: the first time by a verified e-mail address that is their login, later by the provider's own name for them.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from actions import staff
from actions.audit import Author, record_change
from bot.house import House
from bot.settings import Settings
from bot.staff import access
from bot.staff.gate import HOME, gate, let_in, safe_path
from bot.staff.vault import Unreadable, seal, unseal
from models.staff import StaffMember

log = structlog.get_logger("staff")
if TYPE_CHECKING:
    from authlib.integrations.httpx_client import AsyncOAuth2Client

router = APIRouter(prefix="/staff/oidc")
COOKIE, COOKIE_S, KEPT_S, WITHIN_S = "kairos-oidc", 600, 3600, 10.0
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
LEEWAY_S = 60


class Refused(Exception):
    """The provider, or what came back from it, cannot be believed; the message is for the log."""


@dataclass
class Provider:
    """The provider's own description of itself and its keys, looked up when needed."""

    issuer: str
    _told: dict[str, Any] = field(default_factory=dict)
    _until: float = 0.0

    async def described(self) -> dict[str, Any]:
        """Its endpoints. Raises Refused."""
        if time.monotonic() > self._until:
            told = await _get_json(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer", "").rstrip("/") != self.issuer.rstrip("/"):
                raise Refused(f"the provider calls itself {told.get('issuer')!r}")
            self._told, self._until = told, time.monotonic() + KEPT_S
        return self._told

    async def keys(self) -> KeySet:
        """What its tokens are signed with; asked for every time, so that it may change its keys."""
        return KeySet.import_key_set(await _get_json((await self.described())["jwks_uri"]))  # type: ignore[arg-type]


async def _get_json(url: str) -> dict[str, Any]:
    try:
        async with httpx.AsyncClient(timeout=WITHIN_S) as http:
            answer = await http.get(url)
            answer.raise_for_status()
            told: dict[str, Any] = answer.json()
            return told
    except (httpx.HTTPError, ValueError) as error:
        raise Refused(f"{url}: {error}") from error


def _provider(request: Request) -> Provider:
    state = request.app.state
    if not hasattr(state, "oidc"):
        state.oidc = Provider(state.house.settings.oidc_issuer)
    provider: Provider = state.oidc
    return provider


def _client(settings: Settings) -> AsyncOAuth2Client:
    # Imported when it is needed: shops without a provider neither wait for it nor read its warnings.
    from authlib.integrations.httpx_client import AsyncOAuth2Client

    return AsyncOAuth2Client(
        settings.oidc_client_id, settings.oidc_client_secret, scope="openid email profile",
        redirect_uri=f"{settings.base_url}{HOME}/oidc/callback", code_challenge_method="S256", timeout=WITHIN_S,
    )  # fmt: skip


@router.get("/start")
async def start(request: Request, next: str = HOME) -> Response:
    """Sends the browser to the provider."""
    house: House = request.app.state.house
    if not house.settings.oidc_issuer:
        return RedirectResponse(f"{HOME}/sign-in", 303)
    kept = {name: secrets.token_urlsafe(48) for name in ("state", "nonce", "verifier")}
    try:
        told = await _provider(request).described()
        async with _client(house.settings) as client:
            url, _ = client.create_authorization_url(
                told["authorization_endpoint"], state=kept["state"], nonce=kept["nonce"],
                code_verifier=kept["verifier"],
            )  # fmt: skip
    except (Refused, KeyError) as error:
        return _not_let_in(request, str(error))
    response = RedirectResponse(url, 303)
    sealed = seal(house.settings, json.dumps({**kept, "next": safe_path(next), "at": time.time()}))
    response.set_cookie(COOKIE, sealed, max_age=COOKIE_S, path=f"{HOME}/oidc", httponly=True, samesite="lax",
                        secure=access.is_secure(request))  # fmt: skip
    return response


@router.get("/callback")
async def callback(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
    """Where the provider sends the browser back to."""
    house: House = request.app.state.house
    try:
        kept = _kept(house.settings, request.cookies.get(COOKIE, ""))
        if error or not code or not secrets.compare_digest(state.encode(), kept["state"].encode()):
            raise Refused(f"state differs or the provider refused: {error[:80]!r}")
        claims = await _claims(request, code, kept)
        member = await _who(house, claims, access.address(request))
    except Refused as refusal:
        return _not_let_in(request, str(refusal))
    if member is None:
        email = str(claims.get("email", ""))[:80]
        log.warning("signed in with the provider, unknown here", email=email)
        response = gate(request, "sign_in.html", 403, error="sso_unknown", login=email)
    else:
        response = await let_in(request, member, safe_path(kept["next"]))
    response.delete_cookie(COOKIE, path=f"{HOME}/oidc")
    return response


def _kept(settings: Settings, sealed: str) -> dict[str, Any]:
    """What ``start`` kept in this browser. Raises Refused."""
    try:
        kept: dict[str, Any] = json.loads(unseal(settings, sealed))
    except (Unreadable, ValueError) as error:
        raise Refused("it was not begun in this browser") from error
    if time.time() - kept["at"] > COOKIE_S:
        raise Refused("it took too long")
    return kept


async def _claims(request: Request, code: str, kept: dict[str, Any]) -> dict[str, Any]:
    """What the provider says of the person, checked: signature, issuer, audience, time, nonce. Raises Refused."""
    house: House = request.app.state.house
    provider = _provider(request)
    try:
        told = await provider.described()
        async with _client(house.settings) as client:
            tokens = await client.fetch_token(told["token_endpoint"], code=code, code_verifier=kept["verifier"])
        token = jwt.decode(tokens["id_token"], await provider.keys(), algorithms=ALGORITHMS)
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S, iss={"essential": True, "value": told["issuer"]},
            aud={"essential": True, "value": house.settings.oidc_client_id}, exp={"essential": True},
            nonce={"essential": True, "value": kept["nonce"]}, sub={"essential": True},
        ).validate(token.claims)  # fmt: skip
    except Refused:
        raise
    except (JoseError, httpx.HTTPError, KeyError, ValueError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error
    except Exception as error:  # Authlib has an error of its own for each refusal
        raise Refused(f"{type(error).__name__}: {error}") from error
    claims: dict[str, Any] = dict(token.claims)
    return claims


async def _who(house: House, claims: dict[str, Any], address: str) -> StaffMember | None:
    """The person whom the provider means: known by its name for them, or by an address that it has verified."""
    subject = f"{house.settings.oidc_issuer.rstrip('/')}|{claims['sub']}"
    async with house.database.write() as session:
        member = await staff.find_by_subject(session, subject)
        if member is None and claims.get("email_verified") is True:
            member = await staff.find_by_login(session, str(claims.get("email", "")))
            if member is not None and (member.sso_subject is not None or member.disabled_at is not None or member.demo):
                return None
            if member is not None:
                member.sso_subject = subject
                author = Author(member.id, member.name, address)
                record_change(session, author, f"staff.{member.login}.single_sign_on", None, subject,
                              house.services.clock())  # fmt: skip
    return member if member is not None and member.disabled_at is None else None


def _not_let_in(request: Request, why: str) -> Response:
    log.warning("the identity provider did not let somebody in", why=why[:300])
    return gate(request, "sign_in.html", 502, error="sso")
