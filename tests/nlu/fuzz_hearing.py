"""What must hold of hearing whatever is written, and a harness that writes whatever it can think of.

`python -m tests.nlu.fuzz_hearing --runs 1000000 --seconds 3600` hears that many made-up messages, guided by which
lines of `nlu/` each one reaches (atheris), or drawn at random where atheris is not installed. A message that breaks a
promise stops it and is printed with `ascii()`. test_fuzz.py holds the same promises with hypothesis.
"""

from __future__ import annotations

import argparse
import importlib
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

try:
    import atheris
except ImportError:
    atheris = None

if atheris is not None and __name__ == "__main__":
    with atheris.instrument_imports(include=["nlu"]):
        for module in ("nlu.listener", "nlu.redaction"):
            importlib.import_module(module)

from nlu.catalogue import Catalogue, Product
from nlu.corpus import read_examples
from nlu.hearing import Context, Hearing
from nlu.labels import EMOTIONS, ENTITY_KINDS, FLAGS, INTENTS, LANGUAGES, NEEDS
from nlu.listener import Listener
from nlu.redaction import KINDS, redact, spans

DATA = Path(__file__).parents[2] / "nlu" / "data" / "train"
ASKED = (
    None,
    "order_number",
    "phone_last4",
    "tracking_number",
    "choice",
    "confirm",
    "survey",
    "amount",
    "clarify",
    "x",
)
LOCALES = (None, "zh-CN", "zh-TW", "en", "xx")
SHOP = Catalogue(
    [
        Product("rice-cooker", ("电饭煲", "電鍋", "rice cooker")),
        Product("a2", ("空气净化器A2", "A2 purifier")),
    ]
)
# What details, cues and disguises are made of; whole messages grow from these.
PIECES = (
    "订单号", "order #", "2026111800042", "SF1234567890", "手机", "13800008812", "0912-345-678",
    "+44 20 7946 0018", "ann@example.com", "尾号", "8812", "NT$1,280", "£42.50", "三百九十九块", "三块五",
    "两千五", "twenty-five quid", "$", "¥", "昨天", "上个礼拜三", "下下周", "by Friday", "last ", "next ", "3pm",
    "下午三点半", "31 February", "2026-11-18", "99:99", "月底", "三件", "two of them", "4/5", "打8分", "★★★",
    "7 out of 10", "三", "零", "亿", "廿", "rice coooker", "電鍋", "A2", "不是", "not ", "我叫", "王小明",
    "my name is ", "路88号", "上海市", "Mr. ", "[phone]", "[name", "验证码", "微信:", "\u200b", "\u202e",
    "\u2066", "\u0301", "\u0336" * 9, "\ud800", "\udfff", "\x00", "\x1b[0m", "\ufffe", "\ufeff", "😡",
    "👨‍👩‍👧‍👦", "🇹🇼", "１２３", "٣٤٥", "²³¼", "𠀀", "ﷺ", "İ", "ß", "ǅ", "ﬁ", "㎏", "℡", "…", "。。。", "!!!!",
    "？", "\n", "\t", "\u3000", " ", "-", "/", ":", ".", ",", "#", "@", "(", ")", "'", '"', "我要退款",
    "where is my parcel", "唔該", "thx", "/intent{}", "<script>", "https://a.b/c?d=1", "www.x",
)  # fmt: skip


def check(listener: Listener, text: str, context: Context = Context()) -> Hearing:  # noqa: B008 - frozen
    """Hears and redacts one text; AssertionError when what comes back is not sound."""
    hearing = listener.hear(text, context)
    assert hearing.text == text
    assert hearing.language in LANGUAGES and hearing.intent in INTENTS and hearing.emotion in EMOTIONS
    assert 0.0 <= hearing.confidence <= 1.0 and 0 <= hearing.intensity <= 3
    assert (hearing.intensity == 0) == (hearing.emotion == "neutral")
    assert set(hearing.needs) <= set(NEEDS) and isinstance(hearing.safety, bool) and len(FLAGS) == 2
    assert Hearing.from_dict(hearing.to_dict()) == hearing
    last = 0
    for entity in hearing.entities:
        assert entity.kind in ENTITY_KINDS and entity.value
        assert last <= entity.start < entity.end <= len(text)
        assert text[entity.start : entity.end] == entity.text
        last = entity.end
    check_redaction(text)
    return hearing


def check_redaction(text: str) -> None:
    """AssertionError when redaction leaves a long number, or finds more once it is done."""
    parts, last = [], 0
    for span in spans(text):
        assert span.kind in KINDS
        assert last <= span.start < span.end <= len(text)
        parts += [text[last : span.start], f"[{span.kind}]"]
        last = span.end
    hidden = "".join([*parts, text[last:]])
    assert not re.search(r"\d{7,}", hidden)
    assert redact(hidden) == hidden


def small_listener() -> Listener:
    """Three voices of each language: enough for every path through the code."""
    files = [file for lang in ("en", "zh-CN", "zh-TW") for file in sorted(DATA.glob(f"{lang}-*.jsonl"))[:3]]
    return Listener.train([example for file in files for example in read_examples(file)]).knowing(SHOP)


def message_of(data: Any) -> tuple[str, Context]:
    """A message and its context from a source of choices: atheris's provider, or Chance below."""
    context = Context(
        asked=ASKED[data.ConsumeIntInRange(0, len(ASKED) - 1)], locale=LOCALES[data.ConsumeIntInRange(0, 4)]
    )
    form = data.ConsumeIntInRange(0, 9)
    if form == 0:
        return data.ConsumeUnicode(200), context
    if form == 1:
        return data.ConsumeUnicodeNoSurrogates(400), context
    if form == 2:  # one piece, very often
        return PIECES[data.ConsumeIntInRange(0, len(PIECES) - 1)] * data.ConsumeIntInRange(1, 60), context
    parts = []
    for _ in range(data.ConsumeIntInRange(1, 12)):
        if data.ConsumeIntInRange(0, 5):
            parts.append(PIECES[data.ConsumeIntInRange(0, len(PIECES) - 1)])
        else:
            parts.append(data.ConsumeUnicode(6))
    return "".join(parts), context


class Chance:
    """Draws at random with the names that atheris's provider uses."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def ConsumeIntInRange(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def ConsumeUnicode(self, most: int) -> str:
        blocks = (
            (0, 0x7F),
            (0x80, 0x6FF),
            (0x2000, 0x2BFF),
            (0x3000, 0x9FFF),
            (0xD800, 0xFFFF),
            (0x10000, 0x10FFFF),
        )
        return "".join(
            chr(self._random.randint(*self._random.choice(blocks))) for _ in range(self._random.randint(0, most))
        )

    ConsumeUnicodeNoSurrogates = ConsumeUnicode


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs until the number of messages or the seconds are used up; 0 when every promise was kept."""
    parser = argparse.ArgumentParser(description="Hears made-up messages and checks that every answer is sound.")
    parser.add_argument("--runs", type=int, default=100_000, help="messages to hear (100,000)")
    parser.add_argument("--seconds", type=float, default=3600.0, help="stop after so many seconds (3,600)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plain", action="store_true", help="draw at random, without atheris")
    options = parser.parse_args(arguments)
    listener = small_listener()
    started = time.monotonic()
    heard = 0
    seen: set[int] = set()

    def one(data: Any) -> None:
        nonlocal heard
        text, context = message_of(data)
        seen.add(hash(text))
        try:
            check(listener, text, context)
        except BaseException:
            print(f"message {heard}: {text!a} in {context}", file=sys.stderr)
            raise
        heard += 1
        if heard % 10_000 == 0:
            print(f"{heard} messages, {len(seen)} of them different, {time.monotonic() - started:.0f} s", flush=True)

    if atheris is None or options.plain:
        while heard < options.runs and time.monotonic() - started < options.seconds:
            one(Chance(options.seed * 1_000_003 + heard))
        print(f"{heard} messages in {time.monotonic() - started:.0f} s, every promise kept")
        return 0
    _guided(one, options)
    return 0  # atheris ends the process itself


def _guided(one: Callable[[Any], None], options: argparse.Namespace) -> None:
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:  # long beginnings: from nothing it would try tiny messages for hours
        for number in range(200):
            Path(folder, f"{number}").write_bytes(chance.randbytes(chance.randint(20, 1000)))
        flags = ["-rss_limit_mb=4096", "-timeout=30", "-max_len=1024", "-len_control=0", "-verbosity=0"]
        limits = [f"-runs={options.runs}", f"-max_total_time={int(options.seconds)}", f"-seed={options.seed}"]
        atheris.Setup([sys.argv[0], *flags, *limits, folder], lambda data: one(atheris.FuzzedDataProvider(data)))
        atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
