from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nlu.catalogue import Catalogue, Product
from nlu.entities import EntityFinder
from nlu.hearing import Context
from nlu.numerals import number_of
from nlu.prepare import prepare

pytestmark = pytest.mark.fast

# A Monday, 10:00 in Shanghai.
NOW = Context(now=datetime(2026, 11, 23, 2, tzinfo=UTC), timezone="Asia/Shanghai")
SHOP = Catalogue(
    [
        Product("rice-cooker", ("电饭煲", "電鍋", "rice cooker")),
        Product("air-purifier-a2", ("空气净化器A2", "air purifier A2", "A2 purifier")),
    ]
)


@pytest.fixture(scope="module")
def finder() -> EntityFinder:
    return EntityFinder(SHOP)


def found(finder: EntityFinder, text: str, context: Context = NOW) -> list[tuple[str, str]]:
    return [(entity.kind, entity.value) for entity in finder.find(prepare(text, context.locale), context)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("統編 24536806，抬頭打公司名", []),
        ("税号91310115MA1K4XQ25T开专票，订单号2026111800042", [("order_number", "2026111800042")]),
        ("VAT number GB123456789 on the invoice please", []),
        ("serial number SN20418837 it says on the back", []),
        ("邮编 200120", []),
        ("订单号2026111800042", [("order_number", "2026111800042")]),
        ("order #404990 please", [("order_number", "404990")]),
        ("我個 order 幾時 ship 呀？HK20418837", [("order_number", "HK20418837")]),
        ("scrap KL-404990", [("order_number", "KL-404990")]),
        ("SF1234567890 到哪了", [("tracking_number", "SF1234567890")]),
        ("快递单号773300112233445", [("tracking_number", "773300112233445")]),
        ("tracking RB123456789GB", [("tracking_number", "RB123456789GB")]),
        ("手机13800008812", [("phone", "+8613800008812")]),
        ("電話 6207 1184", [("phone", "+85262071184")]),
        ("0912-345-678", [("phone", "+886912345678")]),
        ("尾号是8812", [("phone", "8812")]),
        ("the last four digits are 8812", [("phone", "8812")]),
        ("write to Ann.Lee@Example.co.uk", [("email", "ann.lee@example.co.uk")]),
        ("the model no. I have is unclear", []),
    ],
)
def test_codes_are_found(finder: EntityFinder, text: str, wanted: list[tuple[str, str]]) -> None:
    assert found(finder, text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("三百九十九块", "CNY 399.00"),
        ("399元退给我", "CNY 399.00"),
        ("两千五百元", "CNY 2500.00"),
        ("三块五", "CNY 3.50"),
        ("NT$1,280", "TWD 1280.00"),
        ("1280元還我", "TWD 1280.00"),
        ("HK$399", "HKD 399.00"),
        ("唔好呃我一百蚊", "HKD 100.00"),
        ("£42.50", "GBP 42.50"),
        ("$19.99", "USD 19.99"),
        ("twenty quid", "GBP 20.00"),
        ("¥88", "CNY 88.00"),
    ],
)
def test_amounts_are_found_with_their_currency(finder: EntityFinder, text: str, wanted: str) -> None:
    assert found(finder, text) == [("amount", wanted)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("昨天", "2026-11-22"),
        ("前天下的", "2026-11-21"),
        ("琴日落單", "2026-11-22"),
        ("上个礼拜三", "2026-11-18"),
        ("上週三", "2026-11-18"),
        ("下周五之前", "2026-12-04"),
        ("星期天", "2026-11-29"),
        ("by Friday", "2026-11-27"),
        ("last Wednesday", "2026-11-18"),
        ("11月5号", "2026-11-05"),
        ("2026年1月3日", "2026-01-03"),
        ("2026-11-18", "2026-11-18"),
        ("Nov 3rd", "2026-11-03"),
        ("3 January", "2027-01-03"),
        ("3天前", "2026-11-20"),
        ("a week ago", "2026-11-16"),
        ("in two weeks", "2026-12-07"),
        ("三天内", "2026-11-26"),
        ("今晚8点", "2026-11-23T20:00"),
        ("明天下午三点半", "2026-11-24T15:30"),
        ("3pm tomorrow", "2026-11-24T15:00"),
        ("the day after tomorrow", "2026-11-25"),
        ("双十一", "2026-11-11"),
        ("月底", "2026-11-30"),
    ],
)
def test_dates_are_told_relative_to_the_customers_day(finder: EntityFinder, text: str, wanted: str) -> None:
    assert found(finder, text) == [("date", wanted)]


@pytest.mark.parametrize("text", ["台北市信義區松高路12號5樓", "幸福里8号楼", "寄到中山路3號之2", "张江路88号3楼301室"])
def test_the_number_of_a_house_is_no_day(finder: EntityFinder, text: str) -> None:
    assert not [entity for entity in found(finder, text) if entity[0] == "date"]


def test_without_a_clock_a_relative_date_stays_relative(finder: EntityFinder) -> None:
    assert found(finder, "昨天", Context()) == [("date", "now-1d")]


def test_the_timezone_decides_what_today_is(finder: EntityFinder) -> None:
    late = datetime(2026, 11, 23, 20, tzinfo=UTC)
    assert found(finder, "today", Context(now=late, timezone="Europe/London")) == [("date", "2026-11-23")]
    assert found(finder, "today", Context(now=late, timezone="Asia/Taipei")) == [("date", "2026-11-24")]
    assert found(finder, "today", Context(now=late, timezone="No/Where")) == [("date", "2026-11-23")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("买了3件", [("quantity", "3")]),
        ("两个都坏了", [("quantity", "2")]),
        ("三盒面膜", [("quantity", "3")]),
        ("12 pairs", [("quantity", "12")]),
        ("two of them", [("quantity", "2")]),
        ("一个问题", []),
        ("5分", [("score", "5")]),
        ("打8分吧", [("score", "8")]),
        ("4/5", [("score", "4/5")]),
        ("three stars", [("score", "3")]),
        ("7 out of 10", [("score", "7/10")]),
        ("★★★", [("score", "3")]),
    ],
)
def test_quantities_and_scores_are_found(finder: EntityFinder, text: str, wanted: list[tuple[str, str]]) -> None:
    assert found(finder, text) == wanted


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("電鍋壞了", "rice-cooker"),
        ("my rice coooker died", "rice-cooker"),
        ("空氣淨化器A2有货吗", "air-purifier-a2"),
    ],
)
def test_products_are_found_also_when_misspelt(finder: EntityFinder, text: str, product: str) -> None:
    assert found(finder, text) == [("product", product)]


def test_details_stand_where_they_are_said_to_stand(finder: EntityFinder) -> None:
    text = "訂單２０２６１１１８０００４２，昨天下午３點，NT$1,280，電話0912-345-678"
    for entity in finder.find(prepare(text), NOW):
        assert text[entity.start : entity.end] == entity.text


@pytest.mark.parametrize(
    ("written", "number"),
    [("三百九十九", 399), ("两千五", 2500), ("一万二", 12000), ("十五", 15), ("三百零五", 305), ("八八一二", 8812),
     ("廿三", 23), ("1,280", 1280), ("5k", 5000), ("twenty-five", 25), ("dozen", 12)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(written: str, number: int) -> None:
    assert number_of(written) == number


@pytest.mark.parametrize("written", ["", "的", "abc", "1.2.3", "twenty-shop", "1" * 60])
def test_what_is_no_number_is_none(written: str) -> None:
    assert number_of(written) is None
