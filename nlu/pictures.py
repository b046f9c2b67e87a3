"""Pictures of how well a listener hears, as Altair charts; report.py writes them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt

from nlu.corpus import Example
from nlu.evaluate import figures_of
from nlu.hearing import Hearing
from nlu.labels import LANGUAGES

# A labelled message, what was heard, milliseconds.
Row = tuple[Example, Hearing, float]
Values = list[dict[str, Any]]
Picture = alt.LayerChart | alt.FacetChart

# Colour and dash for each written form, so that neither has to be told from the other by colour alone.
_HUES = ("#1d4ed8", "#b45309", "#0f766e")
_DASHES = ([1, 0], [6, 3], [2, 2])
_INK, _FAINT = "#1f2937", "#9ca3af"
_BINS = 10
_FEWEST = 5  # messages in a bin of the reliability curve; fewer say nothing


def confusion_chart(rows: Sequence[Row]) -> Picture:
    """Each intent as labelled (rows) and as heard (columns), in per cent of the messages with that label."""
    counts = Counter((example.intent, hearing.intent) for example, hearing, _ in rows)
    total = Counter(example.intent for example, _, _ in rows)
    names = sorted({name for pair in counts for name in pair})
    values = [
        {"wanted": wanted, "heard": heard, "n": n, "share": n / total[wanted], "right": wanted == heard}
        for (wanted, heard), n in sorted(counts.items())
    ]
    axis = alt.Axis(labelFontSize=9, labelLimit=200, domain=False, ticks=False)
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("heard:N", sort=names, scale=alt.Scale(domain=names), title="heard", axis=axis),
        y=alt.Y("wanted:N", sort=names, scale=alt.Scale(domain=names), title="labelled", axis=axis),
    )
    cells = base.mark_rect().encode(
        color=alt.Color(
            "share:Q",
            title="share of the label",
            scale=alt.Scale(scheme="blues", domain=[0, 1]),
            legend=alt.Legend(format=".0%", gradientLength=160),
        )
    )
    words = base.mark_text(fontSize=8).encode(
        text=alt.Text("n:Q"),
        color=alt.condition("datum.share > 0.5", alt.value("white"), alt.value(_INK)),
    )
    size = max(200, 18 * len(names))
    chart = alt.layer(cells, words).properties(
        width=size,
        height=size,
        title=_title("Which intent is heard as which", f"{len(rows)} messages; cells: messages"),
    )
    return _plain(chart)


def reliability_chart(rows: Sequence[Row]) -> Picture:
    """How often the intent was right, for each step of confidence; the diagonal is what was promised."""
    values = [
        {"language": language, **step}
        for language, inside in by_language(rows).items()
        for step in reliability(inside)
        if step["n"] >= _FEWEST
    ]
    diagonal = _line([(0, 0), (1, 1)])
    lines = _curves(values, "confidence", "accuracy").mark_line(point=alt.OverlayMarkDef(size=45), strokeWidth=2)
    return _plain(
        alt.layer(diagonal, lines).properties(
            width=440,
            height=380,
            title=_title("How far a confidence can be trusted", "above the diagonal: right more often than it says"),
        )
    )


def f1_chart(rows: Sequence[Row]) -> Picture:
    """F1 of every intent, the best first; the line is their mean."""
    figures = figures_of(rows)["intent"]
    values = [{"intent": name, **each} for name, each in figures["per_class"].items()]
    order = [each["intent"] for each in sorted(values, key=lambda each: (-each["f1"], each["intent"]))]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y("intent:N", sort=order, title=None, axis=alt.Axis(labelLimit=200, domain=False, ticks=False)),
        x=alt.X("f1:Q", title="F1", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".1f")),
    )
    bars = base.mark_bar(color=_HUES[0], height={"band": 0.72})
    words = base.mark_text(align="left", dx=6, fontSize=9, color=_INK).encode(text=alt.Text("label:N"), x=alt.XDatum(1))
    words = words.transform_calculate(label="format(datum.f1, '.2f') + '  (' + datum.n + ')'")
    mean = (
        alt.Chart(alt.InlineData(values=[{"mean": figures["macro_f1"]}]))
        .mark_rule(color=_INK, strokeDash=[4, 3])
        .encode(x="mean:Q")
    )
    subtitle = f"line: mean {figures['macro_f1']:.3f}; beside each: its F1 and its messages"
    return _plain(
        alt.layer(bars, words, mean).properties(
            width=460, height=max(80, 17 * len(values)), title=_title("How well each intent is heard", subtitle)
        )
    )


def abstention_chart(rows: Sequence[Row]) -> Picture:
    """Wrong intents that would be called unsure against right ones, as the threshold rises; dots: as it is set."""
    values: Values = []
    dots: Values = []
    for language, inside in by_language(rows).items():
        values += [{"language": language, **step} for step in abstention(inside)]
        figures = figures_of(inside)["abstention"]
        dots.append({"language": language, "alarms": figures["false_alarms"], "flagged": figures["wrong_flagged"]})
    lines = _curves(values, "alarms", "flagged").mark_line(strokeWidth=2)
    points = _curves(dots, "alarms", "flagged", dashed=False).mark_point(filled=True, size=110, opacity=1)
    aim = _line([(0.1, 0), (0.1, 1)])
    return _plain(
        alt.layer(aim, lines, points).properties(
            width=440,
            height=380,
            title=_title(
                "When it says that it is unsure", "dots: the threshold in force; line: the aim for false alarms"
            ),
        )
    )


def reliability(rows: Sequence[Row]) -> Values:
    """For each step of confidence: messages, mean confidence, share of right intents."""
    steps: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        steps[min(int(row[1].confidence * _BINS), _BINS - 1)].append(row)
    return [
        {
            "n": len(inside),
            "confidence": round(sum(hearing.confidence for _, hearing, _ in inside) / len(inside), 4),
            "accuracy": round(sum(example.intent == hearing.intent for example, hearing, _ in inside) / len(inside), 4),
        }
        for _, inside in sorted(steps.items())
    ]


def abstention(rows: Sequence[Row]) -> Values:
    """Share of right ("alarms") and of wrong intents ("flagged") that lie below each confidence."""
    right = sorted(hearing.confidence for example, hearing, _ in rows if example.intent == hearing.intent)
    wrong = sorted(hearing.confidence for example, hearing, _ in rows if example.intent != hearing.intent)
    if not right or not wrong:
        return []
    steps: Values = []
    for percent in range(101):
        alarms = percent / 100
        threshold = right[min(int(alarms * len(right)), len(right) - 1)] if percent < 100 else 1.01
        flagged = sum(confidence < threshold for confidence in wrong) / len(wrong)
        steps.append({"threshold": round(threshold, 4), "alarms": alarms, "flagged": round(flagged, 4)})
    return steps


def by_language(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found = {language: [row for row in rows if row[0].lang == language] for language in LANGUAGES}
    return {language: inside for language, inside in found.items() if inside}


def _curves(values: Values, x: str, y: str, *, dashed: bool = True) -> alt.Chart:
    titles: Mapping[str, str] = {
        "confidence": "confidence", "accuracy": "share of right intents",
        "alarms": "right intents called unsure", "flagged": "wrong intents called unsure",
    }  # fmt: skip
    named = {value["language"] for value in values}
    present = [language for language in LANGUAGES if language in named or not named]
    hues = [_HUES[LANGUAGES.index(language)] for language in present]
    dashes = [_DASHES[LANGUAGES.index(language)] for language in present]
    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(format=".0%", grid=True)
    curves: alt.Chart = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X(f"{x}:Q", title=titles[x], scale=scale, axis=axis),
        y=alt.Y(f"{y}:Q", title=titles[y], scale=scale, axis=axis),
        color=alt.Color("language:N", title=None, scale=alt.Scale(domain=present, range=hues)),
    )
    if dashed:
        dash = alt.StrokeDash("language:N", title=None, scale=alt.Scale(domain=present, range=dashes))
        curves = curves.encode(strokeDash=dash)
    return curves


def _line(points: Iterable[tuple[float, float]]) -> alt.Chart:
    values = [{"x": x, "y": y} for x, y in points]
    line: alt.Chart = (
        alt.Chart(alt.InlineData(values=values)).mark_line(color=_FAINT, strokeDash=[4, 4]).encode(x="x:Q", y="y:Q")
    )
    return line


def _title(text: str, subtitle: str) -> alt.TitleParams:
    return alt.TitleParams(
        text=text, subtitle=subtitle, anchor="start", fontSize=14, subtitleColor="#4b5563", color=_INK, offset=12
    )


def _plain(chart: Picture) -> Picture:
    """White ground, quiet axes."""
    styled: Picture = (
        chart.configure(background="white", padding=12)
        .configure_view(stroke=None)
        .configure_axis(gridColor="#e5e7eb", labelColor=_INK, titleColor=_INK, titleFontWeight="normal")
    )
    return styled
