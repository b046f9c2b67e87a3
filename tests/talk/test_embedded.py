"""Scripts played in a house of their own, through the real engine."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from actions import conversations
from bot.house import House
from bot.talk.expect import ACTS
from bot.talk.script import load
from bot.talk.seen import HEARD, STATE, Played
from tests.photos import photo
from tests.talk.conftest import PlayAll

SCRIPTS = """
- name: a human from beginning to end
  now: 2026-11-23T10:00:00+08:00
  turns:
    - say: 转人工
      expect: {owner: queue, handover_reason: asked}
    - agent: {accept: true, say: 您好，我是小陈。}
      expect: {owner: human, acts: [], reply_excludes: 小陈}
    - say: [我想问问, 发票怎么还没开]
      expect: {acts: [], owner: human, bubbles_at_most: 0}
    - agent: {hand_back: true, note: 发票已补开}
      expect: {owner: bot}
  expect: {moments_exactly: 2, silent_turns: 0, owner: bot}

- name: nobody is there
  now: 2026-11-23T23:00:00+08:00
  shop: {open: false}
  turns:
    - say: 转人工
      expect: {acts_include: [handover, promise], handover_reason: asked}
    - shop: {open: true}
    - agent: {accept: true}
  expect: {promises_open: 0, promises_kept: 1, owner: human}

- name: verified by number and phone, then told
  now: 2026-11-23T10:00:00+08:00
  locale: en
  customer: {known: false, phone: "13800008812", orders: [{number: "2026111800042", status: shipped, item: rice cooker,
    placed: 2026-11-18, amount: 399.00, eta: 2026-11-25}]}
  answers: {order_number: "2026111800042", phone_last4: "8812"}
  turns:
    - say: Where is my order please
      expect: {acts_include: [ask, answer], reply_contains: rice cooker, questions_at_most: 1, stage: confirm}
    - choose: 1
      expect: {stage: closed}
  expect: {moments_exactly: 3, followups_pending: 1}

- name: known by the channel, and the shop fails
  channel: telegram
  locale: en
  shop: {failing: [refunds]}
  customer: {known: true, orders: [{number: "2026111800042", status: paid, item: rice cooker, amount: 399.00}]}
  turns:
    - say: I want a refund please
      expect: {acts_exclude: ask, offers_at_least: 1, reply_contains: "399"}
    - choose: "399"
      expect: {owner: queue, handover_reason: action_failed}

- name: nothing to tap
  turns:
    - choose: 1
    - say: never said

- name: staff who were not called
  turns:
    - agent: {say: hello}

- name: time passes
  now: 2026-11-23T10:00:00+08:00
  turns:
    - say: 你好
    - wait: 2h
      expect: {acts: [thank], bubbles_at_most: 1}
    - wait: 1h
      expect: {acts: []}

- name: a file
  turns:
    - send: broken.jpg
      expect: {owner: bot}
  expect: {silent_turns: 0, moments_exactly: 1}

- name: a file that is none
  turns:
    - send: program.jpg

- name: what is not as wanted
  turns:
    - say: 转人工
      expect: {owner: bot, handover_reason: [heat, safety]}
  expect: {moments_exactly: 5}
"""


class ThanksAfterAnHour:
    """A job for the tests: an hour after the house opened the bot thanks, once, in every conversation it knows."""

    def __init__(self, house: House) -> None:
        self._house, self._due = house, house.services.clock() + timedelta(hours=1)

    async def next_due(self) -> datetime | None:
        return self._due if self._due else None

    async def run_due(self) -> None:
        services = self._house.services
        assert services.clock() == self._due
        self._due = None  # type: ignore[assignment]
        text = services.wording.say("thank.plain", "zh-CN", seed="x")
        async with services.database.write() as session:
            for conversation_id in await _conversations(session):
                row = await conversations.lock_conversation(session, conversation_id)
                conversations.add_message(
                    session, row, message_id=services.new_id(), author="bot", text=text.text, now=services.clock(),
                    wording=[text.variant],
                )  # fmt: skip


async def _conversations(session: object) -> list[str]:
    from sqlalchemy import select
    from sqlalchemy.ext.asyncio import AsyncSession

    from models.conversations import Conversation

    assert isinstance(session, AsyncSession)
    return list((await session.execute(select(Conversation.id))).scalars())


@pytest.fixture(scope="module")
def played(play_all: PlayAll, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "broken.jpg").write_bytes(photo())
    (folder / "program.jpg").write_bytes(b"MZ")
    path = folder / "talk.yml"
    path.write_text(SCRIPTS, encoding="utf-8")
    return play_all(load([Path(path)]), ThanksAfterAnHour)


@pytest.mark.parametrize(
    "name",
    ["a human from beginning to end", "nobody is there", "verified by number and phone, then told",
     "known by the channel, and the shop fails", "time passes", "a file"],
)  # fmt: skip
def test_what_was_wanted_holds(played: dict[str, Played], name: str) -> None:
    assert [failure.to_json() for failure in played[name].failures] == []


def test_a_file_that_is_not_taken_is_a_failure_that_says_why(played: dict[str, Played]) -> None:
    assert [(f.turn, f.key, f.got) for f in played["a file that is none"].failures] == [(1, "send", "bad_type")]


def test_a_tap_where_nothing_was_shown_is_a_failure_and_ends_it(played: dict[str, Played]) -> None:
    told = played["nothing to tap"]
    assert [(f.turn, f.key) for f in told.failures] == [(1, "choose")]
    assert told.turns == ()


def test_staff_may_not_speak_while_the_bot_does(played: dict[str, Played]) -> None:
    (failure,) = played["staff who were not called"].failures
    assert (failure.turn, failure.key, failure.got) == (1, "agent", "owner bot")


def test_a_failure_names_turn_key_wanted_and_got(played: dict[str, Played]) -> None:
    assert [failure.to_json() for failure in played["what is not as wanted"].failures] == [
        {"turn": 1, "key": "owner", "wanted": "bot", "got": "queue"},
        {"turn": 1, "key": "handover_reason", "wanted": ["heat", "safety"], "got": "asked"},
        {"turn": None, "key": "moments_exactly", "wanted": 5, "got": 1},
    ]


def test_an_automatic_answer_is_a_turn_of_its_own(played: dict[str, Played]) -> None:
    said = [(turn.entry, turn.said) for turn in played["verified by number and phone, then told"].turns]
    assert said[:2] == [(1, "Where is my order please"), (1, "2026111800042 8812")]


def test_fragments_are_one_turn(played: dict[str, Played]) -> None:
    turn = played["a human from beginning to end"].turns[2]
    assert turn.said == ("我想问问", "发票怎么还没开")
    assert turn.heard["intent"] == "invoice"


def test_the_json_of_a_turn_has_the_keys_of_the_format(played: dict[str, Played]) -> None:
    data = played["a human from beginning to end"].to_json()
    assert list(data) == ["name", "turns", "failures"]
    turn = data["turns"][0]
    assert list(turn) == ["said", "heard", "before", "after", "acts", "replies", "moment", "effects", "seconds"]
    assert set(turn["heard"]) == set(HEARD)
    assert set(turn["before"]) == set(turn["after"]) == set(STATE)
    assert (turn["before"]["owner"], turn["after"]["owner"]) == ("bot", "queue")
    assert set(turn["acts"]) <= set(ACTS)
    assert set(turn["replies"][0]) == {"author", "text", "choices", "wording"}
    assert {"kind", "touchpoint", "expectation", "outcome"} <= set(turn["moment"])
    assert turn["effects"]["handovers"][0]["reason"] == "asked"
    assert turn["seconds"] > 0


def test_what_staff_do_is_seen_as_replies_and_effects(played: dict[str, Played]) -> None:
    accepted, _, handed_back = played["a human from beginning to end"].turns[1:4]
    assert accepted.said is None
    assert [(reply.author, reply.text) for reply in accepted.replies] == [("agent", "您好，我是小陈。")]
    assert handed_back.effects["handovers"][0]["status"] == "handed_back"
    assert handed_back.effects["handovers"][0]["note"] == "发票已补开"


def test_the_same_script_is_played_the_same_way_again(play_all: PlayAll, tmp_path: Path) -> None:
    path = tmp_path / "again.yml"
    path.write_text("- {name: again, turns: [{say: 你好}, {say: 我要退款}, {say: 转人工}]}", encoding="utf-8")
    first, second = (play_all(load([path]))["again"].to_json() for _ in range(2))
    for turn in (*first["turns"], *second["turns"]):
        del turn["seconds"]
    assert first == second
