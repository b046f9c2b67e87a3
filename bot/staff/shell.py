"""The pages that staff see: one shell, server-rendered, with the labels and the person that its scripts need."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import HTTPConnection

from bot.channels.webchat.sessions import normal_locale
from bot.staff.access import Person
from bot.staff.catalogue import label, labels
from bot.staff.permissions import Permission, permissions_of
from bot.staff.routes import paths
from dialogues.language import LOCALES

LANGUAGE_COOKIE = "kairos-language"
LANGUAGE_NAMES = {"zh-CN": "简体中文", "zh-TW": "繁體中文", "en": "English"}
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A place in the navigation; it shows to those who may go there, once its page exists."""

    name: str
    path: str
    permission: Permission
    icon: str


NAVIGATION = (
    Entry("desk", "/desk", Permission.ANSWER_CUSTOMERS, "desk"),
    Entry("board", "/desk/board", Permission.SEE_BOARD, "board"),
    Entry("insights", "/insights", Permission.SEE_INSIGHTS, "insights"),
    Entry("log", "/log", Permission.SEARCH_LOG, "log"),
    Entry("learning", "/learning", Permission.CORRECT_HEARING, "learning"),
    Entry("settings", "/settings", Permission.SEE_SETTINGS, "settings"),
)


def page(
    request: Request,
    who: Person,
    *,
    at: str,
    title: str,
    module: str = "",
    element: str = "",
    styles: Sequence[str] = (),
    areas: Sequence[str] = (),
    data: Any = None,
    template: str = "page.html",
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    """A page in the shell.

    ``at`` is the navigation entry to mark, ``title`` a label's key. ``module`` and ``styles`` are files below
    ``/static/staff/``; ``element`` is the custom element that fills the page (or ``template`` renders it here).
    ``areas`` are the labels that the scripts need beside the shell's; ``data`` is handed to them as it is.
    """
    locale = locale_of(request, who)
    told = {key: text for area in ("shell", *areas) for key, text in labels(area, locale).items()}
    boot = {"locale": locale, "who": _told(who), "data": data, "labels": told}
    return render(
        request, template, locale, status, who=who, at=at, title=label(title, locale), module=module, element=element,
        styles=styles, boot=as_json(boot), entries=places(request, who), request_path=request.url.path, **values,
    )  # fmt: skip


def places(request: Request, who: Person) -> list[Entry]:
    """Where this person may go, in the navigation's order."""
    there = paths(request.app)
    return [entry for entry in NAVIGATION if who.may(entry.permission) and entry.path in there]


def render(request: HTTPConnection, template: str, locale: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A template with labels at hand: ``t('shell.sign_in')``."""
    html = _templates.get_template(template).render(
        locale=locale, t=lambda key, **more: label(key, locale, **more), languages=LANGUAGE_NAMES,
        demo=request.app.state.house.settings.is_demonstration, **values,
    )  # fmt: skip
    return HTMLResponse(html, status)


def locale_of(connection: HTTPConnection, who: Person | None = None) -> str:
    """The person's language, else the one chosen in this browser, else the browser's."""
    if who and who.locale in LOCALES:
        return who.locale
    chosen = connection.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LOCALES:
        return chosen
    return normal_locale(connection.headers.get("accept-language", "en").split(",")[0].split(";")[0].strip() or "en")


def as_json(data: Any) -> Markup:
    """JSON that cannot end the element it stands in, whatever is in its texts."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # every character that could end the element was replaced above


def _told(who: Person) -> dict[str, Any]:
    return {
        "id": who.id, "login": who.login, "name": who.name, "role": who.role.value, "csrf": who.csrf,
        "languages": who.languages, "may": [permission.value for permission in permissions_of(who.role)],
    }  # fmt: skip
