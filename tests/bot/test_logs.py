from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

from tests.bot.client import chatting
from tests.bot.conftest import MakeApplication

SECRET_WORDS = "Zanzibarquietly"


def _lines(log: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.splitlines() if line.startswith("{")]


async def test_a_trace_id_goes_from_the_door_to_the_outbox(make_application: MakeApplication):
    application = make_application(KAIROS_LOG_JSON="true")
    application.start()
    async with chatting(application.ws_url) as client:
        await client.ask("hello")
        await client.ask("hello again")
    application.stop()
    lines = _lines(application.log())
    recorded = [line for line in lines if line["event"] == "message recorded"]
    assert len(recorded) == 2 and len({line["trace"] for line in recorded}) == 2
    for door in recorded:
        assert re.fullmatch(r"[0-9a-f]{16}", door["trace"])
        followed = [line["event"] for line in lines if line.get("trace") == door["trace"]]
        assert followed[0] == "message recorded" and {"turn settled", "reply delivered"} <= set(followed)
        assert {line["conversation"] for line in lines if line.get("trace") == door["trace"]} == {client.conversation}
    assert all({"event", "level", "timestamp"} <= set(line) for line in lines)


async def test_no_customer_text_is_logged_whatever_goes_wrong(make_application: MakeApplication, tmp_path: Path):
    application = make_application(KAIROS_ENGINE_TIMEOUT_S="0.001", KAIROS_LOG_LEVEL="debug")
    application.start()
    async with chatting(application.ws_url) as client:
        await client.ask(f"/{SECRET_WORDS} falls back because the engine is too slow")
        await client.ask(f'/greet{{"x": "{SECRET_WORDS}"}}')
        await client.send({"type": "message", "client_id": "c-1", "text": [SECRET_WORDS]})
        await client.send(f'{{"type": "message", "text": "{SECRET_WORDS}')
        await client.ping()
        lock = sqlite3.connect(application.sqlite_path, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        await client.say(f"{SECRET_WORDS} cannot be stored")
        await client.wait_for(lambda f: f.get("code") == "unavailable")
        lock.close()
    application.stop()
    log = application.log()
    assert "engine gave nothing, falling back" in log and "database is locked" in log, "what went wrong is told"
    assert SECRET_WORDS not in log


async def test_no_customer_text_is_logged_by_the_engine_when_it_fails(
    make_application: MakeApplication, nonsense_model: Path
):
    application = make_application(KAIROS_MODEL=str(nonsense_model))
    application.start()
    async with chatting(application.ws_url) as client:
        await client.ask(f"{SECRET_WORDS} meets a plan that is none")
    application.stop()
    assert "falling back" in application.log() and SECRET_WORDS not in application.log()
