"""Days that are over, hours as people say them, and what only looks like a detail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from nlu.entities import EntityFinder
from nlu.hearing import Context
from nlu.prepare import prepare

pytestmark = pytest.mark.fast
# A Wednesday, 14:20 in Taipei.
NOW = Context(now=datetime(2026, 11, 25, 6, 20, tzinfo=UTC), timezone="Asia/Taipei")


@pytest.fixture(scope="module")
def finder() -> EntityFinder:
    return EntityFinder()


def values(finder: EntityFinder, text: str, kind: str, context: Context = NOW) -> list[str]:
    return [each.value for each in finder.find(prepare(text, context.locale), context) if each.kind == kind]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("my kettle was meant to be here Monday", "2026-11-23"),
        ("Somebody promised to phone on Tuesday. Nobody did", "2026-11-24"),
        ("it should've come on Sunday", "2026-11-22"),
        ("I ordered it last thing Saturday", "2026-11-21"),
        ("the driver said friday, still no parcel", "2026-11-20"),
        ("you told me the 28th and nothing came", "2026-10-28"),
        ("说好礼拜一送，到现在都没影", "2026-11-23"),
        ("原定周二到的", "2026-11-24"),
        ("你們答應星期天回電，結果沒人打來", "2026-11-22"),
        ("週六下的單", "2026-11-21"),
        ("上周五", "2026-11-20"),
        ("話好禮拜日到，而家都未見", "2026-11-22"),
    ],
)
def test_a_day_told_of_as_past_is_past(finder: EntityFinder, text: str, day: str) -> None:
    assert values(finder, text, "date") == [day]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("it's supposed to come Friday", "2026-11-27"),
        ("I was hoping you could send it by Monday", "2026-11-30"),
        ("did you know I need it Sunday", "2026-11-29"),
        ("I booked the movers for Saturday", "2026-11-28"),
        ("you never said whether it will be here Thursday", "2026-11-26"),
        ("我周一要用，到现在没人理我", "2026-11-30"),
        ("禮拜天能收到嗎", "2026-11-29"),
        ("说好周五到，还没发货", "2026-11-27"),
        ("改到下周二", "2026-12-01"),
    ],
)
def test_a_day_that_is_still_to_come_is_not(finder: EntityFinder, text: str, day: str) -> None:
    assert values(finder, text, "date") == [day]


def test_within_a_day_said_yesterday_names_no_day_to_come(finder: EntityFinder) -> None:
    assert values(finder, "答應一天內到的，結果沒來", "date") == []
    assert values(finder, "三天内能到吗", "date") == ["2026-11-28"]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("我六點要去機場", "2026-11-25T18:00"),
        ("今天四点半前能到吗", "2026-11-25T16:30"),
        ("can it be here by 5:45?", "2026-11-25T17:45"),
        ("今天九點下的單", "2026-11-25T09:00"),
        ("11 a.m. tomorrow", "2026-11-26T11:00"),
        ("tomorrow at 7 p.m.", "2026-11-26T19:00"),
        ("12am tonight", "2026-11-25T00:00"),
        ("明天凌晨两点的飞机", "2026-11-26T02:00"),
        ("半夜三點吵醒我", "2026-11-25T03:00"),
        ("后天晚上八点", "2026-11-27T20:00"),
        ("今晚12点前", "2026-11-25T23:59"),
        ("聽日朝早十點", "2026-11-26T10:00"),
        ("明天一点到", "2026-11-26T01:00"),
    ],
)
def test_hours_are_read_as_people_say_them(finder: EntityFinder, text: str, at: str) -> None:
    assert values(finder, text, "date")[0] == at


def test_in_the_morning_five_is_not_yet_past(finder: EntityFinder) -> None:
    early = replace(NOW, now=datetime(2026, 11, 24, 19, tzinfo=UTC))  # 03:00 in Taipei
    assert values(finder, "五点要出门", "date", early) == ["2026-11-25T05:00"]


@pytest.mark.parametrize(
    "text",
    [
        "that's the 3rd parcel you lost", "for the 2nd time!!", "on the 4th floor please", "尺码大两号", "鞋子小一号",
        "算便宜一點啦", "盒子可以大一点吗", "我有三点建议", "5号电池没给", "坐2号线过来",
    ],
)  # fmt: skip
def test_ordinals_sizes_and_a_little_are_no_days_and_no_hours(finder: EntityFinder, text: str) -> None:
    assert values(finder, text, "date") == []


@pytest.mark.parametrize(
    "text",
    ["换了四个人跟我说", "两件事想问", "等了两个多礼拜", "發了三張截圖", "統編 AB3X45C9", "打了五个电话", "三個小時了"],
)
def test_people_weeks_and_matters_are_no_goods(finder: EntityFinder, text: str) -> None:
    assert values(finder, text, "quantity") == []


@pytest.mark.parametrize("text", ["积分一分都没到", "十分感谢你们", "一分钱一分货"])
def test_not_every_fen_is_a_mark(finder: EntityFinder, text: str) -> None:
    assert values(finder, text, "score") == []


@pytest.mark.parametrize(("text", "score"), [("给你们一分", "1"), ("三分吧", "3"), ("4分，还行", "4"), ("五分！", "5")])
def test_a_mark_that_is_given_is_heard(finder: EntityFinder, text: str, score: str) -> None:
    assert values(finder, text, "score") == [score]


@pytest.mark.parametrize(
    "text", ["明天的高铁 GD12345", "my flight BA28871 is tonight", "航班CX88123取消了", "CA12345次航班"]
)
def test_a_train_or_a_flight_is_no_order(finder: EntityFinder, text: str) -> None:
    assert values(finder, text, "order_number") == values(finder, text, "tracking_number") == []
