from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from bot.engine import training
from bot.engine.guard import TensorFlowNeeded
from tests.engine import parts
from tests.engine.conftest import Calls, Load

OWN_PIPELINE = [{"name": f"nlu.rasa_adapters.{name}"} for name in ("LanguageReader", "EntityFinder", "Hearer")]
OWN_POLICY = [{"name": "dialogues.rasa_policy.DecidePolicy"}]


def test_a_trained_model_lies_under_its_fingerprint_and_nothing_else_is_left(watched_model: Path):
    assert watched_model.name.startswith("kairos-") and watched_model.stat().st_size > 1000
    assert [path.name for path in watched_model.parent.iterdir() if path.name not in ("cache", ".lock")] == [
        watched_model.name
    ]


def test_training_again_replaces_the_older_models_and_leaves_the_working_folder_alone(tmp_path: Path):
    here = Path.cwd()
    first = parts.watched_model(tmp_path, does="tell")
    second = parts.watched_model(tmp_path, does="nothing")
    assert first != second and not first.exists() and second.exists()
    assert Path.cwd() == here


def test_a_training_that_fails_leaves_no_model(tmp_path: Path):
    good = parts.watched_model(tmp_path)
    with pytest.raises(Exception, match="Stumbles"):
        parts.own_model(tmp_path, [{"name": "tests.engine.parts.Stumbles"}], OWN_POLICY)
    assert list((tmp_path / "models").glob("*.tar.gz")) == [good], "and the good one of before stays"
    assert list((tmp_path / "models").glob("building-*")) == []


def test_a_tensorflow_component_is_refused_before_anything_is_trained(tmp_path: Path):
    with pytest.raises(TensorFlowNeeded, match="DIETClassifier"):
        parts.own_model(tmp_path, [*OWN_PIPELINE, {"name": "DIETClassifier"}], OWN_POLICY)
    assert not (tmp_path / "models").exists()


async def test_our_own_components_train_load_hear_and_judge(trained_model: Path, load: Load, calls: Calls):
    from dialogues.plan import Plan
    from dialogues.state import State

    engine = await load(trained_model, calls)
    metadata: dict[str, Any] = {
        "turn_id": "t", "conversation_id": "c", "locale": "en", "timezone": "", "choice": "", "asked": None,
        "state": State(locale="en").to_dict(), "version": 0, "now": "2026-11-23T10:00:00+08:00", "open": True,
        "opens_at": "", "linked": True, "orders_unknown": False,
        "orders": [{"number": "2026111800042", "status": "shipped", "item": "desk lamp", "eta": "2026-11-25"}],
    }  # fmt: skip
    for text, language in (
        ("我的快递到哪里了", "zh-CN"),
        ("我的包裹寄到哪裡了", "zh-TW"),
        ("where is my parcel", "en"),
    ):
        started = time.perf_counter()
        await engine.handle(text, {**metadata, "locale": language})
        assert time.perf_counter() - started < 5
        message = calls[-1]["tracker"]["latest_message"]
        assert message["heard"]["language"] == language and message["heard"]["intent"] and message["heard"]["text"]
        plan = Plan.from_dict(calls[-1]["tracker"]["slots"]["plan"])
        assert plan.acts and plan.reasons


async def test_what_is_known_of_the_customer_reaches_the_judging(trained_model: Path, load: Load, calls: Calls):
    from dialogues.plan import Plan
    from dialogues.state import State

    engine = await load(trained_model, calls)
    metadata: dict[str, Any] = {
        "turn_id": "t", "conversation_id": "c", "locale": "en", "timezone": "", "choice": "issue:order_status",
        "asked": "clarify", "state": State(locale="en").to_dict(), "version": 0, "now": "2026-11-23T10:00:00+08:00",
        "open": True, "opens_at": "", "linked": True, "orders_unknown": False, "orders": [],
    }  # fmt: skip
    await engine.handle("Order progress", metadata)
    await engine.handle("Order progress", {
        **metadata, "orders": [{"number": "7", "status": "shipped", "item": "desk lamp", "eta": "2026-11-25"}],
    })  # fmt: skip
    without, with_order = (Plan.from_dict(call["tracker"]["slots"]["plan"]) for call in calls)
    assert "order_number" not in without.state.facts and "ask" in without.act_names()
    assert with_order.state.facts["order_number"] == "7" and "answer" in with_order.act_names()


def test_nobody_trains_in_a_folder_while_another_does(tmp_path: Path):
    started, order = threading.Event(), []

    def train_first() -> None:
        with training.alone(tmp_path):
            started.set()
            time.sleep(0.5)
            order.append("first")

    other = threading.Thread(target=train_first)
    other.start()
    assert started.wait(10)
    with training.alone(tmp_path):
        order.append("second")
    other.join()
    assert order == ["first", "second"]
