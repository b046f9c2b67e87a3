"""Which order a customer means when they say it in words."""

from __future__ import annotations

import pytest

from dialogues.phrases.which_order import meant, pointed_at
from dialogues.reading import Order

pytestmark = pytest.mark.fast
BACKPACK = Order("2026111900077", "pending_payment", item="登山背包", placed="2026-11-19")
FLASK = Order("2026110500031", "delivered", item="保溫瓶", placed="2026-11-05")
LAMP = Order("2026112000015", "paid", item="desk lamp", placed="2026-11-20", tracking="GB123")
KETTLE = Order("2026110100016", "delivered", item="steel kettle", placed="2026-11-01")


@pytest.mark.parametrize(("orders", "text", "means"), [
    ((BACKPACK, FLASK), "尾号0031那个", FLASK),
    ((BACKPACK, FLASK), "背包什麼時候到", BACKPACK),
    ((BACKPACK, FLASK), "瓶子漏水", None),  # "子" tells nothing and 保溫瓶 is not called 瓶子
    ((BACKPACK, FLASK), "还没付款的那个帮我取消", BACKPACK),
    ((BACKPACK, FLASK), "你取消的是没付款那个吧？别把付了钱的给我取消了", BACKPACK),
    ((BACKPACK, FLASK), "不是背包，是另外一個", FLASK),
    ((BACKPACK, FLASK), "剛買的那個", BACKPACK),
    ((BACKPACK, FLASK), "收到的那個有問題", FLASK),
    ((BACKPACK, FLASK), "我要退貨", None),
    ((LAMP, KETTLE), "the lamp", LAMP),
    ((LAMP, KETTLE), "Not the lamp, the other one", KETTLE),
    ((LAMP, KETTLE), "the one ending 0016", KETTLE),
    ((LAMP, KETTLE), "my latest order please", LAMP),
    ((LAMP, KETTLE), "the lamp and the kettle", None),
    ((LAMP, KETTLE), "two kettles, both broken", KETTLE),
    ((LAMP, KETTLE), "kettles are blamed on nobody", KETTLE),
    ((LAMP,), "something else entirely", None),
])  # fmt: skip
def test_words_point_at_an_order(orders, text: str, means: Order | None):
    assert meant(orders, text) == means


def test_two_things_named_are_both_pointed_at():
    assert pointed_at((LAMP, KETTLE), "When is the lamp coming, and the kettle is leaking") == (LAMP, KETTLE)


def test_a_tracking_number_decides():
    assert meant((LAMP, KETTLE), "where is it", tracking="GB123") == LAMP


def test_parts_that_two_things_share_tell_nothing():
    red, blue = Order("1001", "paid", item="red lamp"), Order("1002", "paid", item="blue lamp")
    assert meant((red, blue), "the lamp") is None
    assert meant((red, blue), "the blue one") == blue
