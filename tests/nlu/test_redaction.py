"""What is personal leaves the text, what is not stays, and redacting again changes nothing."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.redaction import KINDS, redact, spans

pytestmark = pytest.mark.fast

_MARK = re.compile(rf"\[(?:{'|'.join(KINDS)})\]")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("手机13800008812", "手机[phone]"),
        ("電話 6207 1184", "電話 [phone]"),
        ("尾号是8812", "尾号是[phone]"),
        ("電話是１３８-0000-8812，急", "電話是[phone]，急"),
        ("write to Ann.Lee@Example.co.uk", "write to [email]"),
        ("订单号2026111800042到哪了", "订单号[order_number]到哪了"),
        ("SF1234567890 到哪了", "[tracking_number] 到哪了"),
        ("身份证310101199001011234", "身份证[id_number]"),
        ("my NINO is QQ 12 34 56 C", "my NINO is [id_number]"),
        ("我的身分證是 A123456789", "我的身分證是 [id_number]"),
        ("護照號碼 E12345678", "護照號碼 [id_number]"),
        ("card 4111 1111 1111 1111", "card [card]"),
        ("paid with Visa ending 0031", "paid with Visa ending [card]"),
        ("验证码是482913", "验证码是[code]"),
        ("my password is hunter2!", "my password is [code]"),
        ("加微信:abc_1234", "加微信:[account]"),
        ("my IP is 192.168.1.20", "my IP is [account]"),
        ("我叫王小明，订单没到", "我叫[name]，订单没到"),
        ("我是欧阳女士", "我是[name]"),
        ("我姓陳", "我姓[name]"),
        ("收件人：林怡君", "收件人：[name]"),
        ("my name is John Smith and it's late", "my name is [name] and it's late"),
        ("this is Maria speaking", "this is [name] speaking"),
        ("tell Mrs. Jones", "tell [name]"),
        ("寄到上海市浦东新区张江路88号3栋502室吧", "寄到[address]吧"),
        ("台北市信義區忠孝東路五段7號3樓", "[address]"),
        ("改成九龍旺角彌敦道123號5樓A室", "改成[address]"),
        ("ship to Flat 3B, 12 Baker Street please", "ship to [address] please"),
        ("postcode SE9 2LT", "postcode [address]"),
        ("我生日是1990年5月3号", "我生日是[birthday]"),
        ("一三八零零零零八八一二", "[number]"),
        ("one three eight zero zero zero zero eight", "[number]"),
        ("call 1 3 8 0 0 0 0 8 8 1 2", "call [number]"),
    ],
)
def test_what_leads_to_a_person_is_hidden(text: str, wanted: str) -> None:
    assert redact(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我要退款",
        "NT$1,280 on 2026-11-18 14:30",
        "买了3件，399元，昨天下午三点",
        "I waited 3 days on the road",
        "my name is not on the parcel",
        "我叫你们经理来",
        "4/5, would buy 2 again",
        "the password is wrong",
        "一千两百块",
        "[phone] was hidden before",
    ],
)
def test_what_leads_to_nobody_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "disguised",
    [
        "138\u200b0000\u200b8812", "138\u0301000\u030108812", "１３８００００８８１２", "١٣٨٠٠٠٠٨٨١٢",
        "\u202e13800008812\u202c", "138 0000\t8812",
    ],
)  # fmt: skip
def test_a_disguise_does_not_help(disguised: str) -> None:
    assert not any(char.isdigit() for char in redact(f"手机 {disguised} 谢谢"))


def test_pieces_stand_where_they_are_said_to_stand() -> None:
    text = "我叫王小明，电话13800008812"
    assert [(span.kind, text[span.start : span.end]) for span in spans(text)] == [
        ("name", "王小明"),
        ("phone", "13800008812"),
    ]


def test_a_long_text_is_searched_to_its_end() -> None:
    text = "好" * 9000 + " ann@example.com, SF1234567890, 13800008812"
    assert redact(text) == "好" * 9000 + " [email], [tracking_number], [phone]"


_PIECES = st.sampled_from(
    [
        "13800008812", "ann@example.com", "订单号", "order #", "2026111800042", "SF1234567890",
        "4111 1111 1111 1111",
        "我叫", "王", "小明", "my name is ", "John Smith", "路", "88号", "3栋", "上海市", "浦东新区", "12 Baker Street",
        "[phone]", "[name", "]", "验证码", "482913", "号", "\u200b", "\u0301", "１２３", "٣٤٥", "²³", "零一二三四五六",
        "生日", "1990-05-03", "NT$1,280", " ", "，", "\n", "-", "@", "尾号", "8812", "Visa ending ", "地址是", "Mr. ", "微信:",
    ]
)  # fmt: skip
_TEXTS = st.one_of(
    st.lists(_PIECES, max_size=14).map("".join),
    st.text(max_size=120),
    st.text(alphabet=st.characters(exclude_categories=()), max_size=60),
    st.text(alphabet="0123456789 -.,@[]abc号路\u200b", max_size=80),
)


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_redacting_twice_is_redacting_once(text: str) -> None:
    once = redact(text)
    assert redact(once) == once
    assert spans(once) == ()


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_no_long_number_survives_and_no_number_grows(text: str) -> None:
    hidden = redact(text)
    assert not re.search(r"\d{7,}", hidden)
    assert longest_run(hidden) <= min(6, longest_run(text))


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_nothing_but_marks_is_added(text: str) -> None:
    found = spans(text)
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))
    assert all(0 <= span.start < span.end <= len(text) and span.kind in KINDS for span in found)
    kept = "".join(
        text[start:end]
        for start, end in zip([0, *(s.end for s in found)], [*(s.start for s in found), len(text)], strict=True)
    )
    assert _MARK.sub("", redact(text)) == _MARK.sub("", kept) or "[" in text


def longest_run(text: str) -> int:
    """The longest run of digits of any script."""
    best = now = 0
    for char in text:
        now = now + 1 if char.isdigit() else 0
        best = max(best, now)
    return best
