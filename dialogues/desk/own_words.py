"""The shop's own sentences, told by what they do: staff send them as the desk suggests them. Pure but for reading the
catalogues once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from dialogues.language import LOCALES
from dialogues.wording import Wording

_ACTS: Mapping[str, tuple[str, ...]] = {
    "listen": ("listen.invite", "listen.noted"), "empathise": ("empathise.",), "accept": ("accept.",),
    "offer": ("offer.",), "confirm": ("confirm.full",),
}  # fmt: skip
_GAP, _END = re.compile(r"\{\w+\}"), " .。!！?？:：,，"
_FILLED = ".{1,80}?"  # what stands in a gap, in characters
_TELLING = {"en": 12}  # letters that a sentence needs to say what it does; Chinese:
_TELLING_HAN = 4


@lru_cache(maxsize=1)
def _sentences() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    catalogues = Wording.load().catalogues
    return {
        locale: {
            act: _any_of(
                (text for key, texts in catalogues[locale].items() if key.startswith(keys) for text in texts),
                _TELLING.get(locale, _TELLING_HAN),
            )
            for act, keys in _ACTS.items()
        }
        for locale in LOCALES
    }


def _any_of(texts: Iterable[str], at_least: int) -> re.Pattern[str]:
    told = [text.strip(_END) for text in texts if len(_GAP.sub("", text).strip(_END)) >= at_least]
    return re.compile("|".join(_FILLED.join(map(re.escape, _GAP.split(text))) for text in told) or "(?!)", re.I)


def own_acts(text: str, locale: str) -> frozenset[str]:
    """The acts of those of our sentences that are in this text. One that confirms counts only when it is alone: behind
    an offer or a promise the same words ask about that."""
    patterns = _sentences()[locale]
    alone = text.strip().strip(_END)
    return frozenset(
        act for act, words in patterns.items() if (words.fullmatch(alone) if act == "confirm" else words.search(text))
    )
