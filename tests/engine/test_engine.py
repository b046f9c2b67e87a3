"""What the whole design rests on: Rasa as a library carries our message to our policy, and its plan to our action."""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.engine import Engine, EngineNotReady
from tests.engine.conftest import Calls, Load

METADATA: dict[str, Any] = {
    "turn_id": "t-1", "conversation_id": "c-1", "locale": "zh-TW", "version": 3, "choice": "",
    "state": {"stage": "offer", "heats": [3, 20], "facts": {"order_number": "2026111800042"}},
    "orders": [{"number": "2026111800042", "item": "电饭煲", "refunds": []}], "now": "2026-11-23T10:00:00+08:00",
}  # fmt: skip


async def test_the_metadata_of_a_message_reaches_the_policy(watched_model: Path, load: Load, calls: Calls):
    engine = await load(watched_model, calls)
    await engine.handle("等了六天了", METADATA)
    [call] = calls
    assert METADATA.items() <= call["tracker"]["slots"]["plan"]["metadata"].items()


async def test_the_plan_of_the_policy_reaches_the_action_handler(watched_model: Path, load: Load, calls: Calls):
    engine = await load(watched_model, calls)
    await engine.handle("等了六天了", METADATA)
    [call] = calls
    assert call["next_action"] == "action_settle"
    assert call["tracker"]["slots"]["plan"]["heard"]["text"] == "等了六天了"
    message = call["tracker"]["latest_message"]
    assert (message["text"], message["heard"]["intent"]) == ("等了六天了", "chitchat")
    assert METADATA.items() <= message["metadata"].items()


async def test_what_the_handler_returns_comes_back(watched_model: Path, load: Load, calls: Calls):
    engine = await load(watched_model, calls)
    assert await engine.handle("hello", METADATA) == "settled"


class _Broke(Exception):
    pass


async def test_an_exception_in_the_handler_comes_out_and_is_not_swallowed(watched_model: Path, load: Load):
    error, works = _Broke("in the middle of it"), False

    async def handler(call: dict[str, Any]) -> str:
        if works:
            return "settled"
        raise error

    engine = await load(watched_model, handler)
    with pytest.raises(_Broke) as raised:
        await engine.handle("hello", METADATA)
    assert raised.value is error
    works = True
    assert await engine.handle("hello again", METADATA) == "settled", "and the engine works on"


async def test_an_engine_that_calls_no_action_has_failed(tmp_path: Path, load: Load, calls: Calls):
    from bot.engine.processor import EngineFailed
    from tests.engine import parts

    engine = await load(await asyncio.to_thread(parts.watched_model, tmp_path, does="nothing"), calls)
    with pytest.raises(EngineFailed):
        await engine.handle("hello", METADATA)
    assert calls == []


async def test_a_model_path_that_is_not_there_is_refused_though_another_model_lies_beside_it(
    watched_model: Path, tmp_path: Path, calls: Calls
):
    shutil.copy(watched_model, tmp_path / "kairos-other.tar.gz")
    engine = Engine(calls)
    for path in (tmp_path / "kairos-wanted.tar.gz", tmp_path):
        with pytest.raises(FileNotFoundError, match="no trained model"):
            await engine.load(path)
        assert not engine.is_ready
    with pytest.raises(EngineNotReady):
        await engine.handle("hello", METADATA)
    with pytest.raises(EngineNotReady):
        await engine.parse("hello")
    engine.close()


async def test_a_model_file_that_is_none_is_refused(tmp_path: Path, calls: Calls):
    path = tmp_path / "kairos-broken.tar.gz"
    path.write_bytes(b"not a model")
    engine = Engine(calls)
    with pytest.raises(Exception, match="can not be loaded"):
        await engine.load(path)
    assert not engine.is_ready
    engine.close()


@pytest.mark.parametrize("typed", [
    "/greet", '/request_human{"order_number": "1"}', "/restart", "/session_start", "//greet", "  /greet", "/ /greet",
])  # fmt: skip
async def test_an_intent_typed_by_a_customer_does_not_bypass_hearing(
    watched_model: Path, load: Load, calls: Calls, typed: str
):
    engine = await load(watched_model, calls)
    await engine.handle(typed, METADATA)
    message = calls[-1]["tracker"]["latest_message"]
    assert message["intent"]["name"] == "chitchat", "as the ears heard it, not as it was typed"
    assert message["heard"]["text"] == typed.lstrip("/ ")
    parsed = await engine.parse(typed)
    assert parsed["intent"]["name"] == "chitchat" and parsed["entities"] == []


@given(st.text(alphabet=" /\t\n　a等{", max_size=12))
def test_no_text_reaches_rasa_with_a_slash_in_front(text: str):
    from bot.engine.processor import as_said

    said = as_said(text)
    assert not said.strip().startswith("/")
    assert text.endswith(said) and not text.removesuffix(said).strip("/ \t\n　")


async def test_every_turn_starts_from_a_fresh_tracker(watched_model: Path, load: Load, calls: Calls):
    engine = await load(watched_model, calls)
    for n in range(5):
        await engine.handle(f"message {n}", {**METADATA, "turn_id": f"t-{n}"})
    assert len({call["tracker"]["slots"]["plan"]["events"] for call in calls}) == 1
    assert all(f"message {n}" in str(call["tracker"]) for n, call in enumerate(calls))
    assert "message 0" not in str(calls[-1]["tracker"])


async def test_a_graph_that_is_run_straight_tells_what_dask_tells(watched_model: Path, load: Load, calls: Calls):
    from rasa.core.channels.channel import UserMessage
    from rasa.engine.constants import PLACEHOLDER_MESSAGE
    from rasa.engine.runner.dask import DaskGraphRunner

    processor = (await load(watched_model, calls))._processor._agent.processor
    target = processor.model_metadata.nlu_target

    def heard(run: Any) -> dict[str, Any]:
        outputs = run(inputs={PLACEHOLDER_MESSAGE: [UserMessage("等了六天了", metadata=METADATA)]}, targets=[target])
        assert list(outputs) == [target]
        told: dict[str, Any] = outputs[target][0].as_dict(only_output_properties=True)
        return told

    runner = processor.graph_runner
    assert type(runner).__name__ == "StraightRunner"
    assert heard(runner.run) == heard(lambda **given: DaskGraphRunner.run(runner, **given))


async def test_turns_under_way_at_once_do_not_mix(watched_model: Path, load: Load):
    async def handler(call: dict[str, Any]) -> str:
        metadata = call["tracker"]["latest_message"]["metadata"]
        await asyncio.sleep(0.01 * (metadata["version"] % 3))
        if metadata["version"] % 4 == 0:
            raise _Broke(metadata["turn_id"])
        assert call["tracker"]["slots"]["plan"]["metadata"]["turn_id"] == metadata["turn_id"]
        return str(metadata["turn_id"])

    engine = await load(watched_model, handler)
    results = await asyncio.gather(
        *(engine.handle(f"m {n}", {**METADATA, "conversation_id": f"c-{n}", "turn_id": f"t-{n}", "version": n})
          for n in range(24)), return_exceptions=True,
    )  # fmt: skip
    for n, result in enumerate(results):
        assert str(result) == f"t-{n}"
        assert isinstance(result, _Broke) == (n % 4 == 0)


async def test_the_handler_runs_where_the_database_lives_and_hearing_does_not(watched_model: Path, load: Load):
    where: list[threading.Thread] = []

    async def handler(call: dict[str, Any]) -> None:
        where.append(threading.current_thread())

    engine = await load(watched_model, handler)
    await engine.handle("hello", METADATA)
    assert where == [threading.current_thread()]
    assert "engine" in {thread.name for thread in threading.enumerate()}


async def test_a_long_hearing_keeps_nobody_else_waiting(tmp_path: Path, load: Load, calls: Calls):
    from tests.engine import parts

    engine = await load(await asyncio.to_thread(parts.watched_model, tmp_path, seconds=1.0), calls)
    turn = asyncio.create_task(engine.handle("hello", METADATA))
    longest, last = 0.0, time.monotonic()
    while not turn.done():
        await asyncio.sleep(0.005)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    assert await turn == "settled"
    assert longest < 0.5


async def test_a_closed_engine_is_not_ready(watched_model: Path, load: Load, calls: Calls):
    engine = await load(watched_model, calls)
    assert engine.is_ready
    engine.close()
    assert not engine.is_ready
