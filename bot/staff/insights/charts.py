"""Charts as Altair specs: what a page draws, as Vega-Lite that the browser renders. Colours are the page's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.staff.insights.page import Column, Row

HEIGHT_OF_ROW, HEIGHT = 26, 220


def load() -> None:
    """Loads Altair, which takes a second the first time: only who looks at charts waits for it, and in a thread."""
    _alt()


def _alt() -> Any:
    import altair
    from altair.utils import schemapi

    schemapi.DEBUG_MODE = False  # parts are not held against the schema one by one: see ``_made``
    return altair


def _made(chart: Any, data: Sequence[Row]) -> dict[str, Any]:
    """The chart as Vega-Lite, with its data. It is held against the schema in tests, not for every reader: that takes
    most of the time, and customers share the process.
    """
    spec: dict[str, Any] = chart.to_dict(validate=False)
    spec.pop("config", None)  # the page's own, which knows light and dark
    spec["data"] = {"values": list(data)}
    return spec


def _data(rows: Sequence[Row], *columns: Column) -> list[Row]:
    keys = {column.key for column in columns}
    return [{key: row[key] for key in keys if key in row} for row in rows]


def _chart() -> Any:
    alt = _alt()
    return alt.Chart(alt.Data(values=[]))


def _axis(column: Column) -> Any:
    share = column.form in ("share", "change")
    return _alt().Axis(
        format="%" if share else ",.2~f", tickMinStep=0.01 if share else 1, tickCount=8, title=column.title
    )


def _tips(*columns: Column) -> list[Any]:
    alt = _alt()
    return [alt.Tooltip(f"{c.key}:{'N' if c.form == 'text' else 'Q'}", title=c.title, **_form(c)) for c in columns]


def _form(column: Column) -> dict[str, str]:
    return {"format": ".0%"} if column.form == "share" else {"format": "+.0%"} if column.form == "change" else {}


def bars(rows: Sequence[Row], name: Column, value: Column, colour: Column | None = None) -> dict[str, Any]:
    """A bar for each row, from above as the table has them; stacked by ``colour``."""
    alt = _alt()
    encode: dict[str, Any] = {
        "y": alt.Y(f"{name.key}:N", sort=None, title=None, axis=alt.Axis(labelLimit=260)),
        "x": alt.X(f"{value.key}:Q", axis=_axis(value)),
    }
    columns = [name, value]
    if colour:
        encode["color"] = alt.Color(f"{colour.key}:N", sort=None, title=colour.title)
        columns.append(colour)
    encode["tooltip"] = _tips(*columns)
    shown = len({row[name.key] for row in rows})
    chart = _chart().mark_bar().encode(**encode)
    return _made(chart.properties(width="container", height=max(shown, 2) * HEIGHT_OF_ROW), _data(rows, *columns))


def grouped(rows: Sequence[Row], name: Column, value: Column, colour: Column) -> dict[str, Any]:
    """Bars side by side for each row, to compare."""
    alt = _alt()
    chart = _chart().mark_bar().encode(
        y=alt.Y(f"{name.key}:N", sort=None, title=None, axis=alt.Axis(labelLimit=260)),
        x=alt.X(f"{value.key}:Q", axis=_axis(value)),
        yOffset=alt.YOffset(f"{colour.key}:N", sort=None),
        color=alt.Color(f"{colour.key}:N", sort=None, title=colour.title),
        tooltip=_tips(name, colour, value),
    )  # fmt: skip
    shown = len({row[name.key] for row in rows})
    return _made(
        chart.properties(width="container", height=max(shown, 2) * HEIGHT_OF_ROW * 2),
        _data(rows, name, value, colour),
    )


def columns(rows: Sequence[Row], day: Column, value: Column, colour: Column, order: Sequence[str]) -> dict[str, Any]:
    """Stacked columns over time. ``order``: of the colours, which are the same whatever is shown."""
    alt = _alt()
    rows = [{**row, "order": order.index(row[colour.key])} for row in rows]
    first = Column("order", "")
    chart = _chart().mark_bar().encode(
        x=alt.X(f"{day.key}:O", title=day.title, axis=alt.Axis(labelAngle=-40, labelOverlap=True)),
        y=alt.Y(f"{value.key}:Q", axis=_axis(value)),
        color=alt.Color(f"{colour.key}:N", title=colour.title, scale=alt.Scale(domain=list(order))),
        order=alt.Order("order:Q"),
        tooltip=_tips(day, colour, value),
    )  # fmt: skip
    return _made(chart.properties(width="container", height=HEIGHT), _data(rows, day, value, colour, first))


def lines(rows: Sequence[Row], day: Column, value: Column, colour: Column) -> dict[str, Any]:
    """A line for each kind over time."""
    alt = _alt()
    chart = _chart().mark_line(point=True).encode(
        x=alt.X(f"{day.key}:O", title=day.title, axis=alt.Axis(labelAngle=-40, labelOverlap=True)),
        y=alt.Y(f"{value.key}:Q", axis=_axis(value), scale=alt.Scale(zero=False)),
        color=alt.Color(f"{colour.key}:N", sort=None, title=colour.title),
        tooltip=_tips(day, colour, value),
    )  # fmt: skip
    return _made(chart.properties(width="container", height=HEIGHT), _data(rows, day, value, colour))


def heat(rows: Sequence[Row], across: Column, down: Column, value: Column) -> dict[str, Any]:
    """A square for each pair, the deeper the more."""
    alt = _alt()
    chart = _chart().mark_rect().encode(
        x=alt.X(f"{across.key}:N", sort=None, title=across.title, axis=alt.Axis(labelAngle=0)),
        y=alt.Y(f"{down.key}:N", sort=None, title=down.title),
        color=alt.Color(
            f"{value.key}:Q", title=value.title,
            scale=alt.Scale(domain=[0, 1] if value.form == "share" else alt.Undefined),
            legend=alt.Legend(format=".0%" if value.form == "share" else ",.2~f"),
        ),
        tooltip=_tips(down, across, value),
    )  # fmt: skip
    shown = len({row[down.key] for row in rows})
    return _made(
        chart.properties(width="container", height=max(shown, 3) * HEIGHT_OF_ROW),
        _data(rows, across, down, value),
    )


def intervals(rows: Sequence[Row], name: Column, value: Column, low: Column, high: Column) -> dict[str, Any]:
    """A point with its interval for each row."""
    alt = _alt()
    y = alt.Y(f"{name.key}:N", sort=None, title=None, axis=alt.Axis(labelLimit=260))
    lines_ = alt.Chart().mark_rule(strokeWidth=2).encode(
        y=y, x=alt.X(f"{low.key}:Q", axis=_axis(value), scale=alt.Scale(zero=False)), x2=f"{high.key}:Q"
    )  # fmt: skip
    points = alt.Chart().mark_point(filled=True, size=90).encode(
        y=y, x=alt.X(f"{value.key}:Q"), tooltip=_tips(name, value, low, high)
    )  # fmt: skip
    chart = alt.layer(lines_, points, data=alt.Data(values=[]))
    return _made(
        chart.properties(width="container", height=max(len(rows), 2) * HEIGHT_OF_ROW),
        _data(rows, name, value, low, high),
    )
