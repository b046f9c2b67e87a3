"""What a measured page is made of: figures, and panels with a chart, its table and a sentence that reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actions.insights.reading import Slice
from actions.insights.statistics import Estimate
from actions.services import Services
from bot.staff.catalogue import has_label, label
from models.session import AsyncSession

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """One figure. ``value`` is ready to read; ``hint`` says of how many, or since when; ``how`` how it is computed."""

    title: str
    value: str
    hint: str = ""
    how: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table: the key of its values, and how they are shown: text, number, share, change or link."""

    key: str
    title: str
    form: str = "text"


@dataclass(frozen=True)
class Panel:
    """A chart with its table. ``spec`` is a Vega-Lite chart, None where there is nothing to draw."""

    id: str
    title: str
    says: str
    how: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    spec: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Page:
    """A page's content. ``more`` is what a page of its own kind needs beside."""

    figures: tuple[Figure, ...]
    panels: tuple[Panel, ...]
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """Who asks for what: the slice, the language, and where to read it."""

    session: AsyncSession
    which: Slice
    locale: str
    services: Services
    today: date

    def t(self, key: str, **values: object) -> str:
        """A label of the measured pages."""
        return label(f"insights.{key}", self.locale, **values)

    def name(self, kind: str, value: str) -> str:
        """What people call a value: an issue, a channel, a reason … Unknown ones are shown as they are."""
        if not value:
            return self.t("none")
        if kind == "issue":
            known = self.services.wording.catalogues[self.locale].get(f"issue_title.{value}")
            return known[0] if known else value
        for key in (f"insights.{kind}.{value}", f"desk.{kind}.{value}"):
            if has_label(key):
                return label(key, self.locale)
        return value

    def column(self, key: str, form: str = "text") -> Column:
        """A column with its title."""
        return Column(key, self.t(f"column.{key}"), form)

    def around(self, found: Estimate | None, hint: str) -> str:
        """A hint that begins with the interval of a share."""
        return f"{self.t('around', low=f'{found.low:.0%}', high=f'{found.high:.0%}')} · {hint}" if found else hint

    def panel(self, id: str, columns: Sequence[Column], rows: Sequence[Row], spec: Any = None, **says: object) -> Panel:
        """A panel whose texts lie under its name; without rows it says that there is nothing."""
        said = self.t(f"panel.{id}.says", **says) if rows else self.t("nothing")
        return Panel(id, self.t(f"panel.{id}.title"), said, self.t(f"panel.{id}.how"), tuple(columns), rows,
                     spec if rows else None)  # fmt: skip


def percent(part: float, whole: float) -> str:
    """A share in whole percent, – of nothing."""
    return f"{part / whole:.0%}" if whole else "–"


def estimate(found: Estimate | None) -> str:
    """A share with its interval."""
    return f"{found.value:.0%} ({found.low:.0%}–{found.high:.0%})" if found else "–"


def part_of(found: Estimate | None) -> str:
    """A share alone, in whole percent."""
    return f"{found.value:.0%}" if found else "–"


def told(page: Page) -> dict[str, Any]:
    """The page as JSON-ready data."""
    return {
        "figures": [vars(figure) for figure in page.figures],
        "panels": [
            {"id": p.id, "title": p.title, "says": p.says, "how": p.how, "spec": p.spec,
             "rows": [dict(row) for row in p.rows], "columns": [vars(column) for column in p.columns]}
            for p in page.panels
        ],
        **page.more,
    }  # fmt: skip
