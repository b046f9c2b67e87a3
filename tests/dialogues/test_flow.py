from __future__ import annotations

import pkgutil
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import dialogues
from dialogues import conflict, eoac, flow, handover
from dialogues.book import load_numbers
from dialogues.moves import MOVES
from dialogues.state import Conflict, Stage

pytestmark = pytest.mark.fast
DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_about_the_flow_says_what_the_tables_say():
    assert (DOCS / "flow.md").read_text(encoding="utf-8") == flow.markdown(load_numbers()), "kairos flow --write"
    assert (DOCS / flow.PICTURE).read_text(encoding="utf-8") == flow.svg(), "kairos flow --write"


def test_every_stage_has_a_move_for_whatever_a_turn_may_mean():
    assert set(eoac.TABLE) == {(stage, signal) for stage in Stage for signal in eoac.Signal}
    assert set(eoac.TABLE.values()) <= set(MOVES)
    assert set(eoac.MEANS) == set(eoac.Signal)


def test_no_move_is_idle():
    assert set(MOVES) == set(eoac.TABLE.values())


def test_every_conflict_step_knows_what_to_say_to_every_temper():
    assert set(conflict.TABLE) == {(at, temper) for at in Conflict for temper in conflict.Temper}
    assert set(conflict.MEANS) == set(conflict.Temper)


def test_the_drawing_is_a_picture_and_names_every_stage_and_step():
    drawing = flow.svg()
    words = "".join(ElementTree.fromstring(drawing).itertext())
    assert all(place.value in words for place in (*Stage, *Conflict))


def test_every_reason_for_a_human_is_explained():
    page = flow.markdown(load_numbers())
    assert all(f"`{reason}`" in page for reason in handover.REASONS)


def test_whoever_opens_the_room_finds_each_of_its_files_named_once():
    named = re.findall(r"``(\w+)``", (dialogues.__doc__ or "").partition("rest when")[2])
    assert sorted(named) == sorted(module.name for module in pkgutil.iter_modules(dialogues.__path__))
