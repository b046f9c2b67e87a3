"""The shop's own words for its issues, ways out and promises, for pages that name them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastapi import Request

from actions.services import Services
from bot.staff import shell
from bot.staff.access import Person
from bot.staff.catalogue import labels

PROMISE = "insights.promise."


def names_for(request: Request, who: Person) -> dict[str, Any]:
    """In this person's language, as ``names_in`` has them."""
    return dict(names_in(request.app.state.house.services, shell.locale_of(request, who)))


def names_in(services: Services, locale: str) -> Mapping[str, Mapping[str, str]]:
    """``issues``, ``options``, ``promises`` by key, as the catalogues have them; without what stands in them."""
    catalogue = services.wording.catalogues[locale]
    named = {area: {key.removeprefix(f"{area}."): re.sub(r"\{\w+\}", "…", texts[0])
                    for key, texts in catalogue.items() if key.startswith(f"{area}.") and "@" not in key}
             for area in ("issue_title", "option")}  # fmt: skip
    promises = {key.removeprefix(PROMISE): text for key, text in labels("insights", locale).items()
                if key.startswith(PROMISE)}  # fmt: skip
    return {"issues": named["issue_title"], "options": named["option"], "promises": promises}
