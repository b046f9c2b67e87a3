"""A conversation file says what it means, or is refused with the place where it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.talk.checked import ScriptError
from bot.talk.script import Agent, Choose, Say, Script, Send, Shop, Wait, load

pytestmark = pytest.mark.fast

WHOLE = """
- name: angry about a late parcel, zh-CN
  locale: zh-CN
  channel: web
  now: 2026-11-23T10:00:00+08:00
  timezone: Asia/Shanghai
  shop: {open: true, staff: 1, failing: []}
  customer: {name: 王女士, known: true, phone: "13800008812", orders: [{number: "2026111800042", status: shipped,
    item: 电饭煲, quantity: 1, placed: 2026-11-18, amount: 399.00, currency: CNY, eta: 2026-11-22,
    tracking: SF1234567890, refunds: [{amount: 12.5, currency: CNY, status: submitted, at: 2026-11-20}]}]}
  answers: {order_number: "2026111800042", phone_last4: "8812"}
  turns:
    - say: 等了六天了！你们到底发没发货？
      expect: {emotion: [angry, frustrated], intent: delivery_problem, opens_with: conflict,
               acts_include: [empathise, accept], questions_at_most: 1, owner: bot}
    - say: [还有, 那个发票, 也没开]
    - choose: 1
    - choose: 退款
    - send: broken.jpg
    - wait: 26h
    - shop: {open: false, failing: [orders]}
    - agent: {accept: true, say: 您好，我是小陈。}
    - agent: {hand_back: true, note: 已催派送，明早到}
      expect: {acts: []}
  expect: {moments_at_least: 4, promises_open: 1, silent_turns: 0}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "talk.yml"
    path.write_text(text, encoding="utf-8")
    return path


def one(folder: Path, text: str) -> Script:
    (script,) = load([written(folder, text)])
    return script


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ScriptError) as caught:
        load([written(folder, text)])
    return str(caught.value)


def with_turn(entry: str) -> str:
    return f"- name: a\n  turns:\n    - say: hello\n    - {entry}\n"


def with_key(line: str) -> str:
    return f"- name: a\n  {line}\n  turns: [{{say: hello}}]\n"


def test_every_kind_of_entry_is_read(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"x")
    script = one(tmp_path, WHOLE)
    assert [entry.does for entry in script.entries] == [
        Say(("等了六天了！你们到底发没发货？",)), Say(("还有", "那个发票", "也没开")), Choose(1), Choose("退款"),
        Send(tmp_path / "broken.jpg"), Wait(timedelta(hours=26)), Shop(open=False, failing=("orders",)),
        Agent(accept=True, say="您好，我是小陈。"), Agent(hand_back=True, note="已催派送，明早到"),
    ]  # fmt: skip
    assert script.entries[-1].expect == {"acts": []}
    assert script.now == datetime(2026, 11, 23, 2, tzinfo=UTC)


def test_an_order_is_read_as_the_shop_tells_it(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"x")
    (order,) = one(tmp_path, WHOLE).customer.orders
    assert (order.amount, order.placed, order.eta) == ("399.00", "2026-11-18", "2026-11-22")
    assert order.refunds == ({"amount": "12.50", "currency": "CNY", "status": "submitted", "at": "2026-11-20"},)


def test_what_is_left_out_has_its_usual_value(tmp_path: Path) -> None:
    script = one(tmp_path, "- {name: a, turns: [{say: hello}]}")
    assert (script.locale, script.channel, script.shop) == ("zh-CN", "web", Shop(open=True, staff=1, failing=()))
    assert not script.customer.known
    assert script.now.tzinfo is not None


def test_a_refusal_names_file_conversation_entry_and_key(tmp_path: Path) -> None:
    told = refusal(tmp_path, with_turn("{say: hi, expect: {stge: offer}}"))
    assert told.startswith(f"{tmp_path / 'talk.yml'}, conversation 'a', entry 2, expect: unknown key stge")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "expected a list of conversations"),
        ("name: a", "expected a list of conversations"),
        ("- [", "not readable as YAML"),
        ("- {name: a}", "turns is missing"),
        ("- {turns: [{say: hi}]}", "conversation 'number 1': name is missing"),
        ("- {name: {a: 5}, turns: [{say: hi}]}", "name: expected text, got {"),
        ("- {name: a, turns: []}", "turns: expected a list of entries"),
        ("- {name: a, turns: [hello]}", "entry 1: expected keys and values, got 'hello'"),
        ("- {name: a, name: b, turns: [{say: hi}]}", "name stands there twice"),
        (with_key("langauge: en"), "unknown key langauge"),
        (with_key("channel: fax"), "channel: expected one of web, telegram, got 'fax'"),
        (with_key("now: 2026-11-23T10:00:00"), "now: 2026-11-23T10:00:00 needs its offset"),
        (with_key("now: soon"), "now: expected a time"),
        (with_key("timezone: Mars/Olympus"), "timezone: unknown time zone 'Mars/Olympus'"),
        (with_key("shop: {opne: true}"), "shop: unknown key opne"),
        (with_key("shop: {open: maybe}"), "shop.open: expected true or false, got 'maybe'"),
        (with_key("shop: {staff: -1}"), "shop.staff: expected a whole number"),
        (with_key("shop: {failing: orders}"), "shop.failing: expected a list"),
        (with_key("answers: {phone_last4: [8812]}"), "answers.phone_last4: expected text, got ["),
        (with_key("customer: {known: 1}"), "customer.known: expected true or false"),
        (with_key("customer: {orders: [{number: [12], status: paid}]}"), "customer.orders[1].number: expected text"),
        (with_key('customer: {orders: [{number: "1", status: lost}]}'), "orders[1].status: expected one of"),
        (with_key('customer: {orders: [{number: "1"}]}'), "orders[1]: status is missing"),
        (with_key('customer: {orders: [{number: "1", status: paid, eta: soon}]}'), "eta: expected a day"),
        (with_key('customer: {orders: [{number: "1", status: paid, amount: lots}]}'), "amount: expected an amount"),
        (with_key('customer: {orders: [{number: "1", status: paid, charges: [{}]}]}'), "amount is missing"),
        (with_key("expect: {moments: 3}"), "expect: unknown key moments"),
        (with_key("expect: {silent_turns: none}"), "expect.silent_turns: expected a whole number"),
        (with_key("expect: {owner: robot}"), "expect.owner: expected one of bot, queue, human, got 'robot'"),
        (with_turn("{tell: hi}"), "entry 2: unknown key tell"),
        (with_turn("{say: hi, wait: 3s}"), "entry 2: expected exactly one of"),
        (with_turn("{expect: {owner: bot}}"), "entry 2: expected exactly one of"),
        (with_turn("{say: {a: no}}"), "entry 2, say: expected text, got {"),
        (with_turn('{say: ""}'), "entry 2, say: expected text, got nothing"),
        (with_turn("{say: []}"), "entry 2, say: expected text, got an empty list"),
        (with_turn("{choose: 0}"), "entry 2, choose: expected a whole number of at least 1"),
        (with_turn("{choose: true}"), "entry 2, choose: expected a whole number"),
        (with_turn("{wait: 26}"), "entry 2, wait: expected a duration such as"),
        (with_turn("{wait: 26 hours}"), "entry 2, wait: expected a duration such as"),
        (with_turn("{wait: 0s}"), "entry 2, wait: expected a duration above nothing"),
        (with_turn("{wait: 99999999999999d}"), "entry 2, wait: expected a duration above nothing"),
        (with_turn("{shop: {}}"), "entry 2, shop: expected one of open, staff, failing"),
        (with_turn("{agent: {}}"), "entry 2, agent: expected accept, say or hand_back"),
        (with_turn("{agent: {accept: true, note: x}}"), "entry 2, agent.note: a note goes with hand_back"),
        (with_turn("{send: nowhere.jpg}"), "entry 2, send: there is no file 'nowhere.jpg'"),
        (with_turn("{say: hi, expect: {acts_include: [emphasise]}}"), "acts_include: expected one of safety"),
        (with_turn("{say: hi, expect: {acts: offer}}"), "acts: expected a list"),
        (with_turn("{say: hi, expect: {stage: offering}}"), "stage: expected one of idle"),
        (with_turn("{say: hi, expect: {heat_at_least: high}}"), "heat_at_least: expected a whole number"),
        (with_turn("{say: hi, expect: {seconds_at_most: soon}}"), "seconds_at_most: expected seconds"),
        (with_turn("{say: hi, expect: {moments_at_least: 1}}"), "expect: unknown key moments_at_least"),
        (with_turn("{say: hi, expect: }"), "entry 2, expect: expected keys and values"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, part: str) -> None:
    assert part in refusal(tmp_path, text)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="cannot be read"):
        load([tmp_path / "nowhere.yml"])


@pytest.mark.parametrize(
    ("written_as", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("10m", timedelta(minutes=10)),
        ("1.5h", timedelta(hours=1.5)),
        ("3d", timedelta(days=3)),
    ],
)
def test_durations_have_four_units(tmp_path: Path, written_as: str, length: timedelta) -> None:
    assert one(tmp_path, with_turn(f"{{wait: {written_as}}}")).entries[1].does == Wait(length)


@pytest.mark.parametrize("words", ["yes", "no", "8812", "0812", "2026-11-18", "1.50", "true", "~1"])
def test_words_are_kept_as_they_are_written(tmp_path: Path, words: str) -> None:
    file = tmp_path / "talk.yml"
    file.write_text(f"- name: {words}\n  locale: en\n  turns:\n    - say: {words}\n    - say: [{words}, ok]\n", "utf-8")
    (script,) = load([file])
    assert script.name == words
    assert [entry.does for entry in script.entries] == [Say((words,)), Say((words, "ok"))]
