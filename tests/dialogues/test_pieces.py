"""Order number and phone are put together from the pieces in which they are told; nobody is hurried over it."""

from __future__ import annotations

import pytest

from dialogues.state import Owner
from tests.dialogues.build import keys
from tests.dialogues.test_in_passing import Shop

pytestmark = pytest.mark.fast


def asked_to_prove() -> Shop:
    shop = Shop(linked=False)
    assert keys(shop.says("where is my parcel", "order_status")) == ("ask.verify",)
    return shop


@pytest.mark.parametrize("words", [
    ("前面是20261119", "後面是00105", "電話是0933", "444555"),
    ("2026111", "900105", "電話係612", "34555"),
    ("it starts with 2026111", "then 900105", "my mobile is 07911", "124555"),
    ("20261119", "后面还有 00105", "手机是138", "00004555"),
])  # fmt: skip
def test_a_number_told_in_pieces_is_put_together(words: tuple[str, ...]):
    shop = asked_to_prove()
    for each in words[:-1]:
        said = [{"order_number": each}] if each.isdecimal() and len(each) >= 8 else [{}]
        shop.says(each, "provide_info", entities=said[0])
    shop.says(words[-1], "provide_info")
    assert shop.state.facts["order_number"] == "2026111900105" and shop.state.facts["phone_last4"] == "4555"
    assert shop.state.verified and shop.state.owner is Owner.BOT


def test_who_is_slow_is_asked_for_the_rest_as_long_as_digits_come():
    shop = asked_to_prove()
    assert keys(shop.says("等一下，我找老花眼鏡", "affirm"))[-1] == "listen.no_hurry"
    assert keys(shop.says("前面是202", "provide_info"))[-1] == "ask.order_rest"
    for digits in ("61119", "001"):
        assert keys(shop.says(f"然後是{digits}", "provide_info"))[-1] == "ask.phone_last4"
    assert shop.state.facts["order_number"] == "20261119001"


def test_who_has_no_more_to_tell_has_told_all_of_it():
    shop = asked_to_prove()
    shop.says("開頭是202611", "provide_info")
    shop.says("沒有了", "deny")
    assert shop.state.facts["order_number"] == "202611"


@pytest.mark.parametrize("phone", ["07700 904555", "+44 7700 904555", "138-0000-4555", "0912 104 555"])
def test_a_whole_phone_number_proves_as_its_last_four_digits_do(phone: str):
    shop = asked_to_prove()
    shop.says("2026111900105", "provide_info", entities={"order_number": "2026111900105"})
    shop.says(phone, "provide_info")
    assert shop.state.facts["phone_last4"] == "4555" and shop.state.verified
