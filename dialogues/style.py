"""How a customer writes, as running scores; they choose between wording variants and nothing else.

Red, yellow, blue and green are the four personality colours, A-D the HBDI quadrants. Only the form of what is written
counts: length, figures, signs, what is asked for. Never who the customer is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dialogues.phrases.script import HAN
from dialogues.reading import Reading

COLOURS = ("red", "yellow", "blue", "green")
QUADRANTS = ("A", "B", "C", "D")
VARIANT_OF = {"red": "short", "yellow": "warm", "blue": "factual", "green": "steady"}
CLEAR_FROM, CLEAR_LEAD = 30, 10

_WORD = re.compile(r"[A-Za-z]+")
_EMOJI = re.compile("[\U0001f300-\U0001faff☀-➿]")
_SHORT, _LONG = 8, 60  # words or Chinese characters
# What a sign of writing speaks for, in points.
_SIGNS: dict[str, Mapping[str, int]] = {
    "short": {"red": 10, "A": 5},
    "long": {"blue": 10, "B": 5},
    "lines": {"blue": 5, "B": 15},
    "figures": {"blue": 15, "A": 15},
    "exclamations": {"red": 5, "yellow": 10, "D": 5},
    "emoji": {"yellow": 20, "C": 10},
    "speed": {"red": 20, "A": 5},
    "certainty": {"blue": 10, "green": 5, "B": 15},
    "fairness": {"blue": 10, "A": 5},
    "respect": {"green": 10, "C": 15},
    "ease": {"green": 15, "B": 5},
    "ask_reason": {"blue": 20, "A": 15},
    "ask_alternative": {"yellow": 5, "D": 20},
    "suggestion": {"yellow": 10, "D": 25},
    "chitchat": {"yellow": 20, "C": 10},
    "greet": {"green": 15, "C": 5},
    "thank": {"green": 15, "C": 10},
    "praise": {"yellow": 10, "green": 10, "C": 15},
    "happy": {"yellow": 15, "C": 5},
    "anxious": {"green": 10, "B": 5},
}


def scored(style: Mapping[str, int], reading: Reading) -> Mapping[str, int]:
    """The running scores, 0-100, after one more turn: the old ones fade by a tenth. A tap says nothing of style."""
    if reading.choice or not reading.text.strip():
        return style
    points = dict.fromkeys((*COLOURS, *QUADRANTS), 0)
    for sign in _signs(reading):
        for name, value in _SIGNS.get(sign, {}).items():
            points[name] += value
    return {name: min(style.get(name, 0) * 9 // 10 + gained, 100) for name, gained in points.items()}


def _signs(reading: Reading) -> list[str]:
    text = reading.text
    length = len(HAN.findall(text)) + len(_WORD.findall(text))
    signs = [*reading.needs, reading.intent, reading.emotion]
    if length <= _SHORT:
        signs.append("short")
    if length >= _LONG:
        signs.append("long")
    if text.count("\n") >= 2:
        signs.append("lines")
    if any(found.kind in ("order_number", "tracking_number", "amount", "date") for found in reading.entities):
        signs.append("figures")
    if "!" in text or "！" in text:
        signs.append("exclamations")
    if _EMOJI.search(text):
        signs.append("emoji")
    return signs


def variant(style: Mapping[str, int]) -> str:
    """The kind of wording for this customer: of the colour that leads clearly, else "" (any)."""
    first, second = sorted((style.get(colour, 0) for colour in COLOURS), reverse=True)[:2]
    if first < CLEAR_FROM or first - second < CLEAR_LEAD:
        return ""
    return VARIANT_OF[max(COLOURS, key=lambda colour: style.get(colour, 0))]
