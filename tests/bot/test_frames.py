from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.webchat import frames
from bot.channels.webchat.frames import FRAME_BYTES, TEXT_CHARS, FrameError

pytestmark = pytest.mark.fast

any_text = st.text(st.characters(categories=("L", "N", "P", "Z", "S", "Cc", "Cs", "Co")), max_size=80)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4), max_leaves=12,
)  # fmt: skip
KINDS = ("hello", "message", "choice", "attachment", "typing", "read", "ping", "welcome", "")
FIELDS = (
    "client_id",
    "text",
    "payload",
    "session",
    "since",
    "seq",
    "locale",
    "timezone",
    "identity",
    "upload",
    "caption",
)
frame_like = st.builds(
    lambda kind, fields: {"type": kind, **fields}, st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(FIELDS), any_json | st.just("a-1"), max_size=6),
)  # fmt: skip


def _frame(**fields: Any) -> str:
    return json.dumps(fields)


def _refused(raw: str | bytes) -> tuple[str, str | None]:
    with pytest.raises(FrameError) as refused:
        frames.parse(raw)
    return refused.value.code, refused.value.client_id


@given(st.binary(max_size=300) | any_text | any_json.map(json.dumps) | frame_like.map(json.dumps))
def test_whatever_arrives_is_a_frame_or_a_frame_error(raw: str | bytes):
    try:
        frame = frames.parse(raw)
    except FrameError as error:
        assert error.code in ("bad_frame", "too_long")
        json.dumps({"client_id": error.client_id}, ensure_ascii=False).encode()
    else:
        for value in frame.model_dump().values():
            assert not isinstance(value, int) or abs(value) <= frames.LARGEST
        if client_id := getattr(frame, "client_id", None):
            assert 1 <= len(client_id) <= 64 and client_id.isascii() and client_id.isprintable()


@given(any_text)
def test_cleaned_text_can_be_stored_anywhere(text: str):
    cleaned = frames.clean(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned and cleaned == cleaned.strip() == frames.clean(cleaned)


@given(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=100))
def test_text_that_people_write_is_left_as_it_is(text: str):
    assert frames.clean(text) == text


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x07", "\ud800"])
def test_a_message_without_words_is_a_bad_frame(text: str):
    assert _refused(_frame(type="message", client_id="a-1", text=text)) == ("bad_frame", "a-1")


def test_four_thousand_characters_are_a_message_and_one_more_is_too_long():
    for letter in ("a", "包"):
        frame = frames.parse(json.dumps({"type": "message", "client_id": "a-1", "text": letter * TEXT_CHARS},
                                        ensure_ascii=False))  # fmt: skip
        assert len(frame.text) == 4000
        too_long = {"type": "message", "client_id": "a-1", "text": letter * (TEXT_CHARS + 1)}
        assert _refused(json.dumps(too_long, ensure_ascii=False)) == ("too_long", "a-1")


def test_a_frame_of_sixteen_kilobytes_is_read_and_one_byte_more_is_too_long():
    room = FRAME_BYTES - len(_frame(type="typing", filler=""))
    assert frames.parse(_frame(type="typing", filler="x" * room)).type == "typing"
    assert _refused(_frame(type="typing", filler="x" * (room + 1)))[0] == "too_long"
    half = json.dumps({"type": "typing", "filler": "包" * (room // 2)}, ensure_ascii=False)
    assert _refused(half)[0] == "too_long", "bytes count, not characters"
    assert _refused(_frame(type="message", client_id="a-1", text="x" * FRAME_BYTES)) == ("too_long", "a-1")


@pytest.mark.parametrize("client_id", [None, "", "x" * 65, "a b", "a\x00", "包裹", "\ud800", 7, ["a"], True])
def test_a_client_id_that_is_none_is_refused_and_not_told_back(client_id: Any):
    assert _refused(_frame(type="message", client_id=client_id, text="hello")) == ("bad_frame", None)


@pytest.mark.parametrize("payload", ["", "x" * 201, "a\x00b", "a\nb", "\ud800", None, 1])
def test_a_payload_that_no_bubble_can_have_shown_is_refused(payload: Any):
    assert _refused(_frame(type="choice", client_id="a-1", payload=payload)) == ("bad_frame", "a-1")


@pytest.mark.parametrize("raw", [
    "", "{", "[]", "null", "7", '"hello"', "{}", '{"type": 1}', '{"type": "hello"', "[" * 10_000, '{"a":' * 2_000,
    '{"type":"read","seq":1e400}', '{"type":"read","seq":NaN}', '{"type":"ping"}{"type":"ping"}', b"\xff\xfe\x00",
])  # fmt: skip
def test_what_is_no_frame_is_a_bad_frame(raw: str | bytes):
    assert _refused(raw) == ("bad_frame", None)


def test_a_frame_may_come_as_bytes_and_hold_more_than_we_know():
    assert frames.parse(b'{"type":"ping","later":{"more":1}}').type == "ping"
