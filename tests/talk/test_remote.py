"""Scripts played against a running server, over its web chat."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.talk.command import HELD, NOT_HELD, UNUSABLE, talk
from tests.server import Server

HOLDS = """
- name: a demonstration customer asks and wants a person
  locale: zh-CN
  timezone: Asia/Shanghai
  customer: {name: 王女士, known: true}
  turns:
    - say: 我的订单到哪了
      expect: {owner: bot, locale: zh-CN, intent: order_status, reply_contains: "2026111800042"}
    - say: [那, 帮我转人工]
      expect: {owner: queue, handover_reason: asked, bubbles_at_most: 3}
  expect: {silent_turns: 0, owner: queue, moments_exactly: 2}

- name: a guest is asked and answers
  locale: en
  customer: {known: false, phone: "+447700900123", orders: [{number: "2026112000015", status: paid}]}
  answers: {order_number: "2026112000015", phone_last4: "0123"}
  turns:
    - say: Has my order shipped yet?
      expect: {reply_contains: desk lamp, locale: en, owner: bot}
    - wait: 1s
    - choose: 1
  expect: {silent_turns: 0}

- name: another time
  now: 2026-11-23T10:00:00+08:00
  turns: [{say: hi}]
"""
FAILS = "- {name: a, turns: [{say: 转人工, expect: {owner: bot}}]}"


@pytest.fixture(scope="module")
def server(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("data"), trained_model) as running:
        yield running


def written(folder: Path, text: str) -> list[Path]:
    path = folder / "talk.yml"
    path.write_text(text, encoding="utf-8")
    return [path]


def test_what_can_be_seen_is_held_and_the_rest_is_counted(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert talk(written(tmp_path, HOLDS), True, server.url) == HELD
    asked, guest, skipped = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (asked["failures"], asked["unchecked"]) == ([], 3)
    assert set(asked["turns"][0]) == {"said", "after", "replies", "seconds"}
    assert [turn["said"] for turn in guest["turns"][:2]] == ["Has my order shipped yet?", "2026112000015 0123"]
    assert skipped["skipped"] == "the clock of a running server cannot be set (now)"


def test_the_summary_tells_people_what_was_not_checked(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert talk(written(tmp_path, HOLDS), False, f"{server.url}/") == HELD
    out = capsys.readouterr().out
    assert "3 conversations, 2 as wanted, 0 not, 1 skipped, 3 expectations not checked" in out


def test_an_expectation_that_does_not_hold_is_the_exit_status(server: Server, tmp_path: Path) -> None:
    assert talk(written(tmp_path, FAILS), False, server.url) == NOT_HELD


def test_a_server_that_is_not_there_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        assert talk(written(tmp_path, HOLDS), False, url) == UNUSABLE
    assert capsys.readouterr().err.startswith(f"kairos talk: nothing answers at {url}")
