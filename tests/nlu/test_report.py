"""The report: pictures that are pictures, a page whose tables agree with the figures, no personal data on it."""

from __future__ import annotations

import itertools
import struct
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from nlu.corpus import Example
from nlu.evaluate import evaluate
from nlu.hearing import Hearing
from nlu.listener import Listener
from nlu.pictures import (
    Picture,
    Row,
    abstention,
    abstention_chart,
    confusion_chart,
    f1_chart,
    reliability,
    reliability_chart,
)
from nlu.report import PAGE, page_of, write_report


def row(labelled: str, heard: str, confidence: float, text: str = "hello", lang: str = "en") -> Row:
    hearing = Hearing(text, lang, heard, confidence, None, confidence < 0.5, "neutral", 0)
    return Example(text, lang, labelled), hearing, 1.0


ROWS = [row("refund", "refund", 0.9), row("refund", "invoice", 0.4), row("thank", "thank", 0.95, lang="zh-CN")]


@pytest.mark.long
def test_a_report_has_four_pictures_in_two_forms_and_a_page(
    listener: Listener, examples: list[Example], tmp_path: Path
) -> None:
    chosen = examples[::40]
    told: list[float] = []
    page = write_report(listener, chosen, tmp_path / "new" / "report", progress=lambda _, share: told.append(share))
    assert page.name == PAGE and told[-1] == 1.0
    text = page.read_text(encoding="utf-8")
    for name in ("confusion", "reliability", "f1", "abstention"):
        root = ElementTree.parse(page.with_name(f"{name}.svg")).getroot()
        assert root.tag.endswith("svg")
        assert wide_and_high(page.with_name(f"{name}.png")) > (400, 300)
        assert f"({name}.svg)" in text
    accuracy = evaluate(listener, chosen)["languages"]["en"]["intent"]["accuracy"]
    assert any(line.startswith("| en |") and f"| {accuracy} |" in line for line in text.splitlines())


@pytest.mark.fast
def test_every_table_on_the_page_is_whole() -> None:
    blocks = [block for block in page_of(ROWS).split("\n\n") if block.startswith("|")]
    assert len(blocks) == 7
    for block in blocks:
        assert len({line.replace("\\|", "").count("|") for line in block.splitlines()}) == 1


@pytest.mark.fast
def test_what_customers_wrote_is_redacted_on_the_page() -> None:
    page = page_of([*ROWS, row("refund", "thank", 0.99, "call 13800008812 | ann@example.com\nnow")])
    assert "call [phone] \\| [email] now" in page and "8812" not in page


@pytest.mark.fast
def test_reliability_compares_what_was_said_with_what_was_right() -> None:
    rows = [row("refund", "refund" if place < 3 else "thank", 0.72) for place in range(4)]
    assert reliability(rows) == [{"n": 4, "confidence": 0.72, "accuracy": 0.75}]


@pytest.mark.fast
def test_the_abstention_curve_rises_from_nothing_to_everything() -> None:
    rows = [row("refund", "refund", 0.1 * place) for place in range(5, 10)]
    rows += [row("refund", "thank", 0.1 * place) for place in range(1, 8)]
    steps = abstention(rows)
    assert steps[0]["alarms"] == 0 and steps[-1] == {"threshold": 1.01, "alarms": 1.0, "flagged": 1.0}
    assert all(a["flagged"] <= b["flagged"] for a, b in itertools.pairwise(steps))


@pytest.mark.fast
@pytest.mark.parametrize("chart", [confusion_chart, reliability_chart, f1_chart, abstention_chart])
@pytest.mark.parametrize("rows", [ROWS[:1], ROWS[1:2], ROWS])
def test_pictures_can_be_drawn_of_very_little(
    chart: Callable[[list[Row]], Picture], rows: list[Row], tmp_path: Path
) -> None:
    chart(rows).save(tmp_path / "picture.png")
    assert wide_and_high(tmp_path / "picture.png") > (100, 50)


@pytest.mark.fast
def test_a_report_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        write_report(None, [], tmp_path)  # type: ignore[arg-type]


def wide_and_high(png: Path) -> tuple[int, int]:
    data = png.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    return width, height
