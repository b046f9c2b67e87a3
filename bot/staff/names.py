"""The shop's own words for its issues and ways out, for pages that name them."""

from __future__ import annotations

import re
from typing import Any

from fastapi import Request

from bot.house import House
from bot.staff import shell
from bot.staff.access import Person


def names_for(request: Request, who: Person) -> dict[str, Any]:
    """As the catalogues have them in this person's language; without what stands in them."""
    house: House = request.app.state.house
    catalogue = house.services.wording.catalogues[shell.locale_of(request, who)]
    named = {area: {key.removeprefix(f"{area}."): re.sub(r"\{\w+\}", "…", texts[0])
                    for key, texts in catalogue.items() if key.startswith(f"{area}.") and "@" not in key}
             for area in ("issue_title", "option")}  # fmt: skip
    return {"issues": named["issue_title"], "options": named["option"]}
