"""What a member of staff does with a message: acts, by its words, and what that means for the state. Pure but for
reading its word lists once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import yaml

from dialogues.desk.own_words import own_acts
from dialogues.numbers import Numbers
from dialogues.phrases.script import HAN, is_chinese
from dialogues.state import Conflict, Owner, Stage, State
from dialogues.wording_lint import CHARSETS

LEXICON = Path(__file__).parent / "lexicon.yml"
STEPS = ("listen", "empathise", "accept")
_OTHER_FORM = {"zh-CN": "zh-TW", "zh-TW": "zh-CN"}
_WORD = re.compile(r"[A-Za-z]{2}")
_STAGES = {"confirm": Stage.CONFIRM, "promise": Stage.ACTION, "offer": Stage.OFFER, "ask": Stage.EXPLORE}
_RESTS = {"listen": Conflict.LISTEN, "empathise": Conflict.EMPATHISE, "accept": Conflict.RESOLVE}


@lru_cache(maxsize=1)
def lexicon() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    """The word lists of all languages, read once."""
    data = yaml.safe_load(LEXICON.read_text(encoding="utf-8"))
    return {locale: {act: re.compile(words) for act, words in acts.items()} for locale, acts in data.items()}


def tongue_of(text: str, locale: str) -> str:
    """The language that a text for a customer of that language is really in; of Chinese the form it is written in."""
    if not is_chinese(text):
        return "en" if locale == "en" or _WORD.search(text) else locale
    form = "zh-CN" if locale == "en" else locale
    other = _OTHER_FORM[form]
    return other if strange_in(text, form) and not strange_in(text, other) else form


def strange_in(text: str, form: str) -> str:
    """The characters of a text that this written form of Chinese does not have."""
    return "".join(char for char in HAN.findall(text) if not char.encode(CHARSETS[form], "ignore"))


def acts_in(text: str, locale: str) -> tuple[str, ...]:
    """The acts of a message, by its words, in the lexicon's order. A question that confirms is not counted as asking.

    An offer of a way out in a question is an offer. What the desk suggests is known as what it is.
    """
    tongue = tongue_of(text, locale)
    own = own_acts(text, tongue)
    found = [act for act, words in lexicon()[tongue].items() if act != "but" and (act in own or words.search(text))]
    if "confirm" in found or "offer" in found:
        found = [act for act in found if act != "ask"]
    return tuple(found)


def missing_steps(acts: Collection[str], said: Collection[str]) -> tuple[str, ...]:
    """The conflict steps that neither an earlier message nor this one took."""
    return tuple(step for step in STEPS[1:] if step not in said and step not in acts)


def after_staff(state: State, acts: Collection[str], numbers: Numbers) -> State:
    """The state after a member of staff said that: the steps and the counters go on as if the bot had said it."""
    state = replace(state, owner=Owner.HUMAN, apologised=state.apologised + ("apologise" in acts),
                    empathised=state.empathised + ("empathise" in acts))  # fmt: skip
    in_conflict = state.conflict is not Conflict.NONE or state.heat >= numbers.conflict_starts_at
    steps = [step for step in STEPS if step in acts]
    if in_conflict and steps:
        state = replace(state, conflict=_RESTS[steps[-1]])
    stage = next((stage for act, stage in _STAGES.items() if act in acts), None)
    if stage is None or (stage is Stage.EXPLORE and state.stage not in (Stage.IDLE, Stage.CLOSED)):
        return state
    return replace(state, stage=stage)
