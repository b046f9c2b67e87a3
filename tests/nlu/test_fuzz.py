"""Whatever is written is heard, its details found, its secrets hidden: a clear answer, never a crash."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlu.entities import EntityFinder
from nlu.hearing import Context
from nlu.listener import Listener
from nlu.prepare import LONGEST, prepare
from nlu.redaction import redact
from tests.nlu.fuzz_hearing import ASKED, LOCALES, PIECES, SHOP, Chance, check, check_redaction, message_of

_MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_CONTEXTS = st.builds(Context, asked=st.sampled_from(ASKED), locale=st.sampled_from(LOCALES))
_ANYTHING = st.characters(exclude_categories=())
_TEXTS = st.one_of(
    st.text(max_size=200),
    st.text(alphabet=_ANYTHING, max_size=80),
    st.text(alphabet=st.characters(categories=["Cs", "Cc", "Cf", "Co"]), max_size=40),
    st.text(alphabet=st.characters(categories=["Mn", "Me", "Lo"]), max_size=120),
    st.text(alphabet=st.characters(categories=["Nd", "Nl", "No"]), max_size=60),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(alphabet=_ANYTHING, max_size=4)), max_size=14).map("".join),
)
ODD = {
    "empty": "",
    "blank": " \n\t\u3000",
    "one over the limit": "x" * (LONGEST + 1),
    "one over the limit in Chinese": "退" * (LONGEST + 1),
    "far over the limit": "我要退款 " * 20_000,
    "control characters": "".join(map(chr, range(32))) + "\x7f\x80\x9f",
    "lone surrogates": "\ud800我要\udfff退款\udc00\ud83d",
    "broken UTF-8, as it reaches us": b"\xff\xfe refund \xe6\x88".decode("utf-8", "surrogateescape"),
    "right-to-left marks": "\u202e\u2066我要退款\u2069\u202c \u200fשלום",
    "zalgo": "".join(char + "\u0336\u0301\u0489\u20dd" * 12 for char in "where is my refund"),
    "10,000 emoji": "😡" * 10_000,
    "10,000 families": "👨‍👩‍👧‍👦" * 10_000,
    "digits without end": "1" * 20_000,
    "digits one by one": "1 2-3.4 " * 1_000,
    "brackets": "([{" * 2_000,
    "numerals": "三百万亿零" * 800,
    "street without end": "路" * 4_000 + "88号" * 400,
    "names without end": "我叫王" * 1_300,
    "addresses without end": "Flat 1, 12 a b c street, " * 400,
    "at signs": "a@" * 2_000,
    "dots": "1.1.1." * 1_500,
    "everything": "".join(PIECES) * 3,
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("asked", [None, "order_number", "survey"])
def test_odd_messages_get_a_clear_answer(listener: Listener, name: str, asked: str | None) -> None:
    check(listener, ODD[name], Context(asked=asked, locale="zh-TW"))


@pytest.mark.parametrize("name", ODD)
def test_odd_messages_are_heard_in_time(listener: Listener, name: str) -> None:
    """A second is two hundred times what a message usually takes, and far less than what backtracking takes."""
    started = time.process_time()
    listener.hear(ODD[name])
    heard = time.process_time()
    redact(ODD[name])
    assert heard - started < 1.0
    assert time.process_time() - heard < 8.0


@_MANY
@given(_TEXTS, _CONTEXTS)
def test_whatever_is_written_is_heard_and_redacted(listener: Listener, text: str, context: Context) -> None:
    check(listener, text, context)


@pytest.mark.fast
@_MANY
@given(_TEXTS, _CONTEXTS)
def test_details_stand_in_order_where_they_are_said_to_stand(text: str, context: Context) -> None:
    last = 0
    for entity in _FINDER.find(prepare(text, context.locale), context):
        assert last <= entity.start < entity.end <= len(text)
        assert text[entity.start : entity.end] == entity.text
        last = entity.end


@pytest.mark.fast
@_MANY
@given(_TEXTS)
def test_whatever_is_written_is_redacted(text: str) -> None:
    check_redaction(text)


@pytest.mark.parametrize("seed", range(100))
def test_the_harness_finds_nothing_in_its_first_messages(listener: Listener, seed: int) -> None:
    text, context = message_of(Chance(seed))
    check(listener.knowing(SHOP), text, context)


_FINDER = EntityFinder(SHOP)
